"""A text file as a grid: its encoding, `sep=` line and delimiter are decided here, and reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.model import ReadDecision, Severity
from importer.spreadsheet.grid import CellFault, Dialect, Grid
from importer.spreadsheet.text import delimiter as delimiters
from importer.spreadsheet.text import encoding as encodings
from importer.spreadsheet.text.lines import clean
from importer.spreadsheet.text.records import read
from importer.spreadsheet.text.short_lines import refuse_short_lines
from importer.spreadsheet.text.wrapped import are_wrapped, unwrap
from importer.text import DELIMITERS, without_option

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.options import ReadOptions

_SAMPLE_CHARACTERS = 65_536
_SHOWN = {character: name for name, character in DELIMITERS.items()}


def open_text(path: Path, name: str, options: ReadOptions) -> Grid:
    """The grid of a text file.

    Raises SourceError: --encoding unknown or not fitting, --sheet given, very many lines that hold next to nothing.
    """
    if options.sheet is not None:
        raise SourceError(f"{name} is a text file and has no sheets.", f"{without_option('sheet')}.")
    encoding = encodings.decide(path, name, options.encoding, options.region)
    refuse_short_lines(path, name, encoding.codec)
    lines = _first_lines(path, encoding)
    declared = delimiters.declared(lines[0]) if lines else None
    is_wrapped = are_wrapped(lines[1:] if declared else lines, options.knows_header)
    lines = list(map(unwrap, lines)) if is_wrapped else lines
    delimiter = options.delimiter or declared or delimiters.detect(lines, options.knows_header)
    spaced = delimiters.spaced(lines, delimiter)
    dialect = Dialect(
        encoding.codec,
        delimiter,
        encoding.errors,
        encoding.bom,
        spaced,
        is_wrapped,
        encoding.beside,
        has_sep_line=declared is not None,
    )

    decisions = [ReadDecision("encoding", "several" if encoding.beside else encoding.codec)]
    if encoding.samples:
        decisions.append(ReadDecision("decoded as", ", ".join(encoding.samples)))
    decisions.append(ReadDecision("delimiter", _SHOWN.get(delimiter, delimiter)))
    if spaced:
        decisions.append(ReadDecision("spaces after the delimiter", "left out, because quotes follow them"))
    faults = guess_faults(encoding)
    if is_wrapped:
        decisions.append(ReadDecision("quotes around whole lines", "left out"))
        text = (
            "The lines of the file are in quotes as a whole, and were read without them. "
            "Nothing to do if the columns are right; otherwise export the sheet again."
        )
        faults += (CellFault(None, "", "lines-quoted", Severity.WARNING, text),)
    return Grid(
        runs=lambda: read(path, name, dialect, options.limits.line_characters),
        kind="text",
        dialect=dialect,
        decisions=tuple(decisions),
        faults=faults,
    )


def guess_faults(encoding: encodings.Encoding) -> tuple[CellFault, ...]:
    """What to say of encodings that are mixed, or of one that was guessed; nothing of one that is known."""
    if encoding.beside:
        shown = f" (such as {', '.join(encoding.samples)})" if encoding.samples else ""
        text = (
            f"The lines of the file are in several encodings, each read in its own: {encoding.mixed}{shown}. "
            "Check the letters with accents; if any look wrong, save the file as UTF-8 and run again."
        )
        return (CellFault(None, "", "encodings-mixed", Severity.WARNING, text),)
    if not encoding.guessed:
        return ()
    shown = f" ({', '.join(encoding.samples)})" if encoding.samples else ""
    also = "It may be {} ({}) as well. ".format(*encoding.also) if encoding.also else ""
    text = (
        f"The file does not say its encoding; it was read as {encoding.codec}{shown}. {also}"
        "If letters look wrong, run again with --encoding NAME, or save the file as UTF-8."
    )
    return (CellFault(None, encoding.codec, "encoding-guessed", Severity.WARNING, text),)


def _first_lines(path: Path, encoding: encodings.Encoding) -> list[str]:
    with path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as stream:
        text = stream.read(_SAMPLE_CHARACTERS)
    # Not splitlines(): it also cuts at U+2028, form feeds and others that are part of a cell.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = lines[:-1] if len(text) >= _SAMPLE_CHARACTERS and len(lines) > 1 else lines
    return [clean(line, encoding.codec, encoding.beside) + "\n" for line in whole[:300]]

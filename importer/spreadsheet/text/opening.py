"""A text file as a grid: encoding, `sep=` line and delimiter decided, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.model import ReadDecision, Severity
from importer.spreadsheet.grid import CellFault, Dialect, Grid
from importer.spreadsheet.text import delimiter as delimiters
from importer.spreadsheet.text import encoding as encodings
from importer.spreadsheet.text.records import clean, read

if TYPE_CHECKING:
    from pathlib import Path

    from importer.spreadsheet.options import ReadOptions

_SAMPLE_CHARACTERS = 65_536
_SHOWN = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe", " ": "space"}
_NAMED = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}


def open_text(path: Path, name: str, options: ReadOptions) -> Grid:
    """The grid of a text file.

    Raises SourceError: --encoding unknown or not fitting, --delimiter not one character, --sheet given.
    """
    if options.sheet is not None:
        raise SourceError(f"{name} is a text file and has no sheets.", "Leave --sheet out.")
    given = _one_character(options.delimiter)
    found = encodings.decide(path, name, options.encoding, options.region)
    lines = _first_lines(path, found)
    declared = delimiters.declared(lines[0]) if lines else None
    delimiter = given or declared or delimiters.detect(lines, options.knows_header)
    dialect = Dialect(found.codec, delimiter, found.errors, found.bom, delimiters.spaced(lines, delimiter))
    return Grid(
        runs=lambda: read(path, name, dialect, options.limits.line_characters),
        kind="text",
        dialect=dialect,
        decisions=_decisions(found, dialect),
        faults=_faults(found),
    )


def _one_character(given: str | None) -> str | None:
    if given is None:
        return None
    character = _NAMED.get(given.lower(), given)
    if len(character) != 1 or character in '"\r\n\0' or ord(character) in range(0xD800, 0xE000):
        raise SourceError(
            f'The delimiter must be one character that is no quote and no line break, not "{given}".',
            "Give --delimiter ',' or ';' or '|' or tab.",
        )
    return character


def _first_lines(path: Path, found: encodings.Encoding) -> list[str]:
    with path.open(encoding=found.codec, errors=found.errors, newline="") as stream:
        text = stream.read(_SAMPLE_CHARACTERS)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = lines[:-1] if len(text) >= _SAMPLE_CHARACTERS and len(lines) > 1 else lines
    # not splitlines(): it also cuts at U+2028, form feeds and others that are part of a cell
    return [clean(line, found.codec) + "\n" for line in whole[:300]]


def _decisions(found: encodings.Encoding, dialect: Dialect) -> tuple[ReadDecision, ...]:
    said = [
        ReadDecision("encoding", found.codec),
        ReadDecision("delimiter", _SHOWN.get(dialect.delimiter, dialect.delimiter)),
    ]
    if dialect.spaced:
        said.append(ReadDecision("spaces after the delimiter", "left out, because quotes follow them"))
    if found.samples:
        said.insert(1, ReadDecision("decoded as", ", ".join(found.samples)))
    return tuple(said)


def _faults(found: encodings.Encoding) -> tuple[CellFault, ...]:
    if not found.guessed:
        return ()
    shown = f" ({', '.join(found.samples)})" if found.samples else ""
    text = (
        f"The file does not say its encoding; it was read as {found.codec}{shown}. "
        "If letters look wrong, run again with --encoding NAME, or save the file as UTF-8."
    )
    return (CellFault(None, found.codec, "encoding-guessed", Severity.WARNING, text),)

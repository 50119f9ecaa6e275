"""A vCard file as a grid: each card a row that has the number of the card, its columns those that any card fills."""

from __future__ import annotations

import codecs
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.model import ReadDecision, Severity
from importer.model.added_columns import REJECT_COLUMNS
from importer.regex import regex
from importer.spreadsheet.grid import CellFault, Grid, Record, RecordRun
from importer.spreadsheet.text import encoding as encodings
from importer.spreadsheet.text.opening import guess_faults
from importer.spreadsheet.vcard.cards import (
    ADDRESS_PARTS,
    LABEL,
    NUMBERED,
    SINGLE,
    VALUE,
    cards_of,
    cells_of,
)
from importer.spreadsheet.vcard.content_lines import BINARY, content_lines
from importer.spreadsheet.vcard.names import COMPANY, DEPARTMENT, DISPLAYED, FIRST, FULL_NAME, LAST, MIDDLE
from importer.spreadsheet.workbook import spool
from importer.spreadsheet.workbook.interface import TooLarge, TooManyElements
from importer.text import counted, without_option

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from importer.spreadsheet.options import ReadOptions
    from importer.spreadsheet.private_copy import PrivateFolder
    from importer.spreadsheet.vcard.cards import Card

_NUMBERED = regex(rf"({'|'.join(NUMBERED.values())}) (\d+) - (.+)\Z")
_PARTS = (LABEL, VALUE, *ADDRESS_PARTS)
_FIRST = (
    FIRST,
    MIDDLE,
    LAST,
    FULL_NAME,
    "Name Prefix",
    "Name Suffix",
    SINGLE["NICKNAME"],
    DISPLAYED,
)
_THEN = (COMPANY, SINGLE["TITLE"], SINGLE["ROLE"], DEPARTMENT)


@dataclass(slots=True)
class _Survey:
    """What is found while the cards are read for the first time."""

    columns: dict[str, None] = field(default_factory=dict)
    cards: int = 0
    groups: int = 0
    pictures: int = 0


def open_vcards(path: Path, name: str, options: ReadOptions, store: PrivateFolder) -> Grid:
    """The grid of a vCard file.

    Raises SourceError: options of other files given, an --encoding that does not fit, no card with anything in it.
    """
    for option, is_given in (
        ("sheet", options.sheet is not None),
        ("delimiter", options.delimiter is not None),
        ("header-row", options.header_row is not None),
    ):
        if is_given:
            raise SourceError(
                f"{name} is a vCard file, so --{option} has no meaning for it.", f"{without_option(option)}."
            )
    encoding = encodings.decide(path, name, options.encoding, options.region)
    if encoding.guessed and _is_utf8(path):
        encoding = encodings.Encoding("utf-8")
    survey = _Survey()
    try:
        rows = spool.batches(_rows(path, encoding, survey), options.limits, path.stat().st_size)
        spooled = store.keep(rows, name, options.limits.unpacked_bytes)
    except (TooLarge, TooManyElements) as error:
        raise SourceError(
            f"{name} is too large to be an address book.",
            "Export the contacts again, as CSV or in parts, and import that.",
        ) from error
    if not survey.columns:
        raise SourceError(f"{name} has no card with anything in it.", "Check that it is the right file.")
    if not survey.columns.keys().isdisjoint(REJECT_COLUMNS):
        survey.columns |= dict.fromkeys(REJECT_COLUMNS)  # a file that was handed back has all of them, also empty ones
    whole_names = _whole_names(survey)
    columns = sorted(survey.columns.keys() - ({FULL_NAME} if whole_names else set()), key=_place)
    # The columns are known only now; the rows were kept in the order in which the columns were met.
    met = {column: place for place, column in enumerate(survey.columns)}
    order = [met[column] for column in columns]

    def runs() -> Generator[RecordRun]:
        with closing(spool.read(spooled)) as stored:
            for run in stored:
                rows = [_with_whole_name(row_cells, met) for row_cells in run.cells] if whole_names else run.cells
                cells = [[row_cells[place] if place < len(row_cells) else "" for place in order] for row_cells in rows]
                yield RecordRun(run.rows, cells, run.faults)

    faults = [*guess_faults(encoding), *([whole_names] if whole_names else [])]
    if survey.groups:
        groups = f"{counted(survey.groups, 'card')} of {survey.cards:,}"
        text = f"{groups} are lists of other cards, not people, and were left out. Nothing to do."
        faults.append(CellFault(None, "", "card-groups", Severity.WARNING, text))
    decisions = [
        ReadDecision("encoding", encoding.codec),
        ReadDecision("rows", "one a card; row 12 is the 12th card of the file"),
    ]
    if survey.pictures:
        decisions.append(ReadDecision("left out", f"{counted(survey.pictures, 'picture')}, sounds and keys among them"))
    return Grid(runs=runs, kind="vCard", decisions=tuple(decisions), faults=tuple(faults), headers=tuple(columns))


def _whole_names(survey: _Survey) -> CellFault | None:
    """What to say if some cards tell the parts of the name and others only the whole: that becomes the first name.

    A sheet has either one column of names or two.
    """
    if FULL_NAME not in survey.columns or survey.columns.keys().isdisjoint((FIRST, LAST)):
        return None
    survey.columns.setdefault(FIRST)
    text = (
        "Some cards do not say which part of the name is the last name (they have FN and no N), so the whole name "
        "became their first name. Correct the names where that matters."
    )
    return CellFault(None, "", "card-name-whole", Severity.WARNING, text)


def _with_whole_name(cells: list[str], met: dict[str, int]) -> list[str]:
    whole, first = met[FULL_NAME], met[FIRST]
    if whole >= len(cells) or not cells[whole]:
        return cells
    cells = cells + [""] * (first + 1 - len(cells))
    cells[first] = cells[whole]
    return cells


def _rows(path: Path, encoding: encodings.Encoding, survey: _Survey) -> Iterator[Record]:
    for card in _cards(path, encoding):
        survey.cards += 1
        survey.pictures += sum(line.name in BINARY for line in card.lines)
        if card.is_group:
            survey.groups += 1
            continue
        cells = cells_of(card)
        survey.columns |= dict.fromkeys(cells)
        yield Record(card.number, [cells.get(column, "") for column in survey.columns], tuple(card.faults))


def _cards(path: Path, encoding: encodings.Encoding) -> Iterator[Card]:
    if encoding.codec.startswith(("utf-16", "utf-32")):
        # Lines are found by their bytes, of which these have several a character.
        with path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as stream:
            lines = (line.encode("utf-8", "surrogatepass") for line in stream)
            yield from cards_of(content_lines(lines, "utf-8", "surrogatepass"))
        return
    with path.open("rb") as binary:
        yield from cards_of(content_lines(_without_mark(binary), encoding.codec.removesuffix("-sig"), encoding.errors))


def _is_utf8(path: Path) -> bool:
    """Whether a file is in UTF-8 once its lines are whole: some programs fold them in the middle of a letter."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as binary:
        try:
            for line in binary:
                # The end of a line is held back, since a letter may go on behind it.
                text = line.rstrip(b"\r\n")
                is_folded = text[:1] in (b" ", b"\t")
                decoder.decode(text[1:] if is_folded else b"", final=False)
                if not is_folded:
                    decoder.decode(b"", final=True)
                    decoder.decode(text)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _without_mark(lines: Iterable[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        yield line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line


def _place(column: str) -> tuple[int, int, int, int, str]:
    """Where a column stands: names, company, numbers in their order, the rest, and what this program has added."""
    if column in REJECT_COLUMNS:
        return 9, REJECT_COLUMNS.index(column), 0, 0, ""
    if column in _FIRST:
        return 0, _FIRST.index(column), 0, 0, ""
    if column in _THEN:
        return 1, _THEN.index(column), 0, 0, ""
    if match := _NUMBERED.match(column):
        return 2, list(NUMBERED.values()).index(match[1]), int(match[2]), _PARTS.index(match[3]), ""
    singles = list(SINGLE.values())
    return (3, singles.index(column), 0, 0, "") if column in singles else (4, 0, 0, 0, column)

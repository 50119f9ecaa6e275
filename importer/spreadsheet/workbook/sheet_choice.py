"""Which sheet of a workbook is meant: the one that was named, else the first visible one that looks like contacts."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.model import ReadDecision
from importer.spreadsheet.grid import NOT_READ, Record, blank
from importer.spreadsheet.header import SAMPLE_ROWS, known_header
from importer.spreadsheet.workbook.values import EPOCH_1904
from importer.text import did_you_mean, listed, quoted

if TYPE_CHECKING:
    from importer.spreadsheet.options import ReadOptions
    from importer.spreadsheet.workbook.interface import Book


def choose(book: Book, name: str, options: ReadOptions) -> tuple[str, tuple[ReadDecision, ...]]:
    """The name of the sheet to read, and what to say about it. Raises SourceError where there is none to choose."""
    sheets = [sheet.name for sheet in book.sheets]
    if not sheets:
        raise SourceError(f"{name} has no sheet with cells in it.", "Check that it is the right file.")
    chosen = _named(options.sheet, sheets, name) if options.sheet is not None else _found(book, name, options)
    hidden = {sheet.name for sheet in book.sheets if not sheet.visible}
    others = [sheet + (" (hidden)" if sheet in hidden else "") for sheet in sheets if sheet != chosen]
    said = [ReadDecision("sheet", chosen)]
    if others:
        said.append(ReadDecision(NOT_READ, ", ".join(others)))
    if getattr(book, "epoch", None) == EPOCH_1904:
        said.append(ReadDecision("date system", "1904"))
    return chosen, (*said, ReadDecision("reader", book.reader))


def _named(given: str, sheets: list[str], name: str) -> str:
    if given in sheets:
        return given
    alike = [sheet for sheet in sheets if sheet.strip().casefold() == given.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    raise SourceError(
        f'{name} has no sheet "{given}".{did_you_mean(given, sheets, quoted)} It has {listed(sheets)}.',
        "Give --sheet one of these names.",
    )


def _found(book: Book, name: str, options: ReadOptions) -> str:
    visible = [sheet.name for sheet in book.sheets if sheet.visible]
    if not visible:
        hidden = listed([sheet.name for sheet in book.sheets])
        raise SourceError(f"All sheets of {name} are hidden: {hidden}.", "Name the one to read with --sheet.")
    if len(visible) == 1:
        return visible[0]
    filled = []
    for sheet in visible:
        sample = _with_content(book, sheet)
        if known_header(sample, options.knows_header) is not None:
            return sheet
        filled += [sheet] if sample else []
    return (filled or visible)[0]


def _with_content(book: Book, sheet: str) -> list[Record]:
    with closing(book.records(sheet)) as records:
        return list(islice((record for record in records if not all(map(blank, record.cells))), SAMPLE_ROWS))

"""Which sheet of a workbook to read: the one that was named, else the first visible one that looks like contacts."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

from importer.errors import SourceError
from importer.model import ReadDecision
from importer.spreadsheet.grid import NOT_READ, with_content
from importer.spreadsheet.header import SAMPLE_ROWS, known_header
from importer.spreadsheet.workbook.values import EPOCH_1904
from importer.text import did_you_mean, listed, quoted

if TYPE_CHECKING:
    from importer.spreadsheet.options import ReadOptions
    from importer.spreadsheet.workbook.interface import Book


MOST_LOOKED_AT = 20
"""Of more visible sheets, the first ones are looked at."""
_MOST_NAMED = 50


def choose(book: Book, name: str, options: ReadOptions) -> tuple[str, tuple[ReadDecision, ...]]:
    """The name of the sheet to read, and what to say about it. Raises SourceError where there is none to choose."""
    sheets = [sheet.name for sheet in book.sheets]
    if not sheets:
        raise SourceError(f"{name} has no sheet with cells in it.", "Check that it is the right file.")
    if options.sheet is None:
        chosen = _first_with_contacts(book, name, options)
    else:
        # Capitals and outer spaces do not count where that leaves one sheet.
        key = options.sheet.strip().casefold()
        alike = [sheet for sheet in sheets if sheet.strip().casefold() == key]
        if options.sheet not in sheets and len(alike) != 1:
            suggestion = did_you_mean(options.sheet, sheets, quoted)
            raise SourceError(
                f'{name} has no sheet "{options.sheet}".{suggestion} It has {listed(sheets)}.',
                "Give --sheet one of these names.",
            )
        chosen = options.sheet if options.sheet in sheets else alike[0]
    hidden = {sheet.name for sheet in book.sheets if not sheet.visible}
    not_read = [sheet + (" (hidden)" if sheet in hidden else "") for sheet in sheets if sheet != chosen]
    decisions = [ReadDecision("sheet", chosen)]
    if not_read:
        more = f" and {len(not_read) - _MOST_NAMED:,} more" if len(not_read) > _MOST_NAMED else ""
        decisions.append(ReadDecision(NOT_READ, ", ".join(not_read[:_MOST_NAMED]) + more))
    if getattr(book, "epoch", None) == EPOCH_1904:
        decisions.append(ReadDecision("date system", "1904"))
    return chosen, (*decisions, ReadDecision("reader", book.reader))


def _first_with_contacts(book: Book, name: str, options: ReadOptions) -> str:
    """The first visible sheet with a header of known column names, else the first that has content."""
    visible = [sheet.name for sheet in book.sheets if sheet.visible]
    if not visible:
        hidden = listed([sheet.name for sheet in book.sheets])
        raise SourceError(f"All sheets of {name} are hidden: {hidden}.", "Name the one to read with --sheet.")
    # Nothing to choose, so the sheet need not be read for it.
    if len(visible) == 1:
        return visible[0]
    filled = []
    for sheet in visible[:MOST_LOOKED_AT]:
        with closing(book.records(sheet)) as records:
            sample = list(islice(with_content(records), SAMPLE_ROWS))
        if known_header(sample, options.knows_header) is not None:
            return sheet
        filled += [sheet] if sample else []
    return (filled or visible)[0]

"""Which sheet of a workbook to read: the one that was named, else the first visible one that looks like contacts."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from importer.errors import ReadingUnclear, SourceError
from importer.model import ReadDecision, Severity
from importer.shell import shell_quote
from importer.spreadsheet.grid import NOT_READ, CellFault, with_content
from importer.spreadsheet.header import SAMPLE_ROWS, count_known_names, holds_contacts, known_header
from importer.spreadsheet.workbook.values import EPOCH_1904
from importer.text import did_you_mean, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.spreadsheet.options import ReadOptions
    from importer.spreadsheet.workbook.interface import Book


MOST_LOOKED_AT = 20
"""Of more visible sheets, the first ones are looked at."""
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """The sheet to read, and what to say of that: the decisions, and faults of the choice that a person should see."""

    sheet: str
    decisions: tuple[ReadDecision, ...]
    faults: tuple[CellFault, ...] = ()


def choose(book: Book, name: str, options: ReadOptions) -> SheetChoice:
    """Which sheet to read. Raises SourceError where there is none to choose."""
    sheets = [sheet.name for sheet in book.sheets]
    if not sheets:
        raise SourceError(f"{name} has no sheet with cells in it.", "Check that it is the right file.")
    faults: tuple[CellFault, ...] = ()
    if options.sheet is None:
        chosen, other_sheets = _first_with_contacts(book, name, options)
        faults = (_not_read(chosen, other_sheets),) if other_sheets else ()
    else:
        # Capitals and outer spaces do not count where that leaves one sheet.
        key = options.sheet.strip().casefold()
        alike = [sheet for sheet in sheets if sheet.strip().casefold() == key]
        if options.sheet not in sheets and len(alike) != 1:
            suggestion = did_you_mean(options.sheet, sheets, quoted)
            shown = next((sheet.name for sheet in book.sheets if sheet.visible), sheets[0])
            raise ReadingUnclear(
                f'{name} has no sheet "{options.sheet}".{suggestion} It has {listed(sheets)}.',
                "Give --sheet one of these names.",
                {"sheet": shown},
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
    return SheetChoice(chosen, (*decisions, ReadDecision("reader", book.reader)), faults)


def _first_with_contacts(book: Book, name: str, options: ReadOptions) -> tuple[str, list[str]]:
    """The visible sheet to read, and the further ones that look like contacts too.

    To be read is the first with a header of known column names, else the first with rows of contacts, else the first
    that has content.
    """
    visible = [sheet.name for sheet in book.sheets if sheet.visible]
    if not visible:
        hidden = listed([sheet.name for sheet in book.sheets])
        first = {"sheet": book.sheets[0].name}
        raise ReadingUnclear(f"All sheets of {name} are hidden: {hidden}.", "Name the one to read with --sheet.", first)
    # Nothing to choose, so the sheet need not be read for it.
    if len(visible) == 1:
        return visible[0], []

    sheets: list[_FirstRows] = []
    for sheet in visible[:MOST_LOOKED_AT]:
        try:
            sheets.append(_first_rows(book, sheet, options))
        except Exception:
            # What is wrong with a sheet that is not wanted does not keep the wanted one from being read.
            if not any(other.has_header for other in sheets):
                raise
    first_place = next((place for place, sheet in enumerate(sheets) if sheet.has_header), len(sheets))
    # A further header without a row below it is an empty form: nothing of it would be missed.
    contacts = [
        sheet for place, sheet in enumerate(sheets) if sheet.has_header and (sheet.has_rows or place == first_place)
    ]
    if contacts and contacts[0].known_names == 1:
        # The first list is no worse: its one known column name stands among more that are not known.
        contacts = [sheet for sheet in sheets[:first_place] if sheet.is_list and sheet.known_names][:1] + contacts
    # By one column name among others, or none: nothing to choose a sheet by, but what is in it may be missed.
    lists = [sheet for sheet in sheets if sheet.is_list]
    filled = [sheet for sheet in sheets if sheet.is_filled]
    chosen = next((sheet.name for sheet in (*contacts, *lists, *filled)), visible[0])
    others = {sheet.name for sheet in (*contacts, *lists)} - {chosen}
    return chosen, [sheet for sheet in visible if sheet in others]


class _FirstRows(NamedTuple):
    """What the first rows of a sheet show.

    `has_header`: one of them holds known names of columns. `is_list`: none does, but they are contacts. `known_names`
    counts the names in that header, or, where there is none, in all of these rows.
    """

    name: str
    is_filled: bool
    has_rows: bool
    has_header: bool
    is_list: bool
    known_names: int


def _first_rows(book: Book, sheet: str, options: ReadOptions) -> _FirstRows:
    with closing(book.records(sheet)) as records:
        sample = list(islice(with_content(records), SAMPLE_ROWS))
    position = known_header(sample, options.knows_header)
    has_header = position is not None
    of_names = sample if position is None else [sample[position]]
    return _FirstRows(
        sheet,
        bool(sample),
        len(sample) > 1,
        has_header,
        not has_header and holds_contacts(sample, options.knows_header),
        sum(count_known_names(record, options.knows_header) for record in of_names),
    )


def _not_read(chosen: str, unread: Sequence[str]) -> CellFault:
    """Who has several sheets of contacts, and has not said which one is meant, may take all of them for imported."""
    option = f"--sheet {shell_quote(unread[0])}" if len(unread) == 1 else "--sheet and its name"
    was, look, pronoun, sheets = ("was", "it looks", "it", "it")
    if len(unread) > 1:
        was, look, pronoun, sheets = ("were", "they look", "each", "them")
    text = (
        f"only the sheet {quoted(chosen)} was read; {listed(unread)} {was} not, though {look} like contacts too. To "
        f"import {pronoun}, run again with {option}, and with --out to give it a folder of its own. To leave {sheets} "
        f"out without this warning, run again with --sheet {shell_quote(chosen)}."
    )
    return CellFault(None, ", ".join(unread), "sheet-not-read", Severity.WARNING, text)

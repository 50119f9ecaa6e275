"""The story of one row, gathered from the journal and, where it is still the same, from the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.journal.read_only import open_read_only
from importer.errors import SettingsError
from importer.pipeline.history.row_replay import read_again
from importer.pipeline.history.runs import JOURNAL
from importer.report.row_trace import Story, TracedExchange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal.read_only import ReadOnlyJournal
    from importer.report.history import Past


_GONE = "A later run read its sheet into this journal, so how the row ended then is not known any more."
_NOT_REACHED = "The run ended before it had read as far as this row."


def story(past: Past, row: int) -> Story:
    """Return what is known of a row of a run. Raises SettingsError where nothing is, JournalError."""
    if past.command != "run":
        raise SettingsError(f"Run {past.run_id} is an undo; it read no rows.", "Look at undo.csv, or name another run.")
    with open_read_only(past.folder / JOURNAL) as archive:
        return _story(archive, past, row)


def _story(archive: ReadOnlyJournal, past: Past, row: int) -> Story:
    sheets = [one.run_id for one in archive.runs() if one.command == "run"]
    is_last = sheets[-1:] == [past.run_id]
    found = archive.row(row) if is_last else None
    read = read_again(past, row)
    external_id = found[0].external_id if found else archive.external_id(past.run_id, row)
    if found is None and external_id is None and isinstance(read, str):
        raise _nothing(past, row, read, is_last=is_last)
    known = external_id or ""
    return Story(
        past=past,
        row=row,
        external_id=external_id,
        outcome=found[0] if found else None,
        repeats=found[1] if found else None,
        problems=tuple(archive.problems_of(row)) if found else None,
        read=read,
        exchanges=tuple(
            TracedExchange(one.run_id, one.row, str(one.asked), one.asked_at, one.seconds, one.answer)
            for one in archive.exchanges(known)
        ),
        contact=tuple(_contact(archive, known)),
        gone="" if found else _NOT_REACHED if is_last else _GONE,
    )


def _nothing(past: Past, row: int, read: str, *, is_last: bool) -> SettingsError:
    if is_last:
        step = "Give the row's number as your spreadsheet program shows it; id_map.csv lists all rows."
        return SettingsError(f"Run {past.run_id} knows no row {row}.", step)
    return SettingsError(
        f"Nothing is known of row {row} in run {past.run_id} any more: a later run took the place of its rows, and no "
        f"request was made for the row. {read}",
        "Ask for the row in the latest run, or look into id_map.csv and problems.csv.",
    )


def _contact(archive: ReadOnlyJournal, external_id: str) -> Iterator[str]:
    """What is known now of the contact of an external id, line by line."""
    known = archive.contact(external_id)
    if known is None:
        return
    made = f", made by run {known.made_by}" if known.made_by else ", not of this journal's making"
    yield f"{known.contact_id}{made}" if known.contact_id else f"none (state: {known.state})"
    if known.was_unsure:
        yield "a request for it once ended without a certain answer, so it was looked for before anything else"
    yield from (f"changed by run {run_id}" for run_id in archive.changed_by(external_id))
    for one in archive.reversals(external_id):
        yield f"run {one.run_id} was taken back: {one.action} {one.result}" + (f" ({one.reason})" if one.reason else "")

"""Everything that is known of one row, from the journal and, if it is unchanged, from the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.journal.read_only import open_read_only
from importer.delivery.journal_place import journal_of
from importer.errors import SettingsError
from importer.model.added_columns import OPEN_QUESTION
from importer.pipeline.history.row_replay import read_again
from importer.pipeline.history.runs import past_runs
from importer.report.row_trace import Story, TracedExchange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal.read_only import ReadOnlyJournal
    from importer.report.history import Past


_REPLACED = "A later run has replaced the rows in this journal, so how the row ended then is not known any more."
_NOT_REACHED = "The run ended before it reached this row."


def story(past: Past, row: int) -> Story:
    """Return what is known of a row of a run: how it was read, what was asked and answered, how it ended.

    >>> from importer import Job, Settings, run, runs, story
    >>> _ = run(Job("people.csv", Settings(sandbox=True, out="people.import")))
    >>> told = story(runs("people.import")[-1], 2)
    >>> str(told.outcome.status), [cell.value for cell in told.read.cells]
    ('created', ['1', 'Ann Lee', '+14155550101'])

    Raises SettingsError if nothing is known of it, or JournalError.
    """
    if past.command != "run":
        raise SettingsError(f"Run {past.run_id} is an undo; it read no rows.", "See undo.csv, or name another run.")
    with open_read_only(journal_of(past.folder)) as journal:
        # The rows in the journal are those of the last run; of earlier ones it knows the requests alone.
        names = journal.row_names()
        run_ids = [record.run_id for record in journal.runs() if record.is_import]
        is_last = run_ids[-1:] == [past.run_id]
        ended = journal.row(row) if is_last else None
        outcome, repeats = ended or (None, None)
        read = read_again(_run_of_sheet(past), row, journal if is_last else None)
        external_id = outcome.external_id if outcome else journal.external_id(past.run_id, row)
        if outcome is None and external_id is None and isinstance(read, str):
            if is_last:
                step = "Give the row's number as your spreadsheet program shows it; id_map.csv lists all rows."
                raise SettingsError(f"Run {past.run_id} has no row {row}.", step)
            raise SettingsError(
                f"Nothing is known of row {row} in run {past.run_id} any more: a later run has replaced its rows, and "
                f"no request was made for this row. {read}",
                "Ask for the row in the latest run, or look into id_map.csv and problems.csv.",
            )
        return Story(
            past=past,
            row=row,
            external_id=(external_id or "").removeprefix(OPEN_QUESTION),
            is_open=(external_id or "").startswith(OPEN_QUESTION),
            outcome=outcome,
            repeats=repeats,
            problems=tuple(journal.problems_of(row)) if outcome else None,
            read=read,
            exchanges=tuple(
                TracedExchange(
                    exchange.run_id,
                    exchange.row,
                    str(exchange.asked),
                    exchange.asked_at,
                    exchange.seconds,
                    exchange.answer,
                )
                for exchange in journal.exchanges(external_id or "")
            ),
            contact=tuple(_contact_lines(journal, (external_id or "").removeprefix(OPEN_QUESTION))),
            recognised_by=journal.recognised_by(row) if outcome else "",
            name=names.name(row) if is_last and names else "",
            gone="" if outcome else _NOT_REACHED if is_last else _REPLACED,
        )


def _run_of_sheet(past: Past) -> Past:
    """The run that read the sheet itself: of a run of rejects, the one before it whose rejects they are."""
    sheet = past.facts.get("part_of")
    if not sheet:
        return past
    runs = [run for run in past_runs(past.folder).runs if run.file == sheet and not run.facts.get("part_of")]
    return next((run for run in reversed(runs) if run.command == "run" and run.started_at <= past.started_at), past)


def _contact_lines(journal: ReadOnlyJournal, external_id: str) -> Iterator[str]:
    """What is known now of the contact of an external id, line by line."""
    contact = journal.contact(external_id)
    if contact is None:
        return
    made = f", made by run {contact.made_by}" if contact.made_by else ", not made by a run of this journal"
    yield f"{contact.contact_id}{made}" if contact.contact_id else f"none (state: {contact.state})"
    if own_id := journal.joined_contact(external_id):
        yield f"dedupe joined the contact of this row ({own_id}) into it"
    if contact.was_unsure:
        yield "a request for it once ended without a certain answer, so it was looked up before anything else"
    yield from (f"changed by run {run_id}" for run_id in journal.changed_by(external_id))
    for reversal in journal.reversals(external_id):
        reason = f" ({reversal.reason})" if reversal.reason else ""
        yield f"run {reversal.run_id} was undone: {reversal.action} {reversal.result}{reason}"

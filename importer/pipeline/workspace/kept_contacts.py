"""Rows whose contact `dedupe` joined into another go on with that one, and with their own once it is undone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from importer.model.folder_names import RESULT_FOLDERS
from importer.pipeline.workspace.joined_contacts import folder_journals
from importer.report.dedupe import DEDUPE_FILE
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.delivery.journal import Journal
    from importer.delivery.journal.kept_contacts import RowContact
    from importer.delivery.journal.read_only import JoinedInto
    from importer.pipeline.job import Job


def follow_joins(job: Job, address: str, journal: Journal) -> None:
    """Give each row the contact that its own was joined into, by what `dedupe` did in the folders here.

    Without this a row whose contact was joined into another would be said to have lost it, and be made again.
    Raises JournalError, OutputError or SettingsError if the journal of the job cannot be read.
    """
    folders = (*Path().glob(RESULT_FOLDERS), *job.out.parent.glob(RESULT_FOLDERS), job.out)
    # Journals of other folders are not opened where no contact can have been joined.
    if not (journal.kept.any_missing() or any((folder / DEDUPE_FILE).exists() for folder in folders)):
        return
    joins: dict[str, JoinedInto] = {}
    for _, folder_journal in folder_journals(job, address):
        joins |= _latest(folder_journal.joins())
    if not joins:
        return
    kept: dict[RowContact, str] = {}
    own: dict[RowContact, str] = {}
    for row in journal.kept.of_joined(joins):
        contact_id, is_kept = _contact_now(row, joins)
        if contact_id != row.contact_id:
            (kept if is_kept else own)[row] = contact_id
    if kept:
        journal.kept.give(kept)
        rows = "1 row goes" if len(kept) == 1 else f"{len(kept):,} rows go"
        job.hooks.note(f"{rows} on with the contact into which dedupe joined their own.")
    if own:
        journal.kept.put_back(own)
        job.hooks.note(f"{counted(len(own), 'row')}: dedupe was undone, so the contact made for the row is used again.")


def _latest(joins: Iterable[JoinedInto]) -> dict[str, JoinedInto]:
    """Return by contact id what became of it last.

    A contact that was made again keeps that line: a later attempt at the same join does not repeat it.
    """
    latest: dict[str, JoinedInto] = {}
    for join in joins:
        former = latest.get(join.contact_id)
        if former is None or not former.remade_id:
            latest[join.contact_id] = join
    return latest


def _contact_now(row: RowContact, joins: Mapping[str, JoinedInto]) -> tuple[str, bool]:
    """Return the contact that the row's own was joined into, with True; its own, with False, where it was not."""
    contact_id, is_kept = row.own_id, False
    passed, known_ids = set(), {row.own_id}
    while (join := joins.get(contact_id)) and contact_id not in passed:
        passed.add(contact_id)
        known_ids |= {join.kept_id, join.remade_id}
        if join.is_undone:
            if not join.remade_id:
                break
            contact_id = join.remade_id
        # One whose deletion was begun and not answered may be there still.
        elif join.is_certain or row.is_missing:
            contact_id, is_kept = join.kept_id, True
        else:
            break
    # Where the folder of a dedupe is lost, what it did is not taken back.
    is_known = bool(passed) and row.contact_id in known_ids
    return (contact_id, is_kept) if is_known else (row.contact_id, False)

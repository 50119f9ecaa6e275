"""Contacts that are now one for several: a run of `dedupe` from here deleted the others of the same person for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from importer.delivery.journal.presence import has_journal
from importer.delivery.journal.read_only import open_read_only
from importer.errors import JournalError
from importer.pipeline.job import journal_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.pipeline.job import Job

FOLDERS = "*.import"


def result_folders(job: Job) -> list[Path]:
    """Return the folders of results here and beside that of the job; a rehearsal has a workspace of its own."""
    folders: Iterable[Path] = () if job.settings.sandbox else (*Path().glob(FOLDERS), *job.out.parent.glob(FOLDERS))
    by_place = {folder.resolve(): folder for folder in (*folders, job.out)}
    return sorted(folder for folder in by_place.values() if has_journal(journal_of(folder)))


def joined_contacts(job: Job, address: str) -> dict[str, Path]:
    """Return the ids of the contacts of a workspace that stand for others too, each with the folder of that `dedupe`.

    Neither an undo nor `--mirror` of one import may take them away: they are the only contact of a person whom another
    import, or another program, had brought too.
    """
    joined: dict[str, Path] = {}
    for folder in result_folders(job):
        try:
            with open_read_only(journal_of(folder)) as journal:
                if journal.address == address:
                    joined |= dict.fromkeys(journal.joined_contacts(), folder)
        except JournalError as error:
            job.hooks.warn(f"{error.message} Whether dedupe joined contacts there is not known.")
    return joined

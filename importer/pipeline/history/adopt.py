"""A folder of results that is handed over to a fleet: its journal must be of the same service, whole and not in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.journal import Journal
from importer.delivery.journal.read_only import open_read_only
from importer.delivery.journal_place import SANDBOX_ADDRESS, journal_of
from importer.errors import JournalError

if TYPE_CHECKING:
    from pathlib import Path

    from importer.settings.model import Settings


def sheet_of_folder(folder: Path) -> str:
    """Return the sheet that the latest run of a folder read, by its absolute path; "" if none did.

    Raises JournalError if the folder has no journal that can be read.
    """
    with open_read_only(journal_of(folder)) as journal:
        return next((run.file for run in reversed(journal.runs()) if run.is_import), "")


def check_adoptable(folder: Path, settings: Settings, key: str) -> bool:
    """Return whether the journal of a folder was made with this key.

    Raises JournalError if it belongs to another service than these settings, is damaged, or in use.
    """
    address = SANDBOX_ADDRESS if settings.sandbox else settings.base_url
    with open_read_only(journal_of(folder)) as journal:
        bound = journal.address
    if bound not in ("", address):
        raise JournalError(
            f"The contacts of {folder} are in {_words(bound)}, but this workspace is in {_words(address)}.",
            "Correct sandbox or base-url of the workspace, or name another one with --workspace.",
        )
    with Journal.open(journal_of(folder), address, key) as writable:
        return writable.key_matches


def _words(address: str) -> str:
    return "the sandbox" if address == SANDBOX_ADDRESS else address

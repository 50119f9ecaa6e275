"""A checksum over the ids of each contact: an id that was altered in the file leads to another person's contact."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from importer.errors import JournalError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from importer.delivery.journal_place import JournalPlace

BATCH = 500
STORED_IDS = "SELECT external_id, contact_id, checksum FROM contacts"


def ids_checksum(external_id: str, contact_id: str) -> int:
    """Return the checksum that is stored beside the two ids of a contact."""
    return zlib.crc32(f"{external_id}\0{contact_id}".encode("utf-8", "surrogatepass"))


def fill_checksums(connection: sqlite3.Connection) -> None:
    """Give the contacts of a journal of an earlier version their checksums, within the caller's transaction."""
    after = ""
    query = "SELECT external_id, contact_id FROM contacts WHERE external_id > ? ORDER BY external_id LIMIT ?"
    while lines := connection.execute(query, (after, BATCH)).fetchall():
        after = lines[-1][0]
        connection.executemany(
            "UPDATE contacts SET checksum = ? WHERE external_id = ?",
            [(ids_checksum(external_id, contact_id), external_id) for external_id, contact_id in lines],
        )


def altered_ids(lines: Iterable[tuple[str, str, int]]) -> tuple[str, str] | None:
    """Return the external id and the contact id of the first contact whose ids are not those that were written.

    `lines` are those of `STORED_IDS`.
    """
    for external_id, contact_id, checksum in lines:
        if checksum != ids_checksum(external_id, contact_id):
            return external_id, contact_id
    return None


def refuse_altered_ids(lines: Iterable[tuple[str, str, int]], place: JournalPlace) -> None:
    """Raise JournalError if an id in the journal was altered; `lines` are those of `STORED_IDS`."""
    if altered := altered_ids(lines):
        external_id, contact_id = altered
        raise JournalError(
            f"The journal {place} is damaged: it does not have the ids of a contact as they were written (external id "
            f"{external_id!r}, contact id {contact_id!r}). One of the two would lead to another person's contact.",
            way_back(place),
        )


def way_back(place: JournalPlace) -> str:
    """Return what to do about a journal that cannot be believed any more."""
    step = (
        f"Move {place} and the files {place.name}-* beside it away and run again"
        if isinstance(place, Path)
        else f"Bring the database back to where this was right, or delete the lines of {place.name}, and run again"
    )
    return f"{step}: contacts are found again by their external ids, and none is created twice."

"""Ids that were altered in the journal: found before anything is read or sent, and mended by the next step."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from importer import undo
from importer.delivery.journal import Journal
from importer.delivery.journal.checksum import STORED_IDS, altered_ids
from importer.errors import JournalError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow


def alter(path: Path, statement: str, *values: str) -> None:
    """Change the journal from outside."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


def flipped(contact_id: str) -> str:
    """The id with another last character."""
    return contact_id[:-1] + ("0" if contact_id[-1] != "0" else "1")


@pytest.mark.parametrize("column", ["contact_id", "external_id"])
def test_an_altered_id_stops_the_run(desk: Desk, row: MakeRow, counted: CountStatuses, column: str) -> None:
    """A flipped id of a contact stops every command before it sends; the next step finds all contacts, none twice."""
    desk.write([row(number) for number in range(1, 6)])
    desk.run()
    journal = desk.out / "journal.sqlite"
    was = desk.contact("P3")["id"] if column == "contact_id" else "P3"
    alter(journal, f"UPDATE contacts SET {column} = ? WHERE {column} = ?", flipped(was), was)
    for command in (desk.run, desk.plan):
        with pytest.raises(JournalError) as caught:
            command()
        assert flipped(was) in caught.value.message
        assert "journal.sqlite" in caught.value.next_step
        assert desk.sent() == {}
    for file in desk.out.glob("*journal.sqlite*"):
        file.rename(desk.folder / file.name)
    assert counted(desk.run()) == {"unchanged": 5}
    assert {line["contact_id"] for line in desk.ids().values()} == {each["id"] for each in desk.sandbox.contacts()}
    assert len(desk.sandbox.contacts()) == 5


def test_an_altered_row_is_mended(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """An id that was altered in the rows alone is put right from what is known of the contact."""
    desk.write([row(number) for number in range(1, 6)])
    desk.run()
    was = desk.contact("P3")["id"]
    alter(desk.out / "journal.sqlite", "UPDATE rows SET contact_id = ? WHERE contact_id = ?", flipped(was), was)
    assert counted(desk.run()) == {"created": 5}
    assert desk.ids()["P3"]["contact_id"] == was


def test_an_altered_image_is_not_written_back(desk: Desk, row: MakeRow) -> None:
    """Undo writes to no contact whose id in the before-image was altered."""
    desk.write([row(1)])
    desk.run()
    desk.write([row(1, Role="Lead")])
    desk.run(on_match="update")
    was = desk.contact("P1")["id"]
    alter(desk.out / "journal.sqlite", "UPDATE images SET contact_id = ?", flipped(was))
    job = desk.job()
    with pytest.raises(JournalError, match="cannot be undone"):
        undo(job.out, job.settings, key=job.key, places=job.places)
    assert desk.contact("P1")["defaultFields"]["role"] == "Lead"


def test_each_way_of_writing_an_id_keeps_the_checksum(desk: Desk, row: MakeRow) -> None:
    """After creating, updating, finding missing, creating again, deleting and undoing, the checksums hold."""
    path = desk.out / "journal.sqlite"

    def holds() -> bool:
        with closing(sqlite3.connect(path)) as connection:
            return altered_ids(connection.execute(STORED_IDS)) is None

    mirror = {"source": "crm", "mirror": True, "max_deletes": 5, "on_match": "update"}
    desk.write([row(number) for number in range(1, 6)])
    desk.run(**mirror)
    assert holds()
    desk.write([row(number, Role="Lead") for number in range(1, 5)])
    desk.run(**mirror)
    assert holds()
    desk.sandbox.delete(desk.contact("P2")["id"])
    desk.run(**mirror)
    assert holds()
    desk.run(**mirror, on_missing="create")
    assert holds()
    job = desk.job()
    undo(job.out, job.settings, key=job.key, places=job.places, every=True)
    assert holds()


def test_a_journal_of_an_earlier_version_gets_its_checksums(desk: Desk, row: MakeRow) -> None:
    """A journal from before checksums is given them when it is opened, and an id altered after that is found."""
    desk.write([row(number) for number in range(1, 4)])
    desk.run()
    path, was = desk.out / "journal.sqlite", desk.contact("P2")["id"]
    alter(path, "DROP INDEX contacts_at_service")
    for table in ("joins", "sheet_files"):
        alter(path, f"DROP TABLE {table}")
    later = {"contacts": ("id_at_service", "checksum", "read_mark"), "former": ("id_at_service", "given_id")}
    for table, column in ((table, column) for table, columns in later.items() for column in columns):
        alter(path, f"ALTER TABLE {table} DROP COLUMN {column}")
    alter(path, "PRAGMA user_version = 8")
    with Journal.open(path, desk.sandbox.url, "sandbox-key") as journal:
        assert journal.contact_id_of("P2") == was
    alter(path, "UPDATE contacts SET contact_id = ? WHERE contact_id = ?", flipped(was), was)
    with pytest.raises(JournalError, match="damaged"):
        Journal.open(path, desk.sandbox.url, "sandbox-key")

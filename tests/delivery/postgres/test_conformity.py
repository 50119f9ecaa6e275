"""Journals in a database that somebody else has changed: refused where no command could read them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal
from importer.delivery.journal.postgres.opening import open_alone, open_copy, open_to_read
from importer.delivery.journal.postgres.schema import DURABLE
from importer.delivery.journal.read_only import history
from importer.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.delivery.journal.store import Store
    from importer.delivery.journal_place import DatabasePlace
    from tests.database import Server

RUN = (
    "INSERT INTO runs (number, run_id, command, file, started_at, settings) VALUES (?, 'r', 'run', 'f.csv', ?, ?)",
    (1, "2026-07-01T10:00:00+00:00", '{"map": [["Id", "external_id"]]}'),
)
DEEP = "[" * 10_000 + "]" * 10_000
IMAGE = "INSERT INTO images (run, external_id, contact_id, contact) VALUES (1, 'a', 'c', ?)"
MARK = "INSERT INTO known_by (external_id, kind, mark) VALUES ('a', ?, 'x')"
PROBLEM = "INSERT INTO problems (value, rule, severity, message) VALUES ('', '', ?, '')"
META = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
UNREADABLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "settings that are no JSON": ("UPDATE runs SET settings = ?", ("x",)),
    "settings that are nested": ("UPDATE runs SET settings = ?", (DEEP,)),
    "counts that are a list": ("UPDATE runs SET counts = ?", ("[1]",)),
    "facts without a number": ("UPDATE runs SET facts = ?", ('{"seconds": NaN}',)),
    "a beginning at no time": ("UPDATE runs SET started_at = ?", ("yesterday",)),
    "a salt that is none": (META, ("salt", "zz")),
    "headers that are none": (META, ("returned_headers", "7")),
    "a place that is none": (META, ("looked_until", "x y")),
    "a severity that is none": (PROBLEM, ("x",)),
    "a mark that is none": (MARK, ("cells",)),
    "facts of a person that are none": (MARK, ("facts",)),
    "an image that is a list": (IMAGE, ("[]",)),
    "an image that is no JSON": (IMAGE, ("{",)),
    "an image that is nested": (IMAGE, (f'{{"a": {DEEP}}}',)),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_values_that_no_command_could_read_are_refused(name: str, database: Server) -> None:
    """A value that is read as more than text must be readable in a database too, or the journal is refused in words."""
    place = database.place()
    with closing(open_alone(place, "sandbox", "key")) as store, store.writing("test") as transaction:
        transaction.execute(*RUN)
        transaction.execute(*UNREADABLE[name])

    ways: list[Callable[[DatabasePlace], Store]] = [
        lambda place: open_alone(place, "sandbox", "key"),
        open_copy,
        open_to_read,
    ]
    for open_it in ways:
        with pytest.raises(JournalError) as error:
            open_it(place).close()
        assert error.value.exit_code == 2
        assert "is damaged (" in error.value.message
        assert place.name in error.value.next_step


def test_a_journal_whose_lines_are_deleted_begins_again(database: Server) -> None:
    """Without the lines of a damaged journal one of its name can be opened again, and the journals beside it stay."""
    damaged, beside = database.place(), database.place()
    for place, settings in ((damaged, "x"), (beside, RUN[1][2])):
        with closing(open_alone(place, "sandbox", "key")) as store, store.writing("test") as transaction:
            transaction.execute(*RUN)
            transaction.execute("UPDATE runs SET settings = ?", (settings,))
    with pytest.raises(JournalError, match="is damaged") as caught:
        open_alone(damaged, "sandbox", "key")
    assert f"delete the lines of {damaged.name}" in caught.value.next_step

    for table in DURABLE:
        database.rows(
            f"DELETE FROM {damaged.schema}.{table} WHERE journal = "
            f"(SELECT id FROM {damaged.schema}.journals WHERE name = %s)",
            damaged.name,
        )
    open_alone(damaged, "sandbox", "key").close()
    assert [run.run_id for run in history(beside)] == ["r"]


def test_what_was_written_here_conforms(database: Server) -> None:
    """A journal of ours is opened, with images of contacts whatever their size."""
    place = database.place()
    with Journal.open(place, "sandbox", "key") as journal:
        journal.remember_reading("read once")
    with closing(open_alone(place, "sandbox", "key")) as store, store.writing("test") as transaction:
        transaction.execute(*RUN)
        for number, text in enumerate(("{}", '{"a": [1]}', f'{{"a": "{"x" * 2000}"}}')):
            transaction.execute(IMAGE.replace("'a'", f"'{number}'"), (text,))
    for open_it in (open_copy, open_to_read):
        open_it(place).close()
    assert history(place)[0].run_id == "r"

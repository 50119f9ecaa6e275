"""A journal that was a file goes on in a database: not a line, a type or a number differs."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.delivery.journal import Journal
from importer.delivery.journal.checksum import ids_checksum
from importer.delivery.journal.opening import connect
from importer.delivery.journal.postgres.adopting import copy_into_database
from importer.delivery.journal.postgres.opening import open_to_read
from importer.delivery.journal.postgres.schema import DURABLE
from importer.delivery.journal.records import RequestRecord
from importer.errors import JournalError
from importer.model import Severity, Status
from importer.plan import State

if TYPE_CHECKING:
    from importer.delivery.journal.store import Store
    from importer.delivery.journal_place import DatabasePlace
    from tests.database import Server

NUMBERED = ("problems", "number")
# Where a journal holds more than any text (see `journal.conformity`); the meta that is checked is not made here.
# From the year 1 to 9999.
SECONDS = st.integers(-62_135_596_800, 253_402_300_799)
FORMS: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("runs", "settings"): st.just("{}"),
    ("runs", "facts"): st.just("{}"),
    ("runs", "counts"): st.none() | st.just('{"created": 1}'),
    ("runs", "started_at"): st.just("2026-01-02T03:04:05+00:00"),
    ("runs", "finished_at"): st.none() | st.just("2026-01-02T03:04:06+00:00"),
    ("returned", "cells"): st.just('["a"]'),
    ("images", "contact"): st.just("{}"),
    ("joins", "before"): st.just("{}"),
    ("contacts", "state"): st.sampled_from([str(state) for state in State]),
    ("former", "state"): st.sampled_from([str(state) for state in State]),
    ("rows", "status"): st.sampled_from([str(status) for status in Status]),
    ("problems", "severity"): st.sampled_from([str(severity) for severity in Severity]),
    ("contacts", "made_at"): SECONDS,
    ("exchanges", "asked_at"): SECONDS,
    ("exchanges", "asked"): st.sampled_from([str(asked) for asked in RequestRecord]),
    ("known_by", "mark"): st.integers(0, 2**63 - 1).map(lambda mark: f"{mark:018d}"),
}
WORDS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=6)
BITS = {"integer": 31, "bigint": 63}


def quoted(table: str) -> list[str]:
    """The columns of a table, but for the number that the database gives."""
    return [f'"{column}"' for column in DURABLE[table][0] if (table, column) != NUMBERED]


def values(declared: str) -> st.SearchStrategy[Any]:
    """What a column can hold."""
    kind = declared.split(" ", 1)[0]
    if kind in BITS:
        strategy: st.SearchStrategy[Any] = st.integers(-(2 ** BITS[kind]), 2 ** BITS[kind] - 1)
    else:
        strategy = st.binary(max_size=5) if kind == "bytea" else WORDS
    return strategy | st.none() if declared.endswith(" NULL") else strategy


def lines(table: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Some lines of a table, each with a key of its own."""
    columns, key = DURABLE[table]
    line = st.fixed_dictionaries(
        {column: FORMS.get((table, column), values(declared)) for column, declared in columns.items()}
    )
    return st.lists(line, max_size=5, unique_by=lambda each: tuple(each[column] for column in key))


def stored(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All lines of a journal, in the order of their keys."""
    found = {}
    for table, (_, key) in DURABLE.items():
        order = ", ".join(f'"{column}"' for column in key)
        query = f"SELECT {', '.join(quoted(table))} FROM {table} ORDER BY {order}"
        found[table] = [tuple(line) for line in store.lines(query)]
    return found


def in_database(place: DatabasePlace) -> dict[str, list[tuple[Any, ...]]]:
    """All lines of a journal in a database."""
    with closing(open_to_read(place)) as store:
        return stored(store)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=st.fixed_dictionaries({table: lines(table) for table in DURABLE}))
def test_both_stores_hold_the_same_lines(database: Server, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Whatever is in the tables of a file is in those of the database afterwards, and in the same order."""
    for contact in tables["contacts"]:
        contact["checksum"] = ids_checksum(contact["external_id"], contact["contact_id"])
    with tempfile.TemporaryDirectory() as folder:
        path, place = Path(folder) / "journal.sqlite", database.place()
        run_ids = set[str]()
        with closing(connect(path)) as store:
            with store.writing("test") as transaction:
                for table, made in tables.items():
                    columns = list(DURABLE[table][0])
                    marks = ", ".join("?" * len(columns))
                    names = ", ".join(f'"{column}"' for column in columns)
                    for line in made:
                        if table == "runs" and line["run_id"] in run_ids:
                            continue
                        run_ids |= {line["run_id"]} if table == "runs" else set()
                        transaction.execute(
                            f"INSERT INTO {table} ({names}) VALUES ({marks})", [line[column] for column in columns]
                        )
            expected = stored(store)
        copy_into_database(path, place)
        assert in_database(place) == expected


def test_a_copy_that_was_cut_off_is_made_again_and_another_journal_stays(database: Server, tmp_path: Path) -> None:
    """A commit that fails leaves nothing there; one that is done twice changes nothing; what others know is kept."""
    path, place = tmp_path / "journal.sqlite", database.place()
    with Journal.open(path, "sandbox", "key") as journal:
        journal.remember_reading("read once")
    with closing(connect(path)) as store, store.writing("test") as transaction:
        transaction.execute(
            "INSERT INTO runs (number, run_id, command, file, started_at, settings) "
            "VALUES (1, 'r1', 'run', 'a', '2026-01-02T03:04:05+00:00', '{}')"
        )

    def fail(moment: str) -> None:
        if moment == "before:adopt":
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        copy_into_database(path, place, fail)
    assert not any(in_database(place).values())
    for _ in range(2):
        copy_into_database(path, place)
        with Journal.open(place, "sandbox", "key") as journal:
            assert (journal.reading, journal.key_matches) == ("read once", True)
    other = tmp_path / "other.sqlite"
    with Journal.open(other, "sandbox", "key"):
        pass
    before = in_database(place)
    with pytest.raises(JournalError, match="which knows other contacts or runs"):
        copy_into_database(other, place)
    assert in_database(place) == before

"""Journals that somebody else made or changed: refused where they are not as this program writes them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import opening
from importer.delivery.journal.read_only import history, open_read_only, stored_reading
from importer.delivery.journal.schema import VERSION
from importer.errors import JournalError

if TYPE_CHECKING:
    from pathlib import Path

RUN = (
    "INSERT INTO runs (run_id, command, file, started_at, finished_at, settings, counts, facts) VALUES "
    "('r', 'run', 'f.csv', '2026-07-01T10:00:00+00:00', '2026-07-01T10:00:05+00:00', "
    """'{"map": [["Id", "external_id"]]}', '{"created": 1}', '{"seconds": 5, "rules": [["error", "x", 1, 1]]}')"""
)
TRIGGER = "CREATE TRIGGER planted AFTER INSERT ON runs BEGIN UPDATE contacts SET state = 'pending'; END"
PLANTED = {
    "a trigger": (TRIGGER, "a trigger 'planted'"),
    "a view": ("CREATE VIEW planted AS SELECT 1", "a view 'planted'"),
    "a view for a table": ("DROP TABLE joins; CREATE VIEW joins AS SELECT 1 AS run", "a view 'joins'"),
    "a table": ("CREATE TABLE planted (x)", "a table 'planted'"),
    "a column": ("ALTER TABLE contacts ADD COLUMN planted TEXT", "a table 'contacts'"),
    "an index over an expression": ("CREATE INDEX planted ON runs (abs(number))", "an index 'planted'"),
    "a missing table": ("DROP TABLE exchanges", "it lacks the "),
    "an older version": ("PRAGMA user_version = 3", "that is not as this program makes it"),
    "no version": ("PRAGMA user_version = 0", "that is not as this program makes it"),
    "a negative version": ("PRAGMA user_version = -1", "that is not as this program makes it"),
    "a newer version": (f"PRAGMA user_version = {VERSION + 1}", "newer version"),
    "tables that take anything": (
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE name = 'runs'",
        "a table 'runs'",
    ),
}
DEEP = "[" * 10_000 + "]" * 10_000
UNREADABLE = {
    "settings that are no JSON": "UPDATE runs SET settings = 'x'",
    "settings that are nested": f"UPDATE runs SET settings = '{DEEP}'",
    "a mapping of no pairs": """UPDATE runs SET settings = '{"map": [["a"]]}'""",
    "counts that are texts": """UPDATE runs SET counts = '{"created": "x"}'""",
    "counts that are a list": "UPDATE runs SET counts = '[1]'",
    "facts that are a list": "UPDATE runs SET facts = '[]'",
    "facts without a number": """UPDATE runs SET facts = '{"seconds": NaN}'""",
    "facts of no fields": """UPDATE runs SET facts = '{"fields": [{"key": 1}]}'""",
    "facts of no joined columns": """UPDATE runs SET facts = '{"joined": 5}'""",
    "facts of no reading": """UPDATE runs SET facts = '{"read_as": {"region": "US"}}'""",
    "facts of no country codes": (
        """UPDATE runs SET facts = '{"read_as": {"region": "US", "date_orders": {}, "number_styles": {}, """
        """"abroad": {"Phone": [["44"]]}}}'"""
    ),
    "facts of no rules": """UPDATE runs SET facts = '{"rules": [["loud", "x", 1]]}'""",
    "a beginning at no time": "UPDATE runs SET started_at = 'yesterday'",
    "an end at no time": "UPDATE runs SET finished_at = ''",
    "a salt that is none": "INSERT INTO meta VALUES ('salt', 'zz')",
    "a salt that is too long": f"INSERT INTO meta VALUES ('salt', '{'ab' * 65}')",
    "headers that are none": "INSERT INTO meta VALUES ('returned_headers', '7')",
    "a place that is none": "INSERT INTO meta VALUES ('looked_until', 'x y')",
    "a state that is none": "INSERT INTO contacts (external_id, state, digest, run) VALUES ('a', 'x', '', 1)",
    "a status that is none": "INSERT INTO rows VALUES (2, 'a', 'x', '', '', NULL, '')",
    "a severity that is none": "INSERT INTO problems (value, rule, severity, message) VALUES ('', '', 'x', '')",
    "a request that is none": "INSERT INTO exchanges VALUES ('a', 1, 1, 2, 0, 0, 'x', NULL)",
    "a mark that is none": "INSERT INTO known_by VALUES ('a', 'cells', 'x')",
    "facts that are none": "INSERT INTO known_by VALUES ('a', 'facts', 'x')",
    "cells that are none": "INSERT INTO returned VALUES (2, 1, '{}', 0)",
    "an image that is none": "INSERT INTO images VALUES (1, 'a', 'c', '[]')",
    "an image that is nested": f"INSERT INTO images VALUES (1, 'a', 'c', '{{\"a\": {DEEP}}}')",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with one run."""
    path = tmp_path / "journal.sqlite"
    store = opening.connect(path)
    store.connection.execute(RUN)
    store.close()
    return path


def change(path: Path, script: str) -> None:
    """Do what another program may have done to the journal."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def refusals(path: Path) -> list[str]:
    """What is said by each way to open a journal whole."""

    def read() -> None:
        with open_read_only(path):
            pass

    messages = []
    for open_it in (lambda: opening.connect(path), lambda: opening.copied(path), read, lambda: history(path)):
        with pytest.raises(JournalError) as error:
            open_it()
        assert error.value.exit_code == 2
        assert error.value.next_step
        messages.append(error.value.message)
    return messages


@pytest.mark.parametrize("name", PLANTED)
def test_tables_that_are_not_ours_are_refused(name: str, path: Path) -> None:
    """A journal with anything that this program did not make is refused, says what, and is left as it was."""
    script, words = PLANTED[name]
    change(path, script)
    before = path.read_bytes()
    assert [message for message in refusals(path) if words not in message] == []
    with pytest.raises(JournalError):
        stored_reading(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", UNREADABLE)
def test_values_that_no_command_could_read_are_refused(name: str, path: Path) -> None:
    """A value that is read as more than text must be readable, or the journal is refused in words."""
    change(path, UNREADABLE[name])
    assert [message for message in refusals(path) if "is damaged or not a journal (" not in message] == []


def test_what_was_written_here_conforms(path: Path) -> None:
    """A journal of ours is opened, also after somebody has had SQLite analyse it."""
    change(path, "ANALYZE")
    opening.connect(path).close()
    opening.copied(path).close()
    assert history(path)[0].counts == {"created": 1}
    assert stored_reading(path) == ""

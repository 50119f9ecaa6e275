"""One text of each statement for two databases, and the same tables in both."""

from __future__ import annotations

import ast
import re
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.delivery.journal import Journal, RowStep, RunRecord
from importer.delivery.journal.opening import connect
from importer.delivery.journal.postgres.dialect import bulk_insert, compiled
from importer.delivery.journal.postgres.schema import DURABLE, SCRATCH
from importer.delivery.journal.postgres.setup import schema_sql
from importer.model import Problem, Severity, Status
from importer.plan import Action
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.database import Server

# By the names of SQLite's types.
TYPES = {"text": "TEXT", "integer": "INTEGER", "bigint": "INTEGER", "bytea": "BLOB"}


def test_both_databases_have_the_same_tables(tmp_path: Path) -> None:
    """Every table has the same columns, of the same kinds and with the same keys, after all migrations of each."""
    with closing(connect(tmp_path / "journal.sqlite")) as store:
        for database, tables in (("main", DURABLE), ("scratch", SCRATCH)):
            names = {
                name
                for (name,) in store.rows(
                    f"SELECT name FROM {database}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                )
            }
            assert names == set(tables)
            for name, (columns, key) in tables.items():
                info = [*store.rows(f"PRAGMA {database}.table_info({name})")]
                there = {column: kind for _, column, kind, *_ in info}
                assert {column: TYPES[text.split(" ")[0]] for column, text in columns.items()} == there, name
                keys = sorted((place, column) for _, column, _, _, _, place in info if place)
                assert tuple(column for _, column in keys) == key, name
                may_be_null = {column for _, column, _, is_set, _, place in info if not is_set and not place}
                assert {column for column, text in columns.items() if text.endswith(" NULL")} == may_be_null, name


@pytest.mark.parametrize(
    ("query", "text", "picks"),
    [
        ("SELECT ?2, '?', ?1, 'it''s ?'", "SELECT $1, '?', $2, 'it''s ?'", (1, 0)),
        ("SELECT row FROM rows WHERE row > ? LIMIT ?", "SELECT row FROM rows WHERE row > $1 LIMIT $2", (0, 1)),
        ("DELETE FROM x WHERE a = :id AND b = :id", "DELETE FROM x WHERE a = $1 AND b = $1", ("id",)),
        ("SELECT 1 FROM scratch.seen WHERE row IN (?)", "SELECT 1 FROM pg_temp.seen WHERE row = ANY($1)", (0,)),
        (
            "INSERT INTO meta (name) VALUES (?) ON CONFLICT (name) DO NOTHING",
            "INSERT INTO meta (name) VALUES ($1) ON CONFLICT (journal, name) DO NOTHING",
            (0,),
        ),
        (
            "INSERT INTO scratch.part (row) VALUES (?) ON CONFLICT (row) DO NOTHING",
            "INSERT INTO pg_temp.part (row) VALUES ($1) ON CONFLICT (row) DO NOTHING",
            (0,),
        ),
        ("SELECT 1 FROM contacts INDEXED BY some_index WHERE true", "SELECT 1 FROM contacts WHERE true", ()),
    ],
)
def test_a_common_text_becomes_that_of_postgres(query: str, text: str, picks: tuple[int | str, ...]) -> None:
    """Parameters are numbered as they are used, quoted text stays, and keys of what is kept begin with the journal."""
    assert (compiled(query).text, compiled(query).picks) == (text, picks)


def test_of_lines_with_one_key_the_last_is_kept() -> None:
    """An INSERT of many lines replaces as the same INSERT one by one does; what is no such INSERT is left alone."""
    bulk = bulk_insert("INSERT INTO rows (row, way) VALUES (?, ?) ON CONFLICT (row) DO UPDATE SET way = excluded.way")
    assert bulk is not None
    assert bulk.arrays([(2, "a"), (3, "b"), (2, "c")]) == [[2, 3], ["c", "b"]]
    assert "unnest(CAST($1 AS integer[]), CAST($2 AS text[]))" in bulk.text
    assert bulk_insert("DELETE FROM rows WHERE row = ?") is None


def texts_of(module: Path) -> Iterator[str]:
    """The texts in a module, with a word for what is put into them."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "word" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_query_inside_another_has_a_name() -> None:
    """Postgres before 16 takes no nameless one, which no newer server tells."""
    nameless = re.compile(r"FROM (\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))(?! AS \w)")
    journal = ROOT / "importer" / "delivery" / "journal"
    found = [text for module in journal.glob("*.py") for text in texts_of(module) if nameless.search(text)]
    assert found == []
    assert nameless.search("SELECT 1 FROM (SELECT max(coalesce(a, 0)) FROM b) WHERE true")


IDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ids=st.lists(IDS, min_size=1, max_size=8, unique=True), texts=st.lists(TEXTS, max_size=6))
def test_both_stores_tell_the_same(ids: list[str], texts: list[str], database: Server) -> None:
    """Whatever is stored comes back in the same order and with the same values, NULs shown, from both."""
    answers = []
    for place in (None, database.place()):
        with Journal.open(place, "sandbox", "key") as journal:
            journal.begin(RunRecord("run", "run", "people.csv", None, "2026-01-01T00:00:00Z"))
            problems = [
                Problem(row, text, text, "rule", Severity.WARNING, text)
                for row, text in zip([None, 3, 2, None, 2, 3], texts, strict=False)
            ]
            steps = [
                RowStep(row, key, Status.UNFINISHED, Action.CREATE, digest="d", body={"externalId": key}, detail=key)
                for row, key in enumerate(ids, start=2)
            ]
            journal.stage(steps, problems)
            for task in journal.tasks(0, 100):
                journal.sending(task, 1000)
                journal.doubt([task.external_id])
            answers.append(
                (
                    [each.external_id for each in journal.doubts("", 100)],
                    [*journal.outcomes()],
                    [*journal.problems()],
                    dict(sorted(journal.known(ids).items())),
                    journal.survey.sheet_digest(),
                    journal.compare_with_contacts(),
                    journal.rows_checksum(),
                )
            )
    shown = repr(answers[0]).replace("\\x00", "\u2400")
    assert repr(answers[1]) == shown


def test_the_shown_sql_is_that_which_is_run(database: Server) -> None:
    """What `fleet init --print` shows makes the tables that the program works with."""
    text = schema_sql("shown_only")
    database.rows(text)
    query = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
        "WHERE table_schema = %s ORDER BY 1, 2"
    )
    assert database.rows(query, "shown_only") == database.rows(query, "openphone_import")
    database.drop("shown_only")

"""Runs as the journal keeps them: entered when they begin and when they end, read as history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.records import RunRecord

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from importer.delivery.journal.store import JournalStore
    from importer.model import Status


def begin(store: JournalStore, run: RunRecord) -> int:
    """Enter a run and forget the former state of the sheet; returns the run's number."""
    with store.writing("begin") as connection:
        for table in ("rows", "problems", "scratch.seen", "scratch.queue", "scratch.planned"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
        return _enter(connection, run)


def enter(store: JournalStore, run: RunRecord) -> int:
    """Enter a run and leave the state of the sheet as it is; returns the run's number."""
    with store.writing("enter") as connection:
        return _enter(connection, run)


def _enter(connection: sqlite3.Connection, run: RunRecord) -> int:
    cursor = connection.execute(
        "INSERT INTO runs (run_id, command, file, sheet, started_at, settings, facts) VALUES (?, ?, ?, ?, ?, ?, ?) "
        # Read anew with other custom fields than were believed, it is still the same run.
        "ON CONFLICT (run_id) DO UPDATE SET settings = excluded.settings, facts = excluded.facts RETURNING number",
        (
            run.run_id,
            run.command,
            run.file,
            run.sheet,
            run.started_at,
            json.dumps(dict(run.settings), default=str),
            json.dumps(dict(run.facts), default=str),
        ),
    )
    return int(cursor.fetchone()[0])


def finish(
    store: JournalStore,
    run_id: str,
    finished_at: str,
    counts: Mapping[Status, int],
    exit_code: int,
    facts: Mapping[str, Any],
) -> None:
    """Enter the end of a run, whether it had reached all its rows, and what it has become known for."""
    store.must_be_in_place()
    numbers = json.dumps({str(status): number for status, number in counts.items()})
    with store.writing("finish") as connection:
        connection.execute(
            "UPDATE runs SET finished_at = ?, counts = ?, exit_code = ?, facts = json_patch(facts, ?), "
            "stopped = EXISTS (SELECT 1 FROM scratch.queue WHERE done = 0) WHERE run_id = ?",
            (finished_at, numbers, exit_code, json.dumps(dict(facts), default=str), run_id),
        )


def runs(store: JournalStore) -> Iterator[RunRecord]:
    """Give all runs, oldest first."""
    query = (
        "SELECT run_id, command, file, sheet, started_at, settings, finished_at, counts, exit_code, facts "
        "FROM runs ORDER BY number"
    )
    for run_id, command, file, sheet, started_at, settings, finished_at, counted, exit_code, facts in store.rows(query):
        numbers = None if counted is None else json.loads(counted)
        yield RunRecord(
            run_id,
            command,
            file,
            sheet,
            started_at,
            json.loads(settings),
            finished_at,
            numbers,
            exit_code,
            json.loads(facts),
        )

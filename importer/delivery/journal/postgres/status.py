"""Which worker has each journal of a database open, and how the last run of each ended."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import psycopg

from importer.delivery.journal.postgres.connection import connect, unreachable
from importer.delivery.journal.postgres.opening import check_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.journal_place import DatabasePlace


class Holding(StrEnum):
    """How a journal is held: by a worker that lives, by one that is silent, by none since its worker died, or not."""

    WORKING = "working"
    SILENT = "silent"
    DIED = "died"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class JournalStatus:
    """A journal: `holder` has it, or had it last, since `since`; `silent_seconds` is how long that was not heard of.

    Of the last run: when it began, its exit code (None while it runs, or if it was killed) and counts, and when an undo
    after it began ("" for none). Times are UTC.
    """

    name: str
    holding: Holding
    holder: str = ""
    since: str = ""
    silent_seconds: float = 0.0
    started_at: str = ""
    exit_code: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    undone_at: str = ""


# A holder whose session exists still holds the journal, even without a heartbeat.
_QUERY = """
SELECT journals.name, journals.holder, to_char(journals.taken_at, 'YYYY-MM-DD HH24:MI'), journals.left_at IS NOT NULL,
    activity.pid IS NOT NULL, coalesce(extract(epoch FROM clock_timestamp() - workers.seen_at), 0)::float8,
    runs.started_at, runs.exit_code, runs.counts, undo.started_at
FROM {schema}.journals AS journals
LEFT JOIN {schema}.workers AS workers ON workers.id = journals.worker
LEFT JOIN pg_stat_activity AS activity
    ON activity.pid = journals.backend AND activity.backend_start = journals.backend_start
LEFT JOIN LATERAL (
    SELECT number, started_at, exit_code, counts FROM {schema}.runs AS runs
    WHERE runs.journal = journals.id AND command = 'run' ORDER BY number DESC LIMIT 1
) AS runs ON true
LEFT JOIN LATERAL (
    SELECT started_at FROM {schema}.runs AS later
    WHERE later.journal = journals.id AND command = 'undo' AND later.number > runs.number ORDER BY number DESC LIMIT 1
) AS undo ON true
WHERE journals.name = ANY($1) ORDER BY journals.name
"""


_WORKSPACES = """
SELECT substr(name, length($1) + 2) FROM {schema}.journals WHERE starts_with(name, $1 || '/')
UNION SELECT workspace FROM {schema}.occasions WHERE fleet = $1
"""


def workspaces_of_fleet(place: DatabasePlace) -> set[str]:
    """Return the workspaces that a database knows of the fleet that the place is named after. Raises JournalError.

    They are called as their journals are: those of rehearsals have an ending.
    """
    return {name for (name,) in _lines(place, _WORKSPACES, place.name)}


def journal_names(place: DatabasePlace) -> set[str]:
    """Return the names of all journals of the fleet that a place is named after. Raises JournalError."""
    query = "SELECT name FROM {schema}.journals WHERE starts_with(name, $1 || '/')"
    return {name for (name,) in _lines(place, query, place.name)}


def journal_statuses(place: DatabasePlace, names: Sequence[str]) -> dict[str, JournalStatus]:
    """Return by name how journals are; one that was never opened is left out. Raises JournalError."""
    statuses = {}
    lines = _lines(place, _QUERY, list(names))
    for name, holder, since, has_left, has_session, silence, started_at, exit_code, counts, undone in lines:
        holding = Holding.FREE
        if has_session and not has_left:
            holding = Holding.SILENT if silence > place.times.stale else Holding.WORKING
        elif since and not has_left:
            holding = Holding.DIED
        statuses[name] = JournalStatus(
            name,
            holding,
            holder if holding is not Holding.FREE else "",
            (since or "") if holding is not Holding.FREE else "",
            round(silence, 1) if holding in (Holding.SILENT, Holding.DIED) else 0.0,
            started_at or "",
            exit_code,
            json.loads(counts or "{}"),
            undone or "",
        )
    return statuses


def _lines(place: DatabasePlace, query: str, value: str | list[str]) -> list[tuple[Any, ...]]:
    """The lines of a query with one value, in a session of its own. Raises JournalError."""
    with closing(connect(place)) as session:
        check_schema(session, place)
        try:
            return session.execute(query.replace("{schema}", place.schema), (value,)).fetchall()
        except psycopg.Error as error:
            raise unreachable(place, error) from error

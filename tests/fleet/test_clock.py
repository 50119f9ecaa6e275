"""The schedule of a workspace: workers queue what is due once, in the zone of the file, and nothing long past."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importer.delivery.journal.postgres.occasions import OccasionBook, OccasionState
from importer.errors import SettingsError
from importer.fleet.clock import CAUGHT_UP, check_schedules, due_time, queue_scheduled
from importer.fleet.database import place_of
from importer.fleet.file import read_fleet
from tests.fleet.memory_engine import MemoryEngine, MemoryQueue
from tests.fleet.test_workers import write_shared

if TYPE_CHECKING:
    from tests.database import Server

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
NIGHT = datetime(2026, 11, 29, 1, 0, 20, tzinfo=UTC)


class TimedBook(OccasionBook):
    """The occasions in a database whose clock is set by the test; that of the computer is not asked."""

    moment = BEGIN

    def now(self) -> datetime:
        return self.moment


@given(st.integers(0, 1_000_000_000), st.sampled_from(["UTC", "Europe/Berlin"]))
@example(7_199_500, "UTC")
@example(7_200_000, "UTC")
@example(10_800_000, "UTC")
@example(10_800_001, "UTC")
def test_a_time_is_due_from_its_minute_on_for_an_hour(milliseconds: int, zone: str) -> None:
    """Whatever the moment, what is due lies at two o'clock of the zone, not ahead and not longer ago than an hour."""
    now = (BEGIN + timedelta(milliseconds=milliseconds)).astimezone(ZoneInfo(zone))
    due = due_time("0 2 * * *", now)
    if due is None:
        today = now.replace(hour=2, minute=0, second=0, microsecond=0)
        assert not timedelta(0) <= now - today <= CAUGHT_UP
    else:
        assert (due.minute, due.second) == (0, 0)
        assert timedelta(0) <= now - due <= CAUGHT_UP


def with_schedule(file: str, schedule: str, zone: str = "UTC") -> Path:
    """The fleet with a schedule in its last workspace."""
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(f'timezone = "{zone}"\n{text}schedule = "{schedule}"\n', encoding="utf-8")
    return Path(file)


@pytest.mark.usefixtures("home")
def test_what_is_due_is_queued_once_and_not_beside_another(database: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """At two in Berlin it is queued, however often a worker looks; none is queued beside one under way or paused."""
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", database.url)
    urls = dict.fromkeys(("idle", "acme"), "http://127.0.0.1:1")
    fleet = read_fleet(with_schedule(write_shared("clock", **urls), "0 2 * * *", "Europe/Berlin"))
    check_schedules(fleet)
    engine, book = MemoryEngine(MemoryQueue()), TimedBook(place_of(fleet, os.environ), "clock")

    def queued(moment: datetime) -> list[str]:
        book.moment = moment
        return queue_scheduled(fleet, os.environ, book, engine)

    assert abs(OccasionBook.now(book) - datetime.now(UTC)) < timedelta(minutes=1)
    assert queued(NIGHT - timedelta(minutes=1)) == []
    assert queued(NIGHT) == ["acme"]
    assert engine.listing() == {"clock/acme/2026-11-29T02:00/1"}
    assert queued(NIGHT + timedelta(seconds=30)) == []
    assert queued(NIGHT + timedelta(days=1)) == []
    book.change("acme", [OccasionState.QUEUED], OccasionState.PAUSED)
    assert queued(NIGHT + timedelta(days=1)) == []
    book.change("acme", [OccasionState.PAUSED], OccasionState.STOPPED)
    assert queued(NIGHT + timedelta(days=1, minutes=59)) == ["acme"]
    assert queued(NIGHT + timedelta(days=2, minutes=61)) == []
    book.close()


@pytest.mark.usefixtures("home")
def test_a_schedule_that_is_none_is_an_error_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too few fields, a field that no day has, an unknown zone: each is said with the line it is in."""
    monkeypatch.setenv("OPENPHONE_DATABASE_URL", "postgresql://host/x")
    urls = {"acme": "http://127.0.0.1:1"}
    for schedule, zone, words in (
        ("0 2 * *", "UTC", "line 13, workspace 'acme': schedule must be a line of cron"),
        ("0 2 * * *", "Berlin", "line 1: must be a zone such as"),
    ):
        with pytest.raises(SettingsError) as failure:
            read_fleet(with_schedule(write_shared("none", **urls), schedule, zone))
        assert words in failure.value.message, failure.value.message
    fleet = read_fleet(with_schedule(write_shared("none", **urls), "0 25 * * *"))
    with pytest.raises(SettingsError, match=r"none.toml, line 8: the schedule of 'acme', '0 25 \* \* \*'"):
        check_schedules(fleet)

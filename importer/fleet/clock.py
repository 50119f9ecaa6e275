"""The `schedule` of workspaces: which import is due by its cron line, for the workers of a fleet to queue."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from croniter import croniter
from croniter.croniter import CroniterBadCronError, CroniterBadDateError

from importer.delivery.journal.postgres.occasions import OccasionState
from importer.errors import SettingsError
from importer.fleet.queueing import queue_occasions, refuse_own_disk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.delivery.journal.postgres.occasions import OccasionBook
    from importer.fleet.engine import Engine
    from importer.fleet.workspace import Fleet

CAUGHT_UP = timedelta(hours=1)
"""How long after its time an import is still queued, if no worker was running at that time."""
_HELD = (OccasionState.QUEUED, OccasionState.RUNNING, OccasionState.PAUSED)


def due_time(cron: str, now: datetime) -> datetime | None:
    """Return the last time of a cron line, or None if it passed longer ago than `CAUGHT_UP`; in the zone of `now`."""
    # From a second later, since the time itself counts.
    try:
        last: datetime = croniter(cron, now.replace(microsecond=0) + timedelta(seconds=1)).get_prev(datetime)
    except CroniterBadDateError:
        return None
    return last if now - last <= CAUGHT_UP else None


def check_schedules(fleet: Fleet) -> None:
    """Raise SettingsError for a schedule that can never be due, or a sheet that other workers may not have."""
    scheduled = [workspace for workspace in fleet.workspaces if workspace.schedule]
    for workspace in scheduled:
        try:
            croniter(workspace.schedule)
        except CroniterBadCronError as error:
            raise SettingsError(
                f"{workspace.place}: the schedule of {workspace.name!r}, {workspace.schedule!r}, is not a cron line.",
                f'Write minute, hour, day, month and weekday in {fleet.file}, such as "0 2 * * *" for every night.',
            ) from error
    refuse_own_disk(fleet, scheduled)


def queue_scheduled(fleet: Fleet, environment: Mapping[str, str], book: OccasionBook, engine: Engine) -> list[str]:
    """Queue what is due by the schedules, unless it was queued before or the workspace is under way or paused.

    Returns the names of the workspaces. Raises SettingsError or JournalError.
    """
    # The clock of this computer may be wrong, and what it queued too early would not be queued again in its time.
    local = book.now().astimezone(ZoneInfo(fleet.timezone))
    due: dict[str, list[str]] = {}
    for workspace in fleet.workspaces:
        moment = due_time(workspace.schedule, local) if workspace.schedule else None
        if moment is not None:
            due.setdefault(f"{moment:%Y-%m-%dT%H:%M}", []).append(workspace.name)
    if not due:
        return []
    latest = {occasion.workspace: occasion for occasion in book.latest()}
    queued: list[str] = []
    for name, workspaces in due.items():
        free = [
            workspace_name
            for workspace_name in workspaces
            if workspace_name not in latest
            or (latest[workspace_name].name != name and latest[workspace_name].state not in _HELD)
        ]
        if free:
            chosen = [fleet.workspace(workspace_name) for workspace_name in free]
            queued += queue_occasions(fleet, environment, book, engine, name, chosen)
    return queued

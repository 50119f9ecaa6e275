"""A lane that hangs is ended, and its workspace given out again; one that reads, or waits for the service, is not."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest

from importer.cli.signals import stop_running
from importer.delivery.journal.postgres.occasions import OccasionState
from importer.fleet.attempt import attempt_end
from importer.fleet.crew import Crew
from importer.fleet.file import read_fleet
from importer.fleet.lane import LaneCommand
from importer.fleet.lane_result import lane_task, workspace_result
from importer.fleet.progress import READING_SECONDS, SILENT_SECONDS, LaneProgress
from importer.model import Event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LONG = SILENT_SECONDS + READING_SECONDS


@pytest.mark.parametrize(
    ("events", "silent_seconds", "is_hung"),
    [
        ((), SILENT_SECONDS, False),
        ((), READING_SECONDS, True),
        (("reading",), SILENT_SECONDS, False),
        (("reading", "staged"), SILENT_SECONDS - 1, False),
        (("reading", "staged"), SILENT_SECONDS, True),
        (("staged", "delivered", "request"), SILENT_SECONDS, True),
        (("staged", "waiting"), LONG, False),
        (("staged", "waiting", "request", "rate_limited"), LONG, False),
        (("staged", "waiting", "resumed"), SILENT_SECONDS, True),
    ],
)
def test_a_lane_hangs_if_nothing_comes_of_it(events: Sequence[str], silent_seconds: float, is_hung: bool) -> None:
    """It delivers and was silent for ten minutes, or reads and was for thirty, and does not wait for the service."""
    progress = LaneProgress(0.0)
    for number, name in enumerate(events):
        progress.hear(Event(name, {}), 1000.0 * number)
    assert progress.is_hung(progress.heard_at + silent_seconds) is is_hung


def test_a_rate_of_one_request_in_an_hour_is_no_hung_lane() -> None:
    """What waits for its turn at a low rate is waited for."""
    progress = LaneProgress(0.0, pause_seconds=3600.0)
    progress.hear(Event("staged", {}), 0.0)
    assert not progress.is_hung(3700.0)
    assert progress.is_hung(2 * 3600.0 + SILENT_SECONDS)


def say_staged_and_hang(_arguments: Sequence[str], _shown: Sequence[str]) -> int:
    """A command that does nothing more after its first event, and does not heed a stop."""
    print('{"event": "staged", "to_send": 3}', flush=True)
    time.sleep(60)
    return 0


def test_a_hung_lane_is_killed_and_its_workspace_given_out_again(home: Path) -> None:
    """The clock goes on by ten minutes once it is silent: the process is killed, and the occasion queued with words."""
    (home / "a.csv").write_text("Name\nAnn Lee\n", encoding="utf-8")
    (home / "fleet.toml").write_text(
        '[[workspace]]\nname = "a"\nsheet = "a.csv"\nsandbox = true\nrate = 10\n', encoding="utf-8"
    )
    fleet = read_fleet(home / "fleet.toml")
    (workspace,) = fleet.workspaces
    assert workspace.seconds_a_request == 0.1
    heard: list[str] = []

    def clock() -> float:
        return SILENT_SECONDS + 1 if "staged" in heard else 0.0

    command = LaneCommand(say_staged_and_hang, stop_running)
    crew = Crew(command, 1, lambda _, event: heard.append(event.name), clock=clock)
    task = lane_task(fleet, workspace, "a", os.environ, "run")
    (end,) = crew.run([task])
    assert (end.code, heard) == (-signal.SIGKILL, ["workspace-started", "staged"])
    result = workspace_result(workspace, end, "openphone-import fleet retry a", "run")
    assert result.problem == "its process did nothing for 10 minutes, so it was ended"
    assert result.next_step == "go on with: openphone-import fleet retry a"
    assert attempt_end(result, str(end.error.get("kind", "")), 0).state is OccasionState.QUEUED


def do_nothing_and_stay(_arguments: Sequence[str], _shown: Sequence[str]) -> int:
    """A command that is done at once, and leaves a thread that does not end."""
    threading.Thread(target=time.sleep, args=(60,)).start()
    return 0


def test_a_lane_that_is_done_and_does_not_end_is_killed(home: Path) -> None:
    """A process that stays after its work would keep the other workspaces of its key from being imported."""
    (home / "a.csv").write_text("Name\nAnn Lee\n", encoding="utf-8")
    (home / "fleet.toml").write_text('[[workspace]]\nname = "a"\nsheet = "a.csv"\nsandbox = true\n', encoding="utf-8")
    fleet = read_fleet(home / "fleet.toml")
    # Time goes a hundred times as fast.
    crew = Crew(
        LaneCommand(do_nothing_and_stay, stop_running), 1, lambda *_: None, clock=lambda: time.monotonic() * 100
    )
    (end,) = crew.run([lane_task(fleet, fleet.workspaces[0], "a", os.environ, "run")])
    assert end.code == -signal.SIGKILL
    assert end.error["message"] == "its process had done its work but did not exit, so it was ended"

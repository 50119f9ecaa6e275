"""`fleet status`: what its lines say is so, they add up, and its next step is one that helps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.delivery.journal.postgres.heartbeat import FleetWorkerStatus
from importer.delivery.journal.postgres.occasions import Occasion, OccasionState
from importer.delivery.journal.postgres.status import Holding, JournalStatus
from importer.fleet.file import read_fleet
from importer.fleet.status import FleetStatus
from importer.fleet.workspace_status import WorkspaceStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.usefixtures("home")

ALIVE = FleetWorkerStatus("a", "host", 11, 4, 1.0, True, 9.0, 0, 0.001)
DEAD = replace(ALIVE, id="d", pid=12, silent_seconds=700.0, is_alive=False)
RAN = JournalStatus("f/acme", Holding.FREE, started_at="2026-11-28T02:00:00+00:00", exit_code=0, counts={"created": 6})
INCORRECT = replace(RAN, exit_code=1, counts={"created": 5, "rejected": 1})
NIGHT = Occasion("f", "acme", "night", "acme", done_rows=4, started_at="2026-11-28 02:00")
RUNNING = replace(NIGHT, state=OccasionState.RUNNING)
STOPPED = replace(
    NIGHT,
    state=OccasionState.STOPPED,
    problem="There is no file acme.csv.",
    next_step="Put it there.",
    ended_at="2026-11-28 02:01",
)


def status_of(
    journal: JournalStatus | None = None,
    occasion: Occasion | None = None,
    worker: FleetWorkerStatus | None = None,
    workers: Sequence[FleetWorkerStatus] = (),
    entry: str = "",
    *,
    has_page: bool = True,
) -> FleetStatus:
    """The status of a fleet with one workspace; `has_page`: its results are on this computer."""
    Path("f.results/acme").mkdir(parents=True, exist_ok=True)
    if has_page:
        Path("f.results/acme/report.html").touch()
    text = f'database = "env:D"\n[[workspace]]\nname = "acme"\nsheet = "acme.csv"\napi-key-env = "K"\n{entry}'
    Path("f.toml").write_text(text, encoding="utf-8")
    fleet = read_fleet(Path("f.toml"))
    workspaces = (WorkspaceStatus(fleet.workspaces[0], journal, occasion, worker),)
    return FleetStatus(fleet, workspaces, tuple(workers) or ((worker,) if worker else ()))


# What is so -> the workspace's words, how it is counted, and the next step.
CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "nothing yet": ({}, "not begun yet", "1 not begun yet", "import: openphone-import fleet run f.toml"),
    "nothing yet, with a worker": (
        {"workers": [ALIVE]},
        "not begun yet",
        "1 not begun yet",
        "import: openphone-import fleet start f.toml",
    ),
    "nothing yet, but a worker will queue it": (
        {"workers": [ALIVE], "entry": 'schedule = "0 2 * * *"\n'},
        "not begun yet",
        "1 not begun yet",
        "nothing to do",
    ),
    "done": ({"journal": RAN}, "exit 0, 6 created", "1 done", "nothing to do"),
    "undone since": (
        {"journal": replace(RAN, undone_at="2026-11-28T09:30:12+00:00")},
        "undone 2026-11-28 09:30 UTC, after the run of 2026-11-28 02:00",
        "1 undone",
        "nothing to do",
    ),
    "with rows to correct": (
        {"journal": INCORRECT},
        "exit 1, 5 created + 1 rejected",
        "1 with rows to correct",
        "acme: correct the rows that f.results/acme/report.html shows",
    ),
    "with rows to correct, found on another computer": (
        {"journal": INCORRECT, "has_page": False},
        "exit 1, 5 created + 1 rejected",
        "1 with rows to correct",
        "with openphone-import fleet results acme acme.results --fleet f.toml, correct them in its sheet, then: ",
    ),
    "with rows to correct, by a worker": (
        {
            "journal": INCORRECT,
            "occasion": replace(NIGHT, state=OccasionState.DONE, exit_code=1, next_step="correct 1 row in rejects.csv"),
        },
        "exit 1, 5 created + 1 rejected",
        "1 with rows to correct",
        "acme: correct 1 row in rejects.csv",
    ),
    "stopped early": (
        {"journal": replace(RAN, exit_code=3)},
        "exit 3",
        "1 not done yet",
        "acme is not done yet; go on with: openphone-import fleet run f.toml",
    ),
    "killed": (
        {"journal": replace(RAN, exit_code=None)},
        "did not come to its end",
        "1 not done yet",
        "go on with: openphone-import fleet run f.toml",
    ),
    "queued without a worker": (
        {"journal": RAN, "occasion": NIGHT},
        "queued for night",
        "1 queued",
        "openphone-import fleet work f.toml",
    ),
    "queued again": (
        {"occasion": replace(NIGHT, failures=1, problem="Away."), "workers": [ALIVE]},
        "queued for night, tried 1 time: Away.",
        "1 queued",
        "wait for the workers; to see them go on: openphone-import fleet status f.toml --watch",
    ),
    "at work": (
        {"journal": replace(RAN, holding=Holding.WORKING), "occasion": RUNNING, "worker": ALIVE},
        "at work for night: process 11 on host, since 2026-11-28 02:00 UTC, 4 rows so far",
        "1 at work",
        "wait for the workers",
    ),
    "its worker has just died": (
        {"journal": replace(RAN, holding=Holding.DIED), "occasion": RUNNING, "worker": ALIVE},
        "left at 4 rows (night): process 11 on host has lost it; a worker goes on with it soon",
        "1 left by a worker that died",
        "wait for the workers",
    ),
    "its worker is dead": (
        {"journal": replace(RAN, holding=Holding.DIED), "occasion": RUNNING, "worker": DEAD},
        "left at 4 rows (night): its worker has died or is frozen; another goes on with it",
        "1 left by a worker that died",
        "openphone-import fleet work f.toml",
    ),
    "a person is needed": (
        {"occasion": STOPPED},
        "needs a person (night): There is no file acme.csv.",
        "1 needs a person",
        "acme: Put it there. Then: openphone-import fleet retry acme --fleet f.toml",
    ),
    "a person has acted by a run": (
        {"journal": replace(RAN, started_at="2026-11-28T08:00:00+00:00"), "occasion": STOPPED},
        "exit 0, 6 created",
        "1 done",
        "nothing to do",
    ),
    "paused": (
        {"journal": RAN, "occasion": replace(NIGHT, state=OccasionState.PAUSED), "worker": ALIVE},
        "paused (night)",
        "1 paused",
        "acme is paused; to go on: openphone-import fleet retry acme --fleet f.toml",
    ),
    "cancelled": (
        {"journal": RAN, "occasion": replace(NIGHT, state=OccasionState.CANCELLED)},
        "cancelled (night)",
        "1 cancelled",
        "nothing to do",
    ),
}


@pytest.mark.parametrize(("facts", "words", "count", "step"), CASES.values(), ids=CASES)
def test_the_lines_of_a_workspace_agree(facts: dict[str, Any], words: str, count: str, step: str) -> None:
    """What a workspace's line says, how it is counted, and the next step speak of one and the same state."""
    lines = status_of(**facts).lines()
    assert words in lines[0]
    assert lines[-2] == f"Result:  f.toml: 1 workspace, {count}"
    assert step in lines[-1]


def test_a_worker_has_the_work_that_its_lanes_do() -> None:
    """A lane counts as at work only while its workspace is; of a dead worker it is said whether it has work left."""
    busy = status_of(replace(RAN, holding=Holding.WORKING), RUNNING, ALIVE).lines()
    assert "process 11 on host: 1 of 4 lanes at work" in busy[1]
    for state in (OccasionState.PAUSED, OccasionState.CANCELLED, OccasionState.DONE):
        assert "0 of 4 lanes at work" in status_of(RAN, replace(NIGHT, state=state), ALIVE).lines()[1]
    assert "0 of 4 lanes at work" in status_of(replace(RAN, holding=Holding.DIED), RUNNING, ALIVE).lines()[1]
    late = replace(ALIVE, silent_seconds=15.0)
    assert "not heard of for 15 s" in status_of(RAN, RUNNING, late).lines()[1]
    dead = status_of(RAN, RUNNING, DEAD).lines()[1]
    assert "not heard of for 11 min 40 s; the others take up its work" in dead
    assert "no work is left with it" in status_of(RAN, replace(NIGHT, state=OccasionState.DONE), DEAD).lines()[1]

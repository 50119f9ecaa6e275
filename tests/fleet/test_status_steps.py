"""What `fleet status` and its neighbours propose next is done as it stands, from a new fleet to its last row."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal
from importer.delivery.journal_place import DatabasePlace
from importer.fleet.engine import DbosEngine
from importer.shell import shell_split
from tests.fleet.test_next_steps import follow, step_of
from tests.fleet.test_walk import call, labelled
from tests.fleet.test_workers import write_shared
from tests.fleet.workers import WorkerHere

if TYPE_CHECKING:
    from tests.database import Server
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home", "address")
PEOPLE = "Name,Phone\n" + "".join(f"Bob Ray {number},+1415666{number:04d}\n" for number in range(100, 130))
LONGEST_SECONDS = 60.0


@dataclass
class Status:
    """`fleet status` of a fleet, asked again and again."""

    capsys: pytest.CaptureFixture[str]
    file: str

    def step(self) -> str:
        """What stands after `Next:`, on one line."""
        code, lines, err = call(self.capsys, "fleet", "status", self.file)
        assert code == 0, err
        return labelled(lines, "Next")

    def wait_for(self, words: str) -> str:
        """The next step, once it has these words."""
        until = time.monotonic() + LONGEST_SECONDS
        while words not in (step := self.step()) and time.monotonic() < until:
            time.sleep(0.1)
        assert words in step
        return step

    def take(self, step: str) -> list[str]:
        """Type the command at the end of a step; returns what it shows."""
        code, lines, err = call(self.capsys, *shell_split(step.rpartition("openphone-import ")[2].rstrip(".")))
        assert code == 0, err
        return lines


def yes(file: str) -> None:
    """Have the file answer the question before the first write, as a person would."""
    text = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(text.replace("rate = 100", "rate = 100\nyes = true"), encoding="utf-8")


@pytest.mark.parametrize("has_worker", [False, True])
def test_a_new_fleet_is_imported_as_status_says(
    capsys: pytest.CaptureFixture[str], service: StartService, *, has_worker: bool
) -> None:
    """Without a worker status names `fleet run`; with one `fleet start`, then how to watch, until nothing is to do."""
    acme = service("key-of-acme-0123456789", latency_ms=100)
    name = f"steps-{has_worker}"
    file = write_shared(name, acme=acme.url)
    yes(file)
    Path("acme.csv").write_text(PEOPLE, encoding="utf-8")
    assert call(capsys, "fleet", "init", file)[0] == 0
    status = Status(capsys, file)
    worker = WorkerHere(file, lambda place: DbosEngine(place, name), until=1)
    thread = threading.Thread(target=worker.run)
    if has_worker:
        thread.start()
        step = status.wait_for("acme is not begun yet; import: openphone-import fleet start")
        status.take(step)
        status.take(status.wait_for("wait for the workers; to see them go on: "))
        thread.join()
    else:
        status.take(status.wait_for("acme is not begun yet; import: openphone-import fleet run"))
    status.wait_for("nothing to do")
    assert len(acme.contacts()) == 30


def test_what_is_paused_goes_on_as_it_says(capsys: pytest.CaptureFixture[str], service: StartService) -> None:
    """A second pause, and status, both name the command after which a worker is all that is missing."""
    file = write_shared("halt", acme=service("key-of-acme-0123456789").url)
    assert call(capsys, "fleet", "init", file)[0] == 0
    assert call(capsys, "fleet", "start", file, "--yes")[0] == 0
    pause, status = ("fleet", "pause", "acme", "--fleet", file), Status(capsys, file)
    assert call(capsys, *pause)[0] == 0
    status.take(status.wait_for("acme is paused; to go on: "))
    status.wait_for("openphone-import fleet work halt.toml")
    assert call(capsys, *pause)[0] == 0
    step = step_of(capsys, *pause)
    assert step.startswith("To go on: openphone-import fleet retry acme")
    status.take(step)
    status.wait_for("openphone-import fleet work halt.toml")


def test_what_another_run_has_is_waited_for(
    capsys: pytest.CaptureFixture[str], service: StartService, database: Server
) -> None:
    """While a single run is at work status names itself, and after its end what is to be done."""
    acme = service("key-of-acme-0123456789")
    file = write_shared("busy", acme=acme.url)
    status = Status(capsys, file)
    with Journal.open(DatabasePlace(database.url, "busy/acme"), acme.url, "key-of-acme-0123456789"):
        step = status.wait_for("wait for the end of what is at work: ")
    assert "not begun yet; import: " in labelled(status.take(step), "Next")


def test_rows_of_results_are_imported_as_they_say(capsys: pytest.CaptureFixture[str], service: StartService) -> None:
    """Status and results name what imports the rows that wait; of those to correct, where they are."""
    acme = service("key-of-acme-0123456789")
    file = write_shared("rows", acme=acme.url)
    yes(file)
    Path("acme.csv").write_text(f"{PEOPLE}Eve Fox,12\n", encoding="utf-8")
    status = Status(capsys, file)
    assert call(capsys, "fleet", "run", file)[0] == 1
    assert status.step() == "acme: correct the rows that results/acme/report.html shows"
    # On another computer, which has none of its files.
    Path("results").rename("elsewhere")
    step = status.step()
    assert step.startswith("acme: see its rows to correct with openphone-import fleet results acme acme.results")
    status.take(step.partition(", correct")[0])
    assert "phone" in Path("acme.results/problems.csv").read_text(encoding="utf-8")
    assert step.endswith(f"then: openphone-import fleet run {file}")
    Path("elsewhere").rename("results")
    code, lines, _ = call(capsys, "fleet", "results", "acme", "again", "--fleet", file)
    assert (code, labelled(lines, "Next").startswith("correct the rows that problems.csv names")) == (0, True)
    assert "Eve" not in Path("again/id_map.csv").read_text(encoding="utf-8")
    assert "phone" in Path("again/problems.csv").read_text(encoding="utf-8")
    Path("acme.csv").write_text(f"{PEOPLE}Eve Fox,+14156660999\n", encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    assert len(acme.contacts()) == 31
    status.wait_for("nothing to do")

    assert call(capsys, "undo", "--fleet", file, "--workspace", "acme", "--yes", "--all")[0] == 0
    code, lines, _ = call(capsys, "fleet", "results", "acme", "undone", "--fleet", file)
    assert labelled(lines, "Next") == f"31 rows not in the workspace; go on with: openphone-import fleet run {file}"
    assert follow(capsys, lines) == 0
    assert len(acme.contacts()) == 31


def test_a_renamed_workspace_goes_on_as_it_is_told(capsys: pytest.CaptureFixture[str], service: StartService) -> None:
    """Its folder is not adopted a second time; with the former name in the file it goes on, and makes nobody twice."""
    acme = service("key-of-acme-0123456789")
    file = write_shared("renamed", acme=acme.url, beta=acme.url)
    yes(file)
    text = Path(file).read_text(encoding="utf-8").partition('[[workspace]]\nname = "beta"')[0]
    Path(file).write_text(text, encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    # Beside one that keeps its name, or the fleet would count as another.
    text = text.replace('name = "acme"', 'name = "gamma"')
    other = '[[workspace]]\nname = "acme"\nsheet = "beta.csv"\nsandbox = true\n'
    Path(file).write_text(f"{text}{other}", encoding="utf-8")
    step = step_of(capsys, "fleet", "adopt", "results/acme", "--fleet", file, "--workspace", "gamma")
    assert 'goes on with its journal if renamed.toml says so: aliases = ["FORMER NAME"] below its new name.' in step
    Path(file).write_text(text.replace('name = "gamma"', 'name = "gamma"\naliases = ["acme"]'), encoding="utf-8")
    assert call(capsys, "fleet", "run", file)[0] == 0
    assert len(acme.contacts()) == 6
    assert sum(request.method == "POST" for request in acme.requests()) == 6

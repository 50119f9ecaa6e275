"""What `undo` and `dedupe` propose is typed as it stands: they take back what they say, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Fault
from tests.cli.next_steps.screen import DORA, OUT, PEOPLE

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

ANN, NUMBER = "+14155550101", "+14155550177"


def run_id() -> str:
    return str(json.loads((OUT / "summary.json").read_text(encoding="utf-8"))["run_id"])


@pytest.fixture
def two_runs(screen: Screen) -> Screen:
    """Two runs that have written."""
    screen.run()
    screen.sheet(PEOPLE + DORA)
    screen.run()
    return screen


@pytest.fixture
def zoes(screen: Screen) -> Screen:
    """A person twice, of two sources."""
    screen.add_twin("Zoe", NUMBER, "crm")
    screen.add_twin("Zoe", NUMBER, "shop")
    return screen


def test_earlier_runs_are_undone_too(two_runs: Screen) -> None:
    """The command that is shown takes back the runs before as well; what is imported then is there once."""
    assert two_runs.undo() == 0
    assert two_runs.names() == ["Ann", "Bob", "Cy"]
    assert two_runs.follow("--yes") == 0
    assert two_runs.names() == []
    assert two_runs.run() == 0
    assert two_runs.is_whole("Ann", "Bob", "Cy", "Dora")


def test_the_run_before_is_undone(two_runs: Screen) -> None:
    """Where a run is undone already, the command that is shown undoes the one before it."""
    two_runs.undo()
    assert two_runs.undo("--run", run_id()) == 0
    assert "Nothing is left to undo" in two_runs.text
    assert two_runs.follow("--yes", number=0) == 0
    assert two_runs.names() == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault("400", method="DELETE", count=1), 1), (Fault("401", method="DELETE", start=2), 3)],
    ids=["failed", "stopped"],
)
def test_an_undo_goes_on(screen: Screen, fault: Fault, code: int) -> None:
    """What failed, and what a stopped undo had not reached, is undone by the command that is shown."""
    screen.run()
    screen.sandbox.add_faults(fault)
    assert screen.undo() == code
    screen.sandbox.clear_faults()
    assert screen.follow(number=0) == 0
    assert screen.names() == []


def test_a_row_that_the_mirror_has_missed_brings_its_contact_back(screen: Screen) -> None:
    """What a mirror deleted comes back with its row, as undo.csv says; an undo that could not is not proposed again."""
    mirror = ("--map", "Email=external_id", "--source", "crm-1", "--mirror", "--max-deletes", "5")
    screen.run(*mirror)
    screen.sheet(PEOPLE.replace("Cy,Lee,+14155550103,cy@example.com\n", "") + DORA)
    assert screen.run(*mirror) == 0
    for _ in range(2):
        assert screen.undo() == 1
        assert "see in undo.csv how to bring back 1 contact that undo cannot" in screen.text
    assert "put its row back into the sheet and run again" in (OUT / "undo.csv").read_text(encoding="utf-8")
    assert screen.names() == ["Ann", "Bob"]
    screen.sheet(PEOPLE)
    assert screen.run(*mirror) == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


def test_a_contact_that_was_kept_is_decided_in_the_app(screen: Screen) -> None:
    """A contact that somebody changed stays for a person, who deletes it; the row that is imported anew says so."""
    screen.run()
    screen.sandbox.edit(screen.contact("Ann")["id"], lastName="Byron")
    assert screen.undo() == 1
    assert "decide in the app about the 1 that were kept" in screen.text
    screen.sandbox.delete(screen.contact("Ann")["id"])
    assert screen.run() == 1
    assert screen.follow() == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


def test_dedupe_is_taken_back_before_the_import(screen: Screen) -> None:
    """Where dedupe joined another contact into one of the run, its undo comes first, then that of the run."""
    screen.run()
    screen.add_twin("Ann", ANN, "crm")
    assert screen.dedupe() == 0
    assert screen.undo() == 1
    assert screen.follow("--yes", number=0) == 0
    screen.undo()
    assert screen.names() == ["Ann"]
    assert screen.contact("Ann")["source"] == "crm"


def test_runs_of_both_kinds_are_undone_one_after_another(screen: Screen) -> None:
    """In a folder of imports and of dedupe, --all names the command that comes first, and works after it."""
    screen.run()
    screen.add_twin("Zoe", NUMBER, "crm")
    screen.add_twin("Zoe", NUMBER, "shop")
    assert screen.dedupe("--out", str(OUT)) == 0
    assert screen.undo("--all") == 2
    assert screen.follow("--yes") == 0
    assert screen.undo("--all") == 0
    assert screen.names() == ["Zoe", "Zoe"]


def test_a_plan_of_dedupe_is_carried_out_and_taken_back(zoes: Screen) -> None:
    """The plan names the command that joins, and that one the command that brings both back."""
    assert zoes.dedupe("--plan") == 0
    assert zoes.names() == ["Zoe", "Zoe"]
    assert zoes.follow() == 0
    assert zoes.names() == ["Zoe"]
    assert zoes.follow("--yes") == 0
    assert zoes.names() == ["Zoe", "Zoe"]
    assert zoes.dedupe() == 0
    assert zoes.dedupe() == 0
    assert "nothing to do" in zoes.text


def test_a_stopped_dedupe_goes_on(zoes: Screen) -> None:
    """A dedupe that was stopped goes on with the command that is shown."""
    zoes.sandbox.add_faults(Fault("401", method="DELETE"))
    assert zoes.dedupe() == 2
    zoes.sandbox.clear_faults()
    assert zoes.follow(number=0) == 0
    assert zoes.names() == ["Zoe"]


def test_people_that_dedupe_leaves_are_decided_in_the_app(screen: Screen) -> None:
    """Contacts that dedupe may not delete are for a person, and after that nothing is left."""
    for _ in range(2):
        screen.sandbox.add(firstName="Zoe", lastName="Ray", phoneNumbers=[{"name": "phone", "value": NUMBER}])
    assert screen.dedupe() == 1
    assert "decide in the app about the 1 person left" in screen.text
    screen.sandbox.delete(screen.contact("Zoe")["id"])
    assert screen.dedupe() == 0
    assert screen.names() == ["Zoe"]


def test_a_row_goes_on_with_the_contact_that_dedupe_kept(screen: Screen) -> None:
    """A row whose contact went into one of the app has that one in the next run; what is advised takes it back."""
    screen.run()
    phones = [{"name": "mobile", "value": ANN}]
    screen.sandbox.add(firstName="Ann", lastName="Lee", phoneNumbers=phones)
    assert screen.dedupe() == 0
    assert "1 of the deleted contacts belong to rows of sheets imported here" in screen.text
    (undo,) = screen.commands()
    for _ in range(2):
        assert screen.run("--on-missing", "create") == 0
        assert screen.is_whole("Ann", "Bob", "Cy"), screen.text
    assert screen.type(*undo, "--yes") == 0
    assert screen.run() == 0
    assert screen.is_whole("Ann", "Ann", "Bob", "Cy"), screen.text

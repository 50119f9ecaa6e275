"""Two runs at once: of one journal, of one sheet with two journals, of two sheets with one key."""

from __future__ import annotations

import csv
import socket
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.e2e.rig import Program, audit, read_table, write_people

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.e2e.conftest import ImportPeople

ROWS = 60


def test_one_run_at_a_time(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A second start says which process on which machine has the journal and exits 2; a killed holder hands it over."""
    program = import_people(sandbox.url, ROWS, rate=20)
    first = program.start()
    assert first.saw_event("delivered", 5)
    second = program.run()
    assert second.code == 2
    assert f"process {first.pid} on {socket.gethostname()}" in second.err
    assert " next: " in second.err
    first.kill()
    program.rate = 200
    done = program.run()
    assert done.code == 0, done.err
    assert not audit(program, sandbox.contacts())


def test_a_second_run_let_in_by_hand(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Somebody removes the lock file and starts again: the first run stops and says why, the second does it all."""
    program = import_people(sandbox.url, ROWS, rate=20)
    first = program.start()
    assert first.saw_event("delivered", 5)
    (program.out / ".journal.sqlite.lock").unlink()
    second = program.start().end()
    done = first.end()
    assert second.code == 0, second.err
    assert done.code == 3, done.err
    assert "lock file" in done.err
    assert " next: " in done.err
    done = program.run()
    assert done.code == 0, done.err
    assert not audit(program, sandbox.contacts())


def test_two_runs_of_one_sheet_at_once(tmp_path: Path, sandbox: Sandbox) -> None:
    """Two people who import one sheet at one moment, each with a journal, make everybody once between them."""
    sheet = write_people(tmp_path / "people.csv", ROWS)
    homes = [tmp_path / name for name in ("ann", "bob")]
    for home in homes:
        home.mkdir()
    programs = [Program(home, sheet, sandbox.url) for home in homes]
    for process in [program.start() for program in programs]:
        done = process.end()
        assert done.code == 0, done.err
    for program in programs:
        assert not audit(program, sandbox.contacts())


IDS = {
    "No": ("--map", "No=external_id", "--map", "Ref=ignore"),
    "Ref": ("--map", "Ref=external_id", "--map", "No=ignore"),
}


@pytest.mark.parametrize("first", [("No", "Ref"), ("Ref", "")])
def test_two_folders_with_other_ids_at_once(tmp_path: Path, sandbox: Sandbox, first: tuple[str, str]) -> None:
    """One sheet into two folders at one moment, each with ids of its own: who comes second waits, and finds or asks."""
    people = read_table(write_people(tmp_path / "plain.csv", ROWS))
    sheet = tmp_path / "people.csv"
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["No", "Ref", *people[0]])
        table.writerows([f"{100 + 7 * row}", f"K-{row}", *each.values()] for row, each in enumerate(people))
    (tmp_path / "home").mkdir()
    processes = []
    for folder, ids in zip(("ann", "bob"), first, strict=True):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "home").symlink_to(tmp_path / "home")
        ignored = ("--map", "No=ignore", "--map", "Ref=ignore")
        processes.append(Program(tmp_path / folder, sheet, sandbox.url).start(*IDS.get(ids, ignored)))
    codes = [process.end().code for process in processes]
    assert {*codes} <= {0, 1}
    assert 0 in codes
    assert Counter(contact["defaultFields"]["firstName"] for contact in sandbox.contacts()) == {
        person["First Name"]: 1 for person in people
    }


@pytest.mark.parametrize("sandbox", [{"rate": 30}], indirect=True)
def test_two_runs_with_one_key_share_the_pace(tmp_path: Path, sandbox: Sandbox) -> None:
    """Two sheets at once with one key: the requests of both together keep near the one pace, not twice of it."""
    programs = []
    for number, name in enumerate(("ann", "bob")):
        (tmp_path / name).mkdir()
        sheet = write_people(tmp_path / name / "people.csv", ROWS, first=number * ROWS)
        programs.append(Program(tmp_path / name, sheet, sandbox.url, rate=30))
    # One user, one home: that is where the pace is kept.
    (tmp_path / "ann" / "home").mkdir()
    (tmp_path / "bob" / "home").symlink_to(tmp_path / "ann" / "home")
    assert [process.end().code for process in [program.start() for program in programs]] == [0, 0]
    times = [exchange.time for exchange in sandbox.requests()]
    most = max(sum(one <= other < one + 1 for other in times) for one in times)
    statuses = Counter(exchange.status for exchange in sandbox.requests())
    assert most < 45, (most, statuses)
    assert statuses[429] < 15, statuses
    assert len(sandbox.contacts()) == 2 * ROWS

"""Two runs at once: of one journal, of one sheet with two journals, of two sheets with one key."""

from __future__ import annotations

import csv
import signal
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
    "": ("--map", "No=ignore", "--map", "Ref=ignore"),
}


@pytest.mark.parametrize("first", [("No", "Ref"), ("Ref", "")])
def test_two_folders_with_other_ids_at_once(tmp_path: Path, sandbox: Sandbox, first: tuple[str, str]) -> None:
    """One sheet into two folders at one moment, each with ids of its own: who comes second waits, and finds or asks."""
    sheet = _numbered_people(tmp_path)
    processes = [
        _program(tmp_path, folder, sheet, sandbox).start(*IDS[ids])
        for folder, ids in zip(("ann", "bob"), first, strict=True)
    ]
    codes = [process.end().code for process in processes]
    assert {*codes} <= {0, 1}
    assert 0 in codes
    assert _names(sandbox) == dict.fromkeys(_first_names(sheet), 1)


def test_an_import_that_does_not_go_on_is_not_waited_for_without_end(tmp_path: Path, sandbox: Sandbox) -> None:
    """Who waits for a frozen import ends, and says which; once that has finished, the command finds all."""
    sheet = _numbered_people(tmp_path)
    frozen, waiting = (_program(tmp_path, folder, sheet, sandbox, rate=20) for folder in ("ann", "bob"))
    first = frozen.start(*IDS["No"])
    assert first.saw_event("delivered", 5)
    first.signal(signal.SIGSTOP)
    done = waiting.run(*IDS[""], "--wait-for-service", "0.05")
    assert done.code == 3, done.err
    assert f"process {first.pid}" in done.err
    assert "end it, or let it finish, and run again" in done.err
    first.signal(signal.SIGCONT)
    assert first.end().code == 0
    assert waiting.run(*IDS[""]).code == 0
    assert _names(sandbox) == dict.fromkeys(_first_names(sheet), 1)


def _numbered_people(folder: Path) -> Path:
    """A sheet of people with two columns that may be their ids, and a home that the programs of `folder` share."""
    people = read_table(write_people(folder / "plain.csv", ROWS))
    sheet = folder / "people.csv"
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["No", "Ref", *people[0]])
        table.writerows([f"{100 + 7 * row}", f"K-{row}", *person.values()] for row, person in enumerate(people))
    (folder / "home").mkdir()
    return sheet


def _program(folder: Path, name: str, sheet: Path, sandbox: Sandbox, rate: float = 100) -> Program:
    (folder / name).mkdir()
    (folder / name / "home").symlink_to(folder / "home")
    return Program(folder / name, sheet, sandbox.url, rate)


def _first_names(sheet: Path) -> list[str]:
    return [person["First Name"] for person in read_table(sheet)]


def _names(sandbox: Sandbox) -> dict[str, int]:
    return Counter(contact["defaultFields"]["firstName"] for contact in sandbox.contacts())


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

"""Never twice, never lost: the real program, killed again and again, over a service that fails and dies too."""

from __future__ import annotations

import random
import signal
from typing import TYPE_CHECKING

import pytest

from tests.e2e.rig import Program, audit, kill_at_random, write_people

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Serve
    from tests.e2e.rig import Service

ROWS = 300
FAULTS = """
[[fault]]
kind = "lost-response"
method = "POST"
probability = 0.06

[[fault]]
kind = "500-after"
method = "POST"
probability = 0.05

[[fault]]
kind = "reset"
probability = 0.04

[[fault]]
kind = "reset-after"
method = "POST"
probability = 0.03

[[fault]]
kind = "late"
method = "POST"
probability = 0.03
delay_ms = 400

[[fault]]
kind = "html-503"
probability = 0.03

[[fault]]
kind = "429"
probability = 0.02
"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program over a sheet of 300 people; the test gives it the address."""
    return Program(tmp_path, write_people(tmp_path / "people.csv", ROWS))


def finish(program: Program, runs: int = 3) -> None:
    """Run until the program itself says that nothing is left to do."""
    for _ in range(runs):
        done = program.run()
        if done.code != 3:
            break
    assert done.code == 0, done.err


def assert_exactly_once(program: Program, service: Service, seed: int) -> None:
    service.kill()
    found = audit(program, service.contacts())
    assert not found, f"seed {seed}: {found}"


def test_killed_twenty_times(program: Program, serve: Serve) -> None:
    """Killed 20 times at random moments, 300 rows end as exactly 300 contacts, all of them known as made by us."""
    service = serve("--rate", "0", "--latency", "40", "--jitter", "0.5")
    program.url, seed = service.url, 1
    dice = random.Random(seed)
    print(f"seed {seed}")
    kills = 0
    for number in range(20):
        # A fresh interpreter is slow to start and dies as a warm one does: some are enough to be sure of it.
        program.cold = number % 5 == 0
        kills += kill_at_random(program, dice, 0.35)
    assert kills == 20, f"seed {seed}: only {kills} kills met a living run"
    assert len(service.contacts()) > 0
    finish(program)
    assert program.summary()["created"] == ROWS, f"seed {seed}"
    assert program.run().code == 0
    assert program.summary()["requests"] <= 1, f"seed {seed}: work was done twice"
    assert_exactly_once(program, service, seed)


def test_killed_with_the_journal_lost(program: Program, serve: Serve) -> None:
    """With the journal deleted between kills, the same sheet finds its own contacts again and makes none twice."""
    service = serve("--rate", "0", "--latency", "20", "--jitter", "0.5")
    program.url, seed = service.url, 2
    dice = random.Random(seed)
    print(f"seed {seed}")
    for lost in (False, True, False, True, True, False):
        kill_at_random(program, dice, 0.8)
        if lost:
            program.drop_journal()
    finish(program)
    assert_exactly_once(program, service, seed)


def test_killed_while_the_service_fails(program: Program, serve: Serve, tmp_path: Path) -> None:
    """Lost answers, errors after storing, resets and late arrivals, and kills on top: still once each."""
    faults = tmp_path / "faults.toml"
    faults.write_text(FAULTS, encoding="utf-8")
    service = serve("--rate", "0", "--latency", "20", "--jitter", "0.5", "--faults", str(faults))
    program.url, seed = service.url, 3
    dice = random.Random(seed)
    print(f"seed {seed}")
    for _ in range(5):
        kill_at_random(program, dice, 1.5)
    finish(program, runs=5)
    assert_exactly_once(program, service, seed)


def test_the_service_dies_and_comes_back(program: Program, serve: Serve) -> None:
    """The service killed in mid-run and started again costs the run nothing but its own absence: it waits, goes on."""
    service = serve("--rate", "0", "--latency", "20")
    program.url = service.url
    process = program.start("--wait-for-service", "2")
    assert process.saw_event("delivered", 60)
    service.kill()
    assert process.saw_event("waiting"), "the run did not say that it waits"
    service.start()
    done = process.end()
    assert done.code == 0, done.err
    assert program.summary()["created"] == ROWS
    assert_exactly_once(program, service, 0)


def test_both_die_together(program: Program, serve: Serve) -> None:
    """A power cut: program and service killed at once, in mid-run, again and again; nothing doubles."""
    service = serve("--rate", "0", "--latency", "20")
    program.url = service.url
    for _ in range(3):
        process = program.start()
        assert process.saw_event("delivered", 40)
        process.signal(signal.SIGKILL)
        service.kill()
        process.end()
        service.start()
    finish(program)
    assert_exactly_once(program, service, 0)

"""Tests go to the workers in an order that keeps all processors busy, each of them once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.worker_order import OneByOne, rank

TESTS = (
    *("tests/web/test_a.py::one", "tests/web/test_a.py::two", "tests/web/test_a.py::three"),
    *(f"tests/e2e/test_b.py::{number}" for number in range(6)),
    *(f"tests/cli/test_c.py::{number}" for number in range(6)),
    *(f"tests/clean/test_d.py::{number}" for number in range(4)),
    *(f"tests/clean/test_e.py::{number}" for number in range(4)),
)


class Worker:
    """A worker as the dealer sees it: `given` are the tests that it was sent and has not run yet."""

    shutting_down = False

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.given: list[int] = []

    def send_runtest_some(self, tests: list[int]) -> None:
        self.given += tests

    def shutdown(self) -> None:
        self.shutting_down = True


def dealt(workers: int) -> tuple[OneByOne, dict[str, list[str]]]:
    """The dealer after all tests, and what each worker ran; they run one test each in turn."""
    config: Any = SimpleNamespace(
        getvalue=lambda _: ["popen"] * workers, option=SimpleNamespace(loadscopereorder=True, debug=False)
    )
    dealer = OneByOne(config, None)
    nodes = [Worker(f"gw{number}") for number in range(workers)]
    for node in nodes:
        dealer.add_node(node)
        dealer.add_node_collection(node, TESTS)
    dealer.schedule()
    ran: dict[str, list[str]] = {node.gateway.id: [] for node in nodes}
    while any(node.given for node in nodes):
        for node in nodes:
            if node.given:
                test = node.given.pop(0)
                ran[node.gateway.id].append(TESTS[test])
                dealer.mark_test_complete(node, test)
    return dealer, ran


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_each_test_is_dealt_out_once(workers: int) -> None:
    """However many workers there are, every test goes to one of them, and a module of one piece to one alone."""
    dealer, ran = dealt(workers)
    assert sorted(test for tests in ran.values() for test in tests) == sorted(TESTS)
    assert dealer.tests_finished
    for module in ("tests/web/test_a.py", "tests/clean/test_d.py", "tests/clean/test_e.py"):
        assert sum(any(test.startswith(module) for test in tests) for tests in ran.values()) == 1


def test_half_of_the_workers_begin_at_the_end() -> None:
    """One worker begins with what waits and another with what does not; they meet where tests go out one by one."""
    _, ran = dealt(2)
    assert ran["gw0"][0].startswith("tests/web/")
    assert ran["gw1"][0].startswith("tests/clean/test_e.py")
    assert {test.split("/")[1] for test in (ran["gw0"][-1], ran["gw1"][-1])} <= {"e2e", "cli"}


def test_what_is_done_is_forgotten() -> None:
    """The dealer keeps what is under way alone: it goes through all that it keeps after each test."""
    dealer, _ = dealt(2)
    assert [dealer._pending_of(kept) for kept in dealer.assigned_work.values()] == [0, 0]
    assert not any(dealer.assigned_work.values())


def test_the_order_is_by_rooms() -> None:
    """What shares a program comes first, then what waits, then all else, and last what keeps a processor busy."""
    assert [*TESTS] == sorted(TESTS, key=rank)
    assert rank("tests/docs/test_plain_english.py::one") == rank("tests/identity/test_walks.py::one") == 3

"""Random walks of workers that start, die, freeze, wake and lose the database: nothing is doubled, late or lost."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from importer.sandbox import Sandbox
from tests.fleet.walk_fleet import Departures, WalkFleet
from tests.fleet.walk_worker import WalkWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.database import Server

WORKSPACES = ("acme", "bolt")
MOST_ALIVE = 4
MOST_OCCASIONS = 3
# Just where a request is about to leave, or where its answer is about to be written down.
MOMENT = st.sampled_from(["after:sending", "before:sending", "before:settle"])
NUMBERS = st.integers(0, 99)
WALKS = 10


def is_free(worker: WalkWorker) -> bool:
    return worker.is_awake and worker.attempt is None


def is_at_work(worker: WalkWorker) -> bool:
    return worker.is_awake and worker.attempt is not None


def is_frozen(worker: WalkWorker) -> bool:
    return worker.frozen_at is not None and not worker.is_dead


class Walks(RuleBasedStateMachine):
    """A fleet of two workspaces, whose workers meet with everything at any commit."""

    open_fleet: ClassVar[Callable[[], WalkFleet]]
    figures: ClassVar[Counter[str]]

    @initialize(
        happens=st.sampled_from(
            [WalkWorker.freeze, WalkWorker.die, WalkWorker.move_fence, WalkWorker.lose_database, None]
        ),
        before=st.integers(0, 12),
        moment=MOMENT,
        after=st.integers(0, 40),
    )
    def start(self, happens: Callable[[WalkWorker], None] | None, before: int, moment: str, after: int) -> None:
        """Something happens to the first worker in the middle of its work, and another one is there."""
        self.fleet = type(self).open_fleet()
        self.edits: dict[str, str] = {}
        for workspace in WORKSPACES:
            self.fleet.begin_occasion(workspace, 4)
        first, second = WalkWorker(self.fleet), WalkWorker(self.fleet)
        first.take()
        first.go(before)
        first.go(20, moment)
        if happens is not None and is_at_work(first):
            happens(first)
        second.take()
        second.go(after)

    def some(self, number: int, fits: Callable[[WalkWorker], bool]) -> list[WalkWorker]:
        """One of the workers that are as a rule needs it; none if there is none, so that nothing happens."""
        fitting = [worker for worker in self.fleet.workers if fits(worker)]
        return fitting[number % len(fitting) :][:1] if fitting else []

    @rule()
    def start_worker(self) -> None:
        """A computer more."""
        if sum(not worker.is_dead for worker in self.fleet.workers) < MOST_ALIVE:
            WalkWorker(self.fleet)

    @rule(workspace=st.sampled_from(WORKSPACES), more=st.integers(0, 2))
    def begin_occasion(self, workspace: str, more: int) -> None:
        """The next night, with a longer sheet."""
        if len(self.fleet.done) < MOST_OCCASIONS * len(WORKSPACES):
            self.fleet.begin_occasion(workspace, more)

    @rule(number=NUMBERS, moments=st.integers(0, 30))
    def take(self, number: int, moments: int) -> None:
        """A worker takes an occasion, also what a dead one has left, and comes so far with it."""
        for worker in self.some(number, is_free):
            worker.take()
            worker.go(moments)

    @rule(number=NUMBERS, moments=st.integers(1, 20))
    def go_on(self, number: int, moments: int) -> None:
        """A worker delivers some rows."""
        for worker in self.some(number, is_at_work):
            worker.go(moments)

    @rule(number=NUMBERS)
    def die(self, number: int) -> None:
        """A computer loses its power."""
        for worker in self.some(number, is_at_work):
            worker.die()

    @rule(number=NUMBERS, moment=MOMENT)
    def freeze(self, number: int, moment: str) -> None:
        """A computer falls asleep in the middle of its work, often just where a request is about to leave."""
        for worker in self.some(number, is_at_work):
            worker.go(20, moment)
            if is_at_work(worker):
                worker.freeze()

    @rule(number=NUMBERS, moments=st.integers(1, 20), late=st.booleans())
    def wake(self, number: int, moments: int, late: bool) -> None:
        """It goes on where it was, whether or not another one is at its work by now."""
        for worker in self.some(number, is_frozen):
            worker.wake(late=late)
            worker.go(moments)

    @rule(number=NUMBERS)
    def lose_database(self, number: int) -> None:
        """The server ends a session, as when an administrator does."""
        for worker in self.some(number, is_at_work):
            worker.lose_database()

    @rule(number=NUMBERS)
    def move_fence(self, number: int) -> None:
        """The lock of a journal is lost, and another worker has it, while the session of its holder goes on."""
        for worker in self.some(number, is_at_work):
            worker.move_fence()

    @rule(number=NUMBERS)
    def edit(self, number: int) -> None:
        """A person writes something into a contact in the app."""
        contacts = self.fleet.sandbox.contacts()
        for contact in contacts[number % max(1, len(contacts)) :][:1]:
            self.edits[contact["id"]] = f"role {number}"
            self.fleet.sandbox.edit(contact["id"], role=f"role {number}")
            self.fleet.figures["edits"] += 1

    @invariant()
    def all_is_right(self) -> None:
        """Each contact made once, none too late, no edit undone, no occasion done twice, no take-over a failure."""
        if hasattr(self, "fleet"):
            self.fleet.check()
            there = {contact["id"]: contact["defaultFields"]["role"] for contact in self.fleet.sandbox.contacts()}
            assert {identity: there.get(identity) for identity in self.edits} == self.edits

    def teardown(self) -> None:
        """At rest every row has a contact, and every occasion is done."""
        if hasattr(self, "fleet"):
            try:
                self.fleet.rest(lambda: WalkWorker(self.fleet))
                self.all_is_right()
            finally:
                type(self).figures.update(
                    {**self.fleet.figures, "walks": 1, "contacts": len(self.fleet.sandbox.contacts())}
                )
                self.fleet.close()


def walk(database: Server, walks: int) -> Counter[str]:
    """Take so many walks; returns how often what has happened in them."""
    figures = Counter[str]()
    with Sandbox.start(rate=0) as sandbox, Departures() as departures:
        facts = {"open_fleet": staticmethod(lambda: WalkFleet(sandbox, database, departures)), "figures": figures}
        run_state_machine_as_test(
            type("Machine", (Walks,), facts),
            settings=settings(
                max_examples=walks,
                stateful_step_count=25,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    return figures


def test_workers_may_meet_with_anything(database: Server) -> None:
    """Whatever happens to whom at which commit, each row is made once and by the one whose it is, and none is lost."""
    assert walk(database, WALKS)["walks"] >= WALKS

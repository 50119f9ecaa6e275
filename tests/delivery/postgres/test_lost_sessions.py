"""The database goes away in the middle of a fact: the run stops in plain words, and the next one does nothing twice."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

from importer.delivery.journal import Journal, RunRecord
from importer.delivery.journal.forgetting import PersonTraces
from importer.delivery.journal.read_only import open_read_only
from importer.errors import DiskFailed, JournalError, TakenOver
from importer.model import Problem, Severity, Status
from importer.plan import OnMatch
from importer.sandbox import Fault
from tests.delivery.postgres.worker import drafts

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.delivery.journal_place import JournalPlace
    from tests.database import Server
    from tests.delivery.conftest import Bench, Result

LOST = Fault("lost-response", method="POST", external_id="id-2", count=1)
HELD = "SELECT pg_terminate_backend(backend) FROM openphone_import.journals WHERE name = %s AND left_at IS NULL"


@pytest.fixture
def bench(bench: Bench, database: Server) -> Bench:
    """A clean workspace, and a journal in Postgres."""
    bench.journal = database.place()
    return bench


def deliver(bench: Bench, fault: Callable[[str], None]) -> list[Result]:
    """Create the contacts, with one answer lost, then change them; stop where the first of the two is stopped."""
    bench.sandbox.add_faults(LOST)
    runs = [bench.run(drafts(), fault=fault)]
    if runs[0].error is None:
        runs.append(bench.run(drafts("Byron"), on_match=OnMatch.UPDATE, fault=fault))
    return runs


def is_right(bench: Bench) -> None:
    bench.sandbox.clear_faults()
    result = bench.run(drafts("Byron"), on_match=OnMatch.UPDATE)
    assert result.error is None
    there = sorted((each["externalId"], each["defaultFields"]["lastName"]) for each in bench.sandbox.contacts())
    assert there == [(draft.external_id, "Byron") for draft in drafts()]
    assert {contact["externalId"]: contact["id"] for contact in bench.sandbox.contacts()} == result.ids()


def facts(bench: Bench) -> list[str]:
    """What the deliveries commit, in the order of the first time."""
    moments: dict[str, None] = {}
    assert all(run.error is None for run in deliver(bench, lambda at: moments.setdefault(at)))
    return list(moments)


def test_a_session_may_end_at_any_fact(bench: Bench, database: Server) -> None:
    """Just before and just after each commit: the run says that the journal failed, and the next one ends right."""
    moments = facts(bench)
    assert {"before:sending", "after:sending", "before:doubt", "after:updating", "before:settle"} <= {*moments}
    for moment in moments:
        bench.sandbox.reset()
        bench.journal = place = database.place()
        seen: list[str] = []

        def fault(at: str, moment: str = moment, seen: list[str] = seen, name: str = place.name) -> None:
            if at == moment and not seen:
                seen.append(at)
                database.rows(HELD, name)

        runs = deliver(bench, fault)
        assert seen, moment
        # After the last commit of a run nothing may be left to notice it.
        assert all(run.error is None or isinstance(run.error, DiskFailed) for run in runs), (moment, runs[-1].error)
        assert not any(isinstance(run.error, TakenOver) for run in runs), moment
        if moment.startswith("before:"):
            error = runs[-1].error
            assert isinstance(error, DiskFailed), moment
            assert place.name in error.message
            assert "run the same command again" in error.next_step
        is_right(bench)


def test_a_server_may_lose_its_power(bench: Bench, own_server: Server) -> None:
    """What was committed is there when the server is back, and what was not committed was not sent."""
    for moment in ("before:sending", "after:sending", "before:settle"):
        bench.sandbox.reset()
        bench.journal = own_server.place()
        bench.is_read = False
        calls: list[str] = []

        def fault(at: str, moment: str = moment, calls: list[str] = calls) -> None:
            calls.append(at)
            if at == moment and calls.count(at) == 3:
                own_server.stop(signal.SIGQUIT)

        assert isinstance(bench.run(drafts(), fault=fault).error, DiskFailed), moment
        sent = sum(request.method == "POST" for request in bench.sandbox.requests())
        assert sent <= calls.count("after:sending"), moment
        with pytest.raises(JournalError, match="DATABASE cannot be used") as caught:
            Journal.open(bench.journal, "sandbox", "key")
        assert "Check that it is running" in caught.value.next_step
        own_server.run()
        bench.is_read = True
        is_right(bench)


def test_a_reader_sees_one_moment_while_a_run_writes(bench: Bench) -> None:
    """To look into a journal in use waits for nothing, changes nothing and shows what was there at its beginning."""
    assert bench.run(drafts()[:2]).error is None
    place: Any = bench.journal
    with Journal.open(place, "sandbox", "key") as journal, open_read_only(place) as reading:
        before = reading.counts()
        journal.remember_reading("new")
        journal.enter(RunRecord("later", "undo", "people.csv", None, "2026-01-02T00:00:00Z"))
        assert reading.counts() == before == {**dict.fromkeys(Status, 0), Status.CREATED: 2}
        assert reading.is_whole()
        assert len(reading.runs()) == 1


@pytest.mark.both_stores
def test_joined_contacts_are_known_by_their_first_image(journal_place: JournalPlace) -> None:
    """What was joined, in which order it is undone, and what is forgotten of it, is the same in both stores."""
    images = {
        each: {"id": each, "externalId": f"id-{each}", "Email": f"{each}@Example.com"}
        for each in ("a-kept", "b-gone", "c-begun")
    }
    with Journal.open(journal_place, "sandbox", "key") as journal:
        journal.enter(RunRecord("join", "dedupe", "people.csv", None, "2026-01-01T00:00:00Z"))
        journal.joins.begin(images["a-kept"], "a-kept", "f1")
        journal.joins.begin({**images["a-kept"], "later": True}, "a-kept", "f2")
        journal.joins.end("a-kept", "f3")
        for deleted in ("b-gone", "c-begun"):
            journal.joins.begin(images[deleted], "a-kept", None)
        journal.joins.end("b-gone", None)
        journal.finish("join", {}, 0)
        (target,) = journal.joins.targets()
        left = journal.joins.contacts(target)
        assert [(each.contact_id, each.is_deletion, each.begun) for each in left] == [
            ("b-gone", True, False),
            ("c-begun", True, True),
            ("a-kept", False, False),
        ]
        assert [each.before for each in left] == [images["b-gone"], images["c-begun"], images["a-kept"]]
        assert left[-1].expected == "f3"
        journal.joins.remaking(target, "b-gone", 1000)
        journal.joins.undone(target, "b-gone", "reversed", "made again", "d-again")
        assert journal.joins.kept_ids(5) == ("a-kept",)
        assert journal.joins.known_ids() == {"a-kept", "b-gone", "c-begun", "d-again"}
        assert [(each.contact_id, each.result) for each in journal.joins.lines(target)] == [("d-again", "reversed")]
        assert journal.forgetting.joined_with("C-BEGUN@example.COM") == ("c-begun",)
        traces = PersonTraces(contact_ids=("c-begun",))
        with journal.forgetting.forget(traces, ["c-begun@example.com"]) as entries:
            assert entries == 1
        assert [each.contact_id for each in journal.joins.contacts(target)] == ["a-kept"]


def test_a_copy_leaves_the_journal_as_it_is(bench: Bench, database: Server) -> None:
    """What is written to a copy is seen there and gone with it; problems that it adds get numbers of their own."""
    assert bench.run(drafts()).error is None
    place: Any = bench.journal

    def problem(value: str) -> Problem:
        return Problem(2, "Name", value, "unfinished", Severity.ERROR, "not done")

    with Journal.open(place, "sandbox", "key") as journal:
        journal.add_problems([problem("kept")])
    counted = "SELECT count(*) FROM openphone_import.problems"
    before = database.rows(counted)
    with Journal.copy(place, "sandbox", "key") as copy:
        copy.add_problems([problem("gone")])
        assert [each.value for each in copy.problems()] == ["kept", "gone"]
        assert set(copy.known([draft.external_id for draft in drafts()])) == {each.external_id for each in drafts()}
    with Journal.open(place, "sandbox", "key") as journal:
        assert [each.value for each in journal.problems()] == ["kept"]
    assert database.rows(counted) == before

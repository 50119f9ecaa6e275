"""One thing goes wrong at a time: every row still ends as exactly one contact, and the map says which."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from importer.errors import AccessRefused, AddressWrong, DiskFailed, Interrupted, ServiceUnreachable
from importer.model import Severity, Status
from importer.plan import OnMatch
from importer.sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from importer.delivery.journal_place import JournalPlace
    from importer.model import ContactDraft
    from tests.delivery.conftest import Bench, MakeBench, MakeDraft, Result

ROWS = 24


def rows(make_draft: MakeDraft, number: int = ROWS) -> list[ContactDraft]:
    return [make_draft(one) for one in range(1, number + 1)]


def is_exact(bench: Bench, result: Result, number: int = ROWS) -> None:
    """Exactly one contact a row, and the map has exactly its id."""
    there = [(one["externalId"], one["id"]) for one in bench.sandbox.contacts()]
    assert len(there) == number
    assert dict(there) == result.ids()
    assert sum(result.counts.values()) == number


@pytest.mark.both_stores
def test_all_goes_well(bench: Bench, make_draft: MakeDraft) -> None:
    """Without faults every row is one request, and a second run sends nothing."""
    first = bench.run(rows(make_draft))
    assert first.counts[Status.CREATED] == ROWS
    is_exact(bench, first)
    assert sum(one.method == "POST" for one in bench.sandbox.requests()) == ROWS
    before = len(bench.sandbox.requests())
    second = bench.run(rows(make_draft))
    assert second.outcomes == first.outcomes
    assert not any(one.path == "/v1/contacts" for one in bench.sandbox.requests()[before:])


def test_rows_are_sent_in_their_order(bench: Bench, make_draft: MakeDraft) -> None:
    """Sending follows the sheet, so that a person can follow it."""
    bench.run(rows(make_draft), in_flight=1)
    sent = [one.external_id for one in bench.sandbox.requests() if one.method == "POST"]
    assert sent == [f"id-{number}" for number in range(1, ROWS + 1)]


HARMLESS = [
    "lost-response",
    "drop",
    "reset",
    "reset-after",
    "500",
    "500-after",
    "502",
    "html-503",
    "html-504-after",
    "429",
    "empty-201",
    "truncated-body",
    "late",
    "408-after",
    "425",
]


@pytest.mark.parametrize("kind", HARMLESS)
def test_every_third_post(kind: str, bench: Bench, make_draft: MakeDraft) -> None:
    """Whatever happens to some of the requests, before or after the contact is stored, nothing is lost or doubled."""
    faults = [Fault(kind, method="POST", nth=number, delay_ms=30) for number in range(1, 60, 3)]
    bench.sandbox.add_faults(*faults)
    # Which rows meet the faults is left to chance, and one may meet more of them than a row is otherwise allowed.
    result = bench.run(rows(make_draft), max_attempts=len(faults) + 1)
    assert result.error is None
    assert result.counts[Status.CREATED] == ROWS
    is_exact(bench, result)


@pytest.mark.both_stores
@pytest.mark.parametrize("kind", ["drop", "500", "429", "html-503", "truncated-body", "reset"])
def test_lookups_fail_too(kind: str, bench: Bench, make_draft: MakeDraft) -> None:
    """A lookup that fails has found nothing out: it is repeated before anything is sent again."""
    bench.sandbox.add_faults(
        *(Fault("lost-response", method="POST", nth=number) for number in (2, 5, 6, 9)),
        *(Fault(kind, method="GET", path="/v1/contacts", nth=number) for number in (1, 2, 4)),
    )
    # One row may meet all of them, which is more than a row is otherwise allowed.
    result = bench.run(rows(make_draft), max_attempts=8)
    assert (result.error, result.counts[Status.CREATED]) == (None, ROWS), result.counts
    is_exact(bench, result)


@pytest.mark.parametrize("seconds", [0.05, None])
def test_timeouts(
    seconds: float | None, make_bench: MakeBench, journal_place: JournalPlace, make_draft: MakeDraft
) -> None:
    """An answer that comes too late, or a request stored after we gave up waiting, makes no second contact."""
    faults = Fault("slow-after", method="POST", nth=2, delay_ms=300), Fault("slow", method="POST", nth=4, delay_ms=300)
    # What was given up is still under way when this ends, and would arrive in the next test's workspace.
    with Sandbox.start(rate=0, faults=faults) as sandbox:
        bench = make_bench(sandbox, journal_place)
        result = bench.run(rows(make_draft, 6), read_seconds=seconds or 2.0)
        is_exact(bench, result, 6)


def test_retry_after_is_waited_for(bench: Bench, make_draft: MakeDraft) -> None:
    """Retry-After pauses all rows, and each is sent in the end."""
    bench.sandbox.add_faults(Fault("429", method="POST", nth=3, retry_after=1))
    result = bench.run(rows(make_draft))
    is_exact(bench, result)
    times = [one.time for one in bench.sandbox.requests() if one.method == "POST"]
    assert max(later - first for first, later in pairwise(times)) > 0.5


def test_a_row_that_is_put_off_for_years_is_asked_about_again(bench: Bench, make_draft: MakeDraft) -> None:
    """A Retry-After for one look-up of a service that answers otherwise ends at what the person waits for."""
    bench.run([make_draft(1)])
    bench.sandbox.add_faults(Fault("503", method="GET", path="/v1/contacts", count=1, retry_after=10**9))
    result = bench.run([make_draft(1, role="CTO")], on_match=OnMatch.UPDATE, wait_for_service=1.0)
    assert (result.error, result.counts[Status.UPDATED]) == (None, 1)


def test_one_bad_row_does_not_stop_the_others(bench: Bench, make_draft: MakeDraft) -> None:
    """A row that the service fails on for itself ends unfinished with its reason; running again tries it again."""
    bench.sandbox.add_faults(Fault("500", method="POST", external_id="id-5"))
    # On a busy machine the others may rest for a second, in which the service looks away, or are answered late.
    result = bench.run(rows(make_draft), wait_for_service=20.0, read_seconds=30.0)
    assert result.error is None
    assert result.counts[Status.UNFINISHED] == 1
    assert result.counts[Status.CREATED] == ROWS - 1
    assert "answered 500" in result.outcomes[6].detail
    (found,) = result.problems
    assert (found.row, found.rule, found.severity) == (6, "unfinished", Severity.WARNING)
    bench.sandbox.clear_faults()
    is_exact(bench, bench.run(rows(make_draft)))


def test_refused_row_is_rejected_in_the_services_words(bench: Bench, make_draft: MakeDraft) -> None:
    """A row that the service refuses is rejected, corrected by the person, and then sent under the same id."""
    drafts = rows(make_draft)
    drafts[3] = make_draft(4, phoneNumbers=[{"name": "mobile", "value": "12"}])
    result = bench.run(drafts)
    assert result.counts[Status.REJECTED] == 1
    (found,) = result.problems
    assert (found.row, found.rule, found.severity) == (5, "server-refused", Severity.ERROR)
    assert "phoneNumbers/0/value" in found.message
    assert "Ada4" not in found.value
    is_exact(bench, bench.run(rows(make_draft)))


def test_spurious_409_is_a_conflict_for_a_person(bench: Bench, make_draft: MakeDraft) -> None:
    """A 409 for an id that no lookup shows is not guessed about; the next run asks anew."""
    bench.sandbox.add_faults(Fault("409-spurious", method="POST", nth=2))
    result = bench.run(rows(make_draft, 5))
    assert result.counts[Status.CONFLICT] == 1
    (found,) = result.problems
    assert found.rule == "id-not-found"
    # Several are on their way at once, and any of them may arrive second.
    (refused,) = [exchange.external_id for exchange in bench.sandbox.requests() if exchange.status == 409]
    assert repr(refused) in found.message
    is_exact(bench, bench.run(rows(make_draft, 5)), 5)


STOPS = {"401": AccessRefused, "402": AccessRefused, "403": AccessRefused, "301": AddressWrong, "405": AddressWrong}


@pytest.mark.parametrize("kind", STOPS)
@pytest.mark.parametrize("nth", [1, 7])
def test_stops(kind: str, nth: int, bench: Bench, make_draft: MakeDraft) -> None:
    """A revoked key or a wrong address stops the run; what was in flight is recorded, the rest waits for the next run.

    The exit code is 2 while nothing has been accepted, 3 after.
    """
    bench.sandbox.add_faults(Fault(kind, method="POST", start=nth))
    result = bench.run(rows(make_draft))
    assert isinstance(result.error, STOPS[kind])
    assert result.error.exit_code == (2 if nth == 1 else 3)
    assert result.counts[Status.CREATED] == len(bench.sandbox.contacts())
    assert result.counts[Status.UNFINISHED] == ROWS - len(bench.sandbox.contacts())
    bench.sandbox.clear_faults()
    is_exact(bench, bench.run(rows(make_draft)))


def test_first_signal_lets_requests_land(bench: Bench, make_draft: MakeDraft) -> None:
    """When the person asks to stop, what is in flight is recorded and nothing new is sent."""
    bench.sandbox.add_faults(Fault("slow-after", method="POST", delay_ms=50))
    result = bench.run(rows(make_draft), stop_after=3)
    assert isinstance(result.error, Interrupted)
    assert 3 <= result.counts[Status.CREATED] < ROWS
    assert result.counts[Status.CREATED] == len(bench.sandbox.contacts())
    bench.sandbox.clear_faults()
    is_exact(bench, bench.run(rows(make_draft)))


@pytest.mark.both_stores
@pytest.mark.parametrize("moment", ["before:sending", "before:settle", "before:doubt", "before:withdraw"])
def test_a_full_disk_stops_sending(moment: str, bench: Bench, make_draft: MakeDraft) -> None:
    """When the journal cannot be written nothing more is sent, and the next run is right."""
    full: Exception = sqlite3.OperationalError("database or disk is full")
    if not isinstance(bench.journal, Path):
        full = psycopg.errors.DiskFull("could not extend file")
    calls: list[str] = []

    def fault(at: str) -> None:
        calls.append(at)
        if at == moment and calls.count(at) >= 3:
            raise full

    bench.sandbox.add_faults(
        Fault("lost-response", method="POST", probability=0.3), Fault("425", method="POST", probability=0.3)
    )
    result = bench.run(rows(make_draft), fault=fault)
    assert isinstance(result.error, DiskFailed)
    sent = sum(one.method == "POST" for one in bench.sandbox.requests())
    assert sent <= calls.count("after:sending")
    is_exact(bench, bench.run(rows(make_draft)))


@pytest.mark.both_stores
def test_a_deleted_journal_makes_nothing_twice(bench: Bench, make_draft: MakeDraft) -> None:
    """Even with the journal gone the same sheet finds its own contacts again and says unchanged."""
    first = bench.run(rows(make_draft))
    bench.lose_journal()
    second = bench.run(rows(make_draft))
    assert second.counts[Status.UNCHANGED] == ROWS
    assert second.ids() == first.ids()
    is_exact(bench, second)


@pytest.mark.parametrize("offset", [-7200.0, 7200.0])
def test_the_services_clock_decides(
    offset: float, make_draft: MakeDraft, tmp_path: Path, make_bench: MakeBench
) -> None:
    """Whether a found contact is ours is decided by the service's clock, however wrong either clock is."""
    with Sandbox.start(rate=0, clock_offset_seconds=offset) as sandbox:
        bench = make_bench(sandbox, tmp_path / "journal.sqlite")
        sandbox.add_faults(Fault("lost-response", method="POST", probability=0.5))
        result = bench.run(rows(make_draft))
        assert result.counts[Status.CREATED] == ROWS
        is_exact(bench, result)


def test_late_doubles_are_reported(make_draft: MakeDraft, tmp_path: Path, make_bench: MakeBench) -> None:
    """Where the service does allow two contacts with one id, the last look finds them and names both."""
    with Sandbox.start(rate=0, unique="pair") as sandbox:
        bench = make_bench(sandbox, tmp_path / "journal.sqlite")
        drafts = rows(make_draft, 4)
        sandbox.add_faults(Fault("lost-response", method="POST", external_id="id-2", count=1))
        stranger = {**drafts[1].body, "source": "hubspot"}
        moments: list[str] = []

        def fault(moment: str) -> None:
            # Somebody else's request lands between the last answer and the last look.
            moments.append(moment)
            if moment == "after:settle" and moments.count(moment) == 4:
                sandbox.add(stranger, externalId="id-2", source="hubspot")

        result = bench.run(drafts, fault=fault)
        (found,) = [one for one in result.problems if one.rule == "id-several"]
        assert result.outcomes[3].status is Status.CONFLICT
        assert all(one["id"] in found.message for one in sandbox.contacts() if one["externalId"] == "id-2")


def test_never_reachable(bench: Bench, make_draft: MakeDraft) -> None:
    """A service that refuses every request ends the run after the wait with everything still to do."""
    bench.sandbox.add_faults(Fault("500"))
    result = bench.run(rows(make_draft), first_answer_seconds=0.5)
    assert isinstance(result.error, ServiceUnreachable)
    assert result.error.exit_code == 3
    assert result.counts[Status.UNFINISHED] == ROWS


def test_rows_in_doubt_are_looked_up_together(bench: Bench, make_draft: MakeDraft) -> None:
    """Answers that are lost one after the other are looked up in rounds, not one request a row."""
    bench.sandbox.add_faults(Fault("lost-response", method="POST", probability=1.0, count=40))
    result = bench.run([make_draft(number) for number in range(40)], settle_seconds=0.5)
    assert result.counts[Status.CREATED] == 40
    looks = [one for one in bench.sandbox.requests() if one.method == "GET" and one.external_ids]
    assert len(looks) < 40
    assert max(len(one.external_ids) for one in looks) > 1

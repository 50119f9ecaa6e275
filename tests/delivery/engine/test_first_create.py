"""The first contact that a run creates is read: a service that stores nothing gets no second one."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from importer.delivery.journal import Journal
from importer.errors import AccessRefused, ValuesLost
from importer.model import Status
from importer.plan import Policy
from tests.delivery.engine.hostile import Asked, Hostile, Script, honest, page, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.delivery.conftest import Bench, MakeDraft

ROWS = 4
RECREATES = Policy(recreates=True)


def forgetful(_: Hostile, asked: Asked) -> bytes | None:
    """Answer each POST as if a contact had been created, and store none."""
    if asked.method != "POST":
        return None
    return reply(201, {"data": {**asked.body, "id": f"c{asked.number}", "createdAt": "2026-01-01T00:00:00.000Z"}})


def late(readings: int, *, in_list: bool = False) -> Script:
    """Show what is stored only after so many readings by id; `in_list`: the list shows it at once."""
    left = readings

    def script(_: Hostile, asked: Asked) -> bytes | None:
        nonlocal left
        if left > 0 and asked.external_ids and not in_list:
            return page([])
        if left <= 0 or not is_reading(asked):
            return None
        left -= 1
        return reply(404, {"message": "not found"})

    return script


def is_reading(asked: Asked) -> bool:
    """Whether one contact was asked for by its id."""
    return asked.method == "GET" and asked.path.startswith("/v1/contacts/")


def test_a_service_that_stores_nothing_is_given_one_contact(bench: Bench, make_draft: MakeDraft) -> None:
    """The run stops before the second create, later ones before any, until a person has the contact created again."""
    people = [make_draft(number) for number in range(1, ROWS + 1)]
    with Hostile(forgetful) as service:
        bench.service = service
        stopped = [bench.run(people) for _ in range(3)]
        assert len(service.posts()) == 1
        again = bench.run(people, on_match=RECREATES)
        assert len(service.posts()) == 2
        service.script = honest
        still = bench.run(people)
        assert len(service.posts()) == 2
        healed = bench.run(people, on_match=RECREATES)
        assert len(service.contacts()) == ROWS
    for result in (*stopped, again, still):
        assert isinstance(result.error, ValuesLost)
        assert result.error.exit_code == 3
        assert result.counts[Status.UNFINISHED] == ROWS
    assert "does not have it" in str(stopped[0].error)
    assert "still does not show it" in str(stopped[1].error)
    assert healed.error is None
    assert healed.counts[Status.CREATED] == ROWS


@pytest.mark.parametrize("script", [late(1), late(3), late(99, in_list=True)], ids=["a little", "longer", "in list"])
def test_a_service_that_shows_contacts_late_is_believed(script: Script, bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that is shown only after some seconds, or in the list alone, does not stop the run."""
    with Hostile(script) as service:
        bench.service = service
        result = bench.run([make_draft(number) for number in range(1, ROWS + 1)])
        assert len(service.contacts()) == ROWS
    assert result.error is None
    assert result.counts[Status.CREATED] == ROWS


def test_one_reading_is_enough_for_a_folder(bench: Bench, make_draft: MakeDraft) -> None:
    """The first create of a folder is read once, and no later one."""
    with Hostile() as service:
        bench.service = service
        bench.run([make_draft(1), make_draft(2)])
        bench.run([make_draft(1), make_draft(2), make_draft(3)])
        assert len(service.contacts()) == 3
    assert len(list(filter(is_reading, service.asked))) == 1


def test_a_reading_that_fails_stops_nothing(bench: Bench, make_draft: MakeDraft) -> None:
    """Where the service cannot read contacts, a few are read in vain, and all are created."""

    def script(_: Hostile, asked: Asked) -> bytes | None:
        return reply(500, {"message": "no"}) if is_reading(asked) else None

    with Hostile(script) as service:
        bench.service = service
        result = bench.run([make_draft(number) for number in range(1, 9)])
        assert len(service.contacts()) == 8
    assert len(list(filter(is_reading, service.asked))) == 3
    assert result.error is None


def test_a_contact_that_cannot_be_looked_for_any_more_is_not_believed(bench: Bench, make_draft: MakeDraft) -> None:
    """If the key is refused after the service said that there is no such contact, the row is in doubt, not created."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        refused = reply(401, {"message": "no"}) if asked.external_ids and service.posts() else None
        return refused or forgetful(service, asked)

    people = [make_draft(number) for number in range(1, ROWS + 1)]
    with Hostile(script) as service:
        bench.service = service
        stopped = bench.run(people)
        service.script = honest
        healed = bench.run(people, on_match=RECREATES)
        assert len(service.contacts()) == ROWS
    assert isinstance(stopped.error, AccessRefused)
    assert stopped.counts[Status.UNFINISHED] == ROWS
    assert healed.counts[Status.CREATED] == ROWS


def test_rows_that_waited_for_the_first_create_leave_together(bench: Bench, make_draft: MakeDraft) -> None:
    """Once a created contact was seen, the rows behind it are sent at the same time, not one after the other."""
    together = threading.Barrier(ROWS - 1, timeout=20)
    waiting = []

    def script(_: Hostile, asked: Asked) -> None:
        if asked.method == "POST" and asked.number > 1:
            with suppress(threading.BrokenBarrierError):
                waiting.append(together.wait())

    with Hostile(script) as service:
        bench.service = service
        result = bench.run([make_draft(number) for number in range(1, ROWS + 1)], read_seconds=60.0)
    assert sorted(waiting) == list(range(ROWS - 1))
    assert result.counts[Status.CREATED] == ROWS


def test_a_contact_that_a_later_run_finds_is_enough(bench: Bench, make_draft: MakeDraft) -> None:
    """Where contacts are shown only long after they were created, the run after the one that stopped creates all."""
    shown = 0

    def lagging(service: Hostile, asked: Asked) -> bytes | None:
        contacts = service.contacts()[:shown]
        if asked.external_ids:
            return page([contact for contact in contacts if contact["externalId"] in asked.external_ids])
        is_hidden = is_reading(asked) and not any(asked.path.endswith(contact["id"]) for contact in contacts)
        return reply(404, {"message": "not found"}) if is_hidden else None

    people = [make_draft(number) for number in range(1, ROWS + 1)]
    with Hostile(lagging) as service:
        bench.service = service
        stopped = bench.run(people)
        shown = 1
        again = bench.run(people, settle_seconds=0.1)
        assert len(service.contacts()) == ROWS
    assert isinstance(stopped.error, ValuesLost)
    assert again.error is None
    assert again.counts[Status.CREATED] == ROWS


def test_a_contact_under_another_id_than_answered_is_there(bench: Bench, make_draft: MakeDraft) -> None:
    """A first contact that the list shows under another id than was answered is known by the id that it has."""

    def renamed(service: Hostile, asked: Asked) -> bytes | None:
        if asked.method != "POST":
            return None
        contact = service.store(asked.body, id=f"ct{asked.number}")
        return reply(201, {"data": {**contact, "id": contact["id"].upper()}})

    with Hostile(renamed) as service:
        bench.service = service
        result = bench.run([make_draft(number) for number in range(1, ROWS + 1)])
        assert len(service.contacts()) == ROWS
    assert result.error is None
    assert result.counts[Status.CREATED] == ROWS
    assert result.outcomes[min(result.outcomes)].contact_id == "ct1"


class Hiding:
    """Takes contacts, even one whose id is taken, and shows none as long as it is told to hide them."""

    def __init__(self) -> None:
        self.shows_list = self.shows_contacts = False

    def __call__(self, service: Hostile, asked: Asked) -> bytes | None:
        if asked.method == "POST":
            return reply(201, {"data": service.store(asked.body)})
        if asked.external_ids and not self.shows_list:
            return page([])
        is_hidden = is_reading(asked) and not self.shows_contacts
        return reply(404, {"message": "not found"}) if is_hidden else None


@pytest.mark.parametrize("of_other_rows", [False, True], ids=["same sheet", "its row is gone"])
@pytest.mark.parametrize("place", ["list", "contacts"])
def test_a_service_that_hides_contacts_gets_no_second_one(
    place: str, bench: Bench, make_draft: MakeDraft, *, of_other_rows: bool
) -> None:
    """As long as the contact of a stopped run is hidden nothing is created; once it is shown, all the others are."""
    hiding = Hiding()
    people = [make_draft(number) for number in range(1, ROWS + 1)]
    with Hostile(hiding) as service:
        bench.service = service
        stopped = [bench.run(people)]
        people = people[1:] if of_other_rows else people
        stopped += [bench.run(people) for _ in range(2)]
        assert len(service.contacts()) == 1
        setattr(hiding, f"shows_{place}", True)
        shown = bench.run(people)
        ids = [contact["externalId"] for contact in service.contacts()]
        assert sorted(ids) == [f"id-{number}" for number in range(1, ROWS + 1)]
        rerun = bench.run(people)
        assert len(service.contacts()) == ROWS
    assert all(isinstance(result.error, ValuesLost) for result in stopped)
    for result in (shown, rerun):
        assert result.error is None
        assert result.counts[Status.CREATED] == len(people)


def test_a_hidden_contact_is_not_looked_for_while_the_service_is_away(bench: Bench, make_draft: MakeDraft) -> None:
    """A service that does not answer says nothing of the hidden contact: it is asked again, and then all is created."""
    failures = 3

    def script(service: Hostile, asked: Asked) -> bytes | None:
        nonlocal failures
        if failures and asked.method == "GET" and asked.path.startswith("/v1/contacts"):
            failures -= 1
            return reply(500, {"message": "no"})
        return None

    people = [make_draft(number) for number in range(1, ROWS + 1)]
    hiding = Hiding()
    with Hostile(hiding) as service:
        bench.service = service
        stopped = bench.run(people)
        service.script = script
        shown = bench.run(people)
        assert len(service.contacts()) == ROWS
    assert isinstance(stopped.error, ValuesLost)
    assert shown.error is None
    assert shown.counts[Status.CREATED] == ROWS


def test_a_person_who_is_forgotten_leaves_no_hidden_contact(bench: Bench, make_draft: MakeDraft) -> None:
    """Where a person is forgotten, the journal does not keep the ids of their hidden contact either."""
    with Hostile(forgetful) as service:
        bench.service = service
        bench.run([make_draft(1), make_draft(2)])
    with Journal.open(bench.journal, "sandbox", "key") as journal:
        assert journal.hidden_contact == ("id-1", "c1")
        with journal.forgetting.forget(journal.forgetting.traces(["id-1"], []), []):
            pass
    assert isinstance(bench.journal, Path)
    with closing(sqlite3.connect(bench.journal)) as connection:
        kept = "".join(connection.iterdump())
    assert "hidden_contact" not in kept
    assert "id-1" not in kept


def test_another_person_who_is_forgotten_lets_no_second_contact_be_created(bench: Bench, make_draft: MakeDraft) -> None:
    """As long as the contact of one person is hidden nothing is created, also after another person was forgotten."""
    people = [make_draft(number) for number in range(1, ROWS + 1)]
    with Hostile(forgetful) as service:
        bench.service = service
        bench.run(people)
        with Journal.open(bench.journal, "sandbox", "key") as journal:
            traces = journal.forgetting.traces(["id-2"], [])
            with journal.forgetting.forget(traces, []):
                pass
        assert isinstance(bench.run(people).error, ValuesLost)
        assert len(service.posts()) == 1


OTHER_IDS: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "blanks": lambda contact_id: f" {contact_id} ",
    "path": lambda contact_id: f"contacts/{contact_id}",
}


@pytest.mark.parametrize("is_read", [False, True], ids=["answered 404", "read all the same"])
@pytest.mark.parametrize("spelling", OTHER_IDS)
def test_every_contact_of_a_service_that_answers_other_ids_is_known_by_its_own(
    spelling: str, bench: Bench, make_draft: MakeDraft, *, is_read: bool
) -> None:
    """Where POSTs are answered with another spelling of the id, all rows get the id that the list shows, in any run."""

    def renamed(service: Hostile, asked: Asked) -> bytes | None:
        spelled = OTHER_IDS[spelling]
        if asked.method == "POST":
            contact = service.store(asked.body, id=f"ct{asked.number}")
            return reply(201, {"data": {**contact, "id": spelled(contact["id"])}})
        if is_read and is_reading(asked):
            for contact in service.contacts():
                if quote(spelled(contact["id"]), safe="") == asked.path.removeprefix("/v1/contacts/"):
                    return reply(200, {"data": contact})
        return None

    people = [make_draft(number) for number in range(1, 9)]
    with Hostile(renamed) as service:
        bench.service = service
        first = bench.run(people[:5])
        second = bench.run(people)
        ids = {contact["externalId"]: contact["id"] for contact in service.contacts()}
        assert len(service.posts()) == len(service.contacts()) == 8
    assert first.error is second.error is None
    assert first.ids() == {external_id: ids[external_id] for external_id in first.ids()}
    assert second.ids() == ids
    assert second.counts[Status.CREATED] == 8


def test_a_contact_that_was_answered_with_another_id_is_not_created_twice(bench: Bench, make_draft: MakeDraft) -> None:
    """A contact under another id than answered which no list shows is left to a person, and is not sent again."""

    def renamed(service: Hostile, asked: Asked) -> bytes | None:
        if asked.method == "POST":
            contact = service.store(asked.body, id=f"ct{asked.number}")
            return reply(201, {"data": {**contact, "id": contact["id"].upper()}})
        if asked.external_ids:
            return page(service.with_ids({"id-1"} & {*asked.external_ids}))
        return None

    with Hostile(renamed) as service:
        bench.service = service
        result = bench.run([make_draft(1), make_draft(2)])
        assert service.posts() == ["id-1", "id-2"]
    assert result.counts[Status.CREATED] == 1
    assert result.counts[Status.CONFLICT] == 1

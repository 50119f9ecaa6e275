"""The first contact that a run creates is read: a service that stores nothing gets no second one."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from importer.errors import AccessRefused, ValuesLost
from importer.model import Status
from tests.delivery.engine.hostile import Asked, Hostile, Script, honest, page, reply

if TYPE_CHECKING:
    from tests.delivery.conftest import Bench, MakeDraft

ROWS = 4


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
    """The run stops before the second create, its row is in doubt, and a run at a better service creates all once."""
    people = [make_draft(number) for number in range(1, ROWS + 1)]
    with Hostile(forgetful) as service:
        bench.service = service
        stopped = bench.run(people)
        again = bench.run(people)
        assert len(service.posts()) == 2
        service.script = honest
        healed = bench.run(people)
        assert len(service.contacts()) == ROWS
    for result in (stopped, again):
        assert isinstance(result.error, ValuesLost)
        assert result.error.exit_code == 3
        assert "does not have it" in result.error.message
        assert result.counts[Status.UNFINISHED] == ROWS
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
        healed = bench.run(people)
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

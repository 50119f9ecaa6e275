"""A service that mixes up contacts: what one answer says of a contact, another contradicts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from importer.model import Status
from importer.plan import OnMatch
from tests.delivery.engine.hostile import Asked, Hostile, drafts, honest, page, reply
from tests.delivery.undoing import Crash, play, undo

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.delivery.conftest import Bench, MakeBody, MakeDraft

    Mixing = Callable[[Hostile, Asked], bytes | None]

STRANGER = 99


def swapped(service: Hostile, external_ids: list[str]) -> list[dict[str, Any]]:
    """What a lookup should show, but all with the contact id of the stranger."""
    stranger_id = next(contact["id"] for contact in service.contacts() if contact["externalId"] == f"id-{STRANGER}")
    return [contact | {"id": stranger_id} for contact in service.with_ids(external_ids)]


def list_alone(service: Hostile, asked: Asked) -> bytes | None:
    return page(swapped(service, asked.external_ids)[:1]) if asked.external_ids else None


def two_ids(service: Hostile, asked: Asked) -> bytes | None:
    return page(swapped(service, asked.external_ids)) if asked.external_ids else None


def read_alone(service: Hostile, asked: Asked) -> bytes | None:
    """Lists show contacts in part, and whichever is read, the stranger is shown."""
    if asked.external_ids:
        parts = [
            {key: contact[key] for key in ("id", "externalId")} for contact in service.with_ids(asked.external_ids)
        ]
        return page(parts)
    if asked.method == "GET" and asked.path.startswith("/v1/contacts/"):
        stranger = service.with_ids([f"id-{STRANGER}"])[0]
        owner = next(contact for contact in service.contacts() if asked.path.endswith(contact["id"]))
        return reply(200, {"data": owner | {"id": stranger["id"]}})
    return None


MIXING: dict[str, tuple[Mixing, bool]] = {
    "a list": (list_alone, True),
    "a list, journal lost": (list_alone, False),
    "a list of two": (two_ids, True),
    "a read": (read_alone, True),
    "a read, journal lost": (read_alone, False),
}


@pytest.mark.parametrize("case", MIXING)
def test_a_contact_of_mixed_ids_is_not_changed(
    case: str, bench: Bench, make_draft: MakeDraft, make_body: MakeBody
) -> None:
    """A contact whose id is shown with another contact's external id is left alone, and its row stays open."""
    script, is_known = MIXING[case]
    with Hostile(honest) as service:
        bench.service = service
        stranger = service.store(make_body(STRANGER))
        bench.run(drafts(make_draft, 3))
        if not is_known:
            bench.lose_journal()
        before = json.dumps(service.contacts())
        service.script = script
        changed = [make_draft(number, role="Chief") for number in range(1, 4)]
        result = bench.run(changed, on_match=OnMatch.UPDATE, wait_for_service=0.5)
        assert [asked.path for asked in service.asked if asked.method == "PATCH" and stranger["id"] in asked.path] == []
        if script is not list_alone:
            assert json.dumps(service.contacts()) == before
            # Where nothing but a reading is mixed up, a person can find out which of the two it is.
            assert result.counts[Status.CONFLICT if script is read_alone else Status.UNFINISHED] == 3
        assert stranger["id"] not in result.ids().values()
        service.script = honest
        assert bench.run(changed, on_match=OnMatch.UPDATE).counts[Status.UPDATED] == 3


def test_two_rows_of_two_lookups_never_have_one_contact(
    bench: Bench, make_draft: MakeDraft, make_body: MakeBody
) -> None:
    """A contact that one lookup shows for one row and another lookup for another row is not changed for the second."""
    with Hostile(honest) as service:
        bench.service = service
        for number in range(1, 31):
            service.store(make_body(number))

        def script(service: Hostile, asked: Asked) -> bytes | None:
            shown = service.with_ids(asked.external_ids)
            first_id = service.contacts()[0]["id"]
            return page([shown[0] | {"id": first_id}, *shown[1:]]) if shown else None

        service.script = script
        changed = [make_draft(number, role="Chief") for number in range(1, 31)]
        result = bench.run(changed, on_match=OnMatch.UPDATE, wait_for_service=0.5)
        assert [asked.path[-8:] for asked in service.asked if asked.method == "PATCH"].count("CT000001") <= 1
        assert len(set(result.ids().values())) == len(result.ids())
        assert result.counts[Status.UNFINISHED] >= 1


def test_a_list_alone_deletes_no_contact(bench: Bench, make_draft: MakeDraft, make_body: MakeBody) -> None:
    """Undo of a lost sending reads the contact that a list shows, and deletes none that has another external id."""

    def crash(moment: str) -> None:
        if moment == "before:settle":
            raise Crash

    with Hostile(honest) as service:
        bench.service = service
        service.store(make_body(STRANGER))
        play(bench, drafts(make_draft, 1), fault=crash)
        service.script = list_alone
        done = undo(bench)
        assert (done.counts, done.error) == ({"reversed": 0, "kept": 0, "failed": 1}, None)
        assert [asked.path for asked in service.asked if asked.method == "DELETE"] == []

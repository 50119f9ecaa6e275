"""Lists, clocks, altered fields and broken connections of a service: one contact a row, every row accounted for."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from importer.model import Status
from importer.plan import OnMatch
from tests.delivery.engine.hostile import (
    CLOSE,
    RESET,
    ROWS,
    Asked,
    Hostile,
    drafts,
    first_post,
    honest,
    is_exact,
    page,
    reply,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.delivery.conftest import Bench, MakeBody, MakeDraft
    from tests.delivery.engine.hostile import Piece, Script


def lists(show: Callable[[Hostile, Asked], bytes]) -> Script:
    """A script that stores each first POST without an answer, and answers lookups its own way."""
    stores = first_post(stored(RESET))

    def script(service: Hostile, asked: Asked) -> Iterable[Piece] | bytes | None:
        return show(service, asked) if asked.external_ids else stores(service, asked)

    return script


def _all_of_the_workspace(service: Hostile, asked: Asked) -> bytes:
    everybody = service.contacts()
    start = int(asked.query.get("pageToken", ["0"])[0])
    return page(everybody[start : start + 2], str(start + 2) if start + 2 < len(everybody) else None, total=1)


def _empty_pages_before(service: Hostile, asked: Asked) -> bytes:
    start = int(asked.query.get("pageToken", ["0"])[0])
    return page(service.with_ids(asked.external_ids) if start == 3 else [], str(start + 1) if start < 3 else None)


def _each_one_twice(service: Hostile, asked: Asked) -> bytes:
    return page(service.with_ids(asked.external_ids) * 2)


def _rubbish_between(service: Hostile, asked: Asked) -> bytes:
    rubbish: list[Any] = [None, 7, {"externalId": ["id-1"]}, {"id": "CT9"}, {"externalId": None, "id": "CT8"}]
    return page([*rubbish, *service.with_ids(asked.external_ids)])


@pytest.mark.parametrize("show", [_all_of_the_workspace, _empty_pages_before, _each_one_twice, _rubbish_between])
def test_odd_lists(
    show: Callable[[Hostile, Asked], bytes], bench: Bench, make_draft: MakeDraft, make_body: MakeBody
) -> None:
    """A list that ignores its filter, pages without need, repeats or holds rubbish is still read for what it says."""
    with Hostile(lists(show)) as service:
        bench.service = service
        for number in range(90, 95):
            service.store(make_body(number))
        result = bench.run(drafts(make_draft))
        assert result.counts[Status.CREATED] == ROWS
        assert len(service.contacts()) == ROWS + 5
        assert len(service.posts()) == ROWS


def test_a_list_without_ids_is_not_believed(bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that is listed without an id is there: its row is not sent again, and stays unfinished."""

    def show(service: Hostile, asked: Asked) -> bytes:
        return page([one | {"id": None} for one in service.with_ids(asked.external_ids)])

    with Hostile(lists(show)) as service:
        bench.service = service
        result = bench.run(drafts(make_draft), wait_for_service=0.5)
        assert len(service.contacts()) == ROWS == len(service.posts())
        assert result.counts[Status.UNFINISHED] == ROWS
        service.script = honest
        is_exact(service, bench.run(drafts(make_draft)))


ALTERED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "labels": lambda fields: fields | {"phoneNumbers": [{**one, "name": "Mobile "} for one in fields["phoneNumbers"]]},
    "nulls": lambda fields: dict(reversed(fields.items())) | {"title": None, "pictureUrl": None, "notes": []},
    "item-ids": lambda fields: fields | {"emails": [{"id": "e1", "type": "x", **one} for one in fields["emails"]]},
    "spaces": lambda fields: fields | {"firstName": f" {fields['firstName']} "},
    "capitals": lambda fields: (
        fields | {"emails": [{**one, "value": one["value"].upper()} for one in fields["emails"]]}
    ),
    "numbers": lambda fields: (
        fields | {"phoneNumbers": [{**one, "value": f"({one['value']})"} for one in fields["phoneNumbers"]]}
    ),
}


@pytest.mark.parametrize("case", ALTERED)
def test_fields_in_the_services_own_form(case: str, bench: Bench, make_draft: MakeDraft) -> None:
    """A contact of a lost answer is known for ours when the service has only put its fields into its own form."""

    def answer(service: Hostile, asked: Asked) -> list[Piece]:
        service.store(asked.body, defaultFields=ALTERED[case](asked.body["defaultFields"]))
        return [RESET]

    with Hostile(first_post(answer)) as service:
        bench.service = service
        result = bench.run(drafts(make_draft))
        is_exact(service, result)
        assert result.counts[Status.CREATED] == ROWS


def test_fields_that_were_changed_on_the_way(bench: Bench, make_draft: MakeDraft) -> None:
    """Where the service made another value of ours, the row is not ours for certain: told, its id kept, never twice."""

    def answer(service: Hostile, asked: Asked) -> list[Piece]:
        service.store(asked.body, defaultFields=asked.body["defaultFields"] | {"lastName": "L."})
        return [RESET]

    with Hostile(first_post(answer)) as service:
        bench.service = service
        result = bench.run(drafts(make_draft))
        is_exact(service, result)
        assert result.counts[Status.SKIPPED] == ROWS
        assert all("lastName" in one.message or "last_name" in one.message for one in result.problems)


@pytest.mark.parametrize("hours", [-26, -0.1, 0.1, 26])
def test_a_services_clocks_that_disagree(hours: float, bench: Bench, make_draft: MakeDraft) -> None:
    """Whatever createdAt says beside the Date of the answers, a lost contact is found, and made once."""

    def answer(service: Hostile, asked: Asked) -> list[Piece]:
        moment = datetime.now(UTC) + timedelta(hours=hours)
        service.store(asked.body, createdAt=moment.isoformat())
        return [RESET]

    with Hostile(first_post(answer)) as service:
        bench.service = service
        result = bench.run(drafts(make_draft))
        is_exact(service, result)
        assert result.counts[Status.CREATED if hours > 0 else Status.UNCHANGED] == ROWS


@pytest.mark.parametrize("created_at", [None, "", "yesterday", 7, "9999-99-99T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_moment_of_making_that_is_none(created_at: object, bench: Bench, make_draft: MakeDraft) -> None:
    """A createdAt that says nothing leaves the contact found, not made by us."""
    stores = first_post(stored(RESET, createdAt=created_at))
    with Hostile(stores) as service:
        bench.service = service
        result = bench.run(drafts(make_draft))
        is_exact(service, result)
        assert result.counts[Status.UNCHANGED] == ROWS


@pytest.mark.parametrize("on_match", [OnMatch.CREATE_ONLY, OnMatch.UPDATE, OnMatch.FILL_BLANK])
def test_a_taken_id_of_another_source(
    on_match: OnMatch, bench: Bench, make_draft: MakeDraft, make_body: MakeBody
) -> None:
    """A 409 whose lookup finds another program's contact of the same values: found, not made; its id is in the map."""
    with Hostile() as service:
        bench.service = service
        for number in range(1, ROWS + 1):
            service.store(make_body(number), source="other-crm")
        result = bench.run(drafts(make_draft), on_match=on_match, scouting=False)
        is_exact(service, result)
        assert result.counts[Status.UNCHANGED] == ROWS


WAITS = ["-5", "1e9", "0", "soon", "", "0.01", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 99 Foo 2020 99:99:99", "5, 7"]


@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("status", [429, 503])
def test_odd_retry_after(status: int, wait: str, bench: Bench, make_draft: MakeDraft) -> None:
    """A Retry-After that is none, or lies behind, is no reason to wait long, to stop or to hammer."""
    refuse = first_post(lambda *_: reply(status, {}, Retry_After=wait))
    with Hostile(refuse) as service:
        bench.service = service
        started = time.monotonic()
        is_exact(service, bench.run(drafts(make_draft, 2)), 2)
        assert time.monotonic() - started < 10
        assert len(service.posts()) == 4


@pytest.mark.parametrize("ending", [CLOSE, RESET])
def test_connections_that_never_last(ending: str, bench: Bench, make_draft: MakeDraft) -> None:
    """A server that closes after each whole answer, though it did not say so, costs connections and nothing else."""
    with Hostile(lambda service, asked: [service.answer(asked), 0.01, ending]) as service:
        bench.service = service
        # Waits that differ from the server's own, or a row may meet a closing connection each time.
        result = bench.run(drafts(make_draft), backoff_seconds=0.05, longest_backoff_seconds=0.5)
        is_exact(service, result)
        assert result.counts[Status.CREATED] == ROWS


def test_ipv6(bench: Bench, make_draft: MakeDraft) -> None:
    """A service at an IPv6 address is served like any other."""
    with Hostile(host="::1") as service:
        bench.service = service
        is_exact(service, bench.run(drafts(make_draft)))

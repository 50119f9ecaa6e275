"""The client over a real connection: what it sends, what it makes of what comes back."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from importer.api import workspace
from importer.api.client import Api
from importer.api.request import LookupResult, Traffic
from importer.errors import AccessRefused, ServiceUnreachable
from importer.model import Accepted, Answer, CustomField, Event, FieldType, Halt, NotSent, Refused, Unsure
from importer.retry import Retry, RetryPolicy
from tests.api.talk import KEY, Turn, talk

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tests.api.conftest import Respond, Serve

CONTACT = json.dumps({"data": {"id": "c1", "externalId": "a"}}).encode()


def custom_fields(api: Api) -> Awaitable[tuple[CustomField, ...] | None]:
    return workspace.custom_fields(api, Retry(RetryPolicy(), asyncio.Event(), lambda: api.answered))


def users(api: Api) -> Awaitable[dict[str, str]]:
    return workspace.users(api, Retry(RetryPolicy(), asyncio.Event(), lambda: api.answered))


def test_create_sends_the_key_raw(serving: Serve, response: Respond) -> None:
    """The key goes raw into Authorization, with no Bearer, and the body is JSON as given."""
    body = {"externalId": "a", "defaultFields": {"firstName": "Zoë \ud800"}}
    answer, server, _ = talk(serving, [response(201, CONTACT)], lambda api: api.create(body))
    head, sent = server.requests[0]
    assert isinstance(answer, Accepted)
    assert head.startswith("POST /v1/contacts HTTP/1.1")
    assert "\r\nauthorization: key-123\r\n" in head.lower()
    assert "user-agent: openphone-import/" in head.lower()
    assert json.loads(sent) == body


def test_the_pace_hears_when_a_request_really_left(serving: Serve, response: Respond) -> None:
    """The permit is told of the last byte sent, then of the answer."""
    _, _, turn = talk(serving, [response(201, CONTACT)], lambda api: api.create({"externalId": "a"}))
    assert turn.told == ["permit", "sent", "answered False None"]


def test_a_429_slows_everybody(serving: Serve, response: Respond) -> None:
    """The pace is told of a 429 and of its Retry-After."""
    answer, _, turn = talk(serving, [response(429, Retry_After="2")], lambda api: api.create({"externalId": "a"}))
    assert isinstance(answer, NotSent)
    assert turn.told[-1] == "answered True 2.0"


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 201 X\r\nContent-Length: 99\r\n\r\n{", b"garbage\r\n\r\n", None])
def test_broken_answers_are_unsure(serving: Serve, answer: bytes | None) -> None:
    """A connection that breaks after the request may have stored it."""
    got, server, turn = talk(serving, [answer], lambda api: api.create({"externalId": "a"}), read_seconds=0.1)
    assert isinstance(got, Unsure)
    assert len(server.requests) == 1
    assert turn.told[-1] == "failed"


def test_an_answer_that_trickles_is_given_up(serving: Serve, response: Respond) -> None:
    """An answer that comes byte by byte never lets a read time out, and ends all the same; what it says is unsure."""
    whole = response(201, CONTACT)

    async def trickle(writer: asyncio.StreamWriter) -> None:
        for byte in whole:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.05)

    started = time.monotonic()
    got, _, turn = talk(
        serving, [trickle], lambda api: api.create({"externalId": "a"}), read_seconds=0.3, connect_seconds=0.2
    )
    assert isinstance(got, Unsure)
    assert "no whole answer in time" in got.reason
    assert time.monotonic() - started < 3
    assert turn.told[-1] == "failed"


def test_a_read_that_trickles_takes_no_longer_than_the_person_waits(serving: Serve) -> None:
    """The end of a read's answer is waited for as long as `whole_read_seconds` say, and that of a write as before."""

    async def trickle(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    bounds = {"read_seconds": 0.5, "connect_seconds": 0.2, "whole_read_seconds": 0.2}
    for ask, least, most in (
        (lambda api: api.page(), 0.2, 1.0),
        (lambda api: api.find(["a"]), 0.2, 1.0),
        (lambda api: api.get("c1"), 0.2, 1.0),
        (lambda api: api.create({"externalId": "a"}), 1.2, 3.0),
    ):
        started = time.monotonic()
        got, _, _ = talk(serving, [trickle], ask, **bounds)
        assert isinstance(got, (NotSent, Unsure))
        assert least <= time.monotonic() - started < most


class Asked:
    """Stands before Python's own finders and notes which modules are looked for; it finds none."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, *_: object) -> None:
        self.names.append(name)


def test_a_request_looks_for_no_module(serving: Serve, response: Respond) -> None:
    """A module that is not installed and is imported anew with each request costs more than the request itself."""
    asked = Asked()

    async def act(api: Api) -> None:
        await api.create({"externalId": "a"})
        sys.meta_path.insert(0, asked)
        await api.create({"externalId": "a"})

    try:
        talk(serving, [response(201, CONTACT)], act)
    finally:
        sys.meta_path[:] = [one for one in sys.meta_path if one is not asked]
    assert asked.names == []


def test_nobody_listening_is_not_sent() -> None:
    """A refused connection has stored nothing."""

    async def main() -> Any:
        async with Api("http://127.0.0.1:9", KEY, Turn()) as api:
            return await api.create({"externalId": "a"})

    assert isinstance(asyncio.run(main()), NotSent)


def test_redirects_are_not_followed(serving: Serve, response: Respond) -> None:
    """A redirect would turn POST into GET or drop the key: it is answered once and stops."""
    answers = [response(307, Location="https://api.quo.com/"), response(201, CONTACT)]
    answer, server, _ = talk(serving, answers, lambda api: api.create({"externalId": "a"}))
    assert isinstance(answer, Halt)
    assert len(server.requests) == 1


def test_nothing_leaves_with_a_permit_that_has_expired(serving: Serve, response: Respond) -> None:
    """A process that was stopped so long that others have its permit sends nothing when it goes on, reads neither."""

    async def act(api: Api) -> list[Answer]:
        pace.has_expired = True
        return [await api.create({"externalId": "a"}), await api.get("c1")]

    async def main() -> tuple[list[Answer], int]:
        async with serving(response(201, CONTACT)) as server, Api(server.url, KEY, pace) as api:
            return await act(api), len(server.requests)

    pace = Turn()
    answers, requests = asyncio.run(main())
    assert all(isinstance(answer, NotSent) and "left too late" in answer.reason for answer in answers), answers
    assert (requests, pace.told) == (0, ["permit", "failed"] * 2)


def test_reads_ask_first_as_writes_do(serving: Serve, response: Respond) -> None:
    """Where a read may not leave any more, nothing is sent and the permit goes back; a write has asked by itself."""

    def refuse() -> None:
        raise RuntimeError("another worker has the journal")

    async def act(api: Api) -> None:
        api.before_reading = refuse
        for read in (api.get("c1"), api.find(["a"]), api.page()):
            with pytest.raises(RuntimeError):
                await read
        await api.create({"externalId": "a"}, before=lambda: None)

    _, server, turn = talk(serving, [response(201, CONTACT)], act)
    assert len(server.requests) == 1
    assert turn.told[:6] == ["permit", "withdrawn"] * 3


def test_before_is_the_last_thing_before_the_network(serving: Serve, response: Respond) -> None:
    """If the intent cannot be recorded, nothing is sent and the permit goes back."""

    def refuse() -> None:
        raise RuntimeError("no disk")

    async def act(api: Api) -> Traffic:
        with pytest.raises(RuntimeError):
            await api.create({"externalId": "a"}, before=refuse)
        return api.traffic

    traffic, server, turn = talk(serving, [response(201, CONTACT)], act)
    assert server.requests == []
    assert turn.told == ["permit", "withdrawn"]
    assert traffic == Traffic()


def page(items: list[dict[str, Any]], token: str | None) -> bytes:
    return json.dumps({"data": items, "totalItems": 1, "nextPageToken": token}).encode()


def test_find_pages_to_the_end_and_filters(serving: Serve, response: Respond) -> None:
    """All pages are read, and a server that ignores the filter does not slip strangers in."""
    first = page(
        [{"id": "1", "externalId": "a"}, {"id": "9", "externalId": "z"}, {"id": "8", "externalId": None}], "t 1"
    )
    second = page([{"id": "2", "externalId": "a"}, {"id": "1", "externalId": "a"}], None)
    found, server, _ = talk(serving, [response(200, first), response(200, second)], lambda api: api.find(["a", "b&c"]))
    assert isinstance(found, LookupResult)
    assert {key: [one["id"] for one in some] for key, some in found.contacts.items()} == {"a": ["1", "2"], "b&c": []}
    assert "GET /v1/contacts?externalIds=a&externalIds=b%26c&maxResults=50 HTTP" in server.requests[0][0]
    assert "pageToken=t+1" in server.requests[1][0] or "pageToken=t%201" in server.requests[1][0]


def test_find_is_whole_or_nothing(serving: Serve, response: Respond) -> None:
    """A lookup whose second page fails has found nothing out."""
    answers = [response(200, page([], "t")), response(500)]
    found, _, _ = talk(serving, answers, lambda api: api.find(["a"]))
    assert isinstance(found, NotSent)


def test_find_does_not_loop(serving: Serve, response: Respond) -> None:
    """A page token that comes back ends the paging."""
    found, server, _ = talk(serving, [response(200, page([], "t"))], lambda api: api.find(["a"]))
    assert isinstance(found, NotSent)
    assert len(server.requests) == 2


@pytest.mark.parametrize("ids", [[], ["x"] * 21])
def test_find_takes_1_to_20(ids: list[str]) -> None:
    """More than 20 values answer 400 (api-facts), and none would list the whole workspace."""

    async def main() -> None:
        async with Api("http://127.0.0.1:9", KEY, Turn()) as api:
            await api.find(ids)

    with pytest.raises(ValueError, match="1 to 20"):
        asyncio.run(main())


def test_contact_ids_are_quoted(serving: Serve, response: Respond) -> None:
    """An id with a slash cannot become another address."""
    answer, server, _ = talk(serving, [response(404, b"{}")], lambda api: api.get("a/../b?c"))
    assert isinstance(answer, Refused)
    assert server.requests[0][0].startswith("GET /v1/contacts/a%2F..%2Fb%3Fc HTTP")


@pytest.mark.parametrize("contact_id", [".", "..", "", " ", "a\n", "x" * 70_000, None, 1.5])
def test_what_names_no_contact_is_no_id(contact_id: object, serving: Serve, response: Respond) -> None:
    """No request goes to an id that would lead elsewhere (`..` to the whole list), and a list with one is not whole."""
    created = json.dumps({"data": {"id": contact_id, "externalId": "a"}}).encode()
    answer, _, _ = talk(serving, [response(201, created)], lambda api: api.create({"externalId": "a"}))
    assert isinstance(answer, Unsure)
    listed = page([{"id": "1", "externalId": "b"}, {"id": contact_id, "externalId": "a"}], None)
    for read in (lambda api: api.page(), lambda api: api.find(["a"])):
        answer, _, _ = talk(serving, [response(200, listed)], read)
        assert isinstance(answer, NotSent), answer
        assert "without a usable id" in answer.reason


def test_delete(serving: Serve, response: Respond) -> None:
    """A deletion is accepted without a body."""
    answer, server, _ = talk(serving, [response(204)], lambda api: api.delete("c1"))
    assert answer == Accepted()
    assert server.requests[0][0].startswith("DELETE /v1/contacts/c1 HTTP")


def test_the_services_clock_is_learned(serving: Serve, response: Respond) -> None:
    """The service's time is its last Date plus what has passed since, rounded down; without one it is ours."""
    moments = iter([10.0, 10.5, 11.0, 13.25])

    async def act(api: Api) -> list[int]:
        before = api.service_now()
        await api.create({"externalId": "a"})
        return [before, api.service_now()]

    date = "Thu, 01 Jan 2026 00:00:00 GMT"
    learned, _, _ = talk(
        serving,
        [response(201, CONTACT, Date=date)],
        act,
        clock=lambda: next(moments, 13.25),
        today=lambda: 1000.9,
    )
    assert learned == [1000, 1767225600 + 2]


def test_traffic_and_events(serving: Serve, response: Respond) -> None:
    """Requests, repetitions and 429s are counted; each exchange is told of without its query or body."""
    events: list[Event] = []

    async def act(api: Api) -> Traffic:
        await api.create({"externalId": "secret-id"}, row=5)
        await api.create({"externalId": "secret-id"}, row=5, again=True)
        await api.find(["secret-id"])
        return api.traffic

    answers = [response(429), response(201, CONTACT), response(200, page([], None))]
    traffic, _, _ = talk(serving, answers, act, on_exchange=events.append)
    assert traffic == Traffic(3, 1, 1)
    assert [(one.facts["method"], one.facts["path"], one.facts["status"], one.facts["row"]) for one in events] == [
        ("POST", "/v1/contacts", 429, 5),
        ("POST", "/v1/contacts", 201, 5),
        ("GET", "/v1/contacts", 200, None),
    ]
    assert "secret-id" not in repr(events)


def test_key_is_in_no_repr() -> None:
    """The key shows in no repr of the client."""

    async def main() -> str:
        async with Api("http://127.0.0.1:9", KEY, Turn()) as api:
            return repr(api) + repr(vars(api).get("traffic"))

    assert "key-123" not in asyncio.run(main())


def test_custom_fields(serving: Serve, response: Respond) -> None:
    """The workspace's fields come back with key, name and type; one of a type from the future cannot be filled."""
    data = [
        {"key": "1712", "name": "Lead Source", "type": "string"},
        {"key": "x", "name": "Star sign", "type": "zodiac"},
        {"key": "vip", "type": "boolean"},
    ]
    found, server, _ = talk(serving, [response(200, json.dumps({"data": data}).encode())], custom_fields)
    assert found == (
        CustomField("1712", "Lead Source", FieldType.STRING),
        CustomField("x", "Star sign", FieldType.UNKNOWN, "zodiac"),
        CustomField("vip", "vip", FieldType.BOOLEAN),
    )
    assert [field.can_be_filled for field in found or ()] == [True, False, True]
    assert server.requests[0][0].startswith("GET /v1/contact-custom-fields HTTP")


def test_users(serving: Serve, response: Respond) -> None:
    """All users come back by their address in lower case."""
    first = page([{"id": "US1", "email": "Ann@Example.com"}, {"id": "US3"}], "t")
    second = page([{"id": "US2", "email": "bo@example.com"}], None)
    found, _, _ = talk(serving, [response(200, first), response(200, second)], users)
    assert found == {"ann@example.com": "US1", "bo@example.com": "US2"}


def test_slow_waking_service_is_waited_for(serving: Serve, response: Respond) -> None:
    """A service that answers at the second attempt does not end the run."""
    answers = [response(503), response(200, b'{"data": []}')]
    found, server, _ = talk(serving, answers, custom_fields)
    assert found == ()
    assert len(server.requests) == 2


def test_silent_service_ends_the_run(serving: Serve) -> None:
    """A service that accepts connections and never answers ends the run when patience ends."""

    async def act(api: Api) -> None:
        policy = RetryPolicy(first_answer_seconds=0.2)
        await workspace.custom_fields(api, Retry(policy, asyncio.Event(), lambda: api.answered))

    with pytest.raises(ServiceUnreachable):
        talk(serving, [None], act)


def test_wrong_key_ends_the_run_before_it_began(serving: Serve, response: Respond) -> None:
    """A 401 before the first row is a start that failed: exit code 2."""
    with pytest.raises(AccessRefused) as caught:
        talk(serving, [response(401)], custom_fields)
    assert caught.value.exit_code == 2

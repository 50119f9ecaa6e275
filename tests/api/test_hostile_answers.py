"""Answers that are too long, packed without bounds, or never end: the client takes no more of them than it has to."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from importer.api import contacts as contacts_api
from importer.api.request import LookupResult, PageTokens
from importer.model import Accepted, NotSent, Unsure
from importer.retry import Retry, RetryPolicy
from tests.api.talk import talk

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from importer.api.client import Api
    from tests.api.conftest import Respond, Serve


def flood(length: int, head: bytes, block: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """An answer of `length` bytes, sent in blocks until the client has enough of it."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\n" + head + b"Content-Length: %d\r\n\r\n" % length)
        for _ in range(length // len(block)):
            writer.write(block)
            await writer.drain()

    return write


BOMB = gzip.compress(bytes(50_000_000))


@pytest.mark.parametrize(
    "answer",
    [flood(200_000_000, b"", bytes(100_000)), flood(len(BOMB), b"Content-Encoding: gzip\r\n", BOMB)],
    ids=["long", "packed"],
)
def test_a_huge_answer_is_refused_while_it_is_read(serving: Serve, answer: Any) -> None:
    """No more than 10 MB of an answer is read or unpacked: a write is unsure, a read is asked again, in those words."""
    got, _, _ = talk(serving, [answer], lambda api: api.create({"externalId": "a"}))
    assert isinstance(got, Unsure)
    assert "longer than 10 MB" in got.reason
    got, _, _ = talk(serving, [answer], lambda api: api.page())
    assert isinstance(got, NotSent)


@pytest.mark.parametrize("coding", ["gzip, gzip", "deflate,gzip", "br", "zstd"])
def test_an_answer_that_unpacks_without_bounds_is_not_unpacked(coding: str, serving: Serve, response: Respond) -> None:
    """What is packed twice, or in an encoding that was not asked for, is refused in words before it is unpacked."""
    got, server, _ = talk(serving, [response(200, BOMB, Content_Encoding=coding)], lambda api: api.page())
    assert isinstance(got, NotSent)
    assert f"encoding {coding}: it was not asked for" in got.reason
    assert "accept-encoding: gzip, deflate\r\n" in server.requests[0][0].lower()


@pytest.mark.parametrize("cookie", ["a=b", "a=b; Path=/; Max-Age=99999999", "a=\xe9"])
def test_no_cookie_is_kept(cookie: str, serving: Serve, response: Respond) -> None:
    """A cookie of the service is in no later request, also one that could not be sent."""

    async def twice(api: Api) -> object:
        await api.page()
        return await api.page()

    answer = response(200, b'{"data": []}', **{"Set-Cookie": cookie})
    got, server, _ = talk(serving, [answer], twice)
    assert isinstance(got, Accepted)
    assert [head for head, _ in server.requests if "cookie" in head.lower()] == []


def page_of(contacts: list[str], token: str | None) -> bytes:
    data = [{"id": contact_id, "externalId": contact_id} for contact_id in contacts]
    return json.dumps({"data": data, "nextPageToken": token}).encode()


LISTS: dict[str, tuple[Callable[[int], list[str]], set[str]]] = {
    "the same page again and again": (lambda number: ["a", "b"], {"a", "b"}),
    "two pages in a ring": (lambda number: ["a"] if number % 2 else ["b"], {"a", "b"}),
    "empty pages": (lambda number: [] if number else ["a"], {"a"}),
    "empty pages first": (lambda number: [] if number < 5 else ["a", "b"], {"a", "b"}),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_list_that_never_ends_is_ended(serving: Serve, response: Respond, case: str) -> None:
    """A list with a new token each time ends when pages bring no new contact; what it showed before that is kept."""
    contacts, expected = LISTS[case]
    answers = [response(200, page_of(contacts(number), f"t{number}")) for number in range(40)]

    async def read(api: Api) -> set[str]:
        retry = Retry(RetryPolicy(), asyncio.Event(), lambda: api.answered)
        return {contact["id"] async for page, *_ in contacts_api.pages(api, retry) for contact in page}

    listed, server, _ = talk(serving, list(answers), read)
    assert listed == expected
    assert len(server.requests) < 30
    answer, server, _ = talk(serving, list(answers), lambda api: api.find(["a", "b"]))
    assert isinstance(answer, LookupResult)
    assert {contact_id for contact_id, matches in answer.contacts.items() if matches} == expected
    assert len(server.requests) < 30


def test_a_list_longer_than_any_workspace_is_not_whole() -> None:
    """After 100,000 pages of new contacts a list ends, marked as not whole."""
    tokens, pages = PageTokens(), 1
    while tokens.advance({"data": [{"id": f"c{pages}"}], "nextPageToken": f"t{pages}"}):
        pages += 1
    assert (tokens.is_endless, pages) == (True, 100_001)

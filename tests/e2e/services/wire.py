"""Habits of how answers go over the wire, and of how lists come in pages."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from tests.delivery.engine.hostile import CLOSE, Asked, Hostile, reply
from tests.e2e.services.habits import Habit
from tests.e2e.services.odd_service import OddService, is_contact, is_list, sends, shows, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importer.sandbox.reply import Reply
    from tests.delivery.engine.hostile import Piece, Script

HUGE_PARTS = 200


def _pieces(answer: Reply) -> Iterable[Piece]:
    content = whole(answer)
    for start in range(0, len(content), 100):
        yield content[start : start + 100]
        yield 0.005


def _chunked(answer: Reply) -> Iterable[Piece]:
    yield f"HTTP/1.1 {answer.status} X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    parts = [answer.body[start : start + 7] for start in range(0, len(answer.body), 7)]
    yield b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"


def _without_length(answer: Reply, version: bytes = b"HTTP/1.1") -> Iterable[Piece]:
    yield reply(answer.status, body=answer.body, Content_Length="").replace(b"HTTP/1.1", version, 1)
    yield CLOSE


def _utf16(answer: Reply) -> bytes:
    body = answer.body.decode().encode("utf-16")
    return reply(answer.status, body=body, Content_Type="application/json; charset=utf-16")


def _encoded(name: str, body: Callable[[bytes], bytes]) -> Callable[[Reply], bytes]:
    return lambda answer: reply(answer.status, body=body(answer.body), Content_Encoding=name)


def _huge(answer: Reply) -> Iterable[Piece]:
    yield f"HTTP/1.1 {answer.status} X\r\nContent-Length: {HUGE_PARTS}000000\r\n\r\n".encode()
    for _ in range(HUGE_PARTS):
        yield b" " * 1_000_000


def _unreadable(pieces: Callable[[Reply], Iterable[Piece] | bytes], *told: str) -> Habit:
    return Habit(sends(pieces, is_contact), 3, told=told, wait_minutes=0.01)


HINTS = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
WIRE: dict[str, Habit] = {
    "gzip": Habit(sends(_encoded("gzip", gzip.compress))),
    "a byte order mark": Habit(sends(lambda answer: reply(answer.status, body=b"\xef\xbb\xbf" + answer.body))),
    "UTF-16": Habit(sends(_utf16)),
    "chunks of 7 bytes": Habit(sends(_chunked)),
    "slowly": Habit(sends(_pieces)),
    "without length": Habit(sends(_without_length)),
    "HTTP/1.0": Habit(sends(lambda answer: _without_length(answer, b"HTTP/1.0"))),
    "Connection: close": Habit(sends(lambda answer: [whole(answer, Connection="close"), CLOSE])),
    "closed without a word": Habit(sends(lambda answer: [whole(answer), CLOSE])),
    "100 and 103 first": Habit(sends(lambda answer: HINTS + whole(answer))),
    "an encoding that was not asked for": _unreadable(
        _encoded("snappy", lambda body: b"\x8b" + body[::-1]), "encoding snappy"
    ),
    "damaged gzip": _unreadable(_encoded("gzip", lambda body: gzip.compress(body)[:-9] + b"x" * 20), "encoding gzip"),
    "gzip that is none": _unreadable(_encoded("gzip", lambda body: body), "encoding gzip"),
    "a body of 200 MB": _unreadable(_huge, "longer than 10 MB"),
}


def _in_pages(contacts: Callable[[OddService, Asked], list[Any]], token: Callable[[int], str | None]) -> Script:
    """A list of two pages with the same contacts, then empty ones; `token` names the next by the number of the page."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        assert isinstance(service, OddService)
        if not is_list(asked):
            return None
        number = int(asked.query.get("pageToken", ["0"])[0])
        data = contacts(service, asked) if number < 2 else []
        return reply(200, {"data": data, "totalItems": -3, "nextPageToken": token(number)})

    return script


def _asked_for(service: OddService, asked: Asked) -> list[Any]:
    query = {name: values for name, values in asked.query.items() if name != "pageToken"}
    answer = service.carry_out(Asked(asked.method, asked.path, query, asked.body, asked.number))
    contacts: list[Any] = json.loads(answer.body)["data"]
    return contacts


def _everything(service: OddService, _: Asked) -> list[Any]:
    return service.contacts()


def _from_the_second_page(service: OddService, asked: Asked) -> list[Any]:
    return _asked_for(service, asked) if "pageToken" in asked.query else []


PAGES: dict[str, Habit] = {
    "pages that repeat contacts": Habit(_in_pages(_asked_for, lambda number: None if number else "1")),
    "a first page that is empty": Habit(_in_pages(_from_the_second_page, lambda number: None if number else "1")),
    "an empty token": Habit(shows(lambda document, _: document | {"nextPageToken": ""}, is_list)),
    "nonsense for totalItems": Habit(shows(lambda document, _: document | {"totalItems": "many"}, is_list)),
    "a filter that is ignored": Habit(_in_pages(_everything, lambda _: None)),
    "contacts in another order": Habit(shows(lambda document, _: document | {"data": document["data"][::-1]}, is_list)),
    "a new token for ever": Habit(_in_pages(_asked_for, lambda number: str(number + 1))),
    # What such a list does not show is not known to be missing.
    "a token that repeats": Habit(_in_pages(_asked_for, lambda _: "1"), update=3, wait_minutes=0.01),
}

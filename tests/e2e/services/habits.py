"""How services were seen to answer otherwise than the contract says, by name, and what a run of six rows comes to."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from tests.delivery.engine.hostile import honest, reply
from tests.e2e.services.odd_service import (
    CONTACTS,
    OddService,
    adds_headers,
    is_contact,
    is_fields,
    is_list,
    is_write,
    numbered,
    once,
    refuses,
    shows,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.delivery.engine.hostile import Asked, Hostile, Script

ROWS = 6


@dataclass(frozen=True)
class Habit:
    """What a service does otherwise, how a run ends under it, and what the person reads.

    `code` is the exit code of a run that creates, `update` that of one that changes. `told`, and `update_told` for the
    second, stand on the screen or in problems.csv. `lacks_fields`: the service lists no custom field for the sheet's
    column, so its values are not sent.
    """

    script: Script
    code: int = 0
    update: int | None = None
    told: tuple[str, ...] = ()
    update_told: tuple[str, ...] = ()
    wait_minutes: float = 0.2
    lacks_fields: bool = False

    def of(self, mode: str) -> tuple[int, tuple[str, ...]]:
        """The exit code and the words for a run that creates or one that updates."""
        is_update = mode == "update"
        return (self.update if is_update and self.update is not None else self.code), (
            self.update_told if is_update and self.update_told else self.told
        )


def with_numbers(service: Hostile, asked: Asked) -> bytes | None:
    """A habit of ids of contacts that are numbers, everywhere."""
    assert isinstance(service, OddService)
    if not is_contact(asked):
        return None
    number = asked.path.removeprefix(f"{CONTACTS}/")
    path = f"{CONTACTS}/{int(number):024x}" if number.isdecimal() else asked.path
    answer = service.carry_out(replace(asked, path=path))
    document = json.loads(answer.body or b"{}")
    data = document.get("data")
    for contact in data if isinstance(data, list) else [data] if data else []:
        contact["id"] = int(contact["id"], 16)
    return reply(answer.status, body=json.dumps(document).encode())


SUCCESS: dict[str, Habit] = {
    "honest": Habit(honest),
    "200 with the contact": Habit(shows(lambda document, _: document, status=200)),
    "207 with the contact": Habit(shows(lambda document, _: document, status=207)),
    "202 with nothing": Habit(shows(lambda *_: b"", status=202)),
    "202 with a job": Habit(shows(lambda *_: {"job": "J1", "id": "J1", "status": "queued"}, status=202)),
    "204": Habit(shows(lambda *_: b"", status=204)),
    "a bare contact": Habit(shows(lambda document, _: document["data"])),
    "bare contacts everywhere": Habit(
        shows(lambda document, _: document["data"], lambda asked: is_contact(asked) and not is_list(asked))
    ),
    "numeric ids": Habit(with_numbers),
}

WAITS = {
    "in the past": formatdate(1_700_000_000, usegmt=True),
    "negative": "-5",
    "of half a second": "0.5",
    "nonsense": "soon",
    "empty": "",
}
RETRY_AFTER: dict[str, Habit] = {
    f"{status}, Retry-After {name}": Habit(once(refuses(status, {}, Retry_After=value)))
    for status in (429, 503)
    for name, value in WAITS.items()
} | {
    f"{status}, Retry-After of a day": Habit(
        once(refuses(status, {}, Retry_After="86400")), 3, told=("it wants nothing sent before 20",), wait_minutes=0.02
    )
    for status in (429, 503)
}

ACCOUNT = {402: "subscription", 406: "support", 410: "support", 451: "legal"}
MOVED = "https://new.example"
STOPS: dict[str, Habit] = {
    "301": Habit(refuses(301, {}, Location=f"{MOVED}/v1"), 2, told=(MOVED, "--base-url")),
    "302 in a loop": Habit(refuses(302, {}, Location="/v1/contacts"), 2, told=("302", "--base-url")),
    "308 of a write": Habit(refuses(308, {}, on=is_write, Location=f"{MOVED}/"), 2, told=(MOVED, "--base-url")),
    "404 as HTML": Habit(refuses(404, body=b"<html>Not Found</html>"), 2, told=("404", "--base-url")),
    "404 under a wrong prefix": Habit(refuses(404, {"message": "no route"}), 2, told=("404", "--base-url")),
    "403 for everything": Habit(refuses(403, {"message": "Forbidden"}), 2, told=("403", "owner or admin")),
    **{f"{status} at the start": Habit(refuses(status, {}), 2, told=(word,)) for status, word in ACCOUNT.items()},
    **{
        f"{status} in the middle": Habit(refuses(status, {}, on=numbered(4)), 3, told=(word,))
        for status, word in ACCOUNT.items()
    },
}

REASON = "Because I say so"
WIRE_ERROR = {"error": {"message": REASON, "key": "bad", "trace": "tr-123456"}}
ENVELOPE = {"message": REASON, "code": "0800400", "status": 400, "docs": "", "title": "Bad"}
ERRORS: dict[str, Habit] = {
    "errors in the form of the wire": Habit(refuses(400, WIRE_ERROR, on=is_write), 1, told=(REASON, "tr-123456")),
    "errors in the form of the file": Habit(refuses(400, ENVELOPE, on=is_write), 1, told=(REASON,)),
    "errors as plain text": Habit(refuses(400, body=REASON.encode(), on=is_write), 1, told=(REASON,)),
    "errors as HTML": Habit(refuses(400, body=b"<html>No</html>", on=is_write), 1, told=("400 without a reason",)),
    "403 of one contact": Habit(
        refuses(403, WIRE_ERROR, on=lambda asked: asked.method == "PATCH" and asked.number == 3),
        update=1,
        update_told=(REASON, "CRM"),
    ),
    "403 as a proxy's HTML": Habit(
        refuses(403, body=b"<html>Blocked</html>"), 3, told=("proxy or firewall",), wait_minutes=0.01
    ),
    "Deprecation and Sunset": Habit(
        adds_headers(Deprecation="@1790000000", Sunset="Wed, 11 Nov 2026 23:59:59 GMT"), told=("Sunset",)
    ),
    "look-ups that fail while the id is taken": Habit(
        lambda _, asked: (
            reply(409, {"message": "Conflict"})
            if asked.method == "POST"
            else reply(500, {})
            if asked.external_ids
            else None
        ),
        3,
        wait_minutes=0.01,
    ),
}


def in_lists(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Habit:
    """A habit of how lists show each contact."""
    return Habit(shows(lambda doc, _: doc | {"data": [change(contact) for contact in doc["data"]]}, is_list))


def without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A contact without a part."""
    return lambda contact: {key: value for key, value in contact.items() if key != name}


def default_fields(**changed: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A contact with other default fields."""
    return lambda contact: contact | {"defaultFields": contact["defaultFields"] | changed}


INCOMPLETE: dict[str, Habit] = {
    "listed without default fields": in_lists(without("defaultFields")),
    "listed without custom fields": in_lists(without("customFields")),
    "listed with null arrays": in_lists(
        lambda contact: default_fields(emails=None, phoneNumbers=None)(contact) | {"customFields": None}
    ),
    "listed with unknown fields": in_lists(
        lambda contact: default_fields(title="Dr")(contact) | {"pronouns": "she", "notes": [1]}
    ),
}


def of_fields(change: Callable[[list[Any]], Any], *told: str, lacks_fields: bool = True) -> Habit:
    """A habit of how the custom fields are listed."""
    return Habit(
        shows(lambda document, _: {"data": change(document["data"])}, is_fields), told=told, lacks_fields=lacks_fields
    )


FIELDS: dict[str, Habit] = {
    "custom fields that are null": of_fields(lambda _: None, "does not say which custom fields"),
    "custom fields that are no list": of_fields(lambda _: {"vip": "boolean"}, "does not say which custom fields"),
    "custom fields of doubled names": of_fields(
        lambda fields: fields + [field | {"key": f"x{field['key']}"} for field in fields], "2 custom fields"
    ),
    "custom fields of a new type": of_fields(
        lambda fields: [field | {"type": "rating"} for field in fields], "of the type 'rating'"
    ),
    "custom fields among rubbish": of_fields(
        lambda fields: [None, 3, "x", {"key": []}, {"key": "a", "type": []}, {"key": {}, "type": "url"}, *fields],
        lacks_fields=False,
    ),
}


def answers(change: Callable[[dict[str, Any]], dict[str, Any]], code: int, *told: str) -> Habit:
    """A habit of how writes are answered; what is stored is right."""
    return Habit(
        shows(lambda document, _: {"data": change(document["data"])}),
        told=told,
        update=code,
    )


STORED = "stored-otherwise"
ANSWERS: dict[str, Habit] = {
    "answers without the phone": answers(default_fields(phoneNumbers=[]), 3, STORED, "phone"),
    "answers without the email": answers(default_fields(emails=[]), 3, STORED, "email"),
    "answers without the value": answers(lambda contact: contact | {"customFields": []}, 3, STORED, "Lead Source"),
    "answers in another spelling": answers(default_fields(firstName="Odd"), 0, STORED, "first_name"),
    # Each row is looked up, and gets the id that its contact has.
    "answers with another id": Habit(
        shows(lambda document, _: {"data": document["data"] | {"id": "CTanother"}}),
        update=3,
        told=("CTanother",),
        update_told=(STORED, "CTanother"),
    ),
    "answers with another external id": replace(
        answers(lambda contact: contact | {"externalId": "x-9"}, 0), update_told=(STORED, "x-9")
    ),
}

HABITS: dict[str, Habit] = {**SUCCESS, **RETRY_AFTER, **STOPS, **ERRORS, **INCOMPLETE, **FIELDS, **ANSWERS}
"""Habits of what is said; those of how it goes over the wire are in `wire`."""

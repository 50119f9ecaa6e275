"""A service that behaves as the API but for one habit: the sandbox's workspace behind raw bytes of a real socket.

A habit is a script: it gets each request and says what to send, or None where the answer is honest. The functions
below make habits out of a change of the answer, and of which requests it is for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from importer.sandbox.options import Options
from importer.sandbox.person import Person
from importer.sandbox.query import read_query
from importer.sandbox.reply import error_reply
from importer.sandbox.store import ContactStore
from importer.sandbox.workspace import Workspace
from tests.delivery.engine.hostile import Asked, Hostile, Piece, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importer.sandbox.reply import Reply
    from tests.delivery.engine.hostile import Script

CONTACTS = "/v1/contacts"
KEY = "odd-service-key"
Document = dict[str, Any]


@dataclass
class OddService(Hostile):
    """The sandbox's workspace over the wire of `Hostile`; `person` acts in it as a person in the app does."""

    options: Options = field(default_factory=lambda: Options(key=KEY))

    def __post_init__(self) -> None:
        super().__post_init__()
        self.workspace = Workspace(ContactStore(None), self.options)
        self.person = Person(self.workspace, self.options)

    def contacts(self) -> list[dict[str, Any]]:
        """Every contact there is."""
        return self.person.contacts()

    def answer(self, asked: Asked) -> bytes:
        """The honest answer, with the request carried out."""
        return whole(self.carry_out(asked))

    def carry_out(self, asked: Asked) -> Reply:
        """Do what a request asks for, as the sandbox does it."""
        workspace, contact_id = self.workspace, asked.path.removeprefix(f"{CONTACTS}/")
        query = read_query(QueryParams(urlencode(asked.query, doseq=True)))
        operations: dict[tuple[str, str], Callable[[], Reply]] = {
            ("GET", CONTACTS): lambda: workspace.list_contacts(query),
            ("POST", CONTACTS): lambda: workspace.create_contact(asked.body),
            ("GET", f"{CONTACTS}/"): lambda: workspace.get_contact(contact_id),
            ("PATCH", f"{CONTACTS}/"): lambda: workspace.patch_contact(contact_id, asked.body),
            ("DELETE", f"{CONTACTS}/"): lambda: workspace.delete_contact(contact_id),
            ("GET", "/v1/contact-custom-fields"): workspace.list_fields,
            ("GET", "/v1/phone-numbers"): workspace.list_numbers,
            ("GET", "/v1/users"): lambda: workspace.list_users(query),
            ("GET", "/organization"): workspace.get_organization,
            ("GET", "/v1/conversations"): lambda: workspace.list_conversations(query),
        }
        path = f"{CONTACTS}/" if asked.path.startswith(f"{CONTACTS}/") else asked.path
        operation = operations.get((asked.method, path))
        return operation() if operation else error_reply(asked.path, 404, "No such path")


def whole(answer: Reply, **headers: str) -> bytes:
    """An answer as bytes, with other headers beside its own."""
    return reply(answer.status, body=answer.body, **headers)


# ----------------------------------------------------------------------------------------------- which requests


def is_write(asked: Asked) -> bool:
    """A request that makes or changes a contact."""
    return asked.method in ("POST", "PATCH")


def is_contact(asked: Asked) -> bool:
    """A request about contacts, whether one or a list."""
    return asked.path.startswith(CONTACTS)


def is_list(asked: Asked) -> bool:
    """A list of contacts."""
    return asked.method == "GET" and asked.path == CONTACTS


def is_fields(asked: Asked) -> bool:
    """The list of custom fields."""
    return asked.path == "/v1/contact-custom-fields"


def is_any(_: Asked) -> bool:
    """Every request."""
    return True


def numbered(first: int, last: int = 10**9) -> Callable[[Asked], bool]:
    """The writes from the `first` to the `last` of their method."""
    return lambda asked: is_write(asked) and first <= asked.number <= last


# --------------------------------------------------------------------------------------------------- what changes


def sends(pieces: Callable[[Reply], Iterable[Piece] | bytes], on: Callable[[Asked], bool] = is_any) -> Script:
    """A habit of how an honest answer goes over the wire."""

    def script(service: Hostile, asked: Asked) -> Iterable[Piece] | bytes | None:
        assert isinstance(service, OddService)
        return pieces(service.carry_out(asked)) if on(asked) else None

    return script


def shows(
    change: Callable[[Document, Asked], Any], on: Callable[[Asked], bool] = is_write, status: int | None = None
) -> Script:
    """A habit of what a successful answer shows: `change` gets the document and the request."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        assert isinstance(service, OddService)
        if not on(asked):
            return None
        answer = service.carry_out(asked)
        if answer.status >= 300 or not answer.body:
            return whole(answer)
        changed = change(json.loads(answer.body), asked)
        content = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
        return reply(status or answer.status, body=content)

    return script


def refuses(
    status: int,
    document: object = None,
    *,
    on: Callable[[Asked], bool] = is_any,
    body: bytes | None = None,
    **headers: str,
) -> Script:
    """A habit of refusing requests, which are not carried out."""
    return lambda _, asked: reply(status, document, body=body, **headers) if on(asked) else None


def adds_headers(**headers: str) -> Script:
    """A habit of headers beside an honest answer."""
    return sends(lambda answer: whole(answer, **headers))


def once(script: Script, on: Callable[[Asked], bool] = is_write) -> Script:
    """A habit that shows itself once for each method."""
    met: set[str] = set()

    def first(service: Hostile, asked: Asked) -> Iterable[Piece] | bytes | None:
        if not on(asked) or asked.method in met:
            return None
        met.add(asked.method)
        return script(service, asked)

    return first

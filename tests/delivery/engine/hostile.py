"""A service that answers as no well-behaved one does: raw bytes over a real socket, one script a test.

Where the script has nothing to say it is honest: it takes contacts, refuses an external id that is taken, lists by
external id.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, BinaryIO, Self
from urllib.parse import parse_qs, urlsplit

from importer.sandbox.options import Options

if TYPE_CHECKING:
    from importer.model import ContactDraft
    from tests.delivery.conftest import MakeDraft, Result

ROWS = 6
CLOSE = "close"
RESET = "reset"
Piece = bytes | float | str
"""What a script sends: bytes, a pause in seconds, or how the connection ends."""


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; `number` counts those of its method from 1."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: dict[str, Any]
    number: int

    @property
    def external_ids(self) -> list[str]:
        """The ids that a lookup asks for, none for any other request."""
        return self.query.get("externalIds", [])


Script = Callable[["Hostile", Asked], Iterable[Piece] | bytes | None]


def honest(_: Hostile, __: Asked) -> None:
    """Nothing to say."""


@dataclass
class Hostile:
    """A workspace and its server; `script` decides about each request first."""

    script: Script = honest
    host: str = "127.0.0.1"
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    options: Options = field(default_factory=lambda: Options(key="any-key"))

    def __post_init__(self) -> None:
        self._contacts: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listening = socket.create_server((self.host, 0), family=family)
        port = self._listening.getsockname()[1]
        self.url = f"http://[{self.host}]:{port}" if ":" in self.host else f"http://{self.host}:{port}"
        self._open: set[socket.socket] = set()
        self._closed = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        # A socket that is only closed would leave accept waiting for good.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    # --------------------------------------------------------------------------------------------- the workspace

    def contacts(self) -> list[dict[str, Any]]:
        """Every contact there is."""
        with self._lock:
            return list(self._contacts)

    def posts(self) -> list[str]:
        """The external ids that were sent, in order."""
        return [asked.body["externalId"] for asked in self.asked if asked.method == "POST"]

    def store(self, body: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Carry a POST out, whoever asks for it; `changed` replaces what the service makes of it."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with self._lock:
            made = {
                **json.loads(json.dumps(body)),
                "id": f"CT{len(self._contacts) + 1:06d}",
                "createdAt": now,
                "updatedAt": now,
                "sourceUrl": None,
                "createdByUserId": "US1",
                **changed,
            }
            self._contacts.append(made)
        return made

    def clear(self) -> None:
        """Delete every contact, as a person in the app."""
        with self._lock:
            self._contacts.clear()

    def with_ids(self, external_ids: Iterable[str]) -> list[dict[str, Any]]:
        """The contacts that carry one of these."""
        wanted = set(external_ids)
        return [contact for contact in self.contacts() if contact.get("externalId") in wanted]

    def answer(self, asked: Asked) -> bytes:
        """The honest answer; a POST is carried out."""
        if asked.path == "/v1/contact-custom-fields":
            return reply(200, {"data": []})
        if asked.method == "POST":
            if self.with_ids([asked.body["externalId"]]):
                return reply(409, {"message": "Conflict", "code": "0800409", "status": 409})
            return reply(201, {"data": self.store(asked.body)})
        if asked.method == "GET" and asked.path == "/v1/contacts":
            return page(self.with_ids(asked.external_ids) if asked.external_ids else self.contacts()[:1])
        named = [contact for contact in self.contacts() if asked.path.endswith(contact["id"])]
        if asked.method == "PATCH" and named:
            named[0].update(asked.body)
        return reply(200, {"data": named[0]}) if named else reply(404, {"message": "Not found", "code": "0800404"})

    # ------------------------------------------------------------------------------------------------ the wire

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError), connection, connection.makefile("rb") as stream:
            while (asked := self._read(stream)) is not None:
                scripted = self.script(self, asked)
                pieces = self.answer(asked) if scripted is None else scripted
                if not self._send(connection, [pieces] if isinstance(pieces, bytes) else pieces):
                    break
        self._open.discard(connection)

    def _read(self, stream: BinaryIO) -> Asked | None:
        first = stream.readline().decode()
        if not first.strip():
            return None
        method, target, _ = first.split(" ", 2)
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        content = stream.read(length)
        # A client that was killed in the middle of a request has asked nothing.
        if len(content) < length:
            return None
        body = json.loads(content or b"{}")
        parts = urlsplit(target)
        with self._lock:
            number = 1 + sum(asked.method == method for asked in self.asked)
            self.asked.append(Asked(method, parts.path, parse_qs(parts.query), body, number))
            return self.asked[-1]

    def _send(self, connection: socket.socket, pieces: Iterable[Piece]) -> bool:
        """Send what the script says; whether the connection goes on."""
        for piece in pieces:
            if piece == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            if piece == CLOSE:
                return False
            if isinstance(piece, bytes):
                connection.sendall(piece)
            else:
                time.sleep(float(piece))
        return True


def reply(status: int, document: object = None, /, body: bytes | None = None, **headers: str) -> bytes:
    """A whole response; `body` replaces the JSON document."""
    content = json.dumps(document).encode() if body is None else body
    named = {"Date": formatdate(usegmt=True), "Content-Type": "application/json", "Content-Length": str(len(content))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in named.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def page(contacts: Iterable[dict[str, Any]], token: str | None = None, total: int = -7) -> bytes:
    """A page of a list, whose total is wrong as the real one's is."""
    return reply(200, {"data": list(contacts), "totalItems": total, "nextPageToken": token})


PARTIAL: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "no-fields": lambda contact: {key: value for key, value in contact.items() if key != "defaultFields"},
    "null-fields": lambda contact: contact | {"defaultFields": None},
    "no-customs": lambda contact: {key: value for key, value in contact.items() if key != "customFields"},
    "null-arrays": lambda contact: contact | {"defaultFields": contact["defaultFields"] | {"emails": None}},
}
"""What a list leaves out of a contact."""


def drafts(make_draft: MakeDraft, number: int = ROWS, **fields: Any) -> list[ContactDraft]:
    return [make_draft(row, **fields) for row in range(1, number + 1)]


def is_exact(service: Hostile, result: Result, number: int = ROWS) -> None:
    """One contact a row, its id in the map, the counts balanced."""
    ids = [(contact["externalId"], contact["id"]) for contact in service.contacts()]
    assert result.error is None, result.error
    assert len(ids) == number
    assert dict(ids) == result.ids()
    assert sum(result.counts.values()) == number


def first_post(answer: Script) -> Script:
    """A script for the first POST of each row; all the rest is honest."""
    met: set[str] = set()

    def script(service: Hostile, asked: Asked) -> Iterable[Piece] | bytes | None:
        if asked.method != "POST" or asked.body["externalId"] in met:
            return None
        met.add(asked.body["externalId"])
        return answer(service, asked)

    return script


def stored(*pieces: Piece, **changed: object) -> Script:
    """Carry the POST out, with `changed` as the service makes it, and answer with something else."""

    def answer(service: Hostile, asked: Asked) -> Iterable[Piece]:
        service.store(asked.body, **changed)
        return pieces

    return answer

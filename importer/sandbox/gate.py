"""What every request passes on its way in and out: latency, key, limit, faults, and the log.

In this order: half of the latency; the key (401 for an unknown one); the limit of the key (429, which takes no place in
the window); the rights of the key (403); the size of the body (413); a fault; the operation; the other half.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections import deque
from dataclasses import replace
from email.utils import formatdate
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from importer.sandbox.body import LIMIT_BYTES
from importer.sandbox.exchange import read_exchange
from importer.sandbox.faults import Faults
from importer.sandbox.reply import Reply, error_reply, wire_reply
from importer.sandbox.server import transport_of
from importer.sandbox.spoil import spoil
from importer.sandbox.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from importer.sandbox.exchange import Exchange
    from importer.sandbox.faults import Fault
    from importer.sandbox.options import Options
    from importer.sandbox.store import ContactStore

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_PORT = re.compile(r":\d+$")


_DATED_VERSION = b"2026-03-30"


class Gate:
    """The ASGI application that uvicorn serves, in front of the API's own."""

    def __init__(self, app: ASGIApp, store: ContactStore, options: Options, faults: Iterable[Fault]) -> None:
        self.log: deque[Exchange] = deque(maxlen=options.log_limit)
        self.total = 0
        self.resets = 0
        self.faults = Faults(faults, options.seed)
        self.window = Window(options.rate)
        self.keys = {options.key, f"{options.key}-no-rights"}
        self._app = app
        self._store = store
        self._options = options
        self._random = Random(options.seed)  # noqa: S311 - repeatable, not secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        body = await _read_body(receive)
        if body is None:
            return
        await self._travel()
        self.total += 1
        exchange = read_exchange(self.total, self._options.stopwatch(), scope, body, self._store)
        self.log.append(exchange)
        reply: Reply | None = self._refusal(scope, exchange)
        if reply is None:
            # A refused request meets no fault, so that a script of faults counts only requests that get through.
            fault = self.faults.meet(exchange.method, exchange.path, exchange.external_ids)
            carry_out = partial(self._carry_out, scope, body, self.resets)
            exchange.fault = fault.kind if fault else ""
            if fault is None:
                reply = await carry_out()
            else:
                reply = await spoil(fault, exchange.path, carry_out, transport_of(scope), self._options.now)
        if reply is not None:
            if self._options.rate_headers:
                key = self._key(scope)
                reply = replace(reply, headers={**self.window.headers(key, exchange.time), **reply.headers})
            await self._travel()
            exchange.status = reply.status
            await self._send(reply, scope, send)
        self._options.heard(exchange)
        if reply is None or reply.cut:
            # To return would let uvicorn answer 500 in our place.
            while (await receive())["type"] != "http.disconnect":
                pass

    async def _travel(self) -> None:
        """Wait for half of the latency."""
        if self._options.latency_ms:
            spread = self._random.uniform(-1, 1) * self._options.jitter
            await asyncio.sleep(self._options.latency_ms / 2000 * (1 + spread))

    @staticmethod
    def _key(scope: Scope) -> str:
        return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"), "")

    def _refusal(self, scope: Scope, exchange: Exchange) -> Reply | None:
        # A page in the browser may reach loopback under a name of its own (DNS rebinding): it must not read contacts.
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        if _PORT.sub("", host).casefold() not in LOOPBACK_NAMES:
            names = ", ".join(sorted(LOOPBACK_NAMES))
            return error_reply(exchange.path, 403, f"The sandbox answers only under {names}, not {host[:60]!r}")
        # The dated API looks at its version before it looks at the key.
        version = next((value for name, value in scope["headers"] if name == b"quo-api-version"), b"")
        if exchange.path == "/organization" and version != _DATED_VERSION:
            return error_reply(exchange.path, 400, "Quo-Api-Version must be 2026-03-30")
        key = self._key(scope)
        if key not in self.keys:
            message = "The API key is wrong"
            if not key:
                message = "The API key is missing; send it in the Authorization header"
            elif key.lower().startswith("bearer "):
                message = "The API key is wrong; send it alone, without Bearer"
            return error_reply(exchange.path, 401, message)
        if wait_seconds := self.window.wait_seconds(key, exchange.time):
            headers = {"retry-after": str(math.ceil(wait_seconds))} if self._options.retry_after else {}
            return error_reply(exchange.path, 429, "Too many requests", headers=headers)
        if key != self._options.key:
            return error_reply(exchange.path, 403, "This key lacks the right to do this")
        if len(exchange.body) > LIMIT_BYTES:
            return error_reply(exchange.path, 413, f"The body is longer than {LIMIT_BYTES} bytes")
        return None

    async def _carry_out(self, scope: Scope, body: bytes, resets: int) -> Reply:
        if resets != self.resets:
            # It was held up by a fault, and what it was sent to is no more.
            return error_reply(scope["path"], 503, "The sandbox was reset while this request was under way")
        # The answer is collected before any of it is sent, because a fault may cut, delay or replace it.
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, send)
        start, *body_messages = messages
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
        return Reply(start["status"], b"".join(message.get("body", b"") for message in body_messages), headers)

    async def _send(self, reply: Reply, scope: Scope, send: Send) -> None:
        reply = wire_reply(reply) if self._options.error_form == "wire" else reply
        # The form of a date in a header: RFC 9110, section 5.6.7.
        headers = {"date": formatdate(self._options.now(), usegmt=True), **self._options.headers, **reply.headers}
        # An answer without content must not state a length (RFC 9110, section 8.6).
        if reply.status != 204:
            headers["content-length"] = str(len(reply.body))
        raw = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        body = reply.body[: len(reply.body) // 2] if reply.cut else reply.body
        await send({"type": "http.response.body", "body": body, "more_body": reply.cut})
        if reply.cut:
            transport_of(scope).close()


async def _read_body(receive: Receive) -> bytes | None:
    """Return the body, cut one byte above the limit; None if the client went away while sending it."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message["body"][: LIMIT_BYTES + 1 - len(body)]
        if not message.get("more_body", False):
            return bytes(body)

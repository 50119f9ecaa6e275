"""Services that take as little of the processor as they can, in a process of their own: for measurements of the pace.

    python -m tests.fleet.light_services NAME...

A fleet's services are on other computers, so what they take is no part of what is measured. They know nothing but how
to begin: lists are empty, and each contact that is sent is made, after 60 ms. Nothing is checked or kept. Writes a
line of JSON with their addresses, and serves until its input ends.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LATENCY_SECONDS = 0.06
_END_OF_HEADERS = b"\r\n\r\n"
_NOTHING = b'{"data":[],"totalItems":0,"nextPageToken":null}'
_NOW = "2026-01-01T00:00:00.000Z"


@contextmanager
def services_apart(names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Give the addresses of services by their names, for as long as they are needed."""
    command = [sys.executable, "-m", "tests.fleet.light_services", *names]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        addresses: dict[str, str] = json.loads(process.stdout.readline())
        try:
            yield addresses
        finally:
            process.stdin.close()


class LightService(asyncio.Protocol):
    """One connection to a service that makes whatever contact it is sent."""

    made = 0

    def __init__(self) -> None:
        self._unread = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a request as soon as all of it is there; the client sends no second one before the answer."""
        self._unread += data
        head, end, body = bytes(self._unread).partition(_END_OF_HEADERS)
        if not end or len(body) < _length(head):
            return
        self._unread.clear()
        asyncio.get_running_loop().call_later(LATENCY_SECONDS, self._answer, head.startswith(b"POST"), body)

    def _answer(self, makes_contact: bool, body: bytes) -> None:
        if self._transport.is_closing():
            return
        status, answer = (b"201 Created", self._made(body)) if makes_contact else (b"200 OK", _NOTHING)
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(answer))
        self._transport.write(head + answer)

    def _made(self, body: bytes) -> bytes:
        LightService.made += 1
        contact = {"id": f"{LightService.made:024x}", "createdAt": _NOW, "updatedAt": _NOW, **json.loads(body)}
        return json.dumps({"data": contact}).encode()


def _length(head: bytes) -> int:
    lines = (line.lower() for line in head.split(b"\r\n"))
    return next((int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")), 0)


async def serve(names: Sequence[str]) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    servers = {name: await loop.create_server(LightService, "127.0.0.1", 0) for name in names}
    ports = {name: server.sockets[0].getsockname()[1] for name, server in servers.items()}
    print(json.dumps({name: f"http://127.0.0.1:{port}" for name, port in ports.items()}), flush=True)
    ended = asyncio.Event()
    reading = threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True)
    reading.start()
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1:]))

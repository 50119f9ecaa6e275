"""A scriptable server on loopback, for what no well-behaved server does."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]] | None


@dataclass
class Wire:
    """Answers each request with the next of `answers` (the last one again and again) and keeps what arrived.

    An answer is raw bytes; b"" closes the connection, None never answers, a function writes for itself.
    """

    answers: list[Answer]
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
                )
                self.requests.append((head.decode(), await reader.readexactly(length)))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    await reader.read()
                    break
                if not answer:
                    break
                if not isinstance(answer, bytes):
                    await answer(writer)
                    continue
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def respond(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole response."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).replace("_", "-").encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def wire(*answers: Answer) -> AsyncIterator[Wire]:
    """Serve the answers on a free port of loopback."""
    server = Wire(list(answers))
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        # Let the connections' own tasks see that they are closed.
        await asyncio.sleep(0.01)


class Serve(Protocol):
    """`wire` as a fixture."""

    def __call__(self, *answers: Answer) -> AbstractAsyncContextManager[Wire]: ...


class Respond(Protocol):
    """`respond` as a fixture."""

    def __call__(self, status: int, body: bytes = b"", **headers: str) -> bytes: ...


@pytest.fixture
def serving() -> Serve:
    """The maker of servers."""
    return wire


@pytest.fixture
def response() -> Respond:
    """The maker of responses."""
    return respond

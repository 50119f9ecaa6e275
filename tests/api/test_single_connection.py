"""The connection without a pool, held to that of httpx: the same bytes, answers and errors."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from importer.api.single_connection import SingleConnection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

PEM = Path(__file__).with_name("loopback.pem")
KEEPALIVE_SECONDS = 1.0
# Far more than anything takes that does come to an end.
SECONDS = dict.fromkeys(("connect", "read", "write", "pool"), 10.0)
FEW_SECONDS = {**SECONDS, "read": 0.3, "write": 0.3}
WHOLE = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-Name: a\r\n\r\n{}"
# More than a socket holds, so that a server that does not read holds up the request.
LONG = b"x" * 20_000_000


def trusting() -> ssl.SSLContext:
    """What trusts the certificate of these tests alone."""
    return ssl.create_default_context(cafile=str(PEM))


def of_httpx(context: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    """The slow one."""
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEPALIVE_SECONDS)
    return httpx.AsyncHTTPTransport(verify=context, limits=limits, trust_env=False)


def ours(context: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    """The fast one."""
    return SingleConnection(context, KEEPALIVE_SECONDS)


KINDS = (of_httpx, ours)


class Server:
    """Does with each connection what `act` does, and notes what arrived on each."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self.arrived: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Note what is read, and act."""
        number = len(self.arrived)
        self.arrived.append(b"")
        feed = reader.feed_data

        def note(data: bytes) -> None:
            self.arrived[number] += data
            feed(data)

        reader.feed_data = note  # type: ignore[assignment,method-assign]
        try:
            await self._act(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def served(act: Act, context: ssl.SSLContext | None = None) -> AsyncIterator[tuple[Server, int]]:
    """Serve on a free port of loopback."""
    server = Server(act)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server, listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        await asyncio.sleep(0.01)


async def outcome(
    transport: httpx.AsyncBaseTransport,
    url: str,
    content: bytes | None = b'{"a": 1}',
    seconds: Mapping[str, float] = SECONDS,
) -> object:
    """What becomes of a request: status, headers and body, or the error with its words."""
    headers = {"Authorization": "key", "Content-Type": "application/json"}
    request = httpx.Request("POST", url, headers=headers, content=content, extensions={"timeout": dict(seconds)})
    try:
        response = await transport.handle_async_request(request)
        try:
            return response.status_code, sorted(response.headers.raw), await response.aread()
        finally:
            await response.aclose()
    except httpx.TransportError as error:
        return type(error), str(error)


async def requested(reader: asyncio.StreamReader) -> None:
    """Read a request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))


def answering(*parts: bytes, ends: bool = False) -> Act:
    """Answers each request with these parts, a little one after the other."""

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await requested(reader)
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.005)
            if ends:
                return

    return act


def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection, instead of ending it."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def resets_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Breaks the connection before a request is read."""
    reset(writer)


async def resets_after_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Breaks the connection instead of an answer."""
    await requested(reader)
    reset(writer)


async def resets_in_the_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Breaks the connection within the body of an answer."""
    await requested(reader)
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{")
    await writer.drain()
    await asyncio.sleep(0.05)
    reset(writer)


async def half_closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ends its own side after the answer, and goes on to read."""
    await requested(reader)
    writer.write(WHOLE)
    writer.write_eof()
    await reader.read()


async def refuses_a_long_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers before it has read the body."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()
    await reader.read()


async def never_reads(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes no more than the system takes for it."""
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.sleep(1)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await reader.read()


ACTS: dict[str, tuple[Act, bytes | None]] = {
    "a whole answer": (answering(WHOLE), b"{}"),
    "an answer in parts": (answering(WHOLE[:10], WHOLE[10:50], WHOLE[50:]), b"{}"),
    "chunks": (
        answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{", b"}\r\n", b"0\r\n\r\n"),
        b"{}",
    ),
    "a body until the end": (answering(b"HTTP/1.1 200 OK\r\n\r\n{", b"}", ends=True), b"{}"),
    "a word before the answer": (answering(b"HTTP/1.1 103 Early Hints\r\n\r\n", WHOLE), b"{}"),
    "no body in the request": (answering(WHOLE), b""),
    "an answer and the end": (answering(WHOLE, ends=True), b"{}"),
    "an answer with Connection: close": (
        answering(WHOLE.replace(b"X-Name: a", b"Connection: close"), ends=True),
        b"{}",
    ),
    "the end instead of an answer": (answering(ends=True), b"{}"),
    "the end within the head": (answering(WHOLE[:30], ends=True), b"{}"),
    "the end within the body": (answering(WHOLE[:-1], ends=True), b"{}"),
    "no HTTP": (answering(b"SSH-2.0-OpenSSH\r\n"), b"{}"),
    "more than was announced": (answering(WHOLE + b"more"), b"{}"),
    "a break at once": (resets_at_once, b"{}"),
    "a break instead of an answer": (resets_after_request, b"{}"),
    "a break within the answer": (resets_in_the_answer, b"{}"),
    "half an end": (half_closes, b"{}"),
    "a refusal before the end of the body": (refuses_a_long_body, LONG[:300_000]),
    "a server that does not read": (never_reads, LONG),
    "no answer": (silent, b"{}"),
    "a large answer": (
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + bytes(5_000_000)),
        b"{}",
    ),
}


def outcomes(
    act: Act,
    content: bytes | None,
    *,
    scheme: str = "http",
    pauses: Sequence[float] = (0, 0.2, 0.2),
    seconds: Mapping[str, float] = SECONDS,
) -> tuple[object, object]:
    """What the slow and the fast connection make of some requests, after pauses, and what arrived on each connection.

    An end that comes just when a request leaves may be seen before it or after it, so a difference is looked at again.
    """

    async def seen_by(kind: Callable[[ssl.SSLContext], httpx.AsyncBaseTransport]) -> object:
        context = None
        if scheme == "https":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(PEM)
        async with served(act, context) as (server, port), kind(trusting()) as transport:
            found = []
            for pause in pauses:
                await asyncio.sleep(pause)
                found.append(await outcome(transport, f"{scheme}://localhost:{port}/v1/contacts?a=b", content, seconds))
            return found, [arrived.replace(str(port).encode(), b"PORT")[:1000] for arrived in server.arrived]

    for _ in range(3):
        slow, fast = (asyncio.run(seen_by(kind)) for kind in KINDS)
        if slow == fast:
            break
    return slow, fast


# Over TLS asyncio cannot end one side alone; and httpx sees the end of an idle connection too late there, and fails.
WITHOUT_TLS = ("half an end", "a body until the end")
# A whole answer never comes, to the first request or the next.
ENDLESS = ("a server that does not read", "no answer", "no HTTP", "a refusal before the end of the body")


@pytest.mark.parametrize(
    ("name", "scheme"),
    [(name, scheme) for name in ACTS for scheme in ("http", "https") if scheme == "http" or name not in WITHOUT_TLS],
)
def test_whatever_a_server_does_is_seen_alike(name: str, scheme: str) -> None:
    """Three requests have the same answers or errors, and go over as many connections, with the same bytes on each."""
    slow, fast = outcomes(*ACTS[name], scheme=scheme, seconds=FEW_SECONDS if name in ENDLESS else SECONDS)
    assert fast == slow


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_connection_that_was_idle_for_long_is_replaced_alike(scheme: str) -> None:
    """After the seconds that an idle connection is kept, the next request goes over another one."""
    slow, fast = outcomes(*ACTS["a whole answer"], scheme=scheme, pauses=(0, KEEPALIVE_SECONDS + 0.3))
    assert fast == slow
    assert len(fast[1]) == 2  # type: ignore[index]


def test_an_end_over_tls_is_seen_before_the_next_request() -> None:
    """A connection that the server has ended is not written into again: the next request goes over a new one."""
    act, content = ACTS["a body until the end"]
    _, fast = outcomes(act, content, scheme="https")
    assert fast[0] == [(200, [], b"{}")] * 3  # type: ignore[index]
    assert len(fast[1]) == 3  # type: ignore[index]


async def closes_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ends the connection before anything is read."""


async def speaks_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers the beginning of TLS with a page."""
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()


@pytest.mark.parametrize("act", [closes_at_once, resets_at_once, speaks_plainly, silent])
def test_a_tls_connection_that_does_not_begin_fails_alike(act: Act) -> None:
    """An end, a break, plain text or silence instead of TLS is the same error: nothing of the request has left."""

    async def seen_by(kind: Callable[[ssl.SSLContext], httpx.AsyncBaseTransport]) -> object:
        async with served(act) as (_, port), kind(trusting()) as transport:
            return await outcome(
                transport,
                f"https://localhost:{port}/",
                seconds={**SECONDS, "connect": 0.3} if act is silent else SECONDS,
            )

    slow, fast = (asyncio.run(seen_by(kind)) for kind in KINDS)
    assert fast == slow
    assert issubclass(fast[0], (httpx.ConnectError, httpx.ConnectTimeout))  # type: ignore[index]


def test_a_certificate_that_is_not_trusted_is_refused_alike() -> None:
    """A certificate that nothing vouches for, or of another name, is the same error, with the words of OpenSSL."""

    async def seen_by(kind: Callable[[ssl.SSLContext], httpx.AsyncBaseTransport]) -> list[object]:
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        serving.load_cert_chain(PEM)
        async with (
            served(silent, serving) as (_, port),
            kind(ssl.create_default_context()) as stranger,
            kind(trusting()) as elsewhere,
        ):
            distrusted = await outcome(stranger, f"https://localhost:{port}/")
            return [distrusted, await outcome(elsewhere, f"https://[::ffff:127.0.0.1]:{port}/")]

    slow, fast = (asyncio.run(seen_by(kind)) for kind in KINDS)
    assert fast == slow
    assert "CERTIFICATE_VERIFY_FAILED" in str(fast[0])


@pytest.mark.parametrize("address", ["http://127.0.0.1:{closed}/", "http://localhost:{closed}/", "http://a.invalid/"])
def test_an_address_without_a_server_fails_alike(address: str) -> None:
    """A port on which nothing listens and an unknown name are the same error, with the same words."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = address.format(closed=closed.getsockname()[1])

        async def seen_by(kind: Callable[[ssl.SSLContext], httpx.AsyncBaseTransport]) -> object:
            async with kind(trusting()) as transport:
                return await outcome(transport, url)

        slow, fast = (asyncio.run(seen_by(kind)) for kind in KINDS)
    assert fast == slow
    assert fast[0] is httpx.ConnectError  # type: ignore[index]


def test_a_cancelled_request_leaves_no_connection_to_the_next() -> None:
    """A request that is cancelled while it waits for its answer: the next one is not answered with that."""

    async def main() -> None:
        has_arrived, may_answer = asyncio.Event(), asyncio.Event()

        async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                await requested(reader)
                has_arrived.set()
                await may_answer.wait()
                writer.write(WHOLE)

        async with served(late) as (server, port):
            async with SingleConnection(trusting(), KEEPALIVE_SECONDS) as transport:
                url = f"http://localhost:{port}/"
                cancelled = asyncio.create_task(outcome(transport, url))
                await has_arrived.wait()
                cancelled.cancel()
                await asyncio.gather(cancelled, return_exceptions=True)
                may_answer.set()
                assert (await outcome(transport, url))[0] == 201  # type: ignore[index]
            assert len(server.arrived) == 2

    asyncio.run(main())

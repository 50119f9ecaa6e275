"""uvicorn, set up to start and stop in milliseconds, in any thread, and to let a request cut its connection."""

from __future__ import annotations

import asyncio
import signal
import socket
import struct
import threading
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from starlette.types import ASGIApp

_SILENT = 100
_KEEP_ALIVE_SECONDS = 60
_LONGEST_HEADERS = 65_536
_TURNS = 4
# SO_LINGER on, with 0 seconds: closing sends a reset instead of an end (socket(7)).
_NO_LINGER = struct.pack("ii", 1, 0)


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, which also hands the transport of a request to the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called by the event loop."""
        # uvicorn copies this state into the scope of every request on the connection.
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


def transport_of(scope: Mapping[str, Any]) -> asyncio.Transport:
    """Return the connection of a request: `abort` drops what is not sent yet, `close` sends it first."""
    transport: asyncio.Transport = scope["state"]["transport"]
    return transport


def reset(transport: asyncio.Transport) -> None:
    """Close a connection with a TCP reset, which the client sees as `connection reset by peer`."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


class Server(uvicorn.Server):
    """uvicorn without its clock tick, its signal handlers and its wait for clients to leave."""

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http=Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level=_SILENT,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            h11_max_incomplete_event_size=_LONGEST_HEADERS,
        )
        super().__init__(config)
        self.up = threading.Event()
        self.on_up: Callable[[], None] = lambda: None
        self._stopping = threading.Event()
        self._wake: Callable[[], object] = lambda: None

    def stop(self) -> None:
        """End `serve`; safe in any thread and in a signal handler."""
        self._stopping.set()
        self._wake()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # Where files run out, asyncio would print a traceback; the client learns of it by the missing answer.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        await super().startup(sockets=sockets)
        self.up.set()
        self.on_up()

    async def main_loop(self) -> None:
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        self._wake = lambda: None if loop.is_closed() else loop.call_soon_threadsafe(end.set)
        if not self._stopping.is_set():
            await end.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        for listening in sockets or ():
            # A loop of Windows accepts without a reader.
            with suppress(NotImplementedError):
                loop.remove_reader(listening)
        # A connection that was just accepted is known some turns of the loop later, and only to a server that is open:
        # asyncio would lose it to one that has closed meanwhile, with its socket.
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        # What is aborted closes its socket in the next turn.
        for _ in range(_TURNS):
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            for task in list(self.server_state.tasks):
                task.cancel()
            await asyncio.sleep(0)

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


@contextmanager
def signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on SIGINT and SIGTERM; does nothing outside the main thread, as Python allows it there alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers_before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers_before.items():
            signal.signal(number, handler)


def bind(host: str, port: int) -> socket.socket:
    """Return a TCP socket at the address; port 0 takes a free one. Raises OSError, and ValueError for a bad port."""
    if not 0 <= port <= 65_535:
        raise ValueError(f"port {port} is not a number from 0 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio sets TCP_NODELAY only then; without it each answer waits 40 ms for an acknowledgement.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except BaseException:
        bound.close()
        raise
    return bound

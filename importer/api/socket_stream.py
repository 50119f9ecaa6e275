"""A TCP connection with or without TLS, for httpcore: asyncio alone.

The streams of anyio, which httpcore takes by itself, stop and start reading around each answer, and ask the system for
both addresses whenever they are asked whether anything has arrived: a tenth of the CPU time of a contact.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from ipaddress import ip_address
from typing import Any, cast

import httpcore

MOST_UNREAD_BYTES = 256 * 1024
MOST_READ_BYTES = 16 * 1024
# The next address of a name is tried after so long, while the first may still answer (RFC 8305, section 5).
NEXT_ADDRESS_SECONDS = 0.25
DRAIN_SECONDS = 0.01


async def connect(host: str, port: int, seconds: float) -> SocketStream:
    """Open a connection. Raises httpcore's ConnectTimeout or ConnectError."""
    loop = asyncio.get_running_loop()
    # A race between the addresses of a name may leave a socket open if it is cancelled; one address needs no race.
    delay = None if _is_address(host) else NEXT_ADDRESS_SECONDS
    try:
        async with asyncio.timeout(seconds):
            _, stream = await loop.create_connection(SocketStream, host, port, happy_eyeballs_delay=delay)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(str(error)) from error
    except socket.gaierror as error:
        raise httpcore.ConnectError(str(error)) from error
    except OSError as error:
        # asyncio writes down what became of each address of the name.
        raise httpcore.ConnectError("All connection attempts failed") from error
    return stream


class SocketStream(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """A connection as asyncio tells of it, and as httpcore reads and writes it. Made by `connect`."""

    def __init__(self) -> None:
        self._unread = bytearray()
        self._has_ended = False
        self._failure: Exception | None = None
        self._arrival: asyncio.Future[None] | None = None
        self._has_room = asyncio.Event()
        self._has_room.set()

    # ------------------------------------------------------------------------------------- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = self._socket_transport = cast("asyncio.Transport", transport)
        # Written means that the system has all of it: the pace counts from then.
        self._transport.set_write_buffer_limits(0)

    def data_received(self, data: bytes) -> None:
        """Keep what has arrived."""
        self._unread += data
        if len(self._unread) > MOST_UNREAD_BYTES:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Note that no more will arrive; without TLS something may still be sent, and the server may take it."""
        self._has_ended = True
        self._wake()
        return self._transport is self._socket_transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is closed, or broke."""
        self._has_ended, self._failure = True, exc
        self._has_room.set()
        self._wake()

    def pause_writing(self) -> None:
        """Note that the system does not take any more for now."""
        self._has_room.clear()

    def resume_writing(self) -> None:
        """Note that the system has taken all that was written."""
        self._has_room.set()

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    # ------------------------------------------------------------------------------------ what httpcore calls

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's name
        """Return what has arrived, b"" at the end. Raises ReadTimeout or ReadError."""
        if not self._unread and not self._has_ended:
            self._arrival = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._arrival
            except TimeoutError as error:
                raise httpcore.ReadTimeout(str(error)) from error
            finally:
                self._arrival = None
        if self._unread:
            # What is unpacked at once grows up to a thousandfold, and is held twice.
            length = min(max_bytes, MOST_READ_BYTES)
            part = bytes(self._unread[:length])
            del self._unread[:length]
            if not self._transport.is_closing():
                self._transport.resume_reading()
            return part
        if self._failure is not None:
            raise httpcore.ReadError from self._failure
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Return when the system has all of `buffer`. Raises WriteTimeout or WriteError."""
        if not buffer:
            return
        if self._transport.is_closing():
            raise httpcore.WriteError from self._failure
        self._transport.write(buffer)
        if not self._socket_transport.get_write_buffer_size():
            return
        try:
            async with asyncio.timeout(timeout):
                await self._has_room.wait()
                # With TLS only the layer below knows.
                while self._socket_transport.get_write_buffer_size() and not self._has_ended:  # noqa: ASYNC110
                    await asyncio.sleep(DRAIN_SECONDS)
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        if self._failure is not None:
            raise httpcore.WriteError from self._failure

    async def aclose(self) -> None:
        """Close the connection, without waiting for the other end."""
        self._transport.close()
        await asyncio.sleep(0)
        self._transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> SocketStream:
        """Go on with TLS. Raises ConnectTimeout or ConnectError."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                transport = await loop.start_tls(self._transport, self, ssl_context, server_hostname=server_hostname)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except ssl.SSLError as error:
            raise httpcore.ConnectError(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError from error
        self._transport = cast("asyncio.Transport", transport)
        return self

    def get_extra_info(self, info: str) -> Any:
        """Return whether anything has arrived, if that is asked; httpcore asks it of an idle connection."""
        if info != "is_readable":
            return self._transport.get_extra_info(info)
        # What this process was too busy to take from the system counts too.
        has_arrived = bool(self._unread) or self._has_ended or self._transport.is_closing()
        return has_arrived or _is_readable(self._transport.get_extra_info("socket").fileno())


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_readable(descriptor: int) -> bool:
    if not hasattr(select, "poll"):
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))

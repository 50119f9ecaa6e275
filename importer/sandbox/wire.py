"""The connection of a request: the HTTP protocol of uvicorn, with a way to cut it."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

# SO_LINGER on, with 0 seconds: closing sends a reset instead of an end (socket(7)).
_NO_LINGER = struct.pack("ii", 1, 0)


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, which also hands the transport of a request to the application."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called by the event loop."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class Wire:
    """The connection of one request."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self._transport: asyncio.Transport = scope["state"]["transport"]

    def drop(self) -> None:
        """Close it without sending anything."""
        self._transport.abort()

    def reset(self) -> None:
        """Close it with a TCP reset, which the client sees as `connection reset by peer`."""
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()

    def finish(self) -> None:
        """Send what was written, then close it."""
        self._transport.close()

"""One connection without a proxy, which is opened again when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import httpcore
import httpx

from importer.api.socket_stream import connect

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterable, AsyncIterator

_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.WriteError: httpx.WriteError,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}
_RAISED = tuple(_ERRORS)
_PORTS = {"http": 80, "https": 443}


class SingleConnection(httpx.AsyncBaseTransport):
    """Does what `httpx.AsyncHTTPTransport` with one connection does, without a pool of one, which is a tenth of the CPU
    time of a contact: no more than one request at a time, to one address.
    """

    def __init__(self, context: ssl.SSLContext, keepalive_seconds: float) -> None:
        self._context, self._keepalive_seconds = context, keepalive_seconds
        self._connection: httpcore.AsyncHTTP11Connection | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over the connection, or a new one if that has ended or was idle for long."""
        url = request.url
        if url.scheme not in _PORTS:
            raise httpx.UnsupportedProtocol(f"Request URL has an unsupported protocol '{url.scheme}://'.")
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        stream = cast("AsyncIterable[bytes]", request.stream)
        outgoing = httpcore.Request(
            request.method, target, headers=request.headers.raw, content=stream, extensions=request.extensions
        )
        connection = self._connection
        try:
            if connection is None or not connection.is_idle() or connection.has_expired():
                await self.aclose()
                connection = self._connection = await self._open(outgoing)
            response = await connection.handle_async_request(outgoing)
        except _RAISED as error:
            raise _ERRORS[type(error)](str(error)) from error
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response.stream),
            extensions=response.extensions,
        )

    async def _open(self, outgoing: httpcore.Request) -> httpcore.AsyncHTTP11Connection:
        origin, timeout = outgoing.url.origin, outgoing.extensions["timeout"]["connect"]
        host = origin.host.decode("ascii")
        stream = await connect(host, origin.port, timeout)
        if origin.scheme == b"https":
            self._context.set_alpn_protocols(["http/1.1"])
            await stream.start_tls(self._context, host, timeout)
        return httpcore.AsyncHTTP11Connection(origin, stream, self._keepalive_seconds)

    async def aclose(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of an answer, with the errors of httpx."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._stream:
                yield part
        except _RAISED as error:
            raise _ERRORS[type(error)](str(error)) from error

    async def aclose(self) -> None:
        await self._stream.aclose()

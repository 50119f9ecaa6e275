"""When a request leaves: the last look comes before its first byte, the word that it left after its last one."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from importer.api.departure import LeavingBody, last_look
from importer.api.failure import TooLate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# More than the buffers of two sockets hold, so the last byte can only leave when the service reads.
LARGE = b"x" * 20_000_000
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@asynccontextmanager
async def _service(reads: asyncio.Event, heard: asyncio.Queue[bytes]) -> AsyncIterator[str]:
    """Serve one request after the other; the bodies are read when `reads` is set."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        heard.put_nowait(head)
        await reads.wait()
        length = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), b":0")
        await reader.readexactly(int(length.partition(b":")[2]))
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _send(url: str, content: bytes | None, left: list[str]) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        request = client.build_request("GET" if content is None else "POST", url, content=content)
        request.stream = LeavingBody(content or b"", lambda: left.append("left"))
        return (await client.send(request)).status_code


@pytest.mark.parametrize("content", [LARGE, b"", None], ids=["large", "empty", "none"])
def test_a_request_has_left_with_its_last_byte(content: bytes | None) -> None:
    """A request is said to have left once, when its last byte has, whether it has a body or not."""

    async def tell() -> None:
        reads, left = asyncio.Event(), list[str]()
        async with _service(reads, heard := asyncio.Queue[bytes]()) as url:
            sending = asyncio.ensure_future(_send(url, content, left))
            await heard.get()
            if content:
                assert left == [], "most of the body is still here"
            reads.set()
            assert await sending == 200
            assert left == ["left"]

    asyncio.run(tell())


def test_no_byte_leaves_after_a_last_look_that_forbids_it() -> None:
    """A request that may not leave any more raises TooLate, and the service has got nothing."""

    async def tell() -> None:
        reads = asyncio.Event()
        reads.set()
        async with (
            _service(reads, heard := asyncio.Queue[bytes]()) as url,
            httpx.AsyncClient(trust_env=False) as client,
        ):
            with pytest.raises(TooLate):
                await client.get(url, extensions={"trace": last_look(lambda: False)})
            assert heard.empty()
            assert (await client.get(url, extensions={"trace": last_look(lambda: True)})).status_code == 200

    asyncio.run(tell())

"""Connections of the client: taken one at a time, the last used first, and never more than allowed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx
import pytest

from importer.api.connections import Connections

ADDRESS = "http://service.test/v1/contacts"


@dataclass
class Line(httpx.AsyncBaseTransport):
    """A connection that answers when told, and counts what it carries at a time."""

    answers: asyncio.Event
    fails: bool = False
    carried: int = 0
    at_once: int = 0
    most_at_once: int = 0
    is_closed: bool = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer when `answers` is set."""
        self.carried += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.answers.wait()
        finally:
            self.at_once -= 1
        if self.fails:
            raise httpx.ReadError("gone", request=request)
        return httpx.Response(200, stream=httpx.ByteStream(b"{}"))

    async def aclose(self) -> None:
        """Note that it is closed."""
        self.is_closed = True


@dataclass
class Service:
    """The connections that were opened, all of which answer at once unless `answers` is cleared."""

    fails: bool = False
    lines: list[Line] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> Line:
        """Open one more."""
        self.lines.append(Line(self.answers, self.fails))
        return self.lines[-1]

    def client(self, count: int, pool_seconds: float = 5.0) -> Client:
        """A client of at most `count` connections."""
        return Client(Connections(count, self.open), httpx.Timeout(5.0, pool=pool_seconds))


@dataclass
class Client:
    """Sends each request over a connection that it is lent."""

    connections: Connections
    timeout: httpx.Timeout

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.connections.aclose()

    async def get(self, address: str) -> httpx.Response:
        """Send a request and read its answer."""
        request = httpx.Request("GET", address, extensions={"timeout": self.timeout.as_dict()})
        async with self.connections.lent(request) as connection:
            response = await connection.handle_async_request(request)
            await response.aread()
            return response


def test_requests_one_after_the_other_share_a_connection() -> None:
    """A connection that is idle is used again, so that one is enough for requests that do not overlap."""

    async def main() -> None:
        service = Service()
        service.answers.set()
        async with service.client(4) as client:
            for _ in range(5):
                await client.get(ADDRESS)
        assert [line.carried for line in service.lines] == [5]

    asyncio.run(main())


@pytest.mark.parametrize("requests", [1, 3, 4, 9])
def test_no_more_than_allowed_and_one_request_each(requests: int) -> None:
    """There are never more connections than allowed, none carries two requests at a time, and no request is lost."""

    async def main() -> None:
        service = Service()
        async with service.client(4) as client:
            waiting = [asyncio.create_task(client.get(ADDRESS)) for _ in range(requests)]
            await asyncio.sleep(0.01)
            assert len(service.lines) == min(requests, 4)
            service.answers.set()
            answers = await asyncio.gather(*waiting)
        assert [answer.status_code for answer in answers] == [200] * requests
        assert max(line.most_at_once for line in service.lines) == 1
        assert sum(line.carried for line in service.lines) == requests

    asyncio.run(main())


def test_failed_or_cancelled_request_gives_its_connection_back() -> None:
    """What ends a request, an error or a cancellation, leaves its connection to the next one."""

    async def main() -> None:
        service = Service(fails=True)
        async with service.client(1, pool_seconds=0.5) as client:
            cancelled = asyncio.create_task(client.get(ADDRESS))
            await asyncio.sleep(0.01)
            cancelled.cancel()
            await asyncio.gather(cancelled, return_exceptions=True)
            service.answers.set()
            for _ in range(2):
                with pytest.raises(httpx.ReadError):
                    await client.get(ADDRESS)
        assert [line.carried for line in service.lines] == [3]

    asyncio.run(main())


def test_waiting_for_a_connection_ends() -> None:
    """A request that gets no connection in time certainly did not leave, and says so by PoolTimeout."""

    async def main() -> None:
        service = Service()
        async with service.client(1, pool_seconds=0.02) as client:
            first = asyncio.create_task(client.get(ADDRESS))
            await asyncio.sleep(0.005)
            with pytest.raises(httpx.PoolTimeout):
                await client.get(ADDRESS)
            service.answers.set()
            assert (await first).status_code == 200
            assert (await client.get(ADDRESS)).status_code == 200

    asyncio.run(main())


def test_all_are_closed_with_the_client() -> None:
    """When the client ends, no connection stays open."""

    async def main() -> None:
        service = Service()
        async with service.client(3) as client:
            waiting = [asyncio.create_task(client.get(ADDRESS)) for _ in range(3)]
            await asyncio.sleep(0.01)
            service.answers.set()
            await asyncio.gather(*waiting)
        assert [line.is_closed for line in service.lines] == [True] * 3

    asyncio.run(main())

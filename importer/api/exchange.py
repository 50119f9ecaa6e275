"""One exchange with the service: a request waits for its permit and leaves, and its answer is judged and counted."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from importer.api import address
from importer.api.departure import LATE
from importer.api.failure import CAUGHT, MOST_BODY_BYTES, BodyTooLong, TooLate, judge_failure, lack_of_files
from importer.api.outgoing import OutgoingRequests
from importer.api.pool import open_connections, proxy_for
from importer.api.rate_headers import rate_budget
from importer.api.request import PermitSource, Request, SendPermit, Traffic
from importer.api.verdict import HttpExchange, RequestKind, judge
from importer.api.words import error_form, http_date, retirement
from importer.model import Answer, Event, RateBudget
from importer.version import user_agent

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from pydantic import SecretStr

    from importer.api.request import BeforeSending

ASKED_CODINGS = "gzip, deflate"
_UNBOUNDED_CODINGS = frozenset({"br", "zstd"})


class ServiceConnection:
    """The connection to the service of one workspace, and what its answers say about it.

    `base_url` may end in `/` or `/v1`; `key` goes raw into `Authorization` and nowhere else; all requests pass `pace`.
    `clock` is monotonic, `today` the wall clock (seconds since 1970).
    `whole_read_seconds`: the longest that a read may take from the request to the end of its answer.
    `on_exchange` gets an Event `request` (method, path, status, ms, row; trace of an error) after each exchange.
    Raises SettingsError or KeyMissing for a base URL or key that cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        pace: PermitSource,
        *,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], float] = time.time,
        on_exchange: Callable[[Event], None] = lambda event: None,
        connect_seconds: float = 5.0,
        read_seconds: float = 30.0,
        whole_read_seconds: float | None = None,
        connections: int = 16,
    ) -> None:
        self.base_url = address.base_url(base_url)
        self.traffic = Traffic()
        self.answered = False
        self.budget: RateBudget | None = None
        self.error_form = ""
        self.before_reading: BeforeSending | None = None
        """Called before requests that have no `before` of their own, in the same way."""
        self._secret = address.raw_key(key)
        self._host = urlsplit(self.base_url).netloc
        self._pace = pace
        self._clock = clock
        self._today = today
        # The time-outs of httpx are for single steps: an answer that comes byte by byte would never meet one.
        self._longest_seconds = connect_seconds + 2 * read_seconds
        self._longest_read_seconds = min(self._longest_seconds, whole_read_seconds or self._longest_seconds)
        self._on_exchange = on_exchange
        self._service_clock: tuple[float, float] | None = None
        self._proxy = proxy_for(self.base_url)
        # A redirected POST may become a GET (RFC 9110 15.4), so a redirect is judged and not followed.
        self._connections = open_connections(self.base_url, connections)
        self._outgoing = OutgoingRequests(
            self.base_url,
            {
                "Authorization": self._secret,
                "User-Agent": user_agent(),
                "Accept": "application/json",
                "Accept-Encoding": ASKED_CODINGS,
            },
            httpx.Timeout(read_seconds, connect=connect_seconds),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.aclose()

    def service_now(self) -> int:
        """Return the service's clock in whole seconds since 1970, never ahead of it.

        Learned from the `Date` header; this machine's clock if the service never sent one.
        """
        if self._service_clock is None:
            return int(self._today())
        date, received = self._service_clock
        return int(date + max(self._clock() - received, 0.0))

    async def _send(self, request: Request) -> Answer:
        # The intent is committed only now: the wait for the permit may be long, and the row may be withdrawn meanwhile.
        # A contact was looked at before it is changed or deleted, and people edit contacts meanwhile.
        permit = await self._pace.permit(urgent=request.kind in (RequestKind.PATCH, RequestKind.DELETE))
        may_leave: Callable[[], bool] | None = None
        if (before := request.before or self.before_reading) is not None:
            try:
                may_leave = before()
            except BaseException:
                permit.withdrawn()
                raise
        traffic = self.traffic
        self.traffic = replace(traffic, requests=traffic.requests + 1, retries=traffic.retries + request.again)
        started = self._clock()
        try:
            # A write that is cut short is unsure, and costs a lookup and its doubts; a read is asked again.
            longest = self._longest_seconds if request.kind.writes else self._longest_read_seconds
            async with asyncio.timeout(longest):
                response, body = await self._exchange(request, permit, may_leave)
        except CAUGHT as error:
            permit.failed()
            self._report(request, 0, started)
            # What this computer lacks says nothing about the service. A write may have left, and is looked up.
            if not (self.answered or request.kind.writes) and (lack := lack_of_files(error)) is not None:
                raise lack from error
            # Once the service has answered, the proxy is right, and may only be away for a while.
            proxy = "" if self.answered else self._proxy
            return judge_failure(request.kind, error, self._host, self._secret, proxy=proxy)
        except BaseException:
            # Cancelled: the request may have left all the same.
            permit.failed()
            raise
        status, headers = response.status_code, {name.lower(): value for name, value in response.headers.items()}
        external_id = request.body.get("externalId") if request.body is not None else None
        answer = judge(
            HttpExchange(request.kind, status, headers, body, external_id, self._host, self._secret, request.contact_id)
        )
        budget, is_limited = rate_budget(headers), status == 429
        self.budget = budget or self.budget
        if status >= 400:
            self.error_form = error_form(body) or self.error_form
        wait_seconds = getattr(answer, "wait_seconds", None)
        permit.answered(rate_limited=is_limited, wait_seconds=wait_seconds, budget=budget)
        # Other requests have been counted meanwhile, hence the traffic as it is now.
        if is_limited or (not self.traffic.retirement and retirement(headers)):
            self.traffic = replace(
                self.traffic,
                rate_limited=self.traffic.rate_limited + is_limited,
                retirement=self.traffic.retirement or retirement(headers, self._secret),
            )
        # A 5xx may come from a proxy in front of a service that is not there.
        self.answered = self.answered or status < 500
        date = http_date(headers.get("date", ""))
        if date is not None:
            self._service_clock = (date, self._clock())
        self._report(request, status, started, getattr(answer, "trace", ""))
        return answer

    async def _exchange(
        self, request: Request, permit: SendPermit, may_leave: Callable[[], bool] | None = None
    ) -> tuple[httpx.Response, bytes]:
        # Others use the place of a permit that has grown old, so a process that was stopped sends nothing on it.
        if not permit.is_current():
            raise TooLate(LATE)
        outgoing = self._outgoing.make(request, permit.sent, may_leave)
        async with self._connections.lent(outgoing) as connection:
            response = await connection.handle_async_request(outgoing)
            response.request = outgoing
            async with aclosing(response):
                try:
                    return response, await _bounded_body(response)
                except httpx.DecodingError as error:
                    encoding = response.headers.get("content-encoding", "")
                    raise httpx.DecodingError(f"encoding {encoding}: {error}", request=outgoing) from error

    def _report(self, request: Request, status: int, started: float, trace: str = "") -> None:
        milliseconds = round((self._clock() - started) * 1000)
        facts = {"method": request.method, "path": request.path, "status": status, "ms": milliseconds}
        traced = {"trace": trace} if trace else {}
        self._on_exchange(Event("request", {**facts, "row": request.row, **traced}))


async def _bounded_body(response: httpx.Response) -> bytes:
    """Return the body of a response that is still to be read. Raises BodyTooLong above 10 MB, and what httpx raises."""
    # httpx unpacks what arrives at once before anybody can count it. Packed once, that is 16 KB and becomes 16 MB at
    # most, four times that behind a proxy; packed twice, 3 KB become gigabytes, and so they do in encodings that were
    # not asked for.
    codings = response.headers.get_list("content-encoding", split_commas=True)
    if len(codings) > 1 or not _UNBOUNDED_CODINGS.isdisjoint(coding.strip().lower() for coding in codings):
        raise httpx.DecodingError("it was not asked for", request=response.request)
    # Counted as it is unpacked: a body may be huge, and so may what a small one unpacks to.
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > MOST_BODY_BYTES:
            raise BodyTooLong
    return bytes(body)

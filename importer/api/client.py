"""The API as an object: each method sends one request (or pages of one list) and returns the verdict on it.

async with Api("https://api.quo.com", key, pace) as api:
    answer = await api.create(body)
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from importer.api import address
from importer.api.departure import LATE
from importer.api.failure import ASKED_CODINGS, CAUGHT, TooLate, bounded_body, judge_failure
from importer.api.outgoing import OutgoingRequests
from importer.api.pool import open_connections, proxy_for
from importer.api.rate_headers import rate_budget
from importer.api.request import (
    DATED_API,
    LookupResult,
    PageTokens,
    PermitSource,
    Request,
    SendPermit,
    Traffic,
    contact_path,
    page_query,
)
from importer.api.verdict import HttpExchange, RequestKind, is_id, judge
from importer.api.words import error_form, http_date, retirement
from importer.model import MOST_IDS, Accepted, Answer, Event, Halt, NotSent, RateBudget, Refused, Unsure
from importer.version import user_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from pydantic import SecretStr

    from importer.api.request import BeforeSending


class Api:
    """The contacts API of one workspace (OpenAPI file; vendor's guides).

    `base_url` may end in `/` or `/v1`; `key` goes raw into `Authorization` and nowhere else; all requests pass `pace`.
    `transport` replaces the network, `clock` is monotonic, `today` the wall clock (seconds since 1970).
    `on_exchange` gets an Event `request` (method, path, status, ms, row; trace of an error) after each exchange.
    Raises SettingsError or KeyMissing for a base URL or key that cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        pace: PermitSource,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], float] = time.time,
        on_exchange: Callable[[Event], None] = lambda event: None,
        connect_seconds: float = 5.0,
        read_seconds: float = 30.0,
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
        self._on_exchange = on_exchange
        self._service_clock: tuple[float, float] | None = None
        self._proxy = proxy_for(self.base_url) if transport is None else ""
        # A redirected POST may become a GET (RFC 9110 15.4), so a redirect is judged and not followed.
        self._transport = transport or open_connections(self.base_url, connections)
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

    async def __aenter__(self) -> Api:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.__aexit__(kind, error, trace)

    # ------------------------------------------------------------------------------------------------- contacts

    async def create(
        self,
        body: Mapping[str, Any],
        *,
        row: int | None = None,
        before: BeforeSending | None = None,
        again: bool = False,
    ) -> Answer:
        """POST a contact. `before` is called when the rate limiter lets it go; if that raises, nothing is sent."""
        return await self._send(Request(RequestKind.CREATE, "POST", "/v1/contacts", (), body, row, again, before))

    async def find(
        self, external_ids: Sequence[str], *, again: bool = False
    ) -> LookupResult | NotSent | Refused | Halt:
        """Look up to 20 external ids up, all pages of the answer."""
        if not 1 <= len(external_ids) <= MOST_IDS:
            raise ValueError(f"1 to {MOST_IDS} external ids, not {len(external_ids)}")
        query = tuple(("externalIds", external_id) for external_id in external_ids)
        items = await self._pages("/v1/contacts", query, again=again)
        if not isinstance(items, list):
            return items
        contacts: dict[str, list[dict[str, Any]]] = {external_id: [] for external_id in external_ids}
        for item in items:
            external_id = item.get("externalId")
            if not isinstance(external_id, str) or external_id not in contacts:
                continue
            if not is_id(item.get("id")):
                # If this contact counted as missing, it would be sent again.
                return NotSent(f"{self._host} lists a contact without a usable id")
            contacts[external_id].append(item)
        # Paging over a list that grows meanwhile can show a contact twice.
        distinct = {external_id: {item["id"]: item for item in items} for external_id, items in contacts.items()}
        return LookupResult({external_id: tuple(items.values()) for external_id, items in distinct.items()})

    async def page(
        self, token: str | None = None, *, sources: Sequence[str] = (), again: bool = False
    ) -> Accepted | NotSent | Refused | Halt:
        """GET a page of contacts, `{"data": [...], "nextPageToken": ...}`; `token` is that of the page before.

        `sources`: only contacts of these, of all if empty.
        """
        query = (*page_query(token), *(("sources", source) for source in sources))
        return await self._list("/v1/contacts", query, again=again)

    async def get(self, contact_id: str, *, again: bool = False) -> Answer:
        """GET one contact; Refused(404) if it was deleted."""
        return await self._send(Request(RequestKind.READ, "GET", contact_path(contact_id), again=again))

    async def patch(
        self,
        contact_id: str,
        body: Mapping[str, Any],
        *,
        row: int | None = None,
        before: BeforeSending | None = None,
        again: bool = False,
    ) -> Answer:
        """PATCH a contact; Refused(404) if it was deleted. `before` as in `create`."""
        return await self._send(
            Request(RequestKind.PATCH, "PATCH", contact_path(contact_id), (), body, row, again, before)
        )

    async def delete(self, contact_id: str, *, before: BeforeSending | None = None, again: bool = False) -> Answer:
        """DELETE a contact; Refused(404) if it was deleted already."""
        request = Request(RequestKind.DELETE, "DELETE", contact_path(contact_id), again=again, before=before)
        return await self._send(request)

    async def probe(self) -> Answer:
        """GET any one contact, to find out whether the service answers this key."""
        return await self._send(Request(RequestKind.LIST, "GET", "/v1/contacts", (("maxResults", "1"),)))

    async def custom_fields(self, *, again: bool = False) -> Accepted | NotSent | Refused | Halt:
        """GET the workspace's custom fields as the API answers them, `{"data": [...]}`; `data` is None if it has none.

        None is not an empty list: then the service does not say which fields there are.
        """
        return await self._list("/v1/contact-custom-fields", again=again, kind=RequestKind.FIELDS)

    async def users(self, *, again: bool = False) -> Accepted | NotSent | Refused | Halt:
        """GET all users of the workspace, `{"data": [...]}`."""
        items = await self._pages("/v1/users", (), again=again)
        return Accepted({"data": items}) if isinstance(items, list) else items

    async def phone_numbers(self) -> Accepted | NotSent | Refused | Halt:
        """GET the workspace's own numbers, `{"data": [...]}` (the vendor's public reference), one page of them."""
        return await self._list("/v1/phone-numbers", again=False)

    async def organization(self) -> Answer:
        """GET the workspace's name from the dated API, which this key may lack the right for."""
        return await self._send(Request(RequestKind.ORGANIZATION, "GET", "/organization", headers=DATED_API))

    async def conversations(
        self, token: str | None = None, *, again: bool = False
    ) -> Accepted | NotSent | Refused | Halt:
        """GET a page of the workspace's conversations (the vendor's public reference; not in the contract we have)."""
        return await self._list("/v1/conversations", page_query(token), again=again)

    def service_now(self) -> int:
        """Return the service's clock in whole seconds since 1970, never ahead of it.

        Learned from the `Date` header; this machine's clock if the service never sent one.
        """
        if self._service_clock is None:
            return int(self._today())
        date, received = self._service_clock
        return int(date + max(self._clock() - received, 0.0))

    async def _list(
        self,
        path: str,
        query: tuple[tuple[str, str], ...] = (),
        *,
        again: bool,
        kind: RequestKind = RequestKind.LIST,
    ) -> Accepted | NotSent | Refused | Halt:
        answer = await self._send(Request(kind, "GET", path, query, again=again))
        # A read changes nothing, so an answer that leaves its end open is as good as none.
        if isinstance(answer, Unsure):
            return NotSent(answer.reason, answer.wait_seconds, trace=answer.trace)
        return answer

    async def _pages(
        self, path: str, query: tuple[tuple[str, str], ...], *, again: bool
    ) -> list[dict[str, Any]] | NotSent | Refused | Halt:
        items: list[dict[str, Any]] = []
        tokens = PageTokens()
        while True:
            answer = await self._list(path, (*query, *page_query(tokens.token)), again=again)
            if not isinstance(answer, Accepted):
                return answer
            items += [item for item in answer.contact["data"] if isinstance(item, dict)]
            if not tokens.advance(answer.contact):
                break
        # A list that never ends is not whole: a contact that is missing from it would be sent a second time.
        if tokens.is_repeated:
            return NotSent(f"{self._host} answered the same page of a list twice")
        return NotSent(f"{self._host} answered a list that does not end") if tokens.is_endless else items

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
        self.traffic = self.traffic.plus(retries=request.again)
        started = self._clock()
        try:
            async with asyncio.timeout(self._longest_seconds):
                response, body = await self._exchange(request, permit, may_leave)
        except CAUGHT as error:
            permit.failed()
            self._report(request, 0, started)
            # Once the service has answered, the proxy is right, and may only be away for a while.
            proxy = "" if self.answered else self._proxy
            return judge_failure(request.kind, error, self._host, self._secret, proxy=proxy)
        except BaseException:
            # Cancelled: the request may have left all the same.
            permit.failed()
            raise
        status, headers = response.status_code, {name.lower(): value for name, value in response.headers.items()}
        external_id = request.body.get("externalId") if request.body is not None else None
        answer = judge(HttpExchange(request.kind, status, headers, body, external_id, self._host, self._secret))
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
        response = await self._transport.handle_async_request(outgoing)
        response.request = outgoing
        async with aclosing(response):
            try:
                return response, await bounded_body(response)
            except httpx.DecodingError as error:
                encoding = response.headers.get("content-encoding", "")
                raise httpx.DecodingError(f"encoding {encoding}: {error}", request=outgoing) from error

    def _report(self, request: Request, status: int, started: float, trace: str = "") -> None:
        milliseconds = round((self._clock() - started) * 1000)
        facts = {"method": request.method, "path": request.path, "status": status, "ms": milliseconds}
        traced = {"trace": trace} if trace else {}
        self._on_exchange(Event("request", {**facts, "row": request.row, **traced}))

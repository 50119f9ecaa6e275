"""The API as an object: each method sends one request (or pages of one list) and returns the verdict on it.

async with Api("https://api.quo.com", key, pace) as api:
    answer = await api.create(body)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.api.exchange import ServiceConnection
from importer.api.request import (
    DATED_API,
    LookupResult,
    PageTokens,
    Request,
    contact_path,
    page_query,
)
from importer.api.verdict import RequestKind, is_id
from importer.api.words import shorten
from importer.model import MOST_IDS, Accepted, Answer, Halt, NotSent, Refused, Unsure

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence

    from importer.api.request import BeforeSending

    Answering = Coroutine[Any, Any, Answer]
    """A request that leaves when it is awaited, and the verdict on its answer."""


class Api(ServiceConnection):
    """The contacts API of one workspace (OpenAPI file; vendor's guides)."""

    # Those that hand on their request are no coroutines themselves, which would be one more step for each request.

    # ------------------------------------------------------------------------------------------------- contacts

    def create(
        self,
        body: Mapping[str, Any],
        *,
        row: int | None = None,
        before: BeforeSending | None = None,
        again: bool = False,
    ) -> Answering:
        """POST a contact. `before` is called when the rate limiter lets it go; if that raises, nothing is sent."""
        return self._send(Request(RequestKind.CREATE, "POST", "/v1/contacts", (), body, row, again, before))

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
        if contact_id := _id_of_two(items):
            return self._contradicts_itself(contact_id)
        contacts: dict[str, list[dict[str, Any]]] = {external_id: [] for external_id in external_ids}
        for item in items:
            external_id = item.get("externalId")
            if not isinstance(external_id, str) or external_id not in contacts:
                continue
            if not is_id(item.get("id")):
                return self._without_id()
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
        answer = await self._list("/v1/contacts", query, again=again)
        if isinstance(answer, Accepted) and not all(
            isinstance(item, dict) and is_id(item.get("id")) for item in answer.contact["data"]
        ):
            return self._without_id()
        if isinstance(answer, Accepted) and (contact_id := _id_of_two(answer.contact["data"])):
            return self._contradicts_itself(contact_id)
        return answer

    def _contradicts_itself(self, contact_id: str) -> NotSent:
        # Which of the two it is cannot be told, and the wrong one would be changed.
        return NotSent(f"{self._host} lists contact {shorten(contact_id, self._secret)} under two external ids")

    def _without_id(self) -> NotSent:
        # If this contact counted as missing, it would be sent again.
        return NotSent(f"{self._host} lists a contact without a usable id")

    def get(self, contact_id: str, *, again: bool = False, exact: bool = True) -> Answering:
        """GET one contact; Refused(404) if it was deleted.

        `exact`: an answer that shows another id is not believed. Without it the contact may have been joined into
        another, under whose id it is shown.
        """
        asked_id = contact_id if exact else ""
        request = Request(RequestKind.READ, "GET", contact_path(contact_id), again=again, contact_id=asked_id)
        return self._send(request)

    def patch(
        self,
        contact_id: str,
        body: Mapping[str, Any],
        *,
        row: int | None = None,
        before: BeforeSending | None = None,
        again: bool = False,
    ) -> Answering:
        """PATCH a contact; Refused(404) if it was deleted. `before` as in `create`."""
        return self._send(Request(RequestKind.PATCH, "PATCH", contact_path(contact_id), (), body, row, again, before))

    def delete(self, contact_id: str, *, before: BeforeSending | None = None, again: bool = False) -> Answering:
        """DELETE a contact; Refused(404) if it was deleted already."""
        request = Request(RequestKind.DELETE, "DELETE", contact_path(contact_id), again=again, before=before)
        return self._send(request)

    def probe(self) -> Answering:
        """GET any one contact, to find out whether the service answers this key."""
        return self._send(Request(RequestKind.LIST, "GET", "/v1/contacts", (("maxResults", "1"),)))

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

    def organization(self) -> Answering:
        """GET the workspace's name from the dated API, which this key may lack the right for."""
        return self._send(Request(RequestKind.ORGANIZATION, "GET", "/organization", headers=DATED_API))

    async def conversations(
        self, token: str | None = None, *, again: bool = False
    ) -> Accepted | NotSent | Refused | Halt:
        """GET a page of the workspace's conversations (the vendor's public reference; not in the contract we have)."""
        return await self._list("/v1/conversations", page_query(token), again=again)

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


def _id_of_two(items: Sequence[dict[str, Any]]) -> str:
    """Return the id of a contact that stands in a list with two external ids, "" if there is none."""
    external_ids: dict[str, object] = {}
    for item in items:
        contact_id, external_id = item.get("id"), item.get("externalId")
        if is_id(contact_id) and external_ids.setdefault(str(contact_id), external_id) != external_id:
            return str(contact_id)
    return ""

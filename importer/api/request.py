"""What a client works with: the request, the permit to send it, pages of a list, results of a lookup, and traffic."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importer.api.verdict import RequestKind
    from importer.model import RateBudget

    BeforeSending = Callable[[], Callable[[], bool] | None]


class SendPermit(Protocol):
    """The right to send one request, given by the rate limiter."""

    def is_current(self) -> bool: ...
    def sent(self) -> None: ...
    def answered(
        self, *, rate_limited: bool = False, wait_seconds: float | None = None, budget: RateBudget | None = None
    ) -> None: ...
    def failed(self) -> None: ...
    def withdrawn(self) -> None: ...


class PermitSource(Protocol):
    """The rate limiter: `permit` returns when the next request may leave."""

    async def permit(self, *, urgent: bool = False) -> SendPermit: ...


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests sent so far: all of them, those that repeated an earlier one, and those answered with 429.

    `retirement`: what the service says of its end, if it does (headers `Deprecation`, RFC 9745, `Sunset`, RFC 8594).
    """

    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    retirement: str = ""


PAGE_SIZE = 50
# The API without `/v1` demands its version.
DATED_API = {"Quo-Api-Version": "2026-03-30"}
MOST_STALE_PAGES = 10
MOST_PAGES = 100_000


@dataclass(slots=True)
class PageTokens:
    """The place in a list that comes in pages: `token` asks for the next page, None for the first.

    Some services would be followed for ever. A token that comes again ends the list (`is_repeated`), and so do
    10 pages one after the other that are empty or were seen before (then all of the list was seen). At 100,000 pages,
    which are more contacts than any workspace has, it is `is_endless`: it ends, and what came is not whole.
    """

    token: str | None = None
    is_repeated: bool = False
    is_endless: bool = False
    _tokens: set[int] = field(default_factory=set)
    _pages: set[int] = field(default_factory=set)
    _stale_pages: int = 0

    def advance(self, document: Mapping[str, Any]) -> bool:
        """Go to the page that `nextPageToken` of `document` names; returns whether there is one."""
        token = document.get("nextPageToken")
        self.token = str(token) if token else None
        # Hashes, since a list may have many pages: 20,000 in a workspace of a million contacts.
        mark = hash(self.token)
        self.is_repeated = self.token is not None and mark in self._tokens
        self._tokens.add(mark)
        ids = frozenset(str(item.get("id")) for item in document.get("data", ()) if isinstance(item, dict))
        is_stale = not ids or hash(ids) in self._pages
        self._pages.add(hash(ids))
        self._stale_pages = self._stale_pages + 1 if is_stale else 0
        self.is_endless = self.token is not None and len(self._tokens) > MOST_PAGES
        is_over = self.token is None or self.is_repeated or self.is_endless
        return not is_over and self._stale_pages < MOST_STALE_PAGES


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The contacts that carry each id asked for: none, one, or several."""

    contacts: Mapping[str, tuple[dict[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `before` is called when the rate limiter lets it go, `row` is the source row it is for.

    `before` may give what tells, when the first byte is about to leave, whether it is not too late for that.
    `contact_id`: the contact that is to be read, "" for any other request.
    """

    kind: RequestKind
    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None
    row: int | None = None
    again: bool = False
    before: BeforeSending | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    contact_id: str = ""


def page_query(token: str | None) -> tuple[tuple[str, str], ...]:
    """Return the query of a page of a list; `token` is that of the page before."""
    return ("maxResults", str(PAGE_SIZE)), *((("pageToken", token),) if token else ())


def contact_path(contact_id: str) -> str:
    """Return the path of one contact."""
    # Quoted whole: a slash or a question mark in an id would name something else.
    return f"/v1/contacts/{quote(contact_id, safe='')}"

"""What a client works with: the request, the permit to send it, pages of a list, results of a lookup, and traffic."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importer.api.verdict import RequestKind


class SendPermit(Protocol):
    """The right to send one request, given by the rate limiter."""

    def sent(self) -> None: ...
    def answered(self, *, rate_limited: bool = False, wait_seconds: float | None = None) -> None: ...
    def failed(self) -> None: ...
    def withdrawn(self) -> None: ...


class PermitSource(Protocol):
    """The rate limiter: `permit` returns when the next request may leave."""

    async def permit(self) -> SendPermit: ...


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests sent so far: all of them, those that repeated an earlier one, and those answered with 429.

    `retirement`: what the service says of its end, if it does (headers `Deprecation`, RFC 9745, `Sunset`, RFC 8594).
    """

    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    retirement: str = ""


@dataclass(slots=True)
class PageTokens:
    """The place in a list that comes in pages: `token` asks for the next page, None for the first.

    A service that repeats a token would be followed for ever, so a repeated one ends the list.
    """

    token: str | None = None
    is_repeated: bool = False
    _seen: set[str] = field(default_factory=set)

    def advance(self, document: Mapping[str, Any]) -> bool:
        """Go to the page that `nextPageToken` of `document` names; returns whether there is one."""
        token = document.get("nextPageToken")
        self.token = str(token) if token else None
        self.is_repeated = self.token in self._seen
        if self.token is None or self.is_repeated:
            return False
        self._seen.add(self.token)
        return True


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The contacts that carry each id asked for: none, one, or several."""

    contacts: Mapping[str, tuple[dict[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `before` is called when the rate limiter lets it go, `row` is the source row it is for."""

    kind: RequestKind
    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None
    row: int | None = None
    again: bool = False
    before: Callable[[], None] | None = field(default=None, repr=False)

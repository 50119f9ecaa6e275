"""What a client is made of: the request, the pace it asks for leave, what a lookup finds, and the traffic it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from importer.api.verdict import RequestKind


class SendPermit(Protocol):
    """The right to send one request, given by the pace."""

    def sent(self) -> None: ...
    def answered(self, *, rate_limited: bool = False, wait_seconds: float | None = None) -> None: ...
    def failed(self) -> None: ...
    def withdrawn(self) -> None: ...


class PermitSource(Protocol):
    """What says when the next request may leave."""

    async def permit(self) -> SendPermit: ...


@dataclass(frozen=True, slots=True)
class Traffic:
    """What this object has sent so far: all requests, those that repeated one, and answers of 429."""

    requests: int = 0
    retries: int = 0
    rate_limited: int = 0


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What a lookup found: for each id asked, the contacts that carry it (none, one, or several)."""

    contacts: Mapping[str, tuple[dict[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `before` is called when the pace lets it go, `row` is the source row it is for."""

    kind: RequestKind
    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None
    row: int | None = None
    again: bool = False
    before: Callable[[], None] | None = field(default=None, repr=False)

"""The verdict on one exchange, as a pure function: what did the service do with what we sent?

    Accepted   it did it, and says under which id
    Refused    it did not, and never will for this row
    NotSent    it certainly did nothing: send again after a wait
    Unsure     it may have done it: look before sending again
    Halt       no request of this key can succeed at this address

There is no idempotency key, so anything that is not certain is Unsure. A read changes nothing: where a write would be
Unsure, a read is NotSent, because repeating it is safe.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from importer.api import words
from importer.model import Accepted, Answer, Halt, NotSent, Refused, Unsure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class RequestKind(StrEnum):
    """What a request does: `list` reads a collection, `read` one contact."""

    CREATE = "create"
    LIST = "list"
    READ = "read"
    PATCH = "patch"
    DELETE = "delete"

    @property
    def writes(self) -> bool:
        """Whether repeating the request could change something twice."""
        return self not in (RequestKind.LIST, RequestKind.READ)


@dataclass(frozen=True, slots=True)
class HttpExchange:
    """One request and its response.

    `external_id` is the one sent (None where none was); `headers` have lower-case names; `secret` is cut out of
    whatever the service says.
    """

    kind: RequestKind
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    external_id: str | None = None
    host: str = "the API"
    secret: str = field(default="", repr=False)


def judge(exchange: HttpExchange) -> Answer:
    """Return the verdict on a response (api-facts: Contacts, Rate, Errors; RFC 9110 15)."""
    status = exchange.status
    if 200 <= status < 300:
        return _judge_success(exchange)
    if 300 <= status < 400:
        return _redirected(exchange)
    if status >= 500:
        return unsure(exchange.kind, _said(exchange), words.retry_after_seconds(exchange.headers))
    special = _SPECIAL.get(status)
    if special is not None:
        return special(exchange)
    if status < 200:
        return unsure(exchange.kind, _said(exchange))
    return _refused(exchange)


def unsure(kind: RequestKind, reason: str, wait_seconds: float | None = None) -> Unsure | NotSent:
    """Return what an exchange with unknown end means: Unsure for a write, NotSent for a read."""
    if kind.writes:
        return Unsure(reason, wait_seconds=wait_seconds)
    return NotSent(reason, wait_seconds=wait_seconds)


def _judge_success(exchange: HttpExchange) -> Answer:
    if exchange.kind is RequestKind.DELETE:
        return Accepted()
    document = words.parse(exchange.body)
    if exchange.kind is RequestKind.LIST:
        return _judge_list(exchange, document)
    contact = document.get("data") if isinstance(document, dict) else None
    if not isinstance(contact, dict) or not is_id(contact.get("id")):
        return unsure(exchange.kind, f"{_said(exchange)} without a contact id")
    if exchange.kind is RequestKind.CREATE and contact.get("externalId") != exchange.external_id:
        # Something was stored, only not under the id that could find it again: sending once more would double it.
        stored = words.shorten(f"{contact['id']} (external id {contact.get('externalId')!r})", exchange.secret)
        return Unsure(f"{_said(exchange)} for another contact: {stored}", contact_id=contact["id"])
    return Accepted(contact)


def _judge_list(exchange: HttpExchange, document: Any) -> Answer:
    if isinstance(document, dict) and isinstance(document.get("data"), list):
        return Accepted(document)
    kind = "a web page" if words.looks_like_html(exchange.body) else "something that is no list"
    return NotSent(f"{exchange.host} answered {exchange.status} with {kind}")


def is_id(value: object) -> bool:
    """Tell an id that a contact can be found by again from anything else."""
    # Half a surrogate pair, which JSON can hold, fits into no file.
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _said(exchange: HttpExchange) -> str:
    reasons = words.reasons(exchange.body, exchange.secret)
    return f"{exchange.host} answered {exchange.status}" + (f" ({reasons[0]})" if reasons else "")


def _refused(exchange: HttpExchange) -> Refused:
    reasons = words.reasons(exchange.body, exchange.secret)
    return Refused(exchange.status, reasons or (f"{exchange.host} answered {exchange.status} without a reason",))


def _redirected(exchange: HttpExchange) -> Halt:
    location = words.shorten(exchange.headers.get("location", ""), exchange.secret)
    parts = _split(location)
    if not parts:
        step = "Set --base-url to the address of the API, https://api.quo.com."
        return Halt("address", exchange.status, f"{_said(exchange)}, which is no answer of the API.", step)
    there = f"{parts[0]}://{parts[1]}"
    message = f"{exchange.host} answered {exchange.status} and points to {there}."
    return Halt("address", exchange.status, message, f"If that is the API you use, run again with --base-url {there}.")


def _split(location: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(location)
    except ValueError:
        return None
    host = parts.netloc.rpartition("@")[2]
    return (parts.scheme or "https", host) if host else None


def _access(exchange: HttpExchange) -> Halt:
    message, step = _ACCESS[exchange.status]
    return Halt("access", exchange.status, f"{_said(exchange)}: {message}.", step)


_KEYS = "Make or copy one in the app under Settings > API"
_ACCESS = {
    401: ("the API key is missing, wrong or revoked", f"{_KEYS}, set OPENPHONE_API_KEY to it and run again."),
    402: ("the workspace's plan does not allow this", "Check the workspace's plan and billing, then run again."),
    403: ("the API key lacks the right", f"{_KEYS} as an owner or admin, set OPENPHONE_API_KEY to it and run again."),
}


def _wrong_address(exchange: HttpExchange) -> Halt:
    message = f"{_said(exchange)} where the API should be."
    return Halt("address", exchange.status, message, "Set --base-url to the address of the API, https://api.quo.com.")


def _not_found(exchange: HttpExchange) -> Answer:
    if exchange.kind is RequestKind.LIST:
        return _wrong_address(exchange)
    if exchange.kind is RequestKind.CREATE and not words.is_envelope(words.parse(exchange.body)):
        return _wrong_address(exchange)
    return _refused(exchange)


def _proxy(exchange: HttpExchange) -> Halt:
    step = "Put the proxy's name and password into HTTPS_PROXY, or ask who runs it, then run again."
    return Halt("address", exchange.status, f"A proxy before {exchange.host} wants a login (407).", step)


def _taken(exchange: HttpExchange) -> Answer:
    if not exchange.kind.writes:
        return NotSent(_said(exchange))
    return Unsure(_said(exchange), conflict=True)


def _lost(exchange: HttpExchange) -> Answer:
    return unsure(exchange.kind, _said(exchange), words.retry_after_seconds(exchange.headers))


def _later(exchange: HttpExchange) -> NotSent:
    wait = words.retry_after_seconds(exchange.headers)
    return NotSent(_said(exchange), wait_seconds=wait, rate_limited=exchange.status == 429)


_SPECIAL: dict[int, Callable[[HttpExchange], Answer]] = {
    401: _access,
    402: _access,
    403: _access,
    404: _not_found,
    405: _wrong_address,
    407: _proxy,
    408: _lost,
    409: _taken,
    421: _wrong_address,
    425: _later,
    429: _later,
}

"""The verdict on one exchange, as a pure function: what did the service do with what we sent?

    Accepted   it did it, and says under which id
    Refused    it did not, and never will for this row
    NotSent    it certainly did nothing: send again after a wait
    Unsure     it may have done it: look it up before sending again
    Halt       no request with this key can succeed at this address

There is no idempotency key, so anything that is not certain is Unsure. A read changes nothing: if a write would be
Unsure, a read is NotSent, because repeating it is safe.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from importer.api import words
from importer.model import Accepted, Answer, Halt, NotSent, Refused, Unsure

if TYPE_CHECKING:
    from collections.abc import Mapping


class RequestKind(StrEnum):
    """What a request does: `list` reads a collection, `read` one contact, `organization` the name of the workspace,
    `fields` its custom fields.
    """

    CREATE = "create"
    LIST = "list"
    READ = "read"
    PATCH = "patch"
    DELETE = "delete"
    ORGANIZATION = "organization"
    FIELDS = "fields"

    @property
    def writes(self) -> bool:
        """Whether repeating the request could change something twice."""
        return self in (RequestKind.CREATE, RequestKind.PATCH, RequestKind.DELETE)


@dataclass(frozen=True, slots=True)
class HttpExchange:
    """One request and its response.

    `external_id` is the one sent (None for other requests), `contact_id` the one asked for ("" for other requests than
    `read`); `headers` have lower-case names; `secret` is cut out of whatever the service says.
    """

    kind: RequestKind
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    external_id: str | None = None
    host: str = "the API"
    secret: str = field(default="", repr=False)
    contact_id: str = ""


_KEYS = "Make or copy one in the app under Settings > API"
_PLACES = "OPENPHONE_API_KEY or the key file"
_UPDATE = "Update openphone-import, or ask the service's support, then run again."
_ACCESS = {
    401: ("the API key is missing, wrong or revoked", f"{_KEYS}, put it where the key was ({_PLACES}) and run again."),
    402: (
        "the workspace's subscription has expired, or its plan does not allow this",
        "Check the workspace's plan and billing, then run again.",
    ),
    403: (
        "the API key lacks the right",
        f"{_KEYS} as an owner or admin, put it where the key was ({_PLACES}) and run again.",
    ),
    # These are about the API or the account, never about a row (api-facts: Errors).
    406: ("the API does not answer in the form that this program reads", _UPDATE),
    410: ("this part of the API is not offered any more", _UPDATE),
    451: (
        "the service may not answer this account or country for legal reasons",
        "Ask the service's support, then run again.",
    ),
}
PROXY_LOGIN = (
    "Put the proxy's name and password before its address, as in HTTPS_PROXY=http://NAME:PASSWORD@proxy.example:8080, "
    "or ask who runs it, then run again."
)
ADDRESS_STEP = "Set --base-url to the address of the API, https://api.quo.com."


def judge(exchange: HttpExchange) -> Answer:
    """Return the verdict on a response (api-facts: Contacts, Rate, Errors; RFC 9110 15)."""
    answer = _judge_status(exchange)
    trace = words.trace(exchange.body, exchange.secret) if exchange.status >= 400 else ""
    return replace(answer, trace=trace) if trace and not isinstance(answer, Accepted) else answer


def _judge_status(exchange: HttpExchange) -> Answer:
    status, kind = exchange.status, exchange.kind
    if 200 <= status < 300:
        return _judge_success(exchange)
    if 300 <= status < 400:
        return _judge_redirect(exchange)
    summary, wait_seconds = _summary(exchange), words.retry_after_seconds(exchange.headers)
    if status == 403 and words.looks_like_html(exchange.body):
        # A page of a proxy or a firewall on the way says nothing about the key or the contact.
        return unsure(kind, f"{summary}, with the page of a proxy or firewall", wait_seconds)
    if status == 403 and kind in (RequestKind.PATCH, RequestKind.DELETE):
        # Contacts of the vendor's CRM integrations are read-only for everybody (api-facts: Address and key).
        return Refused(status, words.reasons(exchange.body, exchange.secret) or ("this contact is read-only",))
    if status in _ACCESS:
        message, step = _ACCESS[status]
        return Halt("access", status, f"{summary}: {message}.", step)
    is_misplaced = status in (405, 421)
    if status == 404:
        # A list is there as long as the API is, and a POST to the API's own address is refused in its own envelope.
        # A 404 for a single contact only says that the contact is missing.
        is_envelope = words.is_envelope(words.parse(exchange.body))
        is_misplaced = kind in (RequestKind.LIST, RequestKind.FIELDS) or (
            kind is RequestKind.CREATE and not is_envelope
        )
    if is_misplaced:
        return Halt("address", status, f"{summary} where the API should be.", ADDRESS_STEP)
    if status == 407:
        return Halt("address", status, f"A proxy before {exchange.host} wants a login (407).", PROXY_LOGIN)
    if status == 409:
        # The external id is taken, perhaps by an earlier sending of the same row.
        return Unsure(summary, conflict=True) if kind.writes else NotSent(summary)
    if status in (425, 429):
        return NotSent(summary, wait_seconds=wait_seconds, rate_limited=status == 429)
    if status == 408 or status >= 500:
        return unsure(kind, summary, wait_seconds)
    if status < 200:
        # httpx reads past 1xx answers, but for 101, which this program never asks for: the server is broken.
        return unsure(kind, summary)
    reasons = words.reasons(exchange.body, exchange.secret)
    return Refused(status, reasons or (f"{exchange.host} answered {status} without a reason",))


def unsure(kind: RequestKind, reason: str, wait_seconds: float | None = None) -> Unsure | NotSent:
    """Return what an exchange with unknown end means: Unsure for a write, NotSent for a read."""
    if kind.writes:
        return Unsure(reason, wait_seconds=wait_seconds)
    return NotSent(reason, wait_seconds=wait_seconds)


LONGEST_ID = 1000


def is_id(value: object) -> bool:
    """Return whether a contact can be found again by this id, and no address of something else comes of it."""
    # RFC 3986 5.2.4: a dot or two as the last part of an address name the part before, such as the list of contacts.
    if not isinstance(value, str) or value in (".", "..") or len(value) > LONGEST_ID:
        return False
    # `words.parse` puts the replacement character in place of what fits into no file, so that is not the id.
    return bool(value.strip()) and value.isprintable() and "\N{REPLACEMENT CHARACTER}" not in value


def with_text_ids(contact: dict[str, Any]) -> dict[str, Any]:
    """Return a contact whose ids are text: a number finds it again just as well.

    An external id of any other kind is left out.
    """
    contact = dict(contact)
    for name in ("id", "externalId"):
        value = contact.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            contact[name] = str(value)
        elif name == "externalId" and value is not None and not isinstance(value, str):
            contact[name] = None
    return contact


def _summary(exchange: HttpExchange) -> str:
    reasons = words.reasons(exchange.body, exchange.secret)
    long_wait = words.long_wait(exchange.headers) if exchange.status in (425, 429) or exchange.status >= 500 else ""
    text = f"{exchange.host} answered {exchange.status}" + (f" ({reasons[0]})" if reasons else "")
    return f"{text}; {long_wait}" if long_wait else text


def _judge_success(exchange: HttpExchange) -> Answer:
    if exchange.kind is RequestKind.DELETE:
        return Accepted()
    document = words.parse(exchange.body)
    data = document.get("data") if isinstance(document, dict) else None
    if exchange.kind is RequestKind.ORGANIZATION:
        # Seen with `data` around it and without (api-facts: Beside contacts).
        is_object = isinstance(document, dict)
        return Accepted(data if isinstance(data, dict) else document) if is_object else NotSent(_summary(exchange))
    if exchange.kind is RequestKind.FIELDS and isinstance(document, dict) and not isinstance(data, list):
        # No reason to wait: a run can do without them, and says so.
        return Accepted({"data": None})
    # Packed in a way that was not asked for, or damaged, an answer looks like noise.
    encoding = words.shorten(exchange.headers.get("content-encoding", ""), exchange.secret) if document is None else ""
    packed = f" in the encoding {encoding}" if encoding else ""
    if exchange.kind in (RequestKind.LIST, RequestKind.FIELDS):
        if isinstance(data, list):
            items = [with_text_ids(item) if isinstance(item, dict) else item for item in data]
            return Accepted({**document, "data": items})
        content = "a web page" if words.looks_like_html(exchange.body) else "something other than a list"
        return NotSent(f"{exchange.host} answered {exchange.status} with {content}{packed}")

    if not isinstance(data, dict):
        # Without `data` around it. A job that is only queued has an id too, but no fields of a person.
        is_contact = isinstance(document, dict) and "data" not in document and "defaultFields" in document
        data = document if is_contact else {}
    contact = with_text_ids(data)
    if not is_id(contact.get("id")):
        return unsure(exchange.kind, f"{_summary(exchange)} without a contact id{packed}")
    if exchange.contact_id and contact["id"] != exchange.contact_id:
        # What is read decides what is changed or deleted, under the id that was asked for.
        shown_id = words.shorten(contact["id"], exchange.secret)
        return NotSent(
            f"{_summary(exchange)} with contact {shown_id} when asked for {exchange.contact_id}", shown_id=shown_id
        )
    if exchange.kind is RequestKind.CREATE and contact.get("externalId") != exchange.external_id:
        # A contact was stored, but not under the id that could find it again: sending once more would double it.
        stored = words.shorten(f"{contact['id']} (external id {contact.get('externalId')!r})", exchange.secret)
        return Unsure(f"{_summary(exchange)} for another contact: {stored}", contact_id=contact["id"])
    return Accepted(contact)


def _judge_redirect(exchange: HttpExchange) -> Halt:
    location = words.shorten(exchange.headers.get("location", ""), exchange.secret)
    try:
        parts = urlsplit(location)
        # Without a name and password, which an address may hold before the @: the message is shown and logged.
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        host = ""
    if not host:
        message = f"{_summary(exchange)}, which the API never does."
        return Halt("address", exchange.status, message, ADDRESS_STEP)
    address = f"{parts.scheme or 'https'}://{host}"
    message = f"{exchange.host} answered {exchange.status} and points to {address}."
    step = f"If that is the API you use, run again with --base-url {address}."
    return Halt("address", exchange.status, message, step)

"""Answers, and the envelope in which the API reports an error.

Codes and titles are those of the published contract: two digits for the family of paths, two that are mostly `00`,
then the status.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FAMILIES: Final = (("/v1/contact-custom-fields", "07"), ("/v1/contacts", "08"), ("/v1/users", "11"))
_CONTACT_TITLES: Final = {400: "Invalid Custom Field Item", 403: "Not Phone Number User"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing wrong with a request: where (a JSON pointer or a parameter), what, and the type that was expected."""

    path: str
    message: str
    value: Any
    expected: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer ready to send; `cut` sends half of the body under the length of the whole, then closes."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


def stamp(seconds: float) -> str:
    """Return seconds since 1970 as the service writes them (RFC 3339, milliseconds): `2026-05-04T09:30:00.125Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_reply(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an answer with `content` as JSON."""
    # An error repeats the value that was sent, which may hold half of a surrogate pair.
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Reply(status, body, {"content-type": "application/json", **(headers or {})})


def error_reply(
    path: str, status: int, message: str, errors: Sequence[Trouble] = (), headers: Mapping[str, str] | None = None
) -> Reply:
    """Return the envelope of an error at `path`, with the code and title of the contract."""
    family = next((number for start, number in _FAMILIES if path.startswith(start)), "00")
    naming = {"code": f"{family}00{status}", "title": _phrase(status)}
    # The contract names a few errors otherwise than by their status.
    if family == "08" and status in _CONTACT_TITLES:
        title = _CONTACT_TITLES[status]
        naming = {"code": f"0801{status}", "title": title, "description": title}
    elif status == HTTPStatus.INTERNAL_SERVER_ERROR:
        naming = {"code": f"{family}01500", "title": "Unknown"}
    envelope = {"message": message, "docs": "https://quo.com/docs", "status": status, **naming}
    if errors:
        envelope["errors"] = [
            {
                "path": trouble.path,
                "message": trouble.message,
                "value": trouble.value,
                "schema": {"type": trouble.expected},
            }
            for trouble in errors
        ]
    return json_reply(status, envelope, headers)


def wire_reply(reply: Reply) -> Reply:
    """Return an error of the envelope in the other form that was seen: `{"error": {message, key, trace}}`."""
    if reply.status < 400 or reply.headers.get("content-type") != "application/json":
        return reply
    envelope = json.loads(reply.body)
    # This form has no `errors`, so what they say goes into the message.
    details = [f"{trouble['path']}: {trouble['message']}" for trouble in envelope.get("errors", ())]
    key = envelope["title"].lower().replace(" ", "-")
    error = {"message": "; ".join([envelope["message"], *details]), "key": key, "trace": secrets.token_hex(16)}
    return json_reply(reply.status, {"error": error}, reply.headers)


def html_reply(status: int) -> Reply:
    """Return the page of a proxy that cannot reach the API."""
    title = f"{status} {_phrase(status)}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
    return Reply(status, page.encode(), {"content-type": "text/html"})


def _phrase(status: int) -> str:
    # A fault may have any status, such as 520, which only proxies use.
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"

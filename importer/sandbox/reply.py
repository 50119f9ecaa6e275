"""Answers, and the envelope in which the API reports an error.

Codes and titles are those of the published contract: two digits for the family of paths, two that are mostly `00`,
then the status.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
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

    def as_json(self) -> dict[str, Any]:
        """Return it as an item of the envelope's `errors`."""
        return {"path": self.path, "message": self.message, "value": self.value, "schema": {"type": self.expected}}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer ready to send; `cut` sends half of the body under the length of the whole, then closes."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


def json_reply(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an answer with `content` as JSON."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Reply(status, body, {"content-type": "application/json", **(headers or {})})


def error_reply(
    path: str, status: int, message: str, errors: Sequence[Trouble] = (), headers: Mapping[str, str] | None = None
) -> Reply:
    """Return the envelope of an error at `path`, with the code and title of the contract."""
    envelope = {"message": message, "docs": "https://quo.com/docs", "status": status, **_naming(path, status)}
    if errors:
        envelope["errors"] = [trouble.as_json() for trouble in errors]
    return json_reply(status, envelope, headers)


def html_reply(status: int) -> Reply:
    """Return the page of a proxy that cannot reach the API."""
    title = f"{status} {_phrase(status)}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
    return Reply(status, page.encode(), {"content-type": "text/html"})


def _naming(path: str, status: int) -> dict[str, str]:
    family = next((number for start, number in _FAMILIES if path.startswith(start)), "00")
    if family == "08" and status in _CONTACT_TITLES:
        title = _CONTACT_TITLES[status]
        return {"code": f"0801{status}", "title": title, "description": title}
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return {"code": f"{family}01500", "title": "Unknown"}
    return {"code": f"{family}00{status}", "title": _phrase(status)}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"

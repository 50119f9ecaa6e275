"""The text of a response, made short, and never with the API key in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from importer import text as text_module

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_WORDS = 300
MOST_REASONS = 5
LONGEST_WAIT_SECONDS = 300.0


def parse(body: bytes) -> Any:
    """Return the JSON value of a response body; None if it is not JSON (cut off, HTML, empty, absurdly nested)."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def shorten(text: str, secret: str = "") -> str:
    """Fold `text` to one line of at most 300 characters in which `secret` does not occur."""
    if secret:
        text = text.replace(secret, "[key]")
    return text_module.shorten(text, LONGEST_WORDS)


def is_envelope(document: Any) -> bool:
    """Return whether this is the service's own error envelope (`message` and `code`, OpenAPI file)."""
    return isinstance(document, dict) and isinstance(document.get("message"), str) and "code" in document


def reasons(body: bytes, secret: str = "") -> tuple[str, ...]:
    """Return why the service refused: one line for each of `errors[]`, else its message, else the start of the body.

    Envelope: `{message, code, status, docs, title, trace?, errors?: [{path, message, value?, schema}]}` (OpenAPI file).
    """
    document = parse(body)
    if not isinstance(document, dict):
        text = body.decode("utf-8", "replace")
        return (shorten(text, secret),) if text.strip() and not looks_like_html(body) else ()
    items = document.get("errors")
    lines: list[str] = []
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            path, message = str(item.get("path") or "").strip("/"), str(item.get("message") or "")
            lines.append(f"{path}: {message}" if path and message else message or path)
    headline = str(document.get("message") or document.get("title") or document.get("detail") or "")
    lines = [line for line in lines if line] or [line for line in [headline] if line]
    return tuple(shorten(line, secret) for line in lines[:MOST_REASONS])


def looks_like_html(body: bytes) -> bool:
    """Return whether this is a web page (a proxy's error, a login form) and not an answer of the API."""
    return body.lstrip()[:1] == b"<"


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Return the wait that `Retry-After` asks for (RFC 9110 10.2.3), at most 300 s; None if it says nothing usable.

    `headers` have lower-case names. A date is read against the response's own `Date`, since clocks differ.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_WAIT_SECONDS)
    moment, now = http_date(text), http_date(headers.get("date", ""))
    if moment is None:
        return None
    wait = moment - (now if now is not None else datetime.now(UTC).timestamp())
    return min(max(wait, 0.0), LONGEST_WAIT_SECONDS)


def retirement(headers: Mapping[str, str], secret: str = "") -> str:
    """Return the headers in which the service announces its end, "" where there are none; names are lower-case."""
    parts = [f"{name.title()}: {headers[name].strip()}" for name in ("deprecation", "sunset") if headers.get(name)]
    return shorten("; ".join(parts), secret)


def http_date(text: str) -> float | None:
    """Return an HTTP date as seconds since 1970, None if it is not one."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

"""The text of a response, made short, and never with the API key in it."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from importer import text as text_module
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_WORDS = 300
MOST_REASONS = 5
LONGEST_WAIT_SECONDS = 300.0
LONGEST_ASKED_SECONDS = 100_000_000.0
MOST_VALUES = 500_000
"""More than a page of contacts ever holds; each takes up to 200 bytes of memory, and as text no more than three."""
_DEEPEST = 50
_LONGEST_NUMBER = 300
# As an escape of ASCII, as the three bytes that a careless encoder writes, or in UTF-16, where anything may be it; and
# the characters below, which stand for one.
_HALF_PAIR = regex(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]|\xf4\x8f[\xa0-\xbf]|\x00")
# Half a surrogate pair, which JSON can hold, fits into no file. It is read as the sign for a damaged character and a
# character of private use that says which half it was, so that it goes back as it came when another field is changed.
_DAMAGE = "\N{REPLACEMENT CHARACTER}"
_PRIVATE = 0x10F800 - 0xD800
_PRIVATE_RANGE = "[\U0010f800-\U0010ffff]"
_TO_BE_MARKED = regex(f"[\ud800-\udfff]|(?<={_DAMAGE}){_PRIVATE_RANGE}")
_MARKED = regex(f"{_DAMAGE}({_PRIVATE_RANGE})")
_NOT_ASCII = regex(r"[^\x00-\x7f]")


def parse(body: bytes) -> Any:
    """Return the JSON value of a response body; None if it is not JSON (cut off, HTML, empty, absurdly nested or many).

    Whatever is returned can be written as JSON again, and its texts into any file.
    """
    # Counted before anything is made of them: 10 MB of empty lists would take 700 MB.
    openings = body.count(b"[") + body.count(b"{")
    if body.count(b",") + openings > MOST_VALUES:
        return None
    try:
        document = json.loads(body, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
        if _HALF_PAIR.search(body):
            document = json.loads(_TO_BE_MARKED.sub(_marked, json.dumps(document, ensure_ascii=False)))
    except (ValueError, RecursionError):
        return None
    return None if openings > _DEEPEST and _is_too_deep(document) else document


def written(document: Any) -> bytes:
    """Return the body of a request; half a surrogate pair that `parse` has read is what it was."""
    text = json.dumps(document, allow_nan=False)
    # Nearly no text has one, and then the short way is taken.
    if "\\ufffd\\udbf" in text:
        marked = json.dumps(document, allow_nan=False, ensure_ascii=False)
        halves = _MARKED.sub(lambda match: f"\\u{ord(match[1]) - _PRIVATE:04x}", marked)
        text = _NOT_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], halves)
    return text.encode()


def _marked(match: re.Match[str]) -> str:
    """The mark of half a pair; what looks like the second part of a mark is taken apart, and marked by its halves."""
    halves = match[0].encode("utf-16-be", "surrogatepass")
    codes = [int.from_bytes(halves[start : start + 2], "big") for start in range(0, len(halves), 2)]
    return "".join(f"{_DAMAGE}{chr(code + _PRIVATE)}" for code in codes)


def _refuse(name: str) -> None:
    # RFC 8259 has no NaN and no Infinity, and no request could send them back.
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _whole(digits: str) -> int:
    # What no float can hold cannot be compared with a number.
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(digits)
    return int(digits)


def _is_too_deep(document: object) -> bool:
    """Whether lists and objects lie in each other deeper than code that calls itself could follow."""
    level: list[Any] = [document]
    for _ in range(_DEEPEST + 1):
        level = [container for container in level if isinstance(container, (dict, list))]
        if not level:
            return False
        level = [value for outer in level for value in (outer.values() if isinstance(outer, dict) else outer)]
    return True


def shorten(text: str, secret: str = "") -> str:
    """Fold `text` to one line of at most 300 characters in which `secret` does not occur."""
    if secret:
        text = text.replace(secret, "[key]")
    return text_module.shorten(text, LONGEST_WORDS)


def is_envelope(document: Any) -> bool:
    """Return whether this is an error of the service itself: it has a `message`, and a `code` or a `key`.

    The OpenAPI file has `{message, code, ...}`; on the wire `{"error": {message, key, trace}}` was seen (api-facts).
    """
    error = _error(document)
    return isinstance(error.get("message"), str) and bool({"code", "key"} & error.keys())


def error_form(body: bytes) -> str:
    """Return which form an error has: `file` (the envelope of the OpenAPI file), `wire`, or "" for neither."""
    document = parse(body)
    if not is_envelope(document):
        return ""
    return "wire" if isinstance(document.get("error"), dict) else "file"


def trace(body: bytes, secret: str = "") -> str:
    """Return the service's own id of an exchange, which its support asks for; "" if an answer has none."""
    value = _error(parse(body)).get("trace")
    is_usable = isinstance(value, str) and text_module.TRACE_ID.fullmatch(value) and not (secret and secret in value)
    return str(value) if is_usable else ""


def _error(document: Any) -> dict[str, Any]:
    """What an answer says of an error, in either form; empty if it says nothing."""
    if not isinstance(document, dict):
        return {}
    inner = document.get("error")
    return inner if isinstance(inner, dict) else {"message": inner} if isinstance(inner, str) else document


def reasons(body: bytes, secret: str = "") -> tuple[str, ...]:
    """Return why the service refused: one line for each of `errors[]`, else its message, else the start of the body.

    Envelope: `{message, code, status, docs, title, trace?, errors?: [{path, message, value?, schema}]}` (OpenAPI file),
    or `{"error": {message, key, trace}}`.
    """
    document = parse(body)
    if not isinstance(document, dict):
        text = body.decode("utf-8", "replace")
        return (shorten(text, secret),) if text.strip() and not looks_like_html(body) else ()
    document = _error(document)
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
    seconds = _asked_seconds(headers)
    return None if seconds is None else min(seconds, LONGEST_WAIT_SECONDS)


def long_wait(headers: Mapping[str, str]) -> str:
    """Return in words until when `Retry-After` wants nothing sent, if that is longer than 300 s; else ""."""
    seconds = _asked_seconds(headers) or 0.0
    if seconds <= LONGEST_WAIT_SECONDS:
        return ""
    until = datetime.now().astimezone() + timedelta(seconds=seconds)
    return f"it wants nothing sent before {until:%Y-%m-%d %H:%M %Z}"


def _asked_seconds(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "").strip()
    # Whole seconds by the RFC; some services send parts of one.
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text, re.ASCII):
        return min(float(text[:12]), LONGEST_ASKED_SECONDS)
    moment, now = http_date(text), http_date(headers.get("date", ""))
    if moment is None:
        return None
    wait = moment - (now if now is not None else datetime.now(UTC).timestamp())
    return min(max(wait, 0.0), LONGEST_ASKED_SECONDS)


def retirement(headers: Mapping[str, str], secret: str = "") -> str:
    """Return the headers in which the service announces its end, "" where there are none; names are lower-case."""
    parts = [f"{name.title()}: {headers[name].strip()}" for name in ("deprecation", "sunset") if headers.get(name)]
    return shorten("; ".join(parts), secret) if parts else ""


def http_date(text: str) -> float | None:
    """Return an HTTP date as seconds since 1970, None if it is not one."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

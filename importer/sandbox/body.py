"""The bytes of a request become JSON, or a reason why they are none."""

from __future__ import annotations

import json
import math
from typing import Any, Final

LIMIT_BYTES: Final = 1_000_000


class NotJson(ValueError):
    """The body is not JSON (RFC 8259) of content type application/json; the message says why."""


def parse_body(body: bytes, content_type: str) -> Any:
    """The JSON value in `body`. Raises NotJson, also for numbers and characters that cannot be stored."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise NotJson(f"Content-Type is {content_type or 'missing'}; send application/json.")
    try:
        content = json.loads(body.decode("utf-8"), parse_float=_finite, parse_constant=_no_constant)
        if b"\\ud" in body or b"\\uD" in body:
            json.dumps(content, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise NotJson(f"The body is not valid JSON: {reason}.") from None
    return content


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"number {text[:40]} is too large")
    return number


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON value")

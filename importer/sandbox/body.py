"""The bytes of a request as JSON, or why they are not JSON."""

from __future__ import annotations

import json
import math
from typing import Any, Final

LIMIT_BYTES: Final = 1_000_000


class NotJson(ValueError):
    """The body is not JSON (RFC 8259) of content type application/json; the message says why."""


def parse_body(body: bytes, content_type: str) -> Any:
    """Return the JSON value in `body`. Raises NotJson, also for numbers and characters that cannot be stored."""

    # Python reads more than JSON: 1e999 becomes infinity, and NaN is a constant to it.
    def finite_number(text: str) -> float:
        number = float(text)
        if text.lstrip("-").isalpha():
            raise ValueError(f"{text} is not a JSON value")
        if math.isinf(number):
            raise ValueError(f"number {text[:40]} is too large")
        return number

    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise NotJson(f"Content-Type is {content_type or 'missing'}; send application/json.")
    try:
        content = json.loads(body.decode("utf-8"), parse_float=finite_number, parse_constant=finite_number)
        # Half of a surrogate pair is valid JSON, but SQLite cannot store it.
        if b"\\ud" in body or b"\\uD" in body:
            json.dumps(content, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise NotJson(f"The body is not valid JSON: {reason}.") from None
    return content

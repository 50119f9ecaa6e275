"""The time of day that may stand behind a date."""

from __future__ import annotations

import re

_CLOCK = re.compile(
    r"(?P<h>\d{1,2})[:.h](?P<m>\d\d)(?:[:.](?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:h|hrs|Uhr)?\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d\d:?\d\d)?"
)
_BARE_HOUR = re.compile(r"(?P<h>\d{1,2})\s*(?P<half>[AaPp]\.?[Mm]\.?)")


def clock(text: str) -> str | None:
    """Time and zone as in RFC 3339 (`09:14:00.000Z`) for what follows a date: midnight if empty, None for no time."""
    bare = text.strip(" ,T\t\n")
    if not bare or bare in ("Z", "UTC"):
        return "00:00:00.000Z"
    match = _CLOCK.fullmatch(bare) or _BARE_HOUR.fullmatch(bare)
    return _formatted(match.groupdict()) if match else None


def _formatted(part: dict[str, str | None]) -> str | None:
    hour = _hour(int(part["h"] or 0), (part["half"] or "")[:1].lower())
    minute, second = int(part.get("m") or 0), int(part.get("s") or 0)
    zone = _zone(part.get("zone") or "")
    if hour is None or hour > 23 or minute > 59 or second > 59 or zone is None:
        return None
    fraction = (part.get("f") or "").ljust(3, "0")
    return f"{hour:02}:{minute:02}:{second:02}.{fraction}{zone}"


def _hour(hour: int, half: str) -> int | None:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half == "p" else 0)


def _zone(text: str) -> str | None:
    digits = text.removeprefix("UTC").removeprefix("GMT").replace(":", "")
    if digits in ("", "Z"):
        return "Z"
    hours, minutes = int(digits[1:3]), int(digits[3:])
    return f"{digits[0]}{hours:02}:{minutes:02}" if hours <= 14 and minutes <= 59 else None

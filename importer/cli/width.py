"""How many places of a terminal a text takes: signs of East Asia take two, marks above a letter none."""

from __future__ import annotations

import unicodedata


def places(text: str) -> int:
    """The places that a text takes."""
    return sum(map(_places, text))


def cut(text: str, width: int) -> str:
    """The text in at most `width` places, with … where something was cut off."""
    if places(text) <= width:
        return text
    taken, used = "", 1
    for sign in text:
        used += _places(sign)
        if used > width:
            break
        taken += sign
    return f"{taken}…"


def padded(text: str, width: int) -> str:
    """The text in exactly `width` places."""
    short = cut(text, width)
    return short + " " * (width - places(short))


def _places(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1

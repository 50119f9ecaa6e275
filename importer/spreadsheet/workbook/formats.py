"""Number formats: which show a date, and which add characters that belong to a number (ECMA-376 18.8.30, 18.8.31).

A number is given as it is stored, unless its format makes it a code: zeros or a plus in front (00421), or words around
its digits (C-00421). Units and currencies behind or in front of an amount are no part of it.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from importer.languages.cldr import currencies
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.spreadsheet.workbook.values import Moment

GENERAL = "General"
BUILT_IN = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    # Dates and times of East Asian and Thai files; the same numbers elsewhere show the same (18.8.30).
    **dict.fromkeys((*range(27, 32), 36, *range(50, 55), 57, 58, *range(71, 75), 76, 77, 81), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56, 75, 80), "h:mm:ss"),
    **dict.fromkeys((78, 79), "[h]:mm:ss"),
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((59, 60, 61, 62, 67, 68, 69, 70), "0"),
}
"""The formats that have a number and need no text in the file; where the locale decides, one of the same kind."""

_ROUNDED = "00000"
_TOKEN = regex(
    r"""  "(?P<quoted>[^"]*)"?        # text as it is
        | \\(?P<escaped>.)
        | [_*].?                    # as wide as a character, or filled up with it: neither is text
        | \[(?P<bracket>[^\]]*)\]   # locale, currency, colour, condition, hours beyond a day
        | (?P<general>general)
        | (?P<clock>a/p|am/pm|上午/下午)
        | (?P<power>e[+-])
        | (?P<place>[0#?])
        | (?P<other>.)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_CONDITION = regex(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+(?:E[+-]?\d+)?)\s*\Z", re.IGNORECASE)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_LONGEST = 255
_SEPARATORS = frozenset("-+() /.\u00a0\u202f:'")


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the up to four parts of a format.

    `parts` are literal texts and, as None, places of digits; `digits` the places in their order. `exact`: the number
    is shown whole, without a point, grouping, percent, power or fraction.
    """

    condition: tuple[str, float] | None
    moment: Moment | None
    parts: tuple[str | None, ...]
    digits: str
    exact: bool
    power: bool
    text: bool

    def holds(self, value: float) -> bool:
        return self.condition is None or _COMPARE[self.condition[0]](value, self.condition[1])


def _section(code: str) -> _Section:
    condition: tuple[str, float] | None = None
    moment: Moment | None = None
    exact, power, is_text = True, False, False
    parts: list[str | None] = []
    digits = ""
    for token in _TOKEN.finditer(code):
        kind, text = token.lastgroup, token.group()
        if kind == "bracket":
            inside = token["bracket"]
            if compared := _CONDITION.match(inside):
                condition = (compared[1], float(compared[2]))
            elif inside and set(inside.lower()) in ({"h"}, {"m"}, {"s"}):
                moment = "duration"
            elif inside.startswith("$"):
                parts.append(inside[1:].rpartition("-")[0] if "-" in inside else inside[1:])
        elif kind in ("quoted", "escaped"):
            parts.append(token["quoted"] or token["escaped"] or "")
        elif kind in ("general", "place"):
            parts.append(None)
            digits += text if kind == "place" else "#"
        elif kind == "power":
            exact, power = False, True
        elif kind == "clock":
            moment = moment or "date"
        elif kind == "other":
            if text.lower() in "dmyhs":
                moment = moment or "date"
            elif text == "@":
                is_text = True
            elif text in ",%" or (text in "./" and digits):
                exact = False
            else:
                parts.append(text)
    return _Section(condition, moment, tuple(parts), digits, exact, power, is_text)


@lru_cache(maxsize=4096)
def _sections(code: str) -> tuple[_Section, ...]:
    code = code[:_LONGEST]  # no program takes a longer one
    # A semicolon inside of quotes, brackets or behind a backslash is text.
    pieces = re.findall(r'(?:"[^"]*"?|\\.|[_*].|\[[^\]]*\]|[^;])+|(?<=;)(?=;|\Z)|\A(?=;)', code, re.DOTALL)
    sections = [_section(piece) for piece in pieces[:4]] or [_section("")]
    if len(sections) > 1 and sections[-1].text:
        sections.pop()
    return tuple(sections[:3])


def _chosen(code: str, value: float) -> _Section:
    """The section that shows a value."""
    sections = _sections(code)
    if any(section.condition for section in sections):
        return next((section for section in sections if section.holds(value)), sections[-1])
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]


def moment(code: str, value: float = 1.0) -> Moment | None:
    """Whether a format shows a value as a date (or a time), or as a duration; None for neither.

    >>> moment("yyyy-mm-dd"), moment("[h]:mm"), moment('0" days"'), moment("[Red]0_d"), moment("General")
    ('date', 'duration', None, None, None)
    """
    return _chosen(code, value).moment


def shown(text: str, number_format: str) -> str:
    """A whole number with what its format adds to its digits, or as a power of ten where only that is known of it.

    >>> shown("123", "00000"), shown("412345678", '"0"#'), shown("123456789", "00 00 00 00 00"), shown("-5", "000")
    ('00123', '0412345678', '0123456789', '-5')
    >>> shown("42", '"C-"00000'), shown("42", '0" kg"'), shown("42", '"EUR "0'), shown("421", "[$-409]00000_)")
    ('C-00042', '42', '42', '00421')
    >>> shown("14155600000", "0.00E+00"), shown("14155550101", "0.00E+00")
    ('1.41556E+10', '14155550101')
    """
    return _shown(text, number_format) if text.isdecimal() and text.isascii() else text


def as_shown(text: str, shown: str) -> str:
    """The same from the text that a program shows of a whole number, where a file holds it beside the number.

    >>> as_shown("421", "C-421"), as_shown("421", "00421"), as_shown("1234", "$1,234.00"), as_shown("42", "42 kg")
    ('C-421', '00421', '1234', '42')
    """
    if text == shown or not (text.isdecimal() and text.isascii()):
        return text
    parts = re.split(r"([0-9]+)", shown.strip())
    before, between, behind, digits = parts[0], parts[2:-1:2], parts[-1], "".join(parts[1::2])
    if digits.lstrip("0") != text.lstrip("0") or not digits:
        is_power = re.fullmatch(r"\d(?:[.,]\d+)?[Ee]\+\d+", shown.strip())
        return _power(text) if is_power and text.endswith(_ROUNDED) else text
    least = len(digits) if len(digits) > len(text) else 1
    if _is_code([before], [part for part in between if any(map(str.isalpha, part))], [behind], least):
        return shown.strip()
    return ("+" if before.strip(" (") == "+" else "") + digits


def _power(text: str) -> str:
    # Excel gives this format to a number that it read as 1.41556E+10: its zeros are lost digits.
    digits = text.rstrip("0") or "0"
    return f"{digits[0]}.{digits[1:]}".rstrip(".") + f"E+{len(text) - 1:02}"


# Most formats change nothing, and a column has few of them; its numbers are as many as its rows.
@lru_cache(maxsize=4096)
def changes(number_format: str) -> bool:
    """Whether a format can make of any number something else than its digits."""
    return any(section.power or section.exact for section in _sections(number_format)) and number_format not in (
        GENERAL,
        "0",
        "@",
        "",
    )


def _shown(text: str, number_format: str) -> str:
    if not changes(number_format):
        return text
    section = _chosen(number_format, float(text))
    if section.power and text.endswith(_ROUNDED):
        return _power(text)
    if not section.exact or section.moment or section.text or not section.digits:
        return text

    least = len(section.digits.lstrip("#?"))
    padded = text.zfill(least)
    first = section.parts.index(None)
    last = len(section.parts) - section.parts[::-1].index(None)
    before = [part or "" for part in section.parts[:first]]
    between = [part for part in section.parts[first:last] if part]
    behind = [part or "" for part in section.parts[last:]]
    if _is_code(before, between, behind, least):
        return "".join(before) + _placed(padded, section.parts[first:last]) + "".join(behind)
    # What only groups the digits of a phone number says nothing, but a zero or a plus does.
    lead = re.sub(r"[^0-9+]", "", "".join(before))
    return (lead + padded) if re.fullmatch(r"\+?[0-9]*", lead) else padded


def _is_code(before: Sequence[str], between: Sequence[str], behind: Sequence[str], least: int) -> bool:
    """Whether the texts of a format belong to its number: those of a code do, units and currencies do not."""
    lead, inner, tail = "".join(before), "".join(between), "".join(behind)
    if _is_money(lead) or _is_money(tail):
        return False
    codes = [text for text in (lead, inner) if set(text) - _SEPARATORS - set("0123456789")]
    # 0" kg" is an amount; 00000"-A" counts its digits, as only a code does.
    return bool(codes) or (least > 1 and any(sign.isalnum() for sign in tail))


def _placed(digits: str, parts: Sequence[str | None]) -> str:
    """The digits from the right into their places, with the texts between them; those left over in front."""
    placed: list[str] = []
    remaining = digits
    for part in reversed(parts):
        if part is not None:
            # A text left of the last digit is shown only where there are digits in front of it.
            placed.append(part if remaining else "")
        elif remaining:
            placed.append(remaining[-1])
            remaining = remaining[:-1]
    return remaining + "".join(reversed(placed))


def _is_money(text: str) -> bool:
    word = text.strip(" .:-/()\u00a0")
    return any(unicodedata.category(sign) == "Sc" for sign in word) or word in currencies()

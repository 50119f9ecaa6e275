"""The forms that single values must have, as column-wise tests on text: True for each value that is fine.

Every test takes a text column without missing values and lets the empty string pass: one empty, and it is no mistake.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import lru_cache
from math import isinf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

E164 = r"\+[1-9][0-9]{1,14}"
"""ITU-T E.164: a plus and up to 15 digits; what the API takes as a phone."""

_URI = r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
# Without \s, which pandas would take to Python's slower engine.
_EMAIL_MARK = "[^@<>,; \x00-\x1f\x7f\xa0"
_EMAIL = rf"{_EMAIL_MARK}]+@{_EMAIL_MARK}.]+(?:\.{_EMAIL_MARK}.]+)+"
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?"
_CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")
_LONGEST_URL = 200
_SHORTEST_INFINITE = 308
_FEW_DAYS = 10_000  # that are remembered: most dates are days without a time, and the next rows have them again


def phone(values: pd.Series) -> pd.Series:
    """E.164."""
    return _is(values, E164)


def email(values: pd.Series) -> pd.Series:
    """One address: something, an at sign, a domain with a dot; the API states no rule of its own."""
    return _is(values, _EMAIL)


def text(values: pd.Series) -> pd.Series:
    """No control characters but tab and line breaks."""
    return ~values.str.contains(_CONTROL, regex=True)


def web_address(values: pd.Series) -> pd.Series:
    """An RFC 3986 URI in ASCII."""
    return _is(values, _URI)


def source_url(values: pd.Series) -> pd.Series:
    """A URI of at most 200 characters (contacts file of the API, `sourceUrl`)."""
    return web_address(values) & (values.str.len() <= _LONGEST_URL)


def creator(values: pd.Series) -> pd.Series:
    """A user id (`^US`, contacts file of the API) or the email address of a user."""
    return _is(values, f"US.*|{_EMAIL}")


def number(values: pd.Series) -> pd.Series:
    """A finite JSON number (RFC 8259)."""
    fine = _is(values, _NUMBER)
    large = values[fine & ((values.str.len() > _SHORTEST_INFINITE) | values.str.contains("[eE]", regex=True))]
    infinite = [row for row, value in large.items() if isinf(float(value))]
    return fine & ~values.index.isin(infinite) if infinite else fine


def boolean(values: pd.Series) -> pd.Series:
    """`true` or `false`."""
    return values.isin(["", "true", "false"])


def choices(values: pd.Series) -> pd.Series:
    """A JSON list of one or more texts, none empty."""
    return _each(values, _is_choices)


def date_time(values: pd.Series) -> pd.Series:
    """An RFC 3339 date-time that exists in the calendar."""
    return _each(values, _is_date_time)


def _is(values: pd.Series, pattern: str) -> pd.Series:
    return values.str.fullmatch(f"(?:{pattern})?")


def _each(values: pd.Series, is_fine: Callable[[str], bool]) -> pd.Series:
    return ~values.isin([value for value in values.unique() if value and not _answer(is_fine, value)])


def _answer(is_fine: Callable[[str], bool], value: str) -> bool:
    try:
        return is_fine(value)
    except ValueError:
        return False


def _is_choices(value: str) -> bool:
    found = json.loads(value)
    return isinstance(found, list) and bool(found) and all(isinstance(one, str) and one for one in found)


@lru_cache(_FEW_DAYS)
def _is_date_time(value: str) -> bool:
    if not _DATE_TIME.fullmatch(value):
        return False
    # Python reads at most microseconds, the format allows more.
    datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
    return True

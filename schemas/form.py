"""The forms that single values must have, as tests of a column of text: True for each valid value.

Every test takes a text column without missing values and lets the empty string pass: an empty cell is not a mistake.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import lru_cache
from math import isinf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    Test = Callable[[pd.Series], pd.Series]

# As in RFC 3986, section 2; what is not ASCII has to be percent-encoded.
_URI = r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
# Not \s, for which pandas uses Python's slower engine where pyarrow is installed.
_EMAIL_MARK = "[^@<>,; \x00-\x1f\x7f\xa0"
_EMAIL = rf"{_EMAIL_MARK}]+@{_EMAIL_MARK}.]+(?:\.{_EMAIL_MARK}.]+)+"
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_OPTION = r'"[^"\\\x00-\x1f]+"'
_DAY = "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")
_LONGEST_URL = 200
_SHORTEST_INFINITE = 308  # the largest float is 1.8e308

E164 = r"\+[1-9][0-9]{1,14}"
"""ITU-T E.164: a plus and up to 15 digits; what the API takes as a phone."""


class Form:
    """A test of a column of text, and a pattern for most valid values as a whole, which must not take NUL.

    All texts of a column are held against the pattern at once, which takes a tenth of the time of the test; the test
    decides about columns with any other text.
    """

    def __init__(self, test: Test, plain: str) -> None:
        self._test, self.all_plain = test, re.compile(rf"(?:(?:{plain})?\0)*+")
        self.__name__ = f"{type(self).__name__}({plain!r})"

    def __call__(self, values: pd.Series) -> pd.Series:
        """Return which values are valid."""
        return self._test(values)

    def takes_all(self, texts: Iterable[str]) -> bool:
        """Return whether all texts are surely valid."""
        distinct = set(texts)
        if not any(distinct):
            return True
        joined = "\0".join((*distinct, ""))
        return joined.count("\0") == len(distinct) and self.all_plain.fullmatch(joined) is not None


def matching(pattern: str) -> Form:
    """A test for text that a pattern takes as a whole."""
    return Form(lambda values: values.str.fullmatch(f"(?:{pattern})?"), pattern)


phone = matching(E164)
"""Test for phone numbers in E.164."""

email = matching(_EMAIL)
"""Test for one address: text, an at sign, a domain with a dot; the API has no rule of its own."""

web_address = matching(_URI)
"""Test for an RFC 3986 URI in ASCII."""

creator = matching(rf"US[^\n\0]*|{_EMAIL}")
"""Test for a user id (`^US`, contacts file of the API) or the email address of a user."""


text = Form(lambda values: ~values.str.contains(f"[{_CONTROL}]", regex=True), f"[^{_CONTROL}]*")
"""Test for text without control characters, except for tabs and line breaks."""

source_url = Form(
    lambda values: web_address(values) & (values.str.len() <= _LONGEST_URL), rf"(?=[^\0]{{,{_LONGEST_URL}}}\0){_URI}"
)
"""Test for a URI of at most 200 characters (contacts file of the API, `sourceUrl`)."""


def _is_number(values: pd.Series) -> pd.Series:
    valid = matching(_NUMBER)(values)
    # JSON has numbers that no float holds; only long ones and those with an exponent can be such.
    large = values[valid & ((values.str.len() > _SHORTEST_INFINITE) | values.str.contains("[eE]", regex=True))]
    infinite = [row for row, value in large.items() if isinf(float(value))]
    return valid & ~values.index.isin(infinite) if infinite else valid


number = Form(_is_number, r"-?(?:0|[1-9][0-9]{,30})(?:\.[0-9]{1,30})?")
"""Test for a finite JSON number (RFC 8259)."""

boolean = matching("true|false")
"""Test for `true` or `false`."""


def each(is_valid: Callable[[str], bool], plain: str) -> Form:
    """A test by a function of one value, asked once about equal ones; its ValueError means that it is not valid.

    `plain`: a pattern for most valid values.
    """

    def test(values: pd.Series) -> pd.Series:
        invalid = []
        for value in values.unique():
            try:
                valid = not value or is_valid(value)
            except ValueError:
                valid = False
            if not valid:
                invalid.append(value)
        return ~values.isin(invalid)

    return Form(test, plain)


def is_option_list(value: str) -> bool:
    """Whether this is a JSON list of one or more texts, none of them empty."""
    options = json.loads(value)
    return isinstance(options, list) and bool(options) and all(isinstance(text, str) and text for text in options)


# Kept beyond a column: most dates are days without a time, and the same days come again in later rows.
@lru_cache(10_000)
def is_date_time(value: str) -> bool:
    """Whether this is an RFC 3339 date-time that exists in the calendar."""
    if not _DATE_TIME.fullmatch(value):
        return False
    # Python reads at most microseconds, the format allows more.
    datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
    return True


choices = each(is_option_list, rf"\[{_OPTION}(?:, ?{_OPTION})*\]")
"""Test for lists of options."""

date_time = each(is_date_time, rf"[12][0-9]{{3}}-{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{3}})?Z")
"""Test for RFC 3339 date-times."""

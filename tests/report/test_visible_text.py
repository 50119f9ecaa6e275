"""What of a sheet's text reaches the page: masked where asked for, visible, and not endless."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.report.mask import masked
from importer.report.visible_text import cut, visible, without_password


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+14155550101", "+1415•••0101"),
        ("+1 (415) 555-0101", "+1415•••0101"),
        ("tel:+49.151.2345.6789", "tel:+4915•••6789"),
        ("14155550101.0", "1415•••1010"),
        ("Call 415 555 0101 now", "Call 4155•••101 now"),
        ("555-0148", "5550•••"),
        ("ann@example.com", "a•••@example.com"),
        ("Ann Lee <ann.lee@example.com>", "Ann Lee <a•••@example.com>"),
        ('"ann lee"@example.com', "a•••@example.com"),
        ("4155550101@sms.example.com", "4•••@sms.example.com"),
        (
            "Row 12: “+1 415 555 0101” is twice; see bob@example.com.",
            "Row 12: “+1415•••0101” is twice; see b•••@example.com.",
        ),
        ("415\u200b5550101", "4155•••101"),
        *((f"415{sign}555{sign}0101", "4155•••101") for sign in (":", ";", "*", "~", "\\", "=", "+", "  |  ")),
        ("[415] {555} 0101", "[4155•••101"),
        *((f"ann{sign}example.com", "a•••@example.com") for sign in ("@@", "(at)", " [AT] ", "%40", "&#64;")),
        ("contact 88b4fa9ca89de55031234567 is", "contact 88b4fa9ca89de55031234567 is"),
        ("id 4155550101415555010141555501", "id 4155•••5501"),
        ("x88b4fa9ca89de55031234567g", "x88b4fa9ca89de5503•••4567g"),
    ],
)
def test_phones_and_emails_are_masked(text: str, shown: str) -> None:
    """With --mask a number keeps its beginning and end, an address its first letter and domain, wherever they stand."""
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-04",
        "2024-03-04T10:20:30",
        "20261122-104141-ab12",
        "big.csv: 1,000,000 rows = 1,000,000 created",
        "Row 123456",
        "12.50",
        "in the workspace http://127.0.0.1:45671",
        "Ann Lee",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    """Dates, ids of runs, counts and short numbers are no phones."""
    assert masked(text) == text


@settings(deadline=None)
@given(st.from_regex(r"\+?[1-9]([ .\-/()+*:;|~=\\\[\]{}]?[0-9]){6,14}", fullmatch=True), st.text(max_size=20))
def test_no_number_can_be_read_after_masking(number: str, words: str) -> None:
    """Of seven digits or more at least three are gone, whatever stands around them."""
    digits = re.sub(r"\D", "", number)
    if re.search(r"(19|20)\d\d-[01]\d-[0-3]\d", number):
        return
    assert digits not in re.sub(r"\D", "", masked(f"{words}\n{number}\n"))


@settings(deadline=None)
@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    """What is masked stays as it is."""
    once = masked(text)
    assert masked(once) == once


@pytest.mark.parametrize("text", ["1" * 2000, "1 " * 1000, "1" + " " * 1999, "a" * 2000, "a@" * 1000, "(" * 2000])
def test_masking_takes_no_hostile_time(text: str) -> None:
    """A cell made to be slow is masked like any other: the patterns look at no character more than a few times."""
    assert len(masked(text)) <= 4 * len(text)


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_nothing_invisible_is_left(text: str) -> None:
    """No control character, no direction mark and no half character comes through; joiners do."""
    for character in visible(text):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff"


def test_hidden_characters_are_named() -> None:
    """A person sees that something hides in a cell, and what."""
    assert visible("a\u202egnp.exe\x00") == "a⟨U+202E⟩gnp.exe␀"
    assert visible("two\r\nlines") == "two ↵ lines"
    assert visible("half \ud83d") == "half �"
    assert visible("می‌خواهم 👩‍🔧") == "می‌خواهم 👩‍🔧"


def test_a_password_in_an_address_is_not_shown() -> None:
    """A base URL with user and password loses both."""
    assert without_password("at https://me:secret@proxy.example.com/v1") == "at https://•••@proxy.example.com/v1"


def test_what_is_cut_says_so() -> None:
    """A cut text ends with an ellipsis, an endless one also with its length."""
    assert cut("abcdef", 6, 6, whole=True) == "abcdef"
    assert cut("abcdef", 3, 6, whole=True) == "abc…"
    assert cut("a" * 400, 3, 1_048_576, whole=False) == "aaa… [cut, 1,048,576 characters]"

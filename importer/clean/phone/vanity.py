"""Numbers whose letters are meant as keys of the phone, such as 1-800-FLOWERS."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from importer.clean.phone import numbering_plan
from importer.regex import regex

_FREE_CALL = frozenset(
    (PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN, PhoneNumberType.PREMIUM_RATE)
)
_START = regex(r"[\d+(]")
# Digits first, then a word or words that may have digits between them, to the end.
_SPELT = regex(r"[\d\s()+.-]*\d[\s().-]*([A-Za-z][A-Za-z\d\s.-]*)")
_WORD = regex("[A-Za-z]+")
_VOWEL = regex("[AEIOUY]")
_FEWEST_LETTERS = 3


class Keyed(NamedTuple):
    """A number with its letters as digits, as it was written, and the words before it."""

    digits: str
    written: str
    before: str


def keyed(part: str) -> Keyed | None:
    """The digits that a part with letters may be dialled as; None where the letters are no name of a number.

    >>> keyed("1-800-FLOWERS").digits, keyed("415-555-XXXX"), keyed("415-555-0101 ask for Bob")
    ('1-800-3569377', None, None)
    """
    start = _START.search(part)
    if not start:
        return None
    written = part[start.start() :].strip(" \t\"'“”.,;:")
    match = _SPELT.fullmatch(written)
    if not match:
        return None
    spelt = _WORD.findall(match[1])
    letters = "".join(spelt)
    # Words in small letters are a remark beside half a number, unless there is only one.
    is_name = letters.isupper() or len(spelt) == 1
    if (
        not is_name
        or len(letters) < _FEWEST_LETTERS
        or len(set(letters.upper())) == 1
        or not _VOWEL.search(letters.upper())
    ):
        return None
    return Keyed(in_digits(written), written, part[: start.start()])


def in_digits(text: str) -> str:
    """A text with its letters as the digits of a phone's keys.

    >>> in_digits("1-800-Flowers")
    '1-800-3569377'
    """
    # The library goes through a text sign by sign, which takes twenty times as long.
    return text.translate(_keys()) if text.isascii() else str(phonenumbers.convert_alpha_characters_in_number(text))


@cache
def _keys() -> dict[int, str]:
    return {code: phonenumbers.convert_alpha_characters_in_number(chr(code)) for code in range(128)}


def is_vanity(e164: str) -> bool:
    """Whether a number is of a kind that is spelt in letters: free to call, or reached at one cost from everywhere."""
    number = numbering_plan.read(e164, None)
    return number is not None and number.kind in _FREE_CALL

"""Phones and email addresses masked, in reports that are shared and in logs."""

from __future__ import annotations

import re

from importer.regex import regex
from importer.text import PHONE_DIGITS

DOTS = "•••"
# Enough to see the country and to recognise a number that one knows, too little to call it.
_KEPT_FIRST, _KEPT_LAST = 4, 4
# What people and damaged files put between the digits of a number, including invisible characters.
_SIGNS = r"\s()\[\]{}.\-/\\|·_=*~:;,'’\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\x00-\x1f"
_BETWEEN = rf"(?:[{_SIGNS}]{{0,6}}|\+)"
# The sign of an address, also as people write it against robots and as a web page encodes it.
_AT = r"\s?(?:[@＠]+|[\[({<]\s?[aA][tT]\s?[\])}>]|%40|&#64;)\s?"
_LOCAL = r"""(?:"[^"\n]{1,64}"|[^\s@＠<>()\[\],;:“”"']{1,64})"""
_NUMBER = rf"[+＋]?\d(?:{_BETWEEN}\d){{{PHONE_DIGITS - 1},}}"
_PHONE = regex(_NUMBER)
_PRIVATE = regex(
    rf"(?P<email>{_LOCAL}{_AT}(?!{_NUMBER})(?P<domain>[^\s@＠<>()\[\],;:“”\"'|]{{1,253}}))"
    # Dates, times, ids and counts are not phone numbers.
    r"|(?P<kept>(?<!\d)(?:\d{8}-\d{6}-[0-9a-f]{4}"
    r"|(?:19|20)\d\d-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?)?)(?!\d)"
    # The address of a service on this computer or in its network.
    r"|(?<=//)\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\d.])"
    # The id of a contact, as the service gives them.
    r"|(?<![0-9A-Za-z])(?=\d*[a-f])[0-9a-f]{20,32}(?![0-9A-Za-z])"
    r"|(?<![\d,])\d{1,3}(?:,\d{3}){2}(?= (?:rows|requests|retries|told|characters|created|updated|unchanged|skipped"
    r"|duplicate|rejected|conflict|unfinished)\b))"
    rf"|(?P<phone>{_NUMBER})"
)


def masked(text: str) -> str:
    """The text with phones as `+1415•••0101` and email addresses as `a•••@example.com`.

    A number is any run of seven or more digits, however it is written, except ISO dates, ids of runs and contacts, and
    counts such as `1,000,000 rows`.
    """
    return _PRIVATE.sub(_hidden, text)


def _hidden(match: re.Match[str]) -> str:
    if match["kept"]:
        return match["kept"]
    if match["email"]:
        # The part after a stray @ may be a number.
        domain = _PHONE.sub(lambda number: _hidden_phone(number[0]), match["domain"])
        return f"{match['email'].lstrip(chr(34))[0]}{DOTS}@{domain}"
    return _hidden_phone(match["phone"])


def _hidden_phone(phone: str) -> str:
    plus = "+" if phone[0] in "+＋" else ""
    digits = re.sub(r"\D", "", phone)
    # A short number shows fewer of its last digits, so that at least three digits are always hidden.
    last = min(_KEPT_LAST, max(0, len(digits) - _KEPT_FIRST - 3))
    return f"{plus}{digits[:_KEPT_FIRST]}{DOTS}{digits[-last:] if last else ''}"

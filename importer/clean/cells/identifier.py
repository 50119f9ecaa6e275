"""Cells that identify: the external id, and who created the contact."""

from __future__ import annotations

import re

from importer.clean.cells import email
from importer.clean.characters.characters import printable, trimmed
from importer.clean.characters.text_guard import guard_finding, unguarded, unguarded_value
from importer.clean.finding import CellFinding, Cleaned, bad, oversized, placeholder, refused, shown
from importer.clean.placeholders import is_sign
from importer.clean.plain import plain_form
from importer.regex import regex

_SHORTENED = regex(r"(?:\D.*)?(?<!\d)\d(?:[.,]\d+)?[eE]\+\d+", re.DOTALL)
_NUMBERED = regex(r"(?P<prefix>(?:.*?\D)??)(?P<zeros>0*)(?P<number>\d+?)(?P<decimals>(?:[.,]0+)?)", re.DOTALL)
_USER_ID = regex(r"US\w*")
PLAIN = (plain_form(r"[A-Za-z_-]*[0-9][A-Za-z0-9_-]*"),)
"""External ids that stay as they are."""
# What programs write for no value; other words for it, such as "unknown", may be ids.
_EMPTY_WORDS = frozenset(["null", "none", "nan"])


def identity(text: str) -> Cleaned:
    """The id that a rejects file carries: as it is, without the spaces around it."""
    return Cleaned(trimmed(text))


def external_id(text: str) -> Cleaned:
    """The sheet's own id, character for character; `007` and `1E5` are ids, `N/A` is not.

    A control character inside makes it unusable. The length limit (75) is not checked here: a longer id is hashed when
    the contact is built.
    """
    if too_long := oversized(text):
        return refused(too_long)
    value = trimmed(text)
    bare = unguarded(value)
    if is_sign(bare) or bare.casefold() in _EMPTY_WORDS:
        return Cleaned("", (placeholder(bare),))
    if printable(bare) != bare or "\n" in bare or "\r" in bare:
        return refused(bad("external-id-characters", f"The id {shown(bare)} holds characters that cannot be shown."))
    findings = guard_finding(value, bare)
    if is_shortened(bare):
        what = f"The id {shown(bare)} looks like a long number that a spreadsheet program shortened."
        next_step = "If so, format the column as Text, correct the id and export again."
        findings += (CellFinding("external-id-shortened", what, next_step),)
    return Cleaned(bare, findings)


def is_shortened(text: str) -> bool:
    """Whether an id, with a prefix perhaps, looks like a long number that a spreadsheet program shortened.

    >>> is_shortened("1.23E+05"), is_shortened("crm-1E+15"), is_shortened("1E5")
    (True, True, False)
    """
    return _SHORTENED.fullmatch(text) is not None


def is_number_of(text: str, id_before: str) -> bool:
    """Whether an id, with a prefix perhaps, is what a spreadsheet program makes of another one: a number without its
    leading zeros, or with decimals of its own.

    >>> is_number_of("123", "00123"), is_number_of("crm-123.0", "crm-00123"), is_number_of("00123", "123")
    (True, True, False)
    """
    after, before = _NUMBERED.fullmatch(text), _NUMBERED.fullmatch(id_before)
    if after is None or before is None or after["number"] != before["number"] or after["prefix"] != before["prefix"]:
        return False
    lost_zeros = len(after["zeros"]) < len(before["zeros"])
    got_decimals = bool(after["decimals"]) and not before["decimals"]
    return (lost_zeros or got_decimals) and len(after["zeros"]) <= len(before["zeros"])


def created_by(text: str) -> Cleaned:
    """Who created the contact: a user id (`US...`) or the email address of a workspace user."""
    value, findings = unguarded_value(text)
    if not value or _USER_ID.fullmatch(value):
        return Cleaned(value, findings)
    emails = email.clean(value)
    if len(emails.points) <= 1 and not any(finding.bad for finding in emails.findings):
        return Cleaned(emails.points[0].value if emails.points else "", emails.findings)
    what = f"{shown(value)} is neither a user id (it begins with US) nor one email address."
    return refused(bad("created-by-unclear", what, "Write the email address of a workspace user and run again."))

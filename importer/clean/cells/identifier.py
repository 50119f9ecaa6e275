"""Cells that identify: the external id, and who created the contact."""

from __future__ import annotations

import re

from importer.clean.cells import email
from importer.clean.characters.characters import printable, trimmed
from importer.clean.characters.text_guard import bared, guard_finding, unguarded
from importer.clean.finding import CellFinding, Cleaned, bad, oversized, placeholder, refused, shown
from importer.clean.placeholders import is_sign
from importer.clean.plain import plain_form
from importer.regex import regex

_SHORTENED = regex(r"(?:\D.*)?(?<!\d)\d(?:[.,]\d+)?[eE]\+\d+", re.DOTALL)
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


def created_by(text: str) -> Cleaned:
    """Who created the contact: a user id (`US...`) or the email address of a workspace user."""
    value, findings = bared(text)
    if not value or _USER_ID.fullmatch(value):
        return Cleaned(value, findings)
    emails = email.clean(value)
    if len(emails.points) <= 1 and not any(finding.bad for finding in emails.findings):
        return Cleaned(emails.points[0].value if emails.points else "", emails.findings)
    what = f"{shown(value)} is neither a user id (it begins with US) nor one email address."
    return refused(bad("created-by-unclear", what, "Write the email address of a workspace user and run again."))

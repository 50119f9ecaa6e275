"""Cells that identify: the external id, and who created the contact."""

from __future__ import annotations

import re

from importer.clean.cells import email
from importer.clean.characters.characters import printable, trimmed
from importer.clean.characters.text_guard import bared, guard_finding, unguarded
from importer.clean.finding import CellFinding, Cleaned, bad, placeholder, refused, shown
from importer.clean.words.placeholders import is_sign

_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
_USER_ID = re.compile(r"US\w*")
PLAIN = re.compile(r"^[A-Za-z_-]*[0-9][A-Za-z0-9_-]*$", re.MULTILINE)
"""External ids that are as they should be."""
_EMPTY_WORDS = frozenset(["null", "none", "nan"])


def identity(text: str) -> Cleaned:
    """The id that a rejects file carries: as it is, without the spaces around it."""
    return Cleaned(trimmed(text))


def external_id(text: str) -> Cleaned:
    """The sheet's own id, character for character; `007` and `1E5` are ids, `N/A` is none.

    A control character inside makes it unusable. The length limit (75) is not judged here: a longer id is hashed when
    the contact is built.
    """
    return Cleaned(text) if PLAIN.fullmatch(text) else _external_id(text)


def _external_id(text: str) -> Cleaned:
    """What `external_id` gives, without its short way for plain ids, which must always agree with this."""
    value = trimmed(text)
    bare = unguarded(value)
    if is_sign(bare) or bare.casefold() in _EMPTY_WORDS:
        return Cleaned("", (placeholder(bare),))
    if printable(bare) != bare or "\n" in bare or "\r" in bare:
        return refused(bad("external-id-characters", f"The id {shown(bare)} holds characters that cannot be shown."))
    return Cleaned(bare, guard_finding(value, bare) + _shortened_finding(bare))


def created_by(text: str) -> Cleaned:
    """Who created the contact: a user id (`US...`) or the email address of a workspace user."""
    value, findings = bared(text)
    if not value or _USER_ID.fullmatch(value):
        return Cleaned(value, findings)
    found = email.clean(value)
    if len(found.points) == 1 and not any(finding.bad for finding in found.findings):
        return Cleaned(found.points[0].value, found.findings)
    if not found.points and not any(finding.bad for finding in found.findings):
        return Cleaned("", found.findings)
    what = f"{shown(value)} is neither a user id (it begins with US) nor one email address."
    return refused(bad("created-by-unclear", what, "Write the email address of a workspace user and run again."))


def _shortened_finding(value: str) -> tuple[CellFinding, ...]:
    if not _SHORTENED.fullmatch(value):
        return ()
    what = f"The id {shown(value)} looks like a long number that a spreadsheet program shortened."
    return (
        CellFinding("external-id-shortened", what, "If so, format the column as Text, correct it and export again."),
    )

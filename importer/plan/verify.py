"""Is a row in the workspace as it should be, and if not, whose doing is it?

What people added does not count (`importer.plan.compare`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from importer.plan.compare import Contact, Difference, compare, instant
from importer.plan.fingerprint import contact_fingerprint
from importer.plan.resolve import without_ignored
from importer.plan.step import Known, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.plan.policy import Policy

# A service may write both times of a new contact in two steps.
_SAME_MOMENT_SECONDS = 2.0
_SENT = frozenset({State.CREATED, State.UPDATED, State.FILLED, State.UNCHANGED})
_WRITTEN = frozenset({State.CREATED, State.UPDATED, State.FILLED})


class VerifyResult(StrEnum):
    """What a row was found to be: there, or one of the ways in which it is not."""

    THERE = "there"
    NEVER_ARRIVED = "never-arrived"
    CHANGED_SINCE = "changed-since"
    ALTERED = "altered-by-service"
    NOT_SENT = "not-sent"
    DOUBLED = "doubled"


@dataclass(frozen=True, slots=True)
class VerifiedRow:
    """A finding: the contact it is about (None where there is none), the fields that differ, and why it is so."""

    finding: VerifyResult
    contact: Mapping[str, Any] | None = None
    differences: tuple[Difference, ...] = ()
    reason: str = ""


def verify_row(body: Contact, digest: str, known: Known, contacts: Sequence[Contact], policy: Policy) -> VerifiedRow:
    """Return what became of a row; `contacts` are those that carry its external id, or the one it was matched with.

    `digest` is the row's now, `known.digest` that of what was sent; a field with the rule `never` is not compared.
    """
    own = next((one for one in contacts if one.get("id") == known.contact_id), None)
    contact = own or (contacts[0] if contacts else None)
    if contact is None:
        return _missing(digest, known)
    if len(contacts) > 1:
        ids = ", ".join(sorted(str(one["id"]) for one in contacts))
        return VerifiedRow(
            VerifyResult.DOUBLED, contact, (), f"{len(contacts)} contacts have its id ({ids}); keep one of them"
        )
    differences = without_ignored(compare(body, contact), policy).items
    if not differences:
        return VerifiedRow(VerifyResult.THERE, contact)
    finding, reason = _whose(digest, known, contact)
    return VerifiedRow(finding, contact, differences, reason)


def _missing(digest: str, known: Known) -> VerifiedRow:
    if known.contact_id and known.state in _SENT:
        return VerifiedRow(VerifyResult.CHANGED_SINCE, None, (), f"somebody deleted its contact {known.contact_id}")
    if known.state is State.REFUSED and known.digest == digest:
        return VerifiedRow(
            VerifyResult.NEVER_ARRIVED, None, (), f"the service refused it: {known.detail}; correct the row"
        )
    if known.state is State.CONFLICT and known.digest == digest:
        return VerifiedRow(
            VerifyResult.NEVER_ARRIVED, None, (), f"it was not sent, for a person must decide: {known.detail}"
        )
    return VerifiedRow(VerifyResult.NEVER_ARRIVED, None, (), "no contact has its id; run the import (again)")


def _whose(digest: str, known: Known, contact: Contact) -> tuple[VerifyResult, str]:
    if known.state not in _SENT:
        return VerifyResult.NOT_SENT, _UNSENT.get(known.state, "no run of this folder has sent it")
    if known.digest != digest:
        return VerifyResult.NOT_SENT, "the row was changed after it was sent; run again with --on-match update"
    if not _is_touched(known, contact):
        if known.state is State.FILLED:
            return VerifyResult.NOT_SENT, "the contact had a value already and kept it (--on-match)"
        return VerifyResult.ALTERED, "the service has kept something else than was sent"
    at = str(contact.get("updatedAt") or "")[:16].replace("T", " ")
    return (
        VerifyResult.CHANGED_SINCE,
        f"somebody changed it after the import (last change {at or 'at an unknown time'})",
    )


_UNSENT = {
    State.SKIPPED: "the contact was there already and was left alone (--on-match create-only)",
    State.KEPT: "the contact had a value already and kept it (--on-match)",
    State.CONFLICT: "the row was in conflict and not sent",
    State.REFUSED: "the service refused the change",
    State.SENDING: "the run was stopped while sending it; run again",
    State.UPDATING: "the run was stopped while changing it; run again",
}


def _is_touched(known: Known, contact: Contact) -> bool:
    """Whether somebody has changed the contact since it was last written or found equal."""
    if known.state not in _WRITTEN:
        return True
    if known.left_as:
        return contact_fingerprint(contact) != known.left_as
    # A journal of an earlier version did not keep how a contact was left.
    made, changed = (instant(str(contact.get(name))) for name in ("createdAt", "updatedAt"))
    if known.state is not State.CREATED or made is None or changed is None:
        return True
    return changed - made > _SAME_MOMENT_SECONDS

"""Is the contact of a row in the workspace as it should be, and if not, who or what changed it?

What people added does not count (`importer.plan.compare`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from importer.plan.compare import Difference, compare, instant
from importer.plan.fingerprint import contact_fingerprint
from importer.plan.resolve import without_ignored
from importer.plan.row_step import Known, State
from importer.text import to_minute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.model.contact_parts import Contact
    from importer.plan.policy import Policy

# A service may write both times of a new contact in two steps.
_SAME_MOMENT_SECONDS = 2.0
_SENT = frozenset({State.CREATED, State.UPDATED, State.FILLED, State.UNCHANGED})
_WAS_THERE = _SENT | {State.KEPT, State.SKIPPED, State.MISSING}
_WRITTEN = frozenset({State.CREATED, State.UPDATED, State.FILLED})


class VerifyResult(StrEnum):
    """What became of a row: its contact is there as it should be, or one of the ways in which it is not."""

    THERE = "there"
    NEVER_ARRIVED = "never-arrived"
    CHANGED_SINCE = "changed-since"
    ALTERED = "altered-by-service"
    NOT_SENT = "not-sent"
    DOUBLED = "doubled"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class VerifiedRow:
    """The result for a row: its contact (None where there is none), the fields that differ, and the reason."""

    finding: VerifyResult
    contact: Mapping[str, Any] | None = None
    differences: tuple[Difference, ...] = ()
    reason: str = ""


_UNSENT = {
    State.SKIPPED: "the contact existed already and was left alone (--on-match create-only)",
    State.KEPT: "the contact had a value already and kept it (--on-match)",
    State.CONFLICT: "the row was in conflict and not sent",
    State.REFUSED: "the service refused it, or its id belongs to another contact",
    State.SENDING: "the run was stopped while sending it; run again",
    State.UPDATING: "the run was stopped while changing it; run again",
}


def verify_row(body: Contact, digest: str, entry: Known, contacts: Sequence[Contact], policy: Policy) -> VerifiedRow:
    """Return what became of a row; `contacts` are those that carry its external id, or the one it was matched with.

    `digest` is the row's now, `entry.digest` that of what was sent; a field with the rule `never` is not compared.
    """
    if not contacts:
        result, reason = VerifyResult.NEVER_ARRIVED, "no contact has its id; run the import (again)"
        if entry.state is State.LEFT_OUT:
            result, reason = VerifyResult.LEFT_OUT, f"its contact {entry.contact_id} was deleted, as a run has reported"
        elif entry.contact_id and entry.state in _WAS_THERE:
            # Which of the two it was is not known: the answer to a create may have been wrong.
            reason = f"its contact {entry.contact_id} is not there: it was deleted, or the service never kept it"
            result = VerifyResult.CHANGED_SINCE
        # What the journal says of a row holds only while the row is as it was then.
        elif entry.state is State.REFUSED and entry.digest == digest:
            reason = f"it was not imported ({entry.detail}); correct the row"
        elif entry.state is State.CONFLICT and entry.digest == digest:
            reason = f"it was not sent because a person must decide: {entry.detail}"
        return VerifiedRow(result, None, (), reason)
    # With twins, the one that the journal knows is compared, whatever the order in which the service lists them.
    contact = next((candidate for candidate in contacts if candidate.get("id") == entry.contact_id), contacts[0])
    if len(contacts) > 1:
        ids = ", ".join(sorted(str(candidate["id"]) for candidate in contacts))
        reason = f"{len(contacts)} contacts have its id ({ids}); keep one of them"
        return VerifiedRow(VerifyResult.DOUBLED, contact, (), reason)
    differences = without_ignored(compare(body, contact), policy).items
    if not differences:
        return VerifiedRow(VerifyResult.THERE, contact)
    result, reason = _different(digest, entry, contact)
    return VerifiedRow(result, contact, differences, reason)


def _different(digest: str, entry: Known, contact: Contact) -> tuple[VerifyResult, str]:
    """Why a row and its contact differ."""
    if entry.state not in _SENT:
        return VerifyResult.NOT_SENT, _UNSENT.get(entry.state, "no run of this folder has sent it")
    if entry.digest != digest:
        return VerifyResult.NOT_SENT, "the row was changed after it was sent; run again with --on-match update"
    # What the service did with it and what a person did are told apart by how the run left the contact.
    if not _is_touched(entry, contact):
        if entry.state is State.FILLED:
            return VerifyResult.NOT_SENT, _UNSENT[State.KEPT]
        return VerifyResult.ALTERED, "the service has stored something else than was sent"
    changed_at = to_minute(str(contact.get("updatedAt") or "")) or "at an unknown time"
    return VerifyResult.CHANGED_SINCE, f"someone changed it after the import (last change {changed_at})"


def _is_touched(entry: Known, contact: Contact) -> bool:
    """Whether a person has changed the contact since it was last written or found equal."""
    if entry.state not in _WRITTEN:
        return True
    if entry.left_as:
        return contact_fingerprint(contact) != entry.left_as
    # A journal of an earlier version did not store how a contact was left, so times must do.
    created, changed = (instant(str(contact.get(name))) for name in ("createdAt", "updatedAt"))
    if entry.state is not State.CREATED or created is None or changed is None:
        return True
    return changed - created > _SAME_MOMENT_SECONDS

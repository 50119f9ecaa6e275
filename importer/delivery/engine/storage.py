"""Compares what the service stored with what was sent; a service that loses values gets no second change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.errors import WITHOUT_CHANGES, ValuesLost
from importer.model import Accepted, Problem, Severity
from importer.plan import contact_fingerprint, is_whole, person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.engine.state import DeliveryState
    from importer.model.contact_parts import ContactDict
    from importer.plan import StorageDifference


async def stored_contact(
    state: DeliveryState, contact: ContactDict, contact_id: str, *, is_read: bool = False
) -> ContactDict:
    """Return the contact as it is stored: as the answer to a write shows it, or read if that leaves parts out.

    `is_read`: it is read in any case.
    """
    if not is_read and is_whole(contact) and contact.get("id") == contact_id:
        return contact
    answer = await state.api.get(contact_id)
    return answer.contact if isinstance(answer, Accepted) else contact


def storage_findings(
    task: RowTask, contact_id: str, differences: Sequence[StorageDifference], answered_id: str
) -> tuple[Problem, ...]:
    """Return a finding for each field that is stored otherwise, and one if the service answered with another id."""
    row, findings = task.queued.row, []
    step = "Open the contact in the app and correct it there."
    if answered_id != contact_id:
        message = (
            f"Row {row}: the service answered the change of contact {contact_id} with another contact, {answered_id}. "
            "Look at both in the app, and correct there what should not have changed."
        )
        findings.append(Problem(row, None, answered_id, "stored-otherwise", Severity.WARNING, message))
    for difference in differences:
        message = f"Row {row}, contact {contact_id}: {difference}. {step}"
        value = "" if difference.sent is None else str(difference.sent)
        findings.append(Problem(row, None, value, "stored-otherwise", Severity.WARNING, message))
    return tuple(findings)


def is_as_before(before: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """Return whether nothing of a change arrived."""
    return contact_fingerprint(stored) == contact_fingerprint(before)


def check_first_change(
    state: DeliveryState,
    task: RowTask,
    before: Mapping[str, Any],
    stored: Mapping[str, Any],
    differences: Sequence[StorageDifference],
    *,
    is_same: bool,
) -> bool:
    """Stop the run if its first change lost something; else other changes may leave.

    Returns whether the change was made, at least in part.
    """
    losses = [
        difference
        for difference in differences
        # A service that keeps an id may well change the rest: that is said of the row, and no reason to stop.
        if difference.is_loss
        or (is_as_before(before, stored) and not difference.is_spelling and not difference.is_of_id)
    ]
    if state.may_change or (is_same and not losses):
        state.may_change = True
        state.refuse_denied()
        return True
    fact = "; ".join(map(str, losses)) or "the service answered with another contact"
    message = (
        f"The first change of this run, to contact {before['id']} ({person(before)}, row {task.queued.row}), was not "
        f"stored as it was sent: {fact}. The run was stopped before it changed another contact."
    )
    step = (
        "Look at the contact in the app, and run again with --on-match create-only, which changes no contact. To take "
        f"this change back: {state.options.undo}"
    )
    error = ValuesLost(message, step)
    error.goes_on_with = WITHOUT_CHANGES
    state.end(error)
    return not is_as_before(before, stored)

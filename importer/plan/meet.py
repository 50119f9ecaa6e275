"""What happens when a row meets a contact that is already there under its external id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.model import Problem, Severity, Status
from importer.plan.compare import Contact, Differences, compare, fields, is_stranger, items
from importer.plan.merge import merge
from importer.plan.step import OnMatch, State

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Meeting:
    """The end of a meeting: a PATCH to send (`patch`), or the row's `status` and the contact's `state`.

    `contact_id` is "" where the contact is somebody else's; `problem` is set where a person should know.
    """

    status: Status
    state: State
    contact_id: str
    detail: str = ""
    patch: Mapping[str, Any] | None = None
    problem: Problem | None = None


def meet(row: int, body: Contact, contact: Contact, on_match: OnMatch, *, updating: bool = False) -> Meeting:
    """Return what becomes of `row`, whose contact is there already (design, "Rules where tools differ").

    `updating` says that this journal has sent a change before, so that an equal contact counts as updated.
    """
    contact_id = str(contact["id"])
    differences = compare(body, contact)
    if not differences:
        return Meeting(*((Status.UPDATED, State.UPDATED) if updating else _SAME), contact_id)
    if is_stranger(body, contact):
        return _collision(row, body, contact, on_match)
    if on_match == OnMatch.CREATE_ONLY:
        return _left_alone(row, body, contact_id, differences)
    patch = merge(body, contact, on_match)
    if patch:
        return Meeting(Status.UNFINISHED, State.UPDATING, contact_id, patch=patch)
    detail = f"nothing blank to fill; kept in the workspace: {differences}"
    if updating:
        return Meeting(Status.UPDATED, State.FILLED, contact_id, detail)
    return Meeting(Status.UNCHANGED, State.KEPT, contact_id, detail)


_SAME = (Status.UNCHANGED, State.UNCHANGED)


def _left_alone(row: int, body: Contact, contact_id: str, differences: Differences) -> Meeting:
    message = (
        f"Row {row}: contact {contact_id} is in the workspace already and differs ({differences}). "
        "It was left as it is. To bring it in line with the sheet, run again with --on-match update."
    )
    external_id = str(body.get("externalId") or "")
    problem = Problem(row, None, external_id, "contact-differs", Severity.WARNING, message)
    return Meeting(Status.SKIPPED, State.SKIPPED, contact_id, message, problem=problem)


def _collision(row: int, body: Contact, contact: Contact, on_match: OnMatch) -> Meeting:
    external_id = str(body.get("externalId") or "")
    message = (
        f"Row {row}: the id {external_id!r} belongs to another person in the workspace: {person(contact)} "
        f"(contact {contact['id']}), while the sheet has {person(body)}. Nothing was sent for the row. "
        "If two sheets count their ids alike, run again with --id-prefix NAME- so that they differ."
    )
    if on_match == OnMatch.CREATE_ONLY:
        problem = Problem(row, None, external_id, "id-taken", Severity.WARNING, message)
        return Meeting(Status.SKIPPED, State.SKIPPED, "", message, problem=problem)
    problem = Problem(row, None, external_id, "id-taken", Severity.ERROR, message)
    return Meeting(Status.CONFLICT, State.CONFLICT, "", message, problem=problem)


def person(contact: Contact) -> str:
    """Return a few words that tell a person who the contact is: name or company, and one number or address."""
    given = fields(contact)
    name = " ".join(str(given[key]) for key in ("firstName", "lastName") if given.get(key)) or given.get("company")
    reached = [item["value"] for key in ("phoneNumbers", "emails") for item in items(contact, key)]
    words = [str(part)[:60] for part in (name, *reached[:1]) if part]
    return ", ".join(words) or "a contact without a name"

"""Which contact of a workspace a row means: one, none, or a question for a person. Never a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Problem, Severity
from importer.plan.person import person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model.contact_parts import Contact

_MOST_NAMED = 4


def several(row: int, external_id: str, by: str, contacts: Sequence[Contact]) -> Problem:
    """Return the problem of a row that may mean any of several contacts; `by` is what they share with it."""
    # Some contacts by name and id are enough to find them in the app; a number of a switchboard may have hundreds.
    names = "; ".join(f"{person(contact)} (contact {contact['id']})" for contact in contacts[:_MOST_NAMED])
    more = f"; and {len(contacts) - _MOST_NAMED} more" if len(contacts) > _MOST_NAMED else ""
    message = (
        f"Row {row}: {len(contacts)} contacts of the workspace have its {by}: {names}{more}. Nothing was sent for the "
        "row. Merge or delete the others in the app, or remove what they share from the row, then run again."
    )
    return Problem(row, None, external_id, "match-several", Severity.ERROR, message)


def stranger(
    row: int, body: Contact, contact: Contact, *, by_source: bool = False, is_unproven: bool = False
) -> Problem:
    """Return the problem of a row whose id another person's contact has; `by_source`: a contact of another source.

    `is_unproven`: row and contact have nothing that could be compared, and the id only numbers the rows.
    """
    external_id = str(body.get("externalId") or "")
    sides = f"{person(contact)} (contact {contact['id']}), while the sheet has {person(body)}"
    if by_source:
        fact = f"belongs to a contact of another source, {contact.get('source') or 'none'!r}, in the workspace: {sides}"
        step = (
            "If both are the same person, give the contact the name and a phone or email of the row in the app, then "
            "run again; if not, run again with --id-prefix NAME- so that the ids differ."
        )
    elif is_unproven:
        fact = f"only numbers the rows, and a contact of the workspace has it: {sides}. Nothing shows if both are one"
        step = (
            "If they are, give the row the name, a phone or an email that the contact has, and run again; if two "
            "sheets count their ids alike, run again with --id-prefix NAME- so that they differ."
        )
    else:
        fact = f"belongs to another person in the workspace: {sides}"
        step = "If two sheets count their ids alike, run again with --id-prefix NAME- so that they differ."
    message = f"Row {row}: the id {external_id!r} {fact}. Nothing was sent for the row. {step}"
    return Problem(row, None, external_id, "id-taken", Severity.ERROR, message)


def other_name(row: int, body: Contact, contact: Contact) -> Problem:
    """Return the problem of a row whose phone or email belongs to a contact of another name."""
    external_id = str(body.get("externalId") or "")
    message = (
        f"Row {row}: the contact that has its phone or email has another name: {person(contact)} (contact "
        f"{contact['id']}), while the sheet has {person(body)}. Nothing was sent for the row. If both are the same "
        "person, correct the name in the sheet or in the app, then run again; if not, leave phone and email out of "
        "--match to import the row as another person."
    )
    return Problem(row, None, external_id, "match-name", Severity.ERROR, message)


def claimed(row: int, external_id: str, by: str, contact: Contact, holder: int) -> Problem:
    """Return the problem of a row whose contact belongs to another row of the sheet already, row `holder`."""
    message = (
        f"Row {row}: the contact that has its {by}, {person(contact)} (contact {contact['id']}), belongs to row "
        f"{holder} already. Nothing was sent for the row. If both are the same person, remove one of the rows; if not, "
        f"leave {by} out of --match to import this one."
    )
    return Problem(row, None, external_id, "match-taken", Severity.ERROR, message)

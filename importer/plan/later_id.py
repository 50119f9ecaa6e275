"""An id column that is named later: on update, existing contacts get its ids.

The external id that a contact was made with stays its key in the journal. The body of its row holds the id that the
sheet gives it now. What the workspace has is one of the two, or a former id of an id column (`Known.id_at_service`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ID_KEPT = "id-kept"


def later_id(made_with: str, body: Mapping[str, Any]) -> str:
    """Return the id that the sheet gives a contact which was made with another one, "" if there is none."""
    named = str(body.get("externalId") or "")
    return named if named != made_with else ""


def id_to_give(body: Mapping[str, Any], contact: Mapping[str, Any], own_ids: Collection[str]) -> str:
    """Return the external id that a contact is to be given, "" to leave it as it is.

    `own_ids`: those that this program gave it, the one that it was made with first; one of others is not replaced.
    """
    present = contact.get("externalId")
    if not own_ids or present not in own_ids:
        return ""
    named = later_id(next(iter(own_ids)), body)
    return named if named != present else ""


def shown_id(made_with: str, body: Mapping[str, Any], contact: Mapping[str, Any]) -> str | None:
    """Return `Known.id_at_service` of a contact as the service shows it; None where its id is not one of ours."""
    present = contact.get("externalId")
    if present == made_with:
        return ""
    return str(present) if present and present == body.get("externalId") else None


def id_of_another(row: int, named: str, contact_id: str, holder: str) -> Problem:
    """Return the problem of a row whose id another contact of the workspace has: two contacts, perhaps one person.

    `holder` is the contact id of the other contact, "" where the service does not say which one it is.
    """
    owner = f"contact {holder}" if holder else "another contact"
    step = "If both are one person, delete one of the contacts in the app; otherwise correct the id. Then run again."
    message = (
        f"Row {row}: its contact {contact_id} cannot get the id {named!r}, which {owner} in the workspace has already. "
        f"Nothing was sent for the row. {step}"
    )
    return Problem(row, None, named, "id-of-another", Severity.ERROR, message)


def id_kept(row: int, named: str, made_with: str, reason: str) -> Problem:
    """Return the warning that a contact keeps the id that it was made with."""
    message = (
        f"Row {row}: its contact keeps the id {made_with!r} in the workspace and does not get {named!r}, because "
        f"{reason}. All else of the row is sent as usual."
    )
    return Problem(row, None, named, ID_KEPT, Severity.WARNING, message)

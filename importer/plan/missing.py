"""A contact of this folder that was deleted in the workspace: the problem and the detail of its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.model import Problem, Severity
from importer.model.made_ids import DIGEST_IDS
from importer.plan.person import person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MISSING, LEFT_OUT, KEPT_TAKEN = "contact-gone", "contact-left-out", "id-kept-taken"
JOIN_UNPROVEN, MIXED_UP = "join-unproven", "contact-mixed-up"
_STEP = "To create it again, run with --on-missing create; if it was deleted on purpose, there is nothing to do"


def missing_problem(
    row: int, external_id: str, body: Mapping[str, Any] | None, contact_id: str, *, is_told: bool
) -> Problem:
    """Return the problem of a row without its contact: an error at first, a warning once that was reported."""
    name = f" ({person(body)})" if body and body.get("defaultFields") else ""
    fact = f"Row {row}: its contact {contact_id}{name} was deleted in the workspace"
    if is_told:
        message = f"{fact} earlier, so the row was left out. {_STEP}."
        return Problem(row, None, external_id, LEFT_OUT, Severity.WARNING, message)
    message = f"{fact}, so nothing was sent for the row. {_STEP}: later runs leave the row out."
    return Problem(row, None, external_id, MISSING, Severity.ERROR, message)


def missing_detail(contact_id: str) -> str:
    """Return what `id_map.csv` says of such a row."""
    return f"contact {contact_id} was deleted in the workspace"


def kept_taken(row: int, external_id: str) -> Problem:
    """Return the problem of a row whose id the service keeps for a contact that was deleted."""
    other_id = (
        "with another --source (such as --source customers-2)"
        if external_id.startswith(DIGEST_IDS)
        else "with an --id-prefix (such as --id-prefix 2-)"
    )
    message = (
        f"Row {row}: the service keeps the id {external_id!r} of a contact that was deleted (by undo, by --mirror or "
        f"in the app), so the row cannot be created under it. Run again {other_id}, which gives the row another id; or "
        "create the person in the app and run with --match external-id,phone,email."
    )
    return Problem(row, None, external_id, KEPT_TAKEN, Severity.ERROR, message)


def doubt_about(contact_id: str, folder: str) -> str:
    """Return why a contact that a folder names is not taken to be a row's, and what to do: for `join_problem`."""
    return (
        f"{folder} says that dedupe joined it into contact {contact_id}, which does not show a phone or email of the "
        "row and a name that fits. If both are one person, put the row's phone or email and name into that contact in "
        "the app; if not, or if you do not know that folder, move the folder away"
    )


def doubt_between(named: Sequence[tuple[str, str]]) -> str:
    """Return the same of several contacts that may all be the row's, each with the folder that names it."""
    contacts = " and ".join(f"contact {contact_id} ({folder})" for contact_id, folder in named)
    return (
        f"dedupe is said to have joined it into {contacts}, which may all be the row's person. Move the folder away "
        "that you do not know; or, if they are one person, delete all but one of them in the app"
    )


def join_problem(row: int, external_id: str, body: Mapping[str, Any] | None, contact_id: str, doubt: str) -> Problem:
    """Return the problem of a row whose contact is gone, and perhaps goes on as another; `doubt` as `doubt_about`."""
    name = f" ({person(body)})" if body and body.get("defaultFields") else ""
    message = (
        f"Row {row}: its contact {contact_id}{name} is gone from the workspace, and {doubt}. Then run again. Nothing "
        "was sent for the row."
    )
    return Problem(row, None, external_id, JOIN_UNPROVEN, Severity.ERROR, message)


def mixed_up_problem(row: int, external_id: str, contact_id: str, shown_id: str) -> Problem:
    """Return the problem of a row whose contact cannot be read, since the service shows another in its place."""
    message = (
        f"Row {row}: the service shows contact {shown_id} each time it is asked for contact {contact_id}. Nothing was "
        "sent for the row. Ask the service's support which of the two is the person, then run again. If you delete "
        f"{contact_id} in the app, a run with --on-missing create creates it again."
    )
    return Problem(row, None, external_id, MIXED_UP, Severity.ERROR, message)

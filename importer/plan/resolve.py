"""What happens to a row whose contact exists already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from importer.model import Problem, Severity, Status
from importer.plan.compare import Differences, compare, named
from importer.plan.merge import merge
from importer.plan.policy import OnMatch, Policy, Rule
from importer.plan.row_step import State

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from importer.model.contact_parts import Contact


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was decided: a PATCH to send (`patch`), or the row's `status` and the contact's `state`.

    `contact_id` is "" where the contact is another person's; `problem` is set where a person should know.
    """

    status: Status
    state: State
    contact_id: str
    detail: str = ""
    patch: Mapping[str, Any] | None = None
    problem: Problem | None = None


def resolve(
    row: int,
    body: Contact,
    contact: Contact,
    on_match: OnMatch | Policy,
    *,
    updating: bool = False,
    added: str = "",
    clears: Collection[str] = (),
    own_ids: Collection[str] = (),
) -> Resolution:
    """Return what becomes of `row`, whose own contact exists already (design, "Rules where tools differ").

    `updating`: this journal has sent a change before, so an equal contact counts as updated. `added`, `clears`,
    `own_ids`: as in `merge`.
    """
    policy, contact_id = Policy.of(on_match), str(contact["id"])
    differences = without_ignored(compare(body, contact), policy)
    # A row that is equal may still need a PATCH: a number that we added and the row has no more is to be removed.
    patch = merge(body, contact, policy, added=added, clears=clears, own_ids=own_ids)
    if patch:
        return Resolution(Status.UNFINISHED, State.UPDATING, contact_id, patch=patch)
    if not differences:
        if updating:
            return Resolution(Status.UPDATED, State.UPDATED, contact_id)
        return Resolution(Status.UNCHANGED, State.UNCHANGED, contact_id)
    if any(policy.rule(difference.key) is Rule.CREATE_ONLY for difference in differences.items):
        message = (
            f"Row {row}: contact {contact_id} exists already and differs ({differences}). "
            "It was left as it is. To bring it in line with the sheet, run again with --on-match update."
        )
        external_id = str(body.get("externalId") or "")
        problem = Problem(row, None, external_id, "contact-differs", Severity.WARNING, message)
        return Resolution(Status.SKIPPED, State.SKIPPED, contact_id, message, problem=problem)
    detail = f"nothing blank to fill; kept in the workspace: {differences}"
    if updating:
        return Resolution(Status.UPDATED, State.FILLED, contact_id, detail)
    return Resolution(Status.UNCHANGED, State.KEPT, contact_id, detail)


def without_ignored(differences: Differences, policy: Policy) -> Differences:
    """Return the differences in fields whose rule is not `never`, with custom fields called by their names."""
    reported = (difference for difference in differences.items if policy.rule(difference.key) is not Rule.NEVER)
    return Differences(
        tuple(replace(difference, field=named(difference.field, policy.names)) for difference in reported)
    )

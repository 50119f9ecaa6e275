"""Rows meet the contacts that a survey found, before anything is sent: equal ones cost no request at all.

What is left in the queue afterwards is only what really needs a write, each row with the contact it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import ResolvedRow, SettledRow
from importer.model import Status
from importer.plan import (
    Action,
    Policy,
    State,
    changes,
    claimed,
    contact_fingerprint,
    contact_points,
    final_status,
    resolve,
    several,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.delivery.journal import Journal, QueuedRow
    from importer.model import Problem

PAGE = 200
EXTERNAL_ID = "external-id"
# A request of an earlier process may still be landing: delivery looks for itself, after a while.
IN_DOUBT = (State.SENDING, State.UPDATING, State.DELETING)

Contact = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """What a row was found to mean: `contact` if there is one, `problem` if that is for a person to say."""

    contact: Contact | None = None
    by: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches rows in the order of `order` (`external-id phone email`)."""

    journal: Journal
    policy: Policy
    order: Sequence[str]

    def run(self) -> None:
        """Take every waiting row as far as it goes without a write."""
        self.journal.survey.settle_claims()
        after = 0
        while tasks := self.journal.tasks(after, PAGE):
            after = tasks[-1].row
            self.journal.settle_all([(task, end) for task in tasks if (end := self._meet(task)) is not None])

    def _meet(self, task: QueuedRow) -> SettledRow | None:
        if _is_in_doubt(task):
            self.journal.survey.work(ResolvedRow(task.row, Action.LOOK, "look"))
            return None
        match = self._match(task)
        if match.problem is not None:
            return SettledRow(
                Status.CONFLICT, State.CONFLICT, detail=match.problem.message, problem=match.problem, passing=True
            )
        if match.contact is None:
            self.journal.survey.work(ResolvedRow(task.row, Action.CREATE, "create"))
            return None
        return self._compare(task, match.contact)

    def _compare(self, task: QueuedRow, contact: Contact) -> SettledRow | None:
        known = task.known
        met = resolve(task.row, task.body, contact, self.policy, added=known.added, clears=task.clears)
        if met.patch is not None:
            link = "" if contact.get("externalId") == task.external_id else str(contact["id"])
            seen_as, made = contact_fingerprint(contact), changes(contact, met.patch, self.policy.names)
            self.journal.survey.work(ResolvedRow(task.row, Action.LOOK, "update", link, seen_as, made))
            return None
        status = final_status(known.state)
        if (
            met.status is Status.UNCHANGED
            and status
            and known.digest == task.digest
            and known.contact_id == contact["id"]
        ):
            # The contact is as it was left: what this journal did for it stays true.
            return SettledRow(status, known.state, known.contact_id, known.detail, passing=True)
        if met.state is State.CONFLICT and known.contact_id == contact["id"]:
            # Edited beyond recognition it is still the contact of this row; forgotten, the person would be made anew.
            return SettledRow(met.status, met.state, known.contact_id, met.detail, problem=met.problem, passing=True)
        return SettledRow(
            met.status, met.state, met.contact_id, met.detail, problem=met.problem, policy=self.policy.mark
        )

    # ----------------------------------------------------------------------------------------------- matching

    def _match(self, task: QueuedRow) -> Match:
        survey = self.journal.survey
        if task.known.contact_id and (contact := survey.contact(task.known.contact_id)):
            return Match(contact, "journal")
        numbers = contact_points(task.body)
        # An external id is taken once in a workspace, whatever the order says, so it is looked for at last.
        for by in dict.fromkeys((*self.order, EXTERNAL_ID)):
            found = survey.with_external_id(task.external_id) if by == EXTERNAL_ID else survey.with_points(numbers[by])
            if found:
                return self._only(task, by, found)
        return Match()

    def _only(self, task: QueuedRow, by: str, found: list[Contact]) -> Match:
        if len(found) > 1:
            return Match(problem=several(task.row, task.external_id, by, found))
        holder = self.journal.survey.claim(str(found[0]["id"]), task.row)
        if holder != task.row:
            return Match(problem=claimed(task.row, task.external_id, by, found[0], holder))
        return Match(found[0], by)


def _is_in_doubt(task: QueuedRow) -> bool:
    known = task.known
    return known.state in IN_DOUBT or (known.ever_unsure and final_status(known.state) is None)

"""Rows are matched with the contacts that were read before anything is sent: equal ones cost no request at all.

Afterwards only rows that really need a write are waiting, each with the contact it means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.delivery.journal import ResolvedRow, SettledRow
from importer.delivery.missing import missing_end
from importer.delivery.strangers import own_source, stranger_problem
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
    id_of_another,
    is_whole,
    resolve,
    several,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.delivery.journal import Journal, QueuedRow
    from importer.model import Problem
    from importer.model.contact_parts import ContactDict

PAGE = 200
EXTERNAL_ID = "external-id"
# A request of an earlier process may still arrive: the engine looks such a row up itself, after a while.
IN_DOUBT = (State.SENDING, State.UPDATING, State.DELETING)


@dataclass(frozen=True, slots=True)
class Match:
    """The contact that a row means, if there is one, found `by` which key; `problem` if a person must decide."""

    contact: ContactDict | None = None
    by: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches rows by the keys of `order` (`external-id phone email`), the first that finds a contact."""

    journal: Journal
    policy: Policy
    order: Sequence[str]

    def run(self) -> None:
        """Resolve every waiting row as far as it goes without a write, and note what it still needs."""
        self.journal.survey.settle_claims()
        # Mostly all rows are new, and one statement plans these.
        self.journal.survey.plan_new_rows(by_points=set(self.order) != {EXTERNAL_ID})
        after = 0
        while tasks := self.journal.tasks(after, PAGE, unplanned=True):
            after = tasks[-1].row
            ends, work = [], list[ResolvedRow]()
            for task in tasks:
                facts = task.known
                if facts.state in IN_DOUBT or (facts.ever_unsure and final_status(facts.state) is None):
                    work.append(ResolvedRow(task.row, Action.LOOK, "look"))
                    continue
                match = self._match(task)
                if match.problem is not None:
                    message = match.problem.message
                    end = SettledRow(
                        Status.CONFLICT, State.CONFLICT, detail=message, problem=match.problem, passing=True
                    )
                    ends.append((task, end))
                elif match.contact is None and facts.contact_id and not self.policy.recreates:
                    # It was asked for by its own id, too.
                    ends.append((task, missing_end(task)))
                elif match.contact is None:
                    work.append(ResolvedRow(task.row, Action.CREATE, "create"))
                else:
                    compared = self._compare(task, match.contact)
                    if isinstance(compared, ResolvedRow):
                        work.append(compared)
                    else:
                        ends.append((task, compared))
            # One transaction a page, since a commit costs about a millisecond (WAL, synchronous=FULL).
            self.journal.survey.plan_rows(work)
            self.journal.settle_all(ends)

    def _compare(self, task: QueuedRow, contact: ContactDict) -> SettledRow | ResolvedRow:
        """Return how a row ends whose contact needs no write, or what is to be done for it."""
        facts = task.known
        if not is_whole(contact):
            # The list shows it in part: the engine reads it by its id before it decides.
            link = "" if contact.get("externalId") == task.id_at_service else str(contact["id"])
            return ResolvedRow(task.row, Action.LOOK, "look", link)
        is_same_contact = facts.contact_id == contact["id"]
        if problem := stranger_problem(task, contact):
            # However much it was edited, it is still the contact of this row; forgotten, it would be created again.
            contact_id = facts.contact_id if is_same_contact else ""
            # Without a contact the row can get another id, as the message advises.
            state = State.CONFLICT if is_same_contact or facts.ever_unsure else State.REFUSED
            return SettledRow(
                Status.CONFLICT, state, contact_id, problem.message, problem=problem, passing=is_same_contact
            )
        resolution = resolve(
            task.row,
            task.body,
            contact,
            self.policy,
            added=facts.added,
            clears=task.clears,
            own_ids=(task.external_id, task.id_at_service),
        )
        if resolution.patch is not None:
            if problem := self._id_of_another(task, contact, str(resolution.patch.get("externalId") or "")):
                contact_id, message = str(contact["id"]), problem.message
                return SettledRow(Status.CONFLICT, State.CONFLICT, contact_id, message, problem=problem, passing=True)
            link = "" if contact.get("externalId") == task.id_at_service else str(contact["id"])
            seen_as = contact_fingerprint(contact)
            differences = changes(contact, resolution.patch, self.policy.names)
            return ResolvedRow(task.row, Action.LOOK, "update", link, seen_as, differences)

        status = final_status(facts.state)
        if resolution.status is Status.UNCHANGED and status and facts.digest == task.digest and is_same_contact:
            # The contact is as it was left: what this journal did for it stays true.
            return SettledRow(status, facts.state, facts.contact_id, facts.detail, passing=True)
        return replace(SettledRow.without_change(task, contact, resolution), policy=self.policy.mark)

    def _id_of_another(self, task: QueuedRow, contact: ContactDict, external_id: str) -> Problem | None:
        """Return the problem of a row whose contact is to get an id that another contact has."""
        if not external_id or external_id == contact.get("externalId"):
            return None
        namesakes = [
            contact_of_id
            for contact_of_id in self.journal.survey.with_external_id(external_id)
            if contact_of_id["id"] != contact["id"]
        ]
        return id_of_another(task.row, external_id, str(contact["id"]), str(namesakes[0]["id"])) if namesakes else None

    def _match(self, task: QueuedRow) -> Match:
        """Return the contact that a row means: as the journal knows it, else by the first key that finds one."""
        survey = self.journal.survey
        if task.known.contact_id and (contact := survey.contact(task.known.contact_id)):
            return Match(contact, "journal")
        problem: Problem | None = None
        # An external id exists once in a workspace, whatever the order says, so it is looked for in any case.
        for key in dict.fromkeys((*self.order, EXTERNAL_ID)):
            if key == EXTERNAL_ID:
                contacts = own_source(task, survey.with_external_id(task.id_at_service))
            else:
                sharing = survey.with_points(contact_points(task.body)[key])
                # A household shares a number: the contact of a fitting name is meant, and no other is renamed.
                contacts = [contact for contact in sharing if stranger_problem(task, contact) is None]
                if sharing and not contacts:
                    # Only contacts of other names have it.
                    if len(sharing) > 1:
                        problem = problem or several(task.row, task.external_id, key, sharing)
                    problem = problem or stranger_problem(task, sharing[0])
                    continue
            if len(contacts) > 1:
                return Match(problem=several(task.row, task.external_id, key, contacts))
            if contacts:
                # Two rows must not write to the same contact: the first row claims it.
                claiming_row = survey.claim(str(contacts[0]["id"]), task.row)
                if claiming_row != task.row:
                    return Match(problem=claimed(task.row, task.external_id, key, contacts[0], claiming_row))
                return Match(contacts[0], key)
        return Match(problem=problem)

"""A change that gives a contact the id of an id column: only where no other contact of the workspace has that id.

Whether the service refuses an id that is taken in a PATCH, as it does in a POST, is not known: it is looked up before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.delivery.engine.reconcile import contacts_text, not_searchable
from importer.delivery.journal import SettledRow
from importer.delivery.journal.records import RequestRecord
from importer.model import Halt, NotSent, Refused, Status
from importer.plan import State, id_of_another, shown_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.engine.state import DeliveryState


def given_id(task: RowTask) -> str:
    """Return the external id that the row's PATCH gives its contact, "" if the contact keeps the one it has."""
    named = str(task.patch.get("externalId") or "")
    return named if named != task.contact.get("externalId") else ""


async def is_free(state: DeliveryState, task: RowTask) -> bool:
    """Look up whether no other contact has the id; else the row ends or waits, and nothing is to be sent."""
    named, contact_id = given_id(task), str(task.contact["id"])
    answer = await state.api.find([named], again=task.is_repeat)
    if isinstance(answer, (NotSent, Refused, Halt)):
        state.journal.hear([task.record(RequestRecord.FIND, answer)])
    else:
        state.journal.hear([task.record(RequestRecord.FIND, contacts_text(answer.contacts[named]))])

    if isinstance(answer, Halt):
        state.halt(answer)
        return False
    if isinstance(answer, NotSent):
        state.send_again(task, answer)
        return False
    state.was_read()
    if isinstance(answer, Refused):
        not_searchable(state, task, named, answer, passing=True)
        return False
    other_ids = [str(contact["id"]) for contact in answer.contacts[named] if contact["id"] != contact_id]
    if other_ids:
        problem = id_of_another(task.queued.row, named, contact_id, other_ids[0])
        # Nothing was sent, so what the journal knows of the contact stays.
        end = SettledRow(Status.CONFLICT, State.CONFLICT, contact_id, problem.message, problem=problem, passing=True)
        state.settle(task, end)
    return not other_ids


def id_refused(state: DeliveryState, task: RowTask) -> None:
    """The service says that another contact has the id: the change was refused as a whole."""
    contact_id = str(task.contact["id"])
    problem = id_of_another(task.queued.row, given_id(task), contact_id, "")
    state.settle(task, SettledRow(Status.CONFLICT, State.REFUSED, contact_id, problem.message, problem=problem))


def with_ids(task: RowTask, end: SettledRow, stored: Mapping[str, Any]) -> SettledRow:
    """Return the end of a row whose contact was changed, with the external id that it is stored with."""
    named, external_id = given_id(task), task.queued.external_id
    # A service may accept the change and leave the id alone: it is not asked for that again.
    is_refused = bool(named and stored.get("externalId")) and stored["externalId"] != named
    id_at_service = shown_id(external_id, task.queued.body, stored)
    return replace(end, id_at_service=id_at_service, refused_id=named if is_refused else "")

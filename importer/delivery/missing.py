"""How a row ends whose contact was deleted in the workspace and is not to be created again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.delivery.journal import SettledRow
from importer.model import Status
from importer.plan import State, missing_detail, missing_problem

if TYPE_CHECKING:
    from importer.delivery.journal import QueuedRow


def missing_end(queued: QueuedRow) -> SettledRow:
    """Return the end: a conflict, or left out where a report has said so before. The journal keeps which it was."""
    facts = queued.known
    is_told = facts.state is State.LEFT_OUT
    problem = missing_problem(queued.row, queued.external_id, queued.body, facts.contact_id, is_told=is_told)
    status, state = (Status.SKIPPED, State.LEFT_OUT) if is_told else (Status.CONFLICT, State.MISSING)
    return SettledRow(status, state, facts.contact_id, missing_detail(facts.contact_id), problem=problem)

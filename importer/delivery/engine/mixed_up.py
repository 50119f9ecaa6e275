"""A contact that cannot be read: the service shows another one whenever it is asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import MOST_MIXED_UP
from importer.plan import mixed_up_problem

if TYPE_CHECKING:
    from importer.delivery.engine.row_task import RowTask
    from importer.delivery.engine.state import DeliveryState
    from importer.model import NotSent


def retry_reading(state: DeliveryState, task: RowTask, contact_id: str, answer: NotSent) -> None:
    """Let a row wait to read its contact again, or end in a conflict if another one was shown each time."""
    if not answer.shown_id:
        state.send_again(task, answer)
        return
    # The service is there: it is this contact that it does not show.
    state.was_read()
    task.attempts.mixed_up += 1
    if task.attempts.mixed_up < MOST_MIXED_UP:
        state.put(task, task.operation, state.backoff(task.attempts.mixed_up))
        return
    problem = mixed_up_problem(task.queued.row, task.queued.external_id, contact_id, answer.shown_id)
    # Nothing was sent, so what the journal knows of the contact stays.
    state.conflict(task, problem.rule, problem.message, passing=True)

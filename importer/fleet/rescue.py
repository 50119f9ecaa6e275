"""Queues again what dead workers have left and what the queue has lost; one worker at a time checks now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importer.delivery.journal.postgres.occasions import OccasionBook
    from importer.fleet.engine import Engine

KEPT_DAYS = 90


def rescue(engine: Engine, book: OccasionBook, own: str) -> list[str]:
    """Have the queue give out again what is with dead workers or with none; return those workflows.

    `own` is the id of the worker that does so: one that counts as dead itself has slept, and leaves it to the others.
    Raises JournalError.
    """
    with book.alone() as is_alone:
        living = {worker.id for worker in book.workers() if worker.is_alive}
        if not is_alone or own not in living:
            return []
        taken_up = engine.lost(living)
        engine.resume(taken_up)
        # Asked in this order: what ends in between is in neither, and what is queued in between is not among the due.
        due = book.due()
        listing = engine.listing()
        for occasion in due:
            again = book.give_out_again(occasion) if occasion.workflow not in listing else None
            if again is not None:
                engine.enqueue(again.workflow, again.lane_key)
                taken_up.append(again.workflow)
        return taken_up


def forget_old(engine: Engine, book: OccasionBook) -> None:
    """Delete what ended long ago from the book of occasions and the queue; journals stay. Raises JournalError."""
    with book.alone() as is_alone:
        if is_alone:
            book.forget(KEPT_DAYS)
            engine.forget(KEPT_DAYS)

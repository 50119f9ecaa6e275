"""Look first or send first? Decided by what the last rows of the sheet turned out to be.

A look costs one request for 20 rows; a sending that meets a taken id costs one for nothing, and then the look. Looking
first pays as soon as more than one row in 21 is in the workspace already (1/20 < share * 21/20). A journal that knows
nothing may be new or lost, so one look tells which; one that knows its contacts sends first, and both change their
mind with the rows.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from importer.delivery.engine.row_task import Operation

if TYPE_CHECKING:
    from importer.delivery.engine.row_task import DelayQueue, RowTask
    from importer.delivery.journal import Journal

BATCH = 20
WINDOW = 2 * BATCH
FEWEST_ROWS = 10  # for fewer, a look saves less than it may cost


class LookupStrategy:
    """Remembers whether the last rows were there; `unsure_at_first` looks until that is known of one batch."""

    def __init__(self, *, unsure_at_first: bool = False) -> None:
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self._unsure_at_first = unsure_at_first

    def learn(self, job: RowTask, *, there: bool) -> None:
        """Note whether the contact of a row that nothing was known of is in the workspace."""
        if job.unknown:
            job.unknown = False
            self._recent.append(there)

    @property
    def undecided(self) -> bool:
        """Whether too little is known to send a row blindly."""
        return self._unsure_at_first and len(self._recent) < BATCH

    @property
    def looks_first(self) -> bool:
        """Whether rows are looked up before they are sent."""
        if len(self._recent) < BATCH:
            return self._unsure_at_first
        return sum(self._recent) * (BATCH + 1) > len(self._recent)


def strategy_for(journal: Journal, *, scouting: bool) -> LookupStrategy:
    """Return the scout of a delivery that begins."""
    knows_nothing = not journal.probe_ids(1)
    worth_it = scouting and journal.to_send() >= FEWEST_ROWS
    return LookupStrategy(unsure_at_first=knows_nothing and worth_it)


def gather(scout: LookupStrategy, fresh: deque[RowTask], looks: DelayQueue, now: float) -> bool:
    """Move the next rows to those that are looked up before they are sent, where that pays; tell whether any is."""
    if not scout.looks_first:
        return False
    moved = 0
    while fresh and fresh[0].unknown and moved < BATCH:
        job = fresh.popleft()
        job.need = Operation.LOOK
        looks.put(job, now)
        moved += 1
    return moved > 0

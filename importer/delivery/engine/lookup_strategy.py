"""Look up first or send first? Decided by whether the last rows of the sheet were in the workspace already.

A lookup costs one request for 20 rows; a POST that meets a taken id costs one for nothing, and then the lookup. Looking
up first pays as soon as more than one row in 21 is in the workspace already (1/20 < share * 21/20). A journal that
knows nothing may be new or lost, so one lookup tells which; one that knows its contacts sends first. Both change their
mind with the rows.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from importer.delivery.engine.row_task import Operation
from importer.model import MOST_IDS

if TYPE_CHECKING:
    from importer.delivery.engine.row_task import DelayQueue, RowTask
    from importer.delivery.journal import Journal

WINDOW = 2 * MOST_IDS
FEWEST_ROWS = 10  # for fewer, a lookup saves less than it may cost


class LookupStrategy:
    """Remembers whether the last rows existed; `undecided_at_first` looks up until that is known of one batch.

    `looks_up_first`: rows are looked up before they are sent. `is_undecided`: too little is known to send a row without
    looking it up.
    """

    def __init__(self, *, undecided_at_first: bool = False) -> None:
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self.is_undecided = undecided_at_first
        self.looks_up_first = undecided_at_first

    def learn(self, task: RowTask, *, exists: bool) -> None:
        """Note whether the contact of a row that nothing was known of is in the workspace."""
        if task.is_unknown:
            task.is_unknown = False
            self._recent.append(exists)
            if len(self._recent) >= MOST_IDS:
                self.is_undecided = False
                self.looks_up_first = sum(self._recent) * (MOST_IDS + 1) > len(self._recent)

    def move_to_lookups(self, fresh: deque[RowTask], lookups: DelayQueue, now: float) -> bool:
        """Move the next rows of the sheet to the lookups, if they are to be looked up; return whether any was moved."""
        moved = 0
        while fresh and fresh[0].is_unknown and moved < MOST_IDS:
            task = fresh.popleft()
            task.operation = Operation.LOOK
            lookups.put(task, now)
            moved += 1
        return moved > 0


def strategy_for(journal: Journal, *, scouting: bool) -> LookupStrategy:
    """Return the strategy of a delivery that begins."""
    knows_nothing = not journal.probe_ids(1)
    is_worth_it = scouting and journal.to_send() >= FEWEST_ROWS
    return LookupStrategy(undecided_at_first=knows_nothing and is_worth_it)

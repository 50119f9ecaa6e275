"""What a run is about to do, in figures and first differences, for the person to see before it begins."""

from __future__ import annotations

from itertools import islice
from math import ceil
from typing import TYPE_CHECKING

from importer.model import MOST_IDS, Status
from importer.report.plan import MOST_SHOWN, PlanSummary

if TYPE_CHECKING:
    from importer.delivery.journal import Journal
    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.preflight.decision import RunDecision

_MOST_FIELDS = 4


def plan_summary(job: Job, table: SourceTable, journal: Journal, decision: RunDecision) -> PlanSummary:
    """Return what will be done; if the workspace was not surveyed, the counts of contacts are upper limits."""
    plans = journal.survey.plans() if decision.surveyed else {}
    planned = decision.planned_counts
    create = plans.get("create", 0) if decision.surveyed else planned.new
    waiting = planned.counts.get(Status.UNFINISHED, 0)
    update = plans.get("update", 0) if decision.surveyed else waiting - create
    look = plans.get("look", 0)
    linked = journal.survey.linked()
    # A lookup finds 20 contacts by their external ids, or one by its own id; each change is one more request.
    requests = create + 2 * linked + ceil((update + look - linked) / MOST_IDS) + update + look - linked
    requests += 2 * len(decision.deletes)
    counts = {str(status): number for status, number in planned.counts.items() if status is not Status.UNFINISHED}
    conflicts = journal.survey.conflicts()
    # Changes are known only where the contacts were read. A few are shown: there may be a million of them.
    changes = []
    updates = journal.survey.planned(updates=True) if update and decision.surveyed else ()
    for planned_row in islice(updates, MOST_SHOWN):
        unnamed = len(planned_row.changes) - _MOST_FIELDS
        first = "; ".join(map(str, planned_row.changes[:_MOST_FIELDS]))
        changes.append(f"row {planned_row.row}: {first}" + (f"; and {unnamed} more" if unnamed > 0 else ""))
    return PlanSummary(
        table.file + (f" [{table.sheet}]" if table.sheet else ""),
        create,
        update,
        look,
        len(decision.deletes),
        counts,
        requests,
        requests / job.settings.rate,
        changes=changes,
        conflicts=conflicts,
        at_most=not decision.surveyed and bool(update),
    )

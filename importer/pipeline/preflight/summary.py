"""What a run is about to do, in figures and in the first differences, for the person before it begins."""

from __future__ import annotations

from itertools import islice
from math import ceil
from typing import TYPE_CHECKING

from importer.model import MOST_IDS, Status
from importer.report.plan import MOST_SHOWN, PlanSummary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal import Journal
    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.preflight.decision import RunDecision

_MOST_FIELDS = 4


def plan_summary(job: Job, table: SourceTable, journal: Journal, decision: RunDecision) -> PlanSummary:
    """Return what is to be done; without a survey the numbers of contacts are at most so."""
    plans = journal.survey.plans() if decision.surveyed else {}
    prospect = decision.prospect
    create = plans.get("create", 0) if decision.surveyed else prospect.new
    waiting = prospect.counts.get(Status.UNFINISHED, 0)
    update = plans.get("update", 0) if decision.surveyed else waiting - create
    look = plans.get("look", 0)
    linked = journal.survey.linked()
    # A look finds 20 by their external ids, or one by its own id; then each change is one request.
    requests = create + 2 * linked + ceil((update + look - linked) / MOST_IDS) + update + look - linked
    requests += 2 * len(decision.deletes)
    where = table.file + (f" [{table.sheet}]" if table.sheet else "")
    counts = {str(one): number for one, number in prospect.counts.items() if one is not Status.UNFINISHED}
    return PlanSummary(
        where,
        create,
        update,
        look,
        len(decision.deletes),
        counts,
        requests,
        requests / job.settings.rate,
        changes=list(islice(_changes(journal), MOST_SHOWN)) if update and decision.surveyed else (),
        conflicts=list(_conflicts(journal)) if counts.get("conflict") else (),
        at_most=not decision.surveyed and bool(update),
    )


def _changes(journal: Journal) -> Iterator[str]:
    for planned in journal.survey.planned():
        if planned.plan == "update":
            named = "; ".join(map(str, planned.changes[:_MOST_FIELDS]))
            more = f"; and {len(planned.changes) - _MOST_FIELDS} more" if len(planned.changes) > _MOST_FIELDS else ""
            yield f"row {planned.outcome.row}: {named}{more}"


def _conflicts(journal: Journal) -> Iterator[str]:
    for planned in journal.survey.planned():
        if planned.outcome.status is Status.CONFLICT:
            yield planned.outcome.detail

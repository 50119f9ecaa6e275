"""What a mapping makes of the first rows: the contacts as they would be sent, and which cells fit their fields."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import Journal
from importer.delivery.journal_place import SANDBOX_ADDRESS
from importer.mapping.contacts.draft import drafts
from importer.model import Severity, SourceChunk
from importer.pipeline.job import Hooks
from importer.pipeline.reading.draft_options import draft_options
from importer.pipeline.reading.sheet import fit
from importer.pipeline.reading.staging import judge_rows
from importer.pipeline.telemetry.statistics import RunStatistics

if TYPE_CHECKING:
    from importer.pipeline.map import Proposal

MOST_ROWS = 1_000
MOST_CONTACTS = 60
# What was repaired is sent, so the cell fits.
_REPAIRED = "repaired-"


@dataclass(frozen=True, slots=True)
class ColumnFit:
    """How many cells of a column are filled, and how many of those can be sent, repaired perhaps."""

    filled: int
    fitting: int


@dataclass(frozen=True, slots=True)
class ContactPreview:
    """The first `rows` rows under a mapping. `contacts` are pairs of row and request body."""

    rows: int
    columns: tuple[ColumnFit, ...]
    contacts: tuple[tuple[int, dict[str, Any]], ...]


def contact_preview(proposal: Proposal) -> ContactPreview:
    """Return what the mapping of a proposal makes of the first rows.

    Raises MappingError if no column is mapped, SchemaError, SettingsError.
    """
    job = replace(proposal.job, hooks=Hooks())
    sheet = fit(job, proposal.table, proposal.custom_fields, proposal.options, proposal.columns, accepting=False)
    first = next(iter(sheet.table.chunks()), None)
    if first is None or not first.rows:
        return ContactPreview(0, tuple(ColumnFit(0, 0) for _ in proposal.table.headers), ())
    rows = first.rows[:MOST_ROWS]
    of_rows = {problem for problem in first.problems if problem.row in rows}
    texts = [column[:MOST_ROWS] for column in first.columns]
    chunk = SourceChunk(rows, texts, first.originals[:MOST_ROWS], tuple(of_rows))
    with Journal.open(None, SANDBOX_ADDRESS, "") as journal:
        _, problems = judge_rows(job, sheet, chunk, journal, RunStatistics())
    misfits = {
        (problem.position, problem.row)
        for problem in problems
        if problem.severity is not Severity.INFORMATION and not problem.rule.startswith(_REPAIRED)
    }
    columns = []
    for position, column in enumerate(texts):
        filled = [row for row, text in zip(rows, column, strict=True) if text.strip()]
        columns.append(ColumnFit(len(filled), sum((position, row) not in misfits for row in filled)))

    rejected = {problem.row for problem in problems if problem.severity is Severity.ERROR}
    normalised = sheet.clean(sheet.values.apply(chunk))
    contacts = []
    for draft, _ in drafts(normalised, draft_options(job, sheet)):
        if draft.external_id and draft.row not in rejected:
            contacts.append((draft.row, draft.body))
        if len(contacts) == MOST_CONTACTS:
            break
    return ContactPreview(len(rows), tuple(columns), tuple(contacts))

"""The journal: every request before it is sent, its result, and the state of the sheet, in one SQLite file."""

from importer.delivery.journal.journal import Journal
from importer.delivery.journal.read_only import history, stored_reading
from importer.delivery.journal.records import (
    BeforeImage,
    PlanLine,
    QueuedRow,
    ResolvedRow,
    RunRecord,
    SettledRow,
    UnsureRow,
)
from importer.delivery.journal.unchanged import ReadRow
from importer.plan import Known, RowStep

__all__ = [
    "BeforeImage",
    "Journal",
    "Known",
    "PlanLine",
    "QueuedRow",
    "ReadRow",
    "ResolvedRow",
    "RowStep",
    "RunRecord",
    "SettledRow",
    "UnsureRow",
    "history",
    "stored_reading",
]

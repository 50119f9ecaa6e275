"""Import a sheet of contacts into an OpenPhone (Quo) workspace: the engine of `openphone-import`, as a library.

    from importer import Hooks, Job, Settings, check, run, undo, verify

    job = Job("contacts.csv", Settings(region="US"), key=SecretStr(...))
    report = run(job)

`read` opens a sheet, `questions` are what a person has to decide about it (`answered` takes an answer), `check` judges
it, `plan` shows what a run would do, `run` imports it or continues an import, `verify` reads the contacts back, `undo`
reverses a run; `runs`, `story` and `bug_report` look back. Those that wait for the service have a coroutine beside them
(`run_async`). All write the files of the output folder, report to `Hooks`, and raise ImporterError if they cannot do
their work.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

# Not from `typing`, which takes as long to load as Python itself: signals are not listened to until then.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from importer.errors import (
        AccessRefused,
        AddressWrong,
        CannotStart,
        ContactMixedUp,
        Declined,
        DiskFailed,
        FolderBusy,
        GuardStop,
        ImporterError,
        Interrupted,
        JournalError,
        KeyMissing,
        MappingError,
        NothingMapped,
        OutputError,
        ReadingUnclear,
        SchemaError,
        ServiceUnreachable,
        SettingsError,
        SheetEmpty,
        SourceError,
        Stopped,
        StrictStop,
        TakenOver,
        ValuesLost,
    )
    from importer.library import (
        answered,
        bug_report,
        check,
        plan,
        plan_async,
        questions,
        questions_async,
        read,
        row_counts,
        run,
        run_async,
        runs,
        story,
        undo,
        undo_async,
        verify,
        verify_async,
    )
    from importer.model import (
        Choice,
        ColumnMapping,
        CustomField,
        Event,
        Problem,
        Question,
        QuestionKind,
        Severity,
        Status,
    )
    from importer.pipeline.history.bug_report import Bundle
    from importer.pipeline.job import Hooks, Job, Places, Report
    from importer.pipeline.plan import PlanReport
    from importer.pipeline.undo import UndoReport
    from importer.pipeline.verify import VerifyReport
    from importer.report.findings import Finding
    from importer.report.history import Past
    from importer.report.row_trace import Story
    from importer.report.summary import Summary
    from importer.settings.model import Settings

__all__ = [
    "AccessRefused",
    "AddressWrong",
    "Bundle",
    "CannotStart",
    "Choice",
    "ColumnMapping",
    "ContactMixedUp",
    "CustomField",
    "Declined",
    "DiskFailed",
    "Event",
    "Finding",
    "FolderBusy",
    "GuardStop",
    "Hooks",
    "ImporterError",
    "Interrupted",
    "Job",
    "JournalError",
    "KeyMissing",
    "MappingError",
    "NothingMapped",
    "OutputError",
    "Past",
    "Places",
    "PlanReport",
    "Problem",
    "Question",
    "QuestionKind",
    "ReadingUnclear",
    "Report",
    "SchemaError",
    "ServiceUnreachable",
    "Settings",
    "SettingsError",
    "Severity",
    "SheetEmpty",
    "SourceError",
    "Status",
    "Stopped",
    "Story",
    "StrictStop",
    "Summary",
    "TakenOver",
    "UndoReport",
    "ValuesLost",
    "VerifyReport",
    "answered",
    "bug_report",
    "check",
    "plan",
    "plan_async",
    "questions",
    "questions_async",
    "read",
    "row_counts",
    "run",
    "run_async",
    "runs",
    "story",
    "undo",
    "undo_async",
    "verify",
    "verify_async",
]

_HOMES = {
    "importer.errors": (
        "AccessRefused AddressWrong CannotStart ContactMixedUp Declined DiskFailed FolderBusy GuardStop ImporterError "
        "Interrupted JournalError KeyMissing MappingError NothingMapped OutputError ReadingUnclear SchemaError "
        "ServiceUnreachable SettingsError SheetEmpty SourceError Stopped StrictStop TakenOver ValuesLost"
    ),
    "importer.model": "Choice ColumnMapping CustomField Event Problem Question QuestionKind Severity Status",
    "importer.pipeline.history.bug_report": "Bundle",
    "importer.pipeline.job": "Hooks Job Places Report",
    "importer.library": (
        "answered bug_report check plan plan_async questions questions_async read row_counts run run_async runs story "
        "undo undo_async verify verify_async"
    ),
    "importer.pipeline.plan": "PlanReport",
    "importer.pipeline.undo": "UndoReport",
    "importer.pipeline.verify": "VerifyReport",
    "importer.report.findings": "Finding",
    "importer.report.history": "Past",
    "importer.report.row_trace": "Story",
    "importer.report.summary": "Summary",
    "importer.settings.model": "Settings",
}


def __getattr__(name: str) -> object:
    """Import a name when it is first used, so that `import importer` costs nothing (PEP 562)."""
    for home, names in _HOMES.items():
        if name in names.split():
            value: object = getattr(import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Package(ModuleType):
    """This package, in which `plan` and `questions` stay functions even after the rooms of that name are imported."""

    @property
    def plan(self) -> object:
        return __getattr__("plan")

    @plan.setter
    def plan(self, subpackage: ModuleType) -> None:
        """Ignore that Python binds the subpackage here; `from importer.plan import ...` does not need it."""

    @property
    def questions(self) -> object:
        return __getattr__("questions")

    @questions.setter
    def questions(self, subpackage: ModuleType) -> None:
        """Ignore the subpackage, as above."""


sys.modules[__name__].__class__ = _Package

"""Bring a sheet of contacts into an OpenPhone (Quo) workspace: the engine of `openphone-import`, as a library.

    from importer import Hooks, Job, Settings, check, run

    report = check(Job("contacts.csv", Settings(region="US")))
    report = asyncio.run(run(Job("contacts.csv", Settings(region="US"), key=SecretStr(...))))

`check` reads and judges a sheet; the coroutine `run` imports it, or goes on with it, and returns a Report. Both write
the files of the output folder, speak through `Hooks`, and raise ImporterError where they cannot do their work.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importer.errors import (
        AccessRefused,
        AddressWrong,
        CannotStart,
        Declined,
        DiskFailed,
        GuardStop,
        ImporterError,
        Interrupted,
        JournalError,
        KeyMissing,
        MappingError,
        OutputError,
        SchemaError,
        ServiceUnreachable,
        SettingsError,
        SourceError,
        Stopped,
        StrictStop,
    )
    from importer.model import (
        ColumnMapping,
        CustomField,
        Event,
        Problem,
        Severity,
        Status,
    )
    from importer.pipeline.check import check
    from importer.pipeline.job import Hooks, Job, Places, Report
    from importer.pipeline.run import run
    from importer.report.notes import Finding
    from importer.report.summary import Summary
    from importer.settings import Settings

__all__ = [
    "AccessRefused",
    "AddressWrong",
    "CannotStart",
    "ColumnMapping",
    "CustomField",
    "Declined",
    "DiskFailed",
    "Event",
    "Finding",
    "GuardStop",
    "Hooks",
    "ImporterError",
    "Interrupted",
    "Job",
    "JournalError",
    "KeyMissing",
    "MappingError",
    "OutputError",
    "Places",
    "Problem",
    "Report",
    "SchemaError",
    "ServiceUnreachable",
    "Settings",
    "SettingsError",
    "Severity",
    "SourceError",
    "Status",
    "Stopped",
    "StrictStop",
    "Summary",
    "check",
    "run",
]

_HOMES = {
    "importer.errors": (
        "AccessRefused AddressWrong CannotStart Declined DiskFailed GuardStop ImporterError Interrupted JournalError "
        "KeyMissing MappingError OutputError SchemaError ServiceUnreachable SettingsError SourceError Stopped "
        "StrictStop"
    ),
    "importer.model": "ColumnMapping CustomField Event Problem Severity Status",
    "importer.pipeline.check": "check",
    "importer.pipeline.job": "Hooks Job Places Report",
    "importer.pipeline.run": "run",
    "importer.report.notes": "Finding",
    "importer.report.summary": "Summary",
    "importer.settings": "Settings",
}


def __getattr__(name: str) -> object:
    """Import a name when it is first asked for, so that `import importer` costs nothing (PEP 562)."""
    for home, names in _HOMES.items():
        if name in names.split():
            value: object = getattr(import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

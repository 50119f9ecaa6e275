"""The record of a run as the journal keeps it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import RunRecord
from importer.pipeline.outputs.folder import identity
from importer.pipeline.reading.sheet import describe
from importer.settings.command_line import repeated
from importer.version import program_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.report.findings import Finding
    from importer.report.summary import Summary


def new_id(now: datetime) -> str:
    """An id of a run: it sorts by time and can be part of a file name."""
    return f"{now:%Y%m%d-%H%M%S}-{os.urandom(2).hex()}"


def new_run(command: str, job: Job, table: SourceTable) -> RunRecord:
    """A run that starts now; settings are without the key."""
    now = datetime.now(UTC)
    line, given = job.planned_by or (job.command_line, job.file)
    facts = {
        "program": program_version(),
        "line": repeated(job.command_line),
        "rejects_line": repeated(line),
        "given": given,
    }
    return RunRecord(
        run_id=new_id(now),
        command=command,
        file=identity(job.file),
        sheet=table.sheet,
        started_at=now.isoformat(timespec="seconds"),
        settings=job.settings.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        facts={**facts, "digest": digest_of(job.file)} if command == "run" else facts,
    )


def with_sheet(record: RunRecord, sheet: PreparedSheet) -> RunRecord:
    """The record with how the sheet is read, by which a row can be read once more later."""
    fields = [asdict(one) for one in sheet.custom_fields]
    return replace(record, facts={**record.facts, "mapping": describe(sheet.mapping), "fields": fields})


def end_facts(summary: Summary, findings: Iterable[Finding]) -> dict[str, Any]:
    """What a run has become known for, beside its counts."""
    return {
        "requests": summary.requests,
        "retries": summary.retries,
        "rate_limited": summary.rate_limited,
        "seconds": summary.seconds,
        "warnings": summary.warnings,
        "rules": [[one.severity.value, one.rule, one.count] for one in findings],
    }


def digest_of(file: str) -> str:
    """What tells a file from what it was before; "" for one that does not lie on this computer."""
    try:
        with Path(file).open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except (OSError, ValueError):
        return ""

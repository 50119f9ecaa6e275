"""The record of a run as the journal keeps it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from importer.delivery.journal import RunRecord
from importer.pipeline.outputs import identity

if TYPE_CHECKING:
    from importer.model import SourceTable
    from importer.pipeline.job import Job


def new_run(command: str, job: Job, table: SourceTable) -> RunRecord:
    """A run that starts now. Its id sorts by time and can be part of a file name; settings are without the key."""
    now = datetime.now(UTC)
    return RunRecord(
        run_id=f"{now:%Y%m%d-%H%M%S}-{os.urandom(2).hex()}",
        command=command,
        file=identity(job.file),
        sheet=table.sheet,
        started_at=now.isoformat(timespec="seconds"),
        settings=job.settings.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    )

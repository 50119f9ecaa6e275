"""`fields`: what the workspace calls its custom fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.pipeline.workspace.connection import connect, fields_of

if TYPE_CHECKING:
    from importer.model import CustomField
    from importer.pipeline.job import Job


async def list_fields(job: Job) -> tuple[CustomField, ...]:
    """Ask the workspace for its custom fields and keep the answer for `check`."""
    async with connect(job) as service:
        return await fields_of(job, service)

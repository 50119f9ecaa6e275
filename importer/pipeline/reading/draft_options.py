"""What drafting the contacts of a sheet needs to know of its job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.contacts.draft import DraftOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet


def draft_options(
    job: Job, sheet: PreparedSheet, users: Mapping[str, str] | None = None, created_by: str = ""
) -> DraftOptions:
    """Return what drafting a contact needs to know; `users` are user ids by email, `created_by` is such an id."""
    settings = job.settings
    return DraftOptions(
        source=settings.source,
        id_prefix=settings.id_prefix,
        region=settings.region,
        custom_fields=sheet.custom_fields,
        users=users or {},
        default_created_by=created_by,
        mapping=sheet.mapping,
        bad_cells=settings.bad_cells,
    )

"""The options of multi-select fields, which the API does not list: learned from the contacts that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.api.contacts import pages
from importer.model import FieldType
from importer.model.contact_parts import custom_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import CustomField
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

MOST = 1000
"""Options kept of one field; a field with more is used as free text."""

Options = dict[str, tuple[str, ...]]


async def options_of(job: Job, connection: Connection, custom_fields: Sequence[CustomField]) -> Options:
    """Return the options by key of field: learned with `--learn-options`, else those in the saved mapping.

    To learn them, every contact of the workspace is read, 50 a request. Raises Stopped.
    """
    if not job.settings.learn_options:
        return locked_options(job)
    # Dicts without values: sets that keep the order in which options were met, so that the saved file is steady.
    learned: dict[str, dict[str, None]] = {
        field.key: {} for field in custom_fields if field.type is FieldType.MULTI_SELECT
    }
    contacts = 0
    if not learned:
        return {}
    async for page, *_ in pages(connection.api, connection.retry):
        contacts += len(page)
        for item in (item for contact in page for item in custom_values(contact)):
            known_options, value = learned.get(str(item.get("key"))), item.get("value")
            if known_options is not None and len(known_options) < MOST and isinstance(value, list):
                known_options |= dict.fromkeys(option for option in value if isinstance(option, str))
        job.hooks.stop_before_sending()
    count = sum(map(len, learned.values()))
    job.hooks.note(f"Learned from {contacts:,} contacts: {count:,} options of {len(learned)} multi-select fields.")
    return {key: tuple(options) for key, options in learned.items() if options}


def locked_options(job: Job) -> Options:
    """Return the options in the saved mapping."""
    lock = job.settings.lock
    return {key: field.options for key, field in lock.custom.items() if field.options} if lock else {}

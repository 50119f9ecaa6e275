"""The options of multi-select fields, which the API does not list: learned from the contacts that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.api.contacts import pages
from importer.errors import Interrupted
from importer.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.model import CustomField
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

MOST = 1000
"""Options kept of one field; one with more is used as a free text."""

Options = dict[str, tuple[str, ...]]


async def options_of(job: Job, service: Connection, custom_fields: Sequence[CustomField]) -> Options:
    """The options by key of field: learned with `--learn-options`, else those in the lock of the saved mapping.

    Learning reads every contact of the workspace, 50 a request. Raises what stops a run.
    """
    if not job.settings.learn_options:
        return locked_options(job)
    found: dict[str, dict[str, None]] = {one.key: {} for one in custom_fields if one.type is FieldType.MULTI_SELECT}
    contacts = 0
    if not found:
        return {}
    async for page, _ in pages(service.api, service.retry):
        contacts += len(page)
        for contact in page:
            _note(found, contact)
        if job.hooks.stop.is_set():
            raise Interrupted.before_sending()
    count = sum(map(len, found.values()))
    job.hooks.note(f"Learned from {contacts:,} contacts: {count:,} options of {len(found)} multi-select fields.")
    return {key: tuple(options) for key, options in found.items() if options}


def locked_options(job: Job) -> Options:
    """The options that the saved mapping recorded."""
    lock = job.settings.lock
    return {key: one.options for key, one in lock.custom.items() if one.options} if lock else {}


def _note(found: Mapping[str, dict[str, None]], contact: Mapping[str, Any]) -> None:
    for item in contact.get("customFields") or ():
        options = found.get(str(item.get("key")))
        if options is not None and len(options) < MOST:
            options |= dict.fromkeys(_texts(item.get("value")))


def _texts(value: object) -> Iterable[str]:
    return (one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

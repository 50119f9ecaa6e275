"""The custom fields of a workspace: asked for, kept for `check`, or given with `--fields`."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from importer.api.workspace import custom_fields, read_custom_fields
from importer.disk import file_text, given_text, replacing_text
from importer.errors import DiskFailed, SettingsError
from importer.model import CustomField, Event
from importer.pipeline.workspace.connection import connect
from importer.text import read_json

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection


async def list_fields(job: Job) -> tuple[CustomField, ...]:
    """Ask the workspace for its custom fields and keep the answer for `check`."""
    async with connect(job) as connection:
        return await fields_of(job, connection)


async def fields_of(job: Job, connection: Connection) -> tuple[CustomField, ...]:
    """Return the custom fields of `--fields`, else the workspace's own, which are kept for `check`.

    Raises SettingsError for a file that cannot be used, and what stops a run.
    """
    if job.settings.fields is not None:
        return _read_fields_file(job.settings.fields)
    answered = await custom_fields(connection.api, connection.retry)
    if answered is None:
        job.hooks.warn("The service does not say which custom fields there are, so columns for them are not sent.")
        return ()
    if job.settings.sandbox:
        return answered
    document = {
        "address": connection.address,
        "asked": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": [{"name": field.name, "key": field.key, "type": field.shown_type} for field in answered],
    }
    try:
        job.places.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        with replacing_text(job.places.cache / _file_name(connection.address, connection.key)) as stream:
            json.dump(document, stream, ensure_ascii=False, indent=1)
    except (OSError, DiskFailed):
        # The cache only helps `check`: a read-only home must not stop an import.
        job.hooks.notify(Event("cache-unwritable"))
    return answered


def known_fields(job: Job) -> tuple[CustomField, ...]:
    """Return the custom fields without a request: of `--fields`, of the sandbox, else as they were last answered.

    Without a key, the newest answer kept for the address is used, and the person is told so. Raises SettingsError.
    """
    settings = job.settings
    if settings.fields is not None:
        return _read_fields_file(settings.fields)
    if settings.sandbox:
        from importer.sandbox.seed import FIELDS

        return read_custom_fields({"data": list(FIELDS)})
    # An answer of today is better than the saved mapping, which may be months old. Without the key the workspace is not
    # known, so the latest answer of any workspace at this address is taken.
    pattern = f"fields-{_address_mark(settings.base_url)}-*.json"
    if job.key is not None:
        pattern = _file_name(settings.base_url, job.key)
    newest = max(job.places.cache.glob(pattern), key=lambda file: file.stat().st_mtime, default=None)
    document = None if newest is None else _kept_answer(newest)
    if document is None and settings.lock is not None and settings.lock.custom:
        job.hooks.note("Using the custom fields as they were when the mapping was saved.")
        return settings.lock.fields
    if document is None:
        job.hooks.warn(
            "The custom fields of the workspace are not known yet, so columns for them stay unmapped. "
            "Give --fields FILE, or run openphone-import fields once with the key."
        )
        return ()
    if job.key is None:
        job.hooks.note(f"Using the custom fields that {document.get('address')} answered on {document.get('asked')}.")
    return read_custom_fields(document)


def kept_fields(job: Job, connection: Connection) -> tuple[CustomField, ...] | None:
    """Return the custom fields as this workspace last answered them with this key; None if no answer was kept."""
    if job.settings.sandbox:
        return known_fields(job)
    file = job.places.cache / _file_name(connection.address, connection.key)
    document = _kept_answer(file)
    return None if document is None else read_custom_fields(document)


def _kept_answer(file: Path) -> dict[str, Any] | None:
    """What was kept for `check`; None if nothing was, or it is damaged: it can be asked for again."""
    try:
        document = read_json(file_text(file))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def _read_fields_file(file: Path) -> tuple[CustomField, ...]:
    step = 'Give the answer of GET /v1/contact-custom-fields, {"data": [{"name": ..., "key": ..., "type": ...}]}.'
    try:
        document = read_json(given_text(file, "utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"--fields: {file} cannot be read ({error.strerror}).", step) from None
    except ValueError:
        raise SettingsError(f"--fields: {file} is not JSON.", step) from None
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise SettingsError(f'--fields: {file} has no list "data".', step)
    usable = read_custom_fields(document)
    if len(usable) != len(document["data"]):
        raise SettingsError(f"--fields: {file} holds {len(document['data']) - len(usable)} unusable entries.", step)
    return usable


def _file_name(address: str, key: SecretStr) -> str:
    """A file name that tells workspaces apart and does not reveal the key (scrypt, so that it cannot be guessed)."""
    digest = hashlib.scrypt(key.get_secret_value().encode(), salt=address.encode(), n=2**12, r=8, p=1, dklen=8)
    return f"fields-{_address_mark(address)}-{digest.hex()}.json"


def _address_mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:8]

"""The service a job talks to: the real API or the sandbox, with the pace and the custom fields that go with it."""

from __future__ import annotations

import hashlib
import json
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from importer.api.workspace import custom_fields, read_custom_fields
from importer.delivery.rate_limit.limiter import RateLimiter, pace_file
from importer.disk import replacing_text
from importer.errors import DiskFailed, SettingsError
from importer.model import CustomField, Event
from importer.retry import Retry, RetryPolicy
from importer.settings.api_key import SANDBOX_KEY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from importer.api.client import Api
    from importer.pipeline.job import Job

SANDBOX_ADDRESS = "sandbox"


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection. `address` is what a journal is bound to: the base URL, or `sandbox`; `retry` asks again."""

    api: Api
    address: str
    key: SecretStr
    retry: Retry


@asynccontextmanager
async def connect(job: Job) -> AsyncIterator[Connection]:
    """Open the API of the job, starting the sandbox first where that is asked for."""
    # Not above: `check` talks to nobody, and the libraries of the network are slow to load.
    from importer.api.client import Api

    settings = job.settings
    async with AsyncExitStack() as stack:
        if settings.sandbox:
            from importer.sandbox import Sandbox

            store = job.out / "sandbox.sqlite" if job.out.is_dir() else None
            sandbox = Sandbox.start(store, key=SANDBOX_KEY, rate=settings.rate)
            stack.callback(sandbox.stop)
            base_url, key, file = sandbox.url, SecretStr(SANDBOX_KEY), None
        else:
            base_url, key = settings.base_url, job.key or SecretStr("")
            file = pace_file(job.places.state, base_url, key.get_secret_value())
        pace = RateLimiter(settings.rate, file, notify=job.hooks.notify)
        api = await stack.enter_async_context(Api(base_url, key, pace, on_exchange=job.hooks.notify))
        policy = RetryPolicy(wait_seconds=settings.wait_for_service * 60)
        retry = Retry(policy, job.hooks.stop, has_answered=lambda: api.answered, notify=job.hooks.notify)
        yield Connection(api, SANDBOX_ADDRESS if settings.sandbox else api.base_url, key, retry)


async def fields_of(job: Job, service: Connection) -> tuple[CustomField, ...]:
    """The custom fields of `--fields`, else the workspace's own, which are kept for `check`."""
    if job.settings.fields is not None:
        return _from_file(job.settings.fields)
    found = await custom_fields(service.api, service.retry)
    if not job.settings.sandbox:
        _keep(job, service, found)
    return found


def known_fields(job: Job) -> tuple[CustomField, ...]:
    """The custom fields without asking anybody: of `--fields`, of the sandbox, else the last answer kept.

    Without a key the newest answer for the address is taken, and named.
    """
    settings = job.settings
    if settings.fields is not None:
        return _from_file(settings.fields)
    if settings.sandbox:
        from importer.sandbox.seed import FIELDS

        return read_custom_fields({"data": list(FIELDS)})
    newest = _newest(job)
    if newest is None and settings.lock is not None and settings.lock.custom:
        job.hooks.note("Custom fields as they were when the mapping was saved.")
        return settings.lock.fields
    if newest is None:
        job.hooks.note(
            "No custom fields are known yet, so columns for them stay unmapped: give --fields FILE, "
            "or run openphone-import fields once with the key.",
            warning=True,
        )
        return ()
    document = json.loads(newest.read_text(encoding="utf-8"))
    if job.key is None:
        job.hooks.note(f"Custom fields as {document['address']} answered on {document['asked']}.")
    return read_custom_fields(document)


def kept_fields(job: Job, service: Connection) -> tuple[CustomField, ...] | None:
    """The custom fields as this workspace last answered them with this key; None where no answer was kept."""
    if job.settings.sandbox:
        return known_fields(job)
    try:
        document = json.loads((job.places.cache / _name(service.address, service.key)).read_text(encoding="utf-8"))
        return read_custom_fields(document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _from_file(file: Path) -> tuple[CustomField, ...]:
    step = 'Give the answer of GET /v1/contact-custom-fields, {"data": [{"name": ..., "key": ..., "type": ...}]}.'
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"--fields: {file} cannot be read ({error.strerror}).", step) from None
    except ValueError:
        raise SettingsError(f"--fields: {file} is not JSON.", step) from None
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise SettingsError(f'--fields: {file} has no list "data".', step)
    found = read_custom_fields(document)
    if len(found) != len(document["data"]):
        raise SettingsError(f"--fields: {file} holds {len(document['data']) - len(found)} unusable entries.", step)
    return found


def _name(address: str, key: SecretStr) -> str:
    """A file name that tells workspaces apart and gives the key away to nobody."""
    digest = hashlib.scrypt(key.get_secret_value().encode(), salt=address.encode(), n=2**12, r=8, p=1, dklen=8)
    return f"fields-{hashlib.sha256(address.encode()).hexdigest()[:8]}-{digest.hex()}.json"


def _keep(job: Job, service: Connection, found: tuple[CustomField, ...]) -> None:
    document = {
        "address": service.address,
        "asked": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": [{"name": one.name, "key": one.key, "type": one.type.value} for one in found],
    }
    try:
        job.places.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        with replacing_text(job.places.cache / _name(service.address, service.key)) as stream:
            json.dump(document, stream, ensure_ascii=False, indent=1)
    except (OSError, DiskFailed):
        # The cache is a convenience of `check`: a read-only home must not stop an import.
        job.hooks.notify(Event("cache-unwritable"))


def _newest(job: Job) -> Path | None:
    address = job.settings.base_url
    if job.key is not None:
        file = job.places.cache / _name(address, job.key)
        return file if file.is_file() else None
    pattern = f"fields-{hashlib.sha256(address.encode()).hexdigest()[:8]}-*.json"
    files = sorted(job.places.cache.glob(pattern), key=lambda one: one.stat().st_mtime)
    return files[-1] if files else None

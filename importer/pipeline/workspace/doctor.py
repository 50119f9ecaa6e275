"""`doctor`: tests how the service behaves where its documents are silent, with one contact of our own."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from importer.api import contacts as contacts_api
from importer.api.request import LookupResult
from importer.api.workspace import accepted
from importer.delivery.rate_limit.limiter import pace_file
from importer.disk import replacing_text
from importer.errors import DiskFailed, ImporterError, ServiceUnreachable
from importer.model import Accepted, NotSent, Refused, Unsure, contact_parts
from importer.pipeline.workspace.connection import connect
from importer.retry import unreachable
from importer.text import read_json

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path

    from importer.model import Answer
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

T = TypeVar("T")
# Sources that begin with the product's name are the vendor's own.
SOURCE = "import-doctor"
NAME = "Import Doctor"
LISTED_SECONDS = 3.0
LEAST_PATIENCE_SECONDS = 2.0
UNKNOWN = "not found out"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How the service behaves for this workspace; each field is an answer in words of a script."""

    asked: str = ""
    errors: str = UNKNOWN
    limit: str = UNKNOWN
    listed: str = UNKNOWN
    taken_id: str = UNKNOWN
    patch: str = UNKNOWN
    identity: str = UNKNOWN
    deleted_id: str = UNKNOWN


async def doctor(job: Job) -> tuple[Diagnosis, tuple[str, ...]]:
    """Ask the service its open questions, keep the answers for this workspace, and return them.

    The second value holds ids of contacts that could not be deleted. Raises CannotStart or Stopped, after deleting.
    """
    async with connect(job) as connection:
        visit = _Visit(connection)
        try:
            await visit.go()
        finally:
            # Also after Ctrl-C, a second one too: the contact is ours, and no other program will look for it.
            remains = await asyncio.shield(visit.clean())
    file = diagnosis_file(job, connection)
    with suppress(OSError, DiskFailed):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with replacing_text(file) as stream:
            json.dump(asdict(visit.diagnosis()), stream, indent=1)
    return visit.diagnosis(), remains


def kept_diagnosis(job: Job, connection: Connection) -> Diagnosis | None:
    """Return what `doctor` found out last for this key; None if it never ran."""
    try:
        document = read_json(diagnosis_file(job, connection).read_text(encoding="utf-8"))
        return Diagnosis(**{field.name: str(document[field.name]) for field in fields(Diagnosis)})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def diagnosis_file(job: Job, connection: Connection) -> Path:
    """Return the file of the answers, whose name does not reveal the key."""
    pace = pace_file(job.places.state, connection.address, connection.key.get_secret_value())
    return pace.with_name(pace.name.replace("pace-", "doctor-", 1))


class _Visit:
    """One round of questions; `made` are the ids of contacts that are still to be deleted."""

    def __init__(self, connection: Connection) -> None:
        self._api, self._retry = connection.api, connection.retry
        self._external_id = f"doctor-{secrets.token_hex(8)}"
        self._facts: dict[str, str] = {}
        self._made: list[str] = []

    def diagnosis(self) -> Diagnosis:
        return Diagnosis(datetime.now(UTC).isoformat(timespec="seconds"), **self._facts)

    async def go(self) -> None:
        """Ask the questions in an order in which none disturbs the next."""
        accepted(await self._retry.ask(lambda again: self._api.page(None, again=again)))
        await contacts_api.by_id(self._api, f"none{secrets.token_hex(8)}", self._retry)
        self._facts["errors"] = self._api.error_form or UNKNOWN
        budget = self._api.budget
        self._facts["limit"] = f"{budget.quota} in {budget.window_seconds:g} s" if budget else "no headers"

        contact_id = await self._create(SOURCE)
        if contact_id is None:
            return
        self._facts["listed"] = await self._listed()
        await self._ask_taken_id()
        await self._ask_patch(contact_id)
        await self._delete(contact_id)
        freed = await self._create(SOURCE)
        if freed is not None and self._facts.get("identity") == "taken away":
            # The first contact had lost its id before it was deleted, so the deletion of this one tells.
            await self._delete(freed)
            freed = await self._create(SOURCE)
        self._facts["deleted_id"] = "free at once" if freed else "not free at once"

    async def clean(self) -> tuple[str, ...]:
        """Delete what was made, and what a lost answer may have made; return the ids that are left."""
        with suppress(ServiceUnreachable):
            await self._in_time(self._clean())
        return tuple(dict.fromkeys(self._made))

    async def _in_time(self, asked: Awaitable[T]) -> T:
        """Wait for an answer no longer than a service is waited for: it may ask for a pause of any length."""
        try:
            async with asyncio.timeout(max(self._retry.policy.wait_seconds, LEAST_PATIENCE_SECONDS)):
                return await asked
        except TimeoutError:
            raise unreachable("it asks for a longer pause than the import waits") from None

    async def _clean(self) -> None:
        with suppress(ImporterError):
            response = await self._api.find([self._external_id])
            if isinstance(response, LookupResult):
                self._made += [str(contact["id"]) for contact in response.contacts[self._external_id]]
        for contact_id in dict.fromkeys(self._made):
            for _ in range(5):
                answer = await self._api.delete(contact_id)
                if isinstance(answer, Accepted) or (isinstance(answer, Refused) and answer.code == 404):
                    self._made = [made for made in self._made if made != contact_id]
                    break
                await asyncio.sleep(getattr(answer, "wait_seconds", None) or 0.5)

    async def _create(self, source: str) -> str | None:
        self._retry.raise_if_stopped()
        emails = [{"name": name, "value": f"{name}@doctor.example"} for name in ("work", "home")]
        default_fields = {"firstName": NAME, "lastName": "(may be deleted)", "emails": emails, "phoneNumbers": []}
        body = {"externalId": self._external_id, "source": source, "defaultFields": default_fields}
        answer: Answer = await self._in_time(self._api.create(body))
        if isinstance(answer, NotSent):
            await self._retry.wait(answer, 1)
            answer = await self._retry.ask(lambda again: self._api.create(body, again=again))
        if isinstance(answer, Accepted):
            self._made.append(str(answer.contact["id"]))
            return self._made[-1]
        return None

    async def _delete(self, contact_id: str) -> None:
        self._retry.raise_if_stopped()
        answer: Answer = await self._retry.ask(lambda again: self._api.delete(contact_id, again=again))
        if isinstance(answer, Accepted):
            self._made.remove(contact_id)

    async def _listed(self) -> str:
        for words, wait_seconds in (("at once", 0.0), ("later", LISTED_SECONDS)):
            await asyncio.sleep(wait_seconds)
            contacts = await contacts_api.by_external_ids(self._api, [self._external_id], self._retry)
            if contacts.get(self._external_id):
                return words
        return f"not within {LISTED_SECONDS:g} s"

    async def _ask_taken_id(self) -> None:
        if (twin := await self._create(SOURCE)) is not None:
            self._facts["taken_id"] = "accepted twice"
            await self._delete(twin)
            return
        second_id = await self._create(f"{SOURCE}-2")
        self._facts["taken_id"] = "409 for the same source alone" if second_id else "409 for any source"
        if second_id is not None:
            await self._delete(second_id)

    async def _ask_patch(self, contact_id: str) -> None:
        self._retry.raise_if_stopped()
        change = {"defaultFields": {"firstName": NAME, "role": "checked"}}
        answer = await self._in_time(self._api.patch(contact_id, change))
        if isinstance(answer, (NotSent, Unsure)):
            await self._retry.wait(answer, 1)
        contact = await contacts_api.by_id(self._api, contact_id, self._retry) or {}
        shown = contact_parts.fields(contact)
        if shown.get("role") != "checked":
            return
        self._facts["patch"] = "merges" if shown.get("emails") and shown.get("lastName") else "replaces"
        is_kept = (contact.get("externalId"), contact.get("source")) == (self._external_id, SOURCE)
        self._facts["identity"] = "kept" if is_kept else "taken away"

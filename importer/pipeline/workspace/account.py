"""`whoami`: the workspace that a key opens, and what the key may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.api.workspace import organization as ask_organization
from importer.api.workspace import read_custom_fields
from importer.model import Accepted, Halt
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.doctor import kept_diagnosis
from importer.pipeline.workspace.organization import user_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from importer.model import CustomField, NotSent, Organization, RateBudget, Refused
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.doctor import Diagnosis


@dataclass(frozen=True, slots=True)
class Account:
    """The workspace that a key opens.

    `users` are (name, role), None if the key may not see them, as are `fields`. `budget` is the limit by the service's
    own word, None if it tells none. `may` and `may_not` name what can be read and what cannot. `has_contacts`: it lists
    a contact. `diagnosis` is what `doctor` found out last.
    """

    address: str
    organization: Organization | None
    users: tuple[tuple[str, str], ...] | None
    fields: tuple[CustomField, ...] | None
    budget: RateBudget | None
    may: tuple[str, ...]
    may_not: tuple[str, ...]
    diagnosis: Diagnosis | None = None
    has_contacts: bool = False


async def whoami(job: Job) -> Account:
    """Ask the service which workspace the key of `job` opens; reads alone. Raises CannotStart or Stopped."""
    async with connect(job) as connection:
        api, retry = connection.api, connection.retry

        async def read(ask: Callable[[bool], Awaitable[Accepted | Refused | NotSent | Halt]]) -> dict[str, Any] | None:
            async def once(again: bool) -> Accepted | Refused | NotSent | Halt:
                answer = await ask(again)
                # This right alone is missing: a wrong key would be answered 401.
                return Accepted() if isinstance(answer, Halt) and answer.code == 403 else answer

            answer: Accepted | Refused = await retry.ask(once)
            return answer.contact if isinstance(answer, Accepted) and answer.contact else None

        contacts = await read(lambda again: api.page(None, again=again))
        fields = await read(lambda again: api.custom_fields(again=again))
        users = await read(lambda again: api.users(again=again))
        organization = await ask_organization(api)
        diagnosis = kept_diagnosis(job, connection)

    answers = {"contacts": contacts, "custom fields": fields, "users": users, "the workspace's name": organization}
    people = None if users is None else [item for item in users["data"] if isinstance(item, dict)]
    return Account(
        address=connection.address,
        organization=organization,
        users=None if people is None else tuple((user_name(item), str(item.get("role") or "")) for item in people),
        fields=None if fields is None else read_custom_fields(fields),
        budget=api.budget,
        may=tuple(name for name, answer in answers.items() if answer is not None),
        may_not=tuple(name for name, answer in answers.items() if answer is None),
        diagnosis=diagnosis,
        has_contacts=bool(contacts and contacts.get("data")),
    )

"""Which workspace a key opens, by name: asked before the first write, and kept by the folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.api.workspace import organization as ask_organization
from importer.errors import JournalError
from importer.model import Accepted

if TYPE_CHECKING:
    from importer.api.client import Api
    from importer.delivery.journal import Journal
    from importer.pipeline.job import Job
    from importer.pipeline.workspace.connection import Connection

MOST_USERS = 3


async def check_workspace(job: Job, journal: Journal, connection: Connection) -> str:
    """Find out which workspace the key opens, keep it in the journal, and return its name in words.

    It is never an error if the service does not say it; then a person who is asked sees the users' names instead.
    Raises JournalError if the folder belongs to another workspace.
    """
    if job.settings.sandbox:
        return ""
    organization = await ask_organization(connection.api)
    recorded = journal.workspace
    if organization is not None and recorded is not None:
        both_ids = bool(organization.id and recorded.id)
        is_same = organization.id == recorded.id if both_ids else organization.name == recorded.name
        if not is_same:
            raise JournalError(
                f"The folder {job.out} belongs to the workspace {recorded}, and this key opens {organization}.",
                f"Use a key of {recorded.label}, or give another folder with --out.",
            )
        if organization.name != recorded.name:
            job.hooks.note(f"The workspace {recorded.label} is now called {organization.label}.")
    if organization is not None:
        journal.keep_workspace(organization)
        if organization.name:
            return str(organization)
    return await _named_users(connection.api) if job.hooks.confirm is not None else ""


async def _named_users(api: Api) -> str:
    answer = await api.users()
    people = [user_name(item) for item in answer.contact["data"]] if isinstance(answer, Accepted) else []
    names = [name for name in people if name]
    if not names:
        return ""
    more = f" and {len(names) - MOST_USERS} more" if len(names) > MOST_USERS else ""
    return f"the workspace of {', '.join(names[:MOST_USERS])}{more}"


def user_name(user: dict[str, object]) -> str:
    """Return the name of a user as GET /v1/users has it, else the email address."""
    parts = [str(user[part]).strip() for part in ("firstName", "lastName") if user.get(part)]
    return " ".join(parts) or str(user.get("email") or "")

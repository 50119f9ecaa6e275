"""The workspace: which one the key opens, and what the key may do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from importer.errors import KeyMissing
from importer.pipeline.job import Hooks, Job
from importer.settings.model import load
from importer.web.service_access import PRACTICE

if TYPE_CHECKING:
    from importer.pipeline.workspace.account import Account
    from importer.web.call import Call
    from importer.web.service_access import ServiceAccess

_MOST_NAMES = 8


def take_key(call: Call) -> dict[str, Any]:
    """Keep the key in memory and say what it opens; a key that opens nothing is not kept. Raises ImporterError."""
    session = call.session
    former = session.key
    session.take_key(call.text("key"))
    session.accounts.clear()
    try:
        return account_facts(session, "real")
    except BaseException:
        session.key = former
        raise


def account(call: Call) -> dict[str, Any]:
    """What the workspace of a mode is called and holds; {} while there is no key."""
    session, mode = call.session, call.path["mode"]
    if mode != PRACTICE and session.key is None:
        return {"trouble": session.key_trouble} if session.key_trouble else {}
    return account_facts(session, mode)


def account_facts(session: ServiceAccess, mode: str) -> dict[str, Any]:
    """Ask the service once for each key. Raises ImporterError."""
    if mode not in session.accounts:
        from importer.pipeline.workspace.account import whoami

        job = session.account_job()
        if mode == PRACTICE:
            job = Job("-", load({"sandbox": True}, {}), hooks=Hooks(), places=session.places)
        elif session.key is None:
            raise KeyMissing("There is no API key yet.", "Paste it on the step Workspace.")
        session.accounts[mode] = _facts(asyncio.run(whoami(job)), mode)
    return session.accounts[mode]


def _facts(account: Account, mode: str) -> dict[str, Any]:
    organization, users = account.organization, account.users
    people = None if users is None else [name for name, _ in users]
    names = ", ".join((people or [])[:3])
    name = organization.label if organization else f"the workspace of {names}" if names else ""
    return {
        "name": "Practice workspace" if mode == PRACTICE else name,
        "is_named": bool(organization and organization.name) and mode != PRACTICE,
        "subscription": organization.subscription if organization else "",
        "address": account.address,
        "users": people and people[:_MOST_NAMES],
        "user_count": None if people is None else len(people),
        "fields": None
        if account.fields is None
        else [{"name": field.name, "type": field.type.value} for field in account.fields],
        "may": list(account.may),
        "may_not": list(account.may_not),
        "has_contacts": account.has_contacts,
        "rate": account.budget.quota / account.budget.window_seconds if account.budget else None,
    }

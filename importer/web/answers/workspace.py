"""The workspace: which one the key opens, and what the key may do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from importer.errors import OutputError
from importer.pipeline.job import Hooks, Job
from importer.settings.load import load
from importer.web.failure import failure_facts
from importer.web.remembered_key import can_remember
from importer.web.service_access import PRACTICE, no_key

if TYPE_CHECKING:
    from importer.pipeline.workspace.account import Account
    from importer.web.call import Call
    from importer.web.service_access import ServiceAccess

_MOST_NAMES = 8


def take_key(call: Call) -> dict[str, Any]:
    """Keep the key in memory and say what it opens; a key that opens nothing is not kept. Raises ImporterError."""
    session = call.session
    key_before = session.key
    session.take_key(call.text("key"))
    session.accounts.clear()
    try:
        facts = account_facts(session, "real")
    except BaseException:
        session.key = key_before
        raise
    trouble = None
    if call.body.get("remember") is True:
        try:
            session.keep_key()
        except OutputError as error:
            trouble = failure_facts(error)
    return {**facts, **_keyring_facts(session), "not_kept": trouble}


def forget_key(call: Call) -> dict[str, Any]:
    """Forget the key, in memory and in the keyring of the computer. Raises OutputError."""
    call.session.forget_key()
    return _keyring_facts(call.session)


def account(call: Call) -> dict[str, Any]:
    """What the workspace of a mode is called and holds; {} while there is no key."""
    session, mode = call.session, call.path["mode"]
    if mode == PRACTICE:
        return account_facts(session, mode)
    session.recall_key()
    if session.key is None:
        return {**_keyring_facts(session), **({"trouble": session.key_trouble} if session.key_trouble else {})}
    return {**account_facts(session, mode), **_keyring_facts(session)}


def account_facts(session: ServiceAccess, mode: str) -> dict[str, Any]:
    """Ask the service once for each key. Raises ImporterError."""
    if mode not in session.accounts:
        from importer.pipeline.workspace.account import whoami

        job = session.account_job()
        if mode == PRACTICE:
            job = Job("-", load({"sandbox": True}, {}), hooks=Hooks(), places=session.places)
        elif session.key is None:
            raise no_key()
        session.accounts[mode] = _facts(asyncio.run(whoami(job)), mode)
    return session.accounts[mode]


def _keyring_facts(session: ServiceAccess) -> dict[str, Any]:
    """Whether this computer can keep the key, and does."""
    return {"can_remember": can_remember(), "is_remembered": session.is_remembered}


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

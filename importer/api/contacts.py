"""Reading contacts with patience: all of a workspace, those with some external ids, or one.

A service that is away for a while does not end a survey; one that stays away for `patience_seconds` does.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from importer.api.request import LookupResult
from importer.api.workspace import PATIENCE_SECONDS, insist
from importer.model import Accepted, Halt, NotSent, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from importer.api.client import Api
    from importer.model import Answer

Contact = dict[str, Any]


async def pages(api: Api, *, patience_seconds: float = PATIENCE_SECONDS) -> AsyncIterator[tuple[list[Contact], bool]]:
    """Give all contacts of the workspace, a page of up to 50 a request, and whether more are to come.

    Raises AccessRefused, AddressWrong, ServiceUnreachable.
    """
    token: str | None = None
    seen: set[str] = set()
    while True:
        document = await insist(partial(_page, api, token), patience_seconds)
        following = document.get("nextPageToken") or None
        token = None if following in seen else following
        seen.add(str(token))
        yield [one for one in document["data"] if isinstance(one, dict) and isinstance(one.get("id"), str)], bool(token)
        if token is None:
            return


async def _page(api: Api, token: str | None, again: bool) -> Accepted | NotSent | Refused | Halt:
    return await api.page(token, again=again)


async def by_external_ids(
    api: Api, external_ids: Sequence[str], *, patience_seconds: float = PATIENCE_SECONDS
) -> Mapping[str, Sequence[Contact]]:
    """Return the contacts that carry each of up to 20 external ids; one that the service will not look up is left out.

    Raises AccessRefused, AddressWrong, ServiceUnreachable.
    """
    document = await insist(lambda again: _found(api, external_ids, again=again), patience_seconds)
    if "refused" not in document:
        return dict(document)
    if len(external_ids) == 1:
        return {}
    alone = [await by_external_ids(api, [one], patience_seconds=patience_seconds) for one in external_ids]
    return {external_id: contacts for found in alone for external_id, contacts in found.items()}


async def _found(api: Api, external_ids: Sequence[str], *, again: bool) -> Accepted | NotSent | Refused | Halt:
    answer = await api.find(external_ids, again=again)
    if isinstance(answer, LookupResult):
        return Accepted(dict(answer.contacts))
    return Accepted({"refused": ()}) if isinstance(answer, Refused) else answer


async def by_id(api: Api, contact_id: str, *, patience_seconds: float = PATIENCE_SECONDS) -> Contact | None:
    """Return a contact, None where it is gone.

    Raises AccessRefused, AddressWrong, ServiceUnreachable.
    """
    document = await insist(lambda again: _one(api, contact_id, again=again), patience_seconds)
    return document or None


async def _one(api: Api, contact_id: str, *, again: bool) -> Accepted | NotSent | Refused | Halt:
    answer: Answer = await api.get(contact_id, again=again)
    if isinstance(answer, Refused) and answer.code == 404:
        return Accepted({})
    if isinstance(answer, (Accepted, NotSent, Refused, Halt)):
        return answer
    return NotSent(answer.reason, answer.wait_seconds)

"""Reading contacts, asking again until the service answers: all of a workspace, those with some ids, or one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.api.request import PageTokens
from importer.api.workspace import accepted
from importer.errors import ContactMixedUp
from importer.model import Accepted, Refused
from importer.retry import ask_divided, unreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from importer.api.client import Api
    from importer.api.request import LookupResult
    from importer.model import Answer
    from importer.model.contact_parts import ContactDict
    from importer.retry import Retry


class ContactsPage(NamedTuple):
    """A page of the list of contacts: whether more follow, and the token that asked for it, None of the first."""

    contacts: list[ContactDict]
    has_more: bool
    token: str | None


async def pages(
    api: Api, retry: Retry, sources: Sequence[str] = (), token: str | None = None
) -> AsyncIterator[ContactsPage]:
    """Give the contacts of the workspace, a page of up to 50 a request.

    `sources`: only contacts of these; a service that ignores the filter gives all, so look at each. `token`: the pages
    from this one on.

    Raises Interrupted, AccessRefused, AddressWrong, ServiceUnreachable.
    """
    tokens, has_more = PageTokens(token), True
    while has_more:
        token = tokens.token
        document = accepted(await retry.ask(lambda again: api.page(tokens.token, sources=sources, again=again)))
        has_more = tokens.advance(document)
        if tokens.is_endless:
            raise unreachable("it answered a list of contacts that does not end")
        yield ContactsPage(document["data"], has_more, token)


async def by_external_ids(api: Api, external_ids: Sequence[str], retry: Retry) -> Mapping[str, Sequence[ContactDict]]:
    """Return the contacts that carry each of up to 20 external ids, without the ids that the service will not look up.

    Raises Interrupted, AccessRefused, AddressWrong, ServiceUnreachable.
    """

    async def find(batch: Sequence[str]) -> LookupResult | Refused:
        return await retry.ask(lambda again: api.find(batch, again=again))

    contacts: dict[str, Sequence[ContactDict]] = {}
    async for _, answer in ask_divided(find, external_ids):
        if not isinstance(answer, Refused):
            contacts |= answer.contacts
    return contacts


async def is_there(api: Api, contact_id: str, retry: Retry) -> bool:
    """Return whether a contact was not deleted; it may be shown under another id.

    Raises Interrupted, AccessRefused, AddressWrong, ServiceUnreachable.
    """
    return await by_id(api, contact_id, retry, exact=False) is not None


async def by_id(api: Api, contact_id: str, retry: Retry, *, exact: bool = True) -> ContactDict | None:
    """Return a contact, None if it was deleted; `exact` as in `Api.get`.

    Raises Interrupted, AccessRefused, AddressWrong, ServiceUnreachable.
    """

    async def get(again: bool) -> Answer:
        return await api.get(contact_id, again=again, exact=exact)

    answer: Accepted | Refused = await retry.ask(get)
    if isinstance(answer, Refused) and answer.code == 404:
        return None
    return accepted(answer)


class NamedContact(NamedTuple):
    """A contact whose id a file names, None if it cannot be read; `is_gone`: there is none of that id."""

    contact: ContactDict | None
    is_gone: bool = False


async def named_contact(api: Api, contact_id: str, retry: Retry) -> NamedContact:
    """Return the contact of an id that a file names, which may be any text.

    Raises Interrupted, AccessRefused, AddressWrong, ServiceUnreachable.
    """
    try:
        answer: Accepted | Refused = await retry.ask(lambda again: api.get(contact_id, again=again))
    except ContactMixedUp:
        return NamedContact(None)
    if isinstance(answer, Refused):
        # Only 404 says that there is no such contact.
        return NamedContact(None, is_gone=answer.code == 404)
    return NamedContact(answer.contact)

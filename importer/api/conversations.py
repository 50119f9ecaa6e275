"""The phone numbers with which the workspace has conversations: an API contact with one of them is seen in the app.

The endpoint is documented by the vendor but is not part of the contract that this program was built against, so it may
be missing, or closed to this key, without a reason to stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.api.request import PageTokens
from importer.api.workspace import accepted
from importer.model import Accepted, Halt, NotSent, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from importer.api.client import Api
    from importer.retry import Retry

_NOT_FOR_US = (400, 403, 404, 405)


class NoConversations(Exception):
    """The service does not show conversations to this key; the text is its own words."""


async def participants(api: Api, retry: Retry) -> AsyncIterator[list[str]]:
    """Give the E.164 numbers of the other people in all conversations, a page a request.

    Raises NoConversations, Interrupted, AccessRefused, AddressWrong, ServiceUnreachable.
    """
    tokens, has_more = PageTokens(), True

    async def page(again: bool) -> Accepted | NotSent | Refused | Halt:
        answer = await api.conversations(tokens.token, again=again)
        if isinstance(answer, Halt) and answer.code in _NOT_FOR_US:
            raise NoConversations(answer.message)
        return answer

    while has_more:
        answer: Accepted | Refused = await retry.ask(page)
        if isinstance(answer, Refused) and answer.code in _NOT_FOR_US:
            raise NoConversations(f"answered {answer.words}")
        document = accepted(answer)
        numbers: list[str] = []
        for conversation in document["data"]:
            people = conversation.get("participants") if isinstance(conversation, dict) else None
            numbers += [number for number in people if isinstance(number, str)] if isinstance(people, list) else []
        yield numbers
        has_more = tokens.advance(document)

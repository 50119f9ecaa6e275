"""With which numbers the workspace has conversations: beside one of these an API contact is seen in the app.

The endpoint is documented by the vendor but not part of the contract that this program was built against, so an answer
that it is not there, or not for this key, is no reason to stop.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from importer.api.workspace import PATIENCE_SECONDS, insist
from importer.model import Accepted, Halt, NotSent, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from importer.api.client import Api

_NOT_FOR_US = (400, 403, 404, 405)


class NoConversations(Exception):
    """The service does not show conversations to this key; the text is its own words."""


async def participants(api: Api, *, patience_seconds: float = PATIENCE_SECONDS) -> AsyncIterator[list[str]]:
    """Give the other ends of all conversations, as E.164 numbers, a page a request.

    Raises NoConversations, AccessRefused, AddressWrong, ServiceUnreachable.
    """
    token: str | None = None
    seen: set[str] = set()
    while True:
        document = await insist(partial(_page, api, token), patience_seconds)
        if "refused" in document:
            raise NoConversations(document["refused"])
        yield [number for one in document["data"] for number in _numbers(one)]
        following = document.get("nextPageToken") or None
        if following is None or following in seen:
            return
        token = str(following)
        seen.add(token)


async def _page(api: Api, token: str | None, again: bool) -> Accepted | NotSent | Refused | Halt:
    answer = await api.conversations(token, again=again)
    if isinstance(answer, Halt) and answer.code in _NOT_FOR_US:
        return Accepted({"refused": answer.message})
    if isinstance(answer, Refused) and answer.code in _NOT_FOR_US:
        return Accepted({"refused": f"answered {answer.code}: {'; '.join(answer.reasons)}"})
    return answer


def _numbers(conversation: Any) -> list[str]:
    found = conversation.get("participants") if isinstance(conversation, dict) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

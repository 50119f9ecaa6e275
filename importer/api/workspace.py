"""What a run must know of the workspace before the first row: its custom fields and its users.

Both are asked for with patience, so that a service that is only slow to wake does not end a run, and one that never
answers ends it within half a minute.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TYPE_CHECKING, Any

from importer.errors import AccessRefused, AddressWrong, ServiceUnreachable, Stopped
from importer.model import Accepted, CustomField, FieldType, Halt, NotSent, Refused

if TYPE_CHECKING:
    from importer.api.client import Api

PATIENCE_SECONDS = 20.0
LONGEST_BACKOFF_SECONDS = 5.0
Sleep = Callable[[float], Awaitable[None]]
Read = Callable[[bool], Awaitable[Accepted | NotSent | Refused | Halt]]


async def custom_fields(api: Api, *, patience_seconds: float = PATIENCE_SECONDS) -> tuple[CustomField, ...]:
    """Return the workspace's custom fields (GET /v1/contact-custom-fields).

    A field of a type that this program does not know is left out.
    Raises AccessRefused, AddressWrong, ServiceUnreachable.
    """
    document = await insist(lambda again: api.custom_fields(again=again), patience_seconds)
    return read_custom_fields(document)


def read_custom_fields(document: dict[str, Any]) -> tuple[CustomField, ...]:
    """Return the custom fields in `{"data": [{"key", "name", "type"}]}`: an answer of the API or a `--fields` file."""
    known = {str(kind) for kind in FieldType}
    return tuple(
        CustomField(str(item["key"]), str(item.get("name") or item["key"]), FieldType(item["type"]))
        for item in document.get("data", ())
        if isinstance(item, dict) and item.get("key") and item.get("type") in known
    )


async def users(api: Api, *, patience_seconds: float = PATIENCE_SECONDS) -> dict[str, str]:
    """Return the ids of the workspace's users by their email address in lower case (GET /v1/users)."""
    document = await insist(lambda again: api.users(again=again), patience_seconds)
    people = [item for item in document["data"] if item.get("email") and item.get("id")]
    return {str(person["email"]).lower(): str(person["id"]) for person in people}


async def insist(
    read: Read, patience_seconds: float, sleep: Sleep = asyncio.sleep, rng: random.Random | None = None
) -> dict[str, Any]:
    """Return what `read` accepts, asking again for `patience_seconds`; raise what stops the run otherwise."""
    rng, last = rng or random.Random(), NotSent("no answer yet")  # noqa: S311 - jitter is no secret
    try:
        async with asyncio.timeout(patience_seconds):
            for attempt in count(1):
                answer = await read(attempt > 1)
                if isinstance(answer, Accepted):
                    return answer.contact
                if not isinstance(answer, NotSent):
                    raise stopping(answer)
                last = answer
                await sleep(answer.wait_seconds or rng.uniform(0.1, min(0.5 * 2**attempt, LONGEST_BACKOFF_SECONDS)))
    except TimeoutError:
        pass
    step = "Check the internet connection and --base-url, then run again."
    raise ServiceUnreachable(f"The service gave no usable answer: {last.reason}.", step)


def stopping(answer: Halt | Refused) -> Stopped:
    """Return the error that ends a run for an answer that no repetition will change.

    Its exit code is 2: nothing has been written yet when the workspace is asked about.
    """
    error: Stopped
    if isinstance(answer, Refused):
        message = f"The service refused the request ({answer.code}): {'; '.join(answer.reasons)}."
        error = AddressWrong(message, "Check --base-url and the key's workspace, then run again.")
    else:
        kind = AccessRefused if answer.kind == "access" else AddressWrong
        error = kind(answer.message, answer.next_step)
    error.exit_code = 2
    return error

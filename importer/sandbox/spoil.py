"""What each kind of fault does to a request."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

from importer.sandbox.faults import parse_kind
from importer.sandbox.reply import Reply, error_reply, html_reply
from importer.sandbox.server import reset

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from importer.sandbox.faults import Fault

# Redirects lead to a name that never exists (RFC 6761), so that a client that follows one fails.
MOVED_TO = "https://api.sandbox.invalid"


async def spoil(
    fault: Fault,
    path: str,
    carry_out: Callable[[], Awaitable[Reply]],
    transport: asyncio.Transport,
    now: Callable[[], float],
) -> Reply | None:
    """Apply `fault` to the request for `path`, and return the answer; None if the connection is closed.

    `carry_out` does what was requested. After the fault `late` this returns only when that is done. `now` is the
    service's clock, in seconds since 1970.
    """
    action, is_carried_out = parse_kind(fault.kind)
    match action:
        case "slow" if is_carried_out:
            reply = await carry_out()
            await asyncio.sleep(fault.delay_ms / 1000)
            return reply
        case "slow":
            await asyncio.sleep(fault.delay_ms / 1000)
            return await carry_out()
        case "late":
            # As in a real network that is slow: the client gives up, and may look for the contact before it is there.
            transport.abort()
            await asyncio.sleep(fault.delay_ms / 1000)
            await carry_out()
            return None
    answer = await carry_out() if is_carried_out else None
    match action:
        case "drop":
            transport.abort()
            return None
        case "reset":
            reset(transport)
            return None
        case "truncated" if answer is not None:
            return replace(answer, cut=True)
        case "empty" if answer is not None:
            # Only a created contact has an id that can be missing.
            if answer.status != 201:
                return answer
            contact = json.loads(answer.body)["data"]
            del contact["id"]
            return replace(answer, body=json.dumps({"data": contact}).encode())
    return _error_answer(action, fault.retry_after, path, now)


def _error_answer(action: str, retry_after: str | float | None, path: str, now: Callable[[], float]) -> Reply:
    """Return the error of a fault such as `503` or `html-503`, with its headers."""
    headers = {"location": MOVED_TO + path} if action.startswith("3") else {}
    if isinstance(retry_after, str) and retry_after.startswith("date+"):
        # RFC 9110 allows a date here, and by the service's clock, which may differ from the client's.
        retry_after = formatdate(now() + float(retry_after.removeprefix("date+")), usegmt=True)
    if retry_after is not None:
        headers["retry-after"] = f"{retry_after}"
    if action.startswith("html-"):
        page = html_reply(int(action.removeprefix("html-")))
        return replace(page, headers={**page.headers, **headers})
    return error_reply(path, int(action), "This error comes from a fault of the sandbox", headers=headers)

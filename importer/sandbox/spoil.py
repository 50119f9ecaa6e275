"""What each kind of fault does to a request."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.sandbox.clock import http_date
from importer.sandbox.reply import Reply, error_reply, html_reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from importer.sandbox.faults import Fault
    from importer.sandbox.wire import Wire

# Redirects lead to a name that never exists (RFC 6761), so that a client that follows one fails.
MOVED_TO = "https://api.sandbox.invalid"


async def spoil(
    fault: Fault, path: str, carry_out: Callable[[], Awaitable[Reply]], wire: Wire, now: Callable[[], float]
) -> Reply | None:
    """Apply `fault` to the request for `path`, and return the answer; None if the connection is closed.

    `carry_out` does what was requested. After the fault `late` this returns only when that is done. `now` is the
    service's clock, in seconds since 1970.
    """
    match fault.action:
        case "slow" if fault.carried_out:
            reply = await carry_out()
            await asyncio.sleep(fault.delay_ms / 1000)
            return reply
        case "slow":
            await asyncio.sleep(fault.delay_ms / 1000)
            return await carry_out()
        case "late":
            wire.drop()
            await asyncio.sleep(fault.delay_ms / 1000)
            await carry_out()
            return None
    answer = await carry_out() if fault.carried_out else None
    match fault.action:
        case "drop":
            wire.drop()
        case "reset":
            wire.reset()
        case _:
            return _spoilt_reply(fault, path, answer, now)
    return None


def _spoilt_reply(fault: Fault, path: str, reply: Reply | None, now: Callable[[], float]) -> Reply:
    if reply is not None and fault.action == "empty":
        if reply.status != 201:
            return reply
        contact = json.loads(reply.body)["data"]
        del contact["id"]
        return replace(reply, body=json.dumps({"data": contact}).encode())
    if reply is not None and fault.action == "truncated":
        return replace(reply, cut=True)
    headers = {"location": MOVED_TO + path} if fault.action.startswith("3") else {}
    retry_after = fault.retry_after
    if isinstance(retry_after, str) and retry_after.startswith("date+"):
        retry_after = http_date(now() + float(retry_after.removeprefix("date+")))
    if retry_after is not None:
        headers["retry-after"] = f"{retry_after}"
    if fault.action.startswith("html-"):
        page = html_reply(int(fault.action.removeprefix("html-")))
        return replace(page, headers={**page.headers, **headers})
    return error_reply(path, int(fault.action), "This error comes from a fault of the sandbox", headers=headers)

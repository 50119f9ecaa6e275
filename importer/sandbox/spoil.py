"""A fault happens to a request."""

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

# Redirects of the sandbox lead nowhere (RFC 6761): who follows one shows itself by failing.
MOVED_TO = "https://api.sandbox.invalid"


async def spoil(
    fault: Fault, path: str, carry_out: Callable[[], Awaitable[Reply]], wire: Wire, now: Callable[[], float]
) -> Reply | None:
    """Let `fault` happen to the request for `path`; None where the connection is gone.

    `carry_out` does what was asked. After the fault `late` this returns only when that is done. `now` is the service's
    clock, in seconds since 1970.
    """
    match fault.action:
        case "slow":
            return await _slow(fault, carry_out)
        case "late":
            wire.drop()
            await asyncio.sleep(fault.delay_ms / 1000)
            await carry_out()
            return None
    reply = await carry_out() if fault.carried_out else None
    match fault.action:
        case "drop":
            wire.drop()
        case "reset":
            wire.reset()
        case _:
            return _spoilt_reply(fault, path, reply, now)
    return None


async def _slow(fault: Fault, carry_out: Callable[[], Awaitable[Reply]]) -> Reply:
    if not fault.carried_out:
        await asyncio.sleep(fault.delay_ms / 1000)
        return await carry_out()
    reply = await carry_out()
    await asyncio.sleep(fault.delay_ms / 1000)
    return reply


def _spoilt_reply(fault: Fault, path: str, reply: Reply | None, now: Callable[[], float]) -> Reply:
    if reply is not None and fault.action == "empty":
        return _without_id(reply)
    if reply is not None and fault.action == "truncated":
        return replace(reply, cut=True)
    headers = _headers(fault, path, now)
    if fault.action.startswith("html-"):
        page = html_reply(int(fault.action.removeprefix("html-")))
        return replace(page, headers={**page.headers, **headers})
    return error_reply(path, int(fault.action), "This error was asked for by a fault of the sandbox", headers=headers)


def _without_id(reply: Reply) -> Reply:
    """A created contact without its id; other answers stay as they are."""
    if reply.status != 201:
        return reply
    contact = json.loads(reply.body)["data"]
    del contact["id"]
    return replace(reply, body=json.dumps({"data": contact}).encode())


def _headers(fault: Fault, path: str, now: Callable[[], float]) -> dict[str, str]:
    headers = {"location": MOVED_TO + path} if fault.action.startswith("3") else {}
    wait = fault.retry_after
    if isinstance(wait, str) and wait.startswith("date+"):
        wait = http_date(now() + float(wait.removeprefix("date+")))
    return headers if wait is None else headers | {"retry-after": f"{wait}"}

"""The state of an import as a stream of server-sent events, for as long as the page listens."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from importer.web.session import Session

_LOOK_SECONDS = 0.25
_LONGEST_SILENCE_SECONDS = 10.0


async def events(session: Session, request: Request) -> Response:
    """Send the state whenever it has changed. Raises SourceError."""
    # Imported here since it opens journals, which the first screen does not need.
    from importer.web.answers.work import state_facts

    sheet = session.sheet(request.path_params["mode"], request.path_params["name"])
    tab = request.headers.get("x-tab-id", "")

    async def stream() -> AsyncIterator[str]:
        sent, silence = "", 0.0
        sheet.listen(tab)
        try:
            while not await request.is_disconnected():
                facts = await run_in_threadpool(state_facts, sheet, tab)
                text, task = json.dumps(facts), facts["task"]
                # The seconds alone are no news.
                news = json.dumps({key: value for key, value in facts.items() if key != "task"})
                news += f"{task['number']} {task['version']} {task['done']}" if task is not None else ""
                if news != sent or silence >= _LONGEST_SILENCE_SECONDS:
                    sent, silence = news, 0.0
                    yield f"data: {text}\n\n"
                await asyncio.sleep(_LOOK_SECONDS)
                silence += _LOOK_SECONDS
        finally:
            sheet.hang_up(tab)

    return StreamingResponse(stream(), media_type="text/event-stream")

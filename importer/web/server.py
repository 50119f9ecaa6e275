"""The server of the page: on 127.0.0.1 alone, opened through a file that only its owner can read."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
import threading
import time
from contextlib import contextmanager, nullcontext, suppress
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from importer.errors import OutputError
from importer.stop_signals import handled_by
from importer.web.access import Access, PageGate
from importer.web.answers.uploads import remove_abandoned_uploads
from importer.web.app import build
from importer.web.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from importer.settings.model import Settings

IDLE_SECONDS = 3600.0
_SILENT = 100
_LONGEST_GOODBYE_SECONDS = 1


class PageServer(uvicorn.Server):
    """uvicorn without its own signal handlers; it ends when no one has used it for `idle_seconds` and nothing runs."""

    def __init__(self, session: Session, access: Access, idle_seconds: float) -> None:
        gate = PageGate(build(session, access), access)
        config = uvicorn.Config(
            gate,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level=_SILENT,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_LONGEST_GOODBYE_SECONDS,
        )
        super().__init__(config)
        self._session, self._idle_seconds = session, idle_seconds
        self.is_idle = False
        self.up: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Called by uvicorn."""
        # Where files run out, asyncio would print a traceback; the client learns of it by the missing answer.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        await super().startup(sockets=sockets)
        self.up()

    async def on_tick(self, counter: int) -> bool:
        """Called by uvicorn ten times a second; True ends the server."""
        unused = time.monotonic() - self._session.last_used
        if unused > self._idle_seconds and not self._session.tasks.running:
            self.is_idle = True
            return True
        return await super().on_tick(counter)

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Called by uvicorn."""
        return nullcontext()


def serve(
    settings: Settings,
    file: str | None,
    *,
    announce: Callable[[str, Path], None],
    idle_seconds: float = IDLE_SECONDS,
) -> bool:
    """Serve the page until it is stopped or idle; True if it was idle.

    `settings` are those that were typed. `announce` gets the address of the page and the file that opens it. Raises
    OutputError if the file cannot be written.
    """
    with socket.create_server(("127.0.0.1", 0)) as bound:
        access = Access(bound.getsockname()[1])
        session = Session(settings, Path.cwd())
        remove_abandoned_uploads(session.folder)
        if file is not None:
            session.start_with(file)
        server = PageServer(session, access, idle_seconds)

        def stop(_number: int, _frame: object) -> None:
            server.should_exit = True
            session.tasks.stop()

        with _opening_file(session.places.state, access) as opening, handled_by(stop):
            session.on_opened = lambda: opening.unlink(missing_ok=True)
            server.up = lambda: announce(access.address, opening)
            # What reads sheets takes seconds to import; the first screen does not wait for it.
            threading.Thread(target=session.warm_up, daemon=True).start()
            asyncio.run(server.serve(sockets=[bound]))
        # A run that was told to stop ends in good order: it waits for the answers to what it has sent.
        session.tasks.wait()
        return server.is_idle


@contextmanager
def _opening_file(folder: Path, access: Access) -> Iterator[Path]:
    """A page of mode 0600 that leads to the address with the token, so that no process list shows the token."""
    address = escape(access.opening_address)
    text = (
        '<!doctype html><meta charset="utf-8"><title>openphone-import</title>'
        f'<meta http-equiv="refresh" content="0;url={address}"><p><a href="{address}">Open the page</a></p>\n'
    )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp gives mode 0600, and a name that nothing else has.
        descriptor, name = tempfile.mkstemp(prefix="page-", suffix=".html", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise OutputError(
            f"The file that opens the page cannot be written to {folder} ({error.strerror or error}).",
            "Make the folder writable, or make room on the disk, and start again.",
        ) from error
    path = Path(name)
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)

"""The sandbox as one object: in a thread for tests and `--sandbox`, in the foreground for its own command."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from importer.sandbox.custom import own_fields
from importer.sandbox.gate import Gate
from importer.sandbox.options import Options
from importer.sandbox.person import Person
from importer.sandbox.routes import build_app
from importer.sandbox.script import read_faults
from importer.sandbox.server import Server, bind, signals
from importer.sandbox.store import ContactStore
from importer.sandbox.window import Window
from importer.sandbox.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.sandbox.exchange import Exchange
    from importer.sandbox.faults import Fault


class Sandbox(Person):
    """A running sandbox, for one `with` block or until `stop()`.

    `url` is its base URL. It can also be used as a person in the app uses a workspace: `contacts`, `add`, `edit`,
    `delete`. Many can run in one process; none changes its signal handlers.
    """

    def __init__(
        self, store: Path | None, options: Options, faults: Sequence[Fault] | Path | None, host: str, port: int
    ) -> None:
        self.options = options
        # Read first: a mistake in the file must not leave a port bound.
        faults = read_faults(faults) if isinstance(faults, Path) else faults or ()
        # Bound here and not by uvicorn, so that the port is known before the server runs, and free ports are ours.
        self._socket = bind(host, port)
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self._socket.getsockname()[1]}"
        try:
            super().__init__(Workspace(ContactStore(store), options), options)
        except BaseException:
            self._socket.close()
            raise
        self.gate = Gate(build_app(self.workspace), self.workspace.store, options, faults)
        self._server = Server(self.gate)
        self._thread: threading.Thread | None = None
        self._failure: OSError | None = None

    @classmethod
    def start(
        cls,
        store: Path | None = None,
        *,
        faults: Sequence[Fault] | Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        **options: Any,
    ) -> Self:
        """Serve in a thread; it is up when this returns.

        `store`: the SQLite file, made if missing; None keeps contacts in memory. `faults`: a list or a file.
        `port` 0 takes a free one. `options`: the fields of `Options` (`key rate latency_ms jitter seed ...`).
        Raises ValueError for a bad option, store or fault file, OSError if the port or the file cannot be used.
        """
        sandbox = cls(store, Options(**options), faults, host, port)
        sandbox._thread = threading.Thread(target=sandbox._run, name="sandbox", daemon=True)
        sandbox._thread.start()
        sandbox._server.up.wait()
        if not sandbox._server.started:
            sandbox.stop()
            raise sandbox._failure or RuntimeError("the sandbox's server did not start")
        return sandbox

    def stop(self) -> None:
        """Close all connections and free the port. What was answered is stored. A second call does nothing."""
        self._server.stop()
        if self._thread is not None:
            self._thread.join()
        self.workspace.store.close()

    def requests(self) -> list[Exchange]:
        """Return the newest `log_limit` requests in the order of their arrival."""
        # Copied in one step, since the server's thread may add to the log meanwhile.
        return [replace(exchange) for exchange in list(self.gate.log)]

    def add_faults(self, *faults: Fault) -> None:
        """Add faults; the n-th request of each is counted from now."""
        self.gate.faults.add(faults)

    def clear_faults(self) -> None:
        """Remove all faults."""
        self.gate.faults.clear()

    def revoke_key(self) -> None:
        """Answer 401 to the key from now on."""
        self.gate.keys.discard(self.options.key)

    def restore_key(self) -> None:
        """Accept the key again."""
        self.gate.keys.add(self.options.key)

    def reset(self) -> None:
        """Make the sandbox like new: no contacts, log or faults, an empty window, a valid key.

        What a fault holds back is not carried out any more.
        """
        self.gate.resets += 1
        self.clear_faults()
        self.restore_key()
        self.options.fields.clear()
        self.options.fields.update(own_fields())
        self.workspace.store.clear()
        self.gate.window = Window(self.options.rate)
        self.gate.log.clear()
        self.gate.total = 0

    def run(self, ready: Callable[[str], None]) -> None:
        """Serve in this thread until `stop()` is called in another or SIGINT or SIGTERM arrives. Raises OSError."""
        with signals(self._server.stop):
            self._server.on_up = lambda: ready(self.url)
            self._run()
        self.workspace.store.close()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._server.serve(sockets=[self._socket]))
        except OSError as error:
            # Such as too many open files: `start` and `run` raise it where the caller hears of it.
            self._failure = error
        finally:
            self._socket.close()
            # Also after a failure, or `start` would wait forever.
            self._server.up.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.stop()


def serve(
    store: Path | None = None,
    *,
    faults: Sequence[Fault] | Path | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[str], None] = lambda url: None,
    **options: Any,
) -> None:
    """Serve in the foreground until SIGINT or SIGTERM, then return. `ready` is given the base URL once it answers.

    The rest, and what is raised, as in `Sandbox.start`.
    """
    Sandbox(store, Options(**options), faults, host, port).run(ready)

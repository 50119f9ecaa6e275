"""The sandbox as one object: in a thread for tests and `--sandbox`, in the foreground for its own command."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from importer.sandbox.gate import Gate
from importer.sandbox.options import Options
from importer.sandbox.person import Person
from importer.sandbox.routes import build_app
from importer.sandbox.script import read_faults
from importer.sandbox.server import Server, bind, signals
from importer.sandbox.store import ContactStore
from importer.sandbox.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from importer.sandbox.exchange import Exchange
    from importer.sandbox.faults import Fault


class Sandbox(Person):
    """A running sandbox, for one `with` block or until `stop()`.

    `url` is its base URL. Beside the network it is also reached as a person in the app reaches a workspace: `contacts`,
    `add`, `edit`, `delete`. Many may run in one process; none touches the signals of the host.
    """

    def __init__(self, store: Path | None, options: Options, faults: Iterable[Fault], host: str, port: int) -> None:
        self.options = options
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

        `store`: the SQLite file, made where there is none; None keeps contacts in memory. `faults`: a list or a file.
        `port` 0 takes a free one. `options`: the fields of `Options` (`key rate latency_ms jitter seed ...`).
        Raises ValueError for a bad option, store or fault file, OSError where the port or the file cannot be had.
        """
        sandbox = cls(store, Options(**options), _faults(faults), host, port)
        sandbox._thread = threading.Thread(target=sandbox._run, name="sandbox", daemon=True)
        sandbox._thread.start()
        sandbox._server.up.wait()
        if not sandbox._server.started:
            sandbox.stop()
            raise RuntimeError("the sandbox's server did not start")
        return sandbox

    def stop(self) -> None:
        """Break off what is open and free the port. What was answered is stored. Stopping twice does no harm."""
        self._server.stop()
        if self._thread is not None:
            self._thread.join()
        self.workspace.store.close()

    def requests(self) -> list[Exchange]:
        """What arrived, in order; the newest `log_limit` of it."""
        return self.gate.log.exchanges()

    def add_faults(self, *faults: Fault) -> None:
        """Let more go wrong; the n-th request of a fault is counted from now."""
        self.gate.faults.add(faults)

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        self.gate.faults.clear()

    def revoke_key(self) -> None:
        """From now on the key gets 401."""
        self.gate.keys.discard(self.options.key)

    def restore_key(self) -> None:
        """The key is good again."""
        self.gate.keys.add(self.options.key)

    def reset(self) -> None:
        """As new: no contacts, no log, no faults, an empty window, a good key. For tests that try many scripts."""
        self.clear_faults()
        self.restore_key()
        self.workspace.store.clear()
        self.gate.window.clear()
        self.gate.log.clear()

    def run(self, ready: Callable[[str], None]) -> None:
        """Serve in this thread until `stop()` is called in another or SIGINT or SIGTERM arrives."""
        with signals(self._server.stop):
            self._server.on_up = lambda: ready(self.url)
            self._run()
        self.workspace.store.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._server.serve(sockets=[self._socket]))
        finally:
            self._socket.close()
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
    Sandbox(store, Options(**options), _faults(faults), host, port).run(ready)


def _faults(faults: Sequence[Fault] | Path | None) -> Sequence[Fault]:
    return read_faults(faults) if isinstance(faults, Path) else faults or ()

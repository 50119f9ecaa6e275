"""The real command line over sheets of a test's own, against a sandbox that can be told to fail."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from importer.cli.app import main
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importer.sandbox import Fault

KEY = "sandbox-key-2b7f94d0c1"
PEOPLE = "Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\nBob Ray,+14155550102,bob@example.com\n"


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it showed."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """What stood on stdout under `--json`."""
        return [json.loads(line) for line in self.out.splitlines()]


class Call(Protocol):
    """Calls the command line."""

    def __call__(self, *arguments: str) -> Done: ...


class ImportSheet(Protocol):
    """Imports a sheet into a sandbox, which may have faults."""

    def __call__(self, *options: str, sheet: str = "people.csv", faults: tuple[Fault, ...] = ()) -> Done: ...


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of our own to run in, with a sheet, and no state of the machine's user."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("OPENPHONE_BASE_URL", "OPENPHONE_ON_FINISH", "OPENPHONE_NOTIFY_URL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
    monkeypatch.setenv("TERM", "dumb")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def call(home: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls the command line in this process."""

    def called(*arguments: str) -> Done:
        capsys.readouterr()
        code = main(list(arguments))
        shown = capsys.readouterr()
        return Done(code, shown.out, shown.err)

    return called


@pytest.fixture
def imported(call: Call) -> Iterator[ImportSheet]:
    """Imports a sheet (people.csv, where no other is named) into a sandbox of the test's own, which may have faults."""
    with Sandbox.start(rate=0, key=KEY) as sandbox:

        def run(*options: str, sheet: str = "people.csv", faults: tuple[Fault, ...] = ()) -> Done:
            for fault in faults:
                sandbox.add_faults(fault)
            return call("run", sheet, "--yes", "--base-url", sandbox.url, "--rate", "200", *options)

        yield run


@dataclass
class Listener:
    """What came to a server on loopback; it answers with `status`, after so many `refusals` with 503."""

    url: str = ""
    status: int = 200
    refusals: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server that takes notices."""
    listening = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            listening.headers.append(dict(self.headers))
            listening.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(503 if listening.refusals > 0 else listening.status)
            listening.refusals -= 1
            self.send_header("Content-Length", "0")
            for name, value in listening.answer_headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        listening.url = f"http://127.0.0.1:{server.server_port}/hook/very-secret-token"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield listening
        server.shutdown()
        thread.join()

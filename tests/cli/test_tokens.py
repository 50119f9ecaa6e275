"""A token in a private option is shown by no command, in no stream, and kept in no file but the person's own."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TOKEN = "tok3n-5f81c2"
SHEET = "Id,Name,Phone\n1,Ann Lee,+14155550101\n2,Bob Ray,+14155550102\n3,Cy Orr,12\n"
OWN = ("people.csv", "own.toml", "key.txt")
# A command that does not end well, and an address that does not take the notification: both are told.
ON_FINISH = f"false --header 'Authorization: {TOKEN}'"
FOLDER = "people.import"
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("check", "people.csv"),
    ("map", "people.csv", "--yes"),
    ("plan", "people.csv"),
    ("run", "people.csv", "--yes"),
    ("run", "people.csv", "--yes", "-v", "--on-match", "update", "--no-trust-journal"),
    ("run", "people.csv", "--yes", "--json", "--strict", "--max-rejects", "0"),
    ("verify", "people.csv"),
    ("config", "people.csv"),
    ("fields",),
    ("whoami",),
    ("doctor", "--yes"),
    ("runs", FOLDER),
    ("show", FOLDER),
    ("show", FOLDER, "--row", "2"),
    ("bug-report", FOLDER),
    ("undo", FOLDER, "--yes"),
)
TAKES_NOTICES = ("run", "verify", "undo")
TAKES_SERVICE = ("run", "plan", "verify", "map", "config", "fields", "whoami", "doctor", "undo", "check")


@pytest.fixture
def service(home: Path) -> Iterator[Sandbox]:
    """A sandbox whose key has the token too."""
    (home / "people.csv").write_text(SHEET, encoding="utf-8")
    (home / "key.txt").write_text(f"key-{TOKEN}\n", encoding="utf-8")
    with Sandbox.start(rate=0, key=f"key-{TOKEN}") as running:
        yield running


@dataclass
class Hook:
    """Where notifications go: an address with the token wherever one fits; it takes them unless it `refuses`."""

    url: str = ""
    refuses: bool = False


@pytest.fixture
def hook() -> Iterator[Hook]:
    taking = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(500 if taking.refuses else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        taking.url = f"http://ann:{TOKEN}@127.0.0.1:{server.server_port}/{TOKEN}?key={TOKEN}#{TOKEN}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield taking
        server.shutdown()
        thread.join()


def kept(home: Path) -> list[str]:
    """Files with the token in them, beside those that the person wrote."""
    files = [file for file in home.rglob("*") if file.is_file() and file.name not in OWN]
    return [str(file.relative_to(home)) for file in files if TOKEN.encode() in file.read_bytes()]


def options_of(command: str, source: str, url: str, hook: str) -> Sequence[str]:
    """The private options of a command, as a person may give them."""
    if source == "config":
        return ("--config", "own.toml") if command in ("check", "map", "plan", "run", "verify", "config") else ()
    given: list[str] = []
    if source == "line" and command in TAKES_NOTICES:
        given += ["--on-finish", ON_FINISH, "--notify-url", hook]
    if command in TAKES_SERVICE:
        given += ["--api-key-file", "key.txt", "--base-url", url]
    return given


@pytest.mark.parametrize("source", ["line", "environment", "config"])
def test_a_token_is_nowhere(
    source: str,
    service: Sandbox,
    hook: Hook,
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every command that knows the token shows and keeps nothing of it, wherever it was given."""
    if source == "environment":
        monkeypatch.setenv("OPENPHONE_ON_FINISH", ON_FINISH)
        monkeypatch.setenv("OPENPHONE_NOTIFY_URL", hook.url)
    if source == "config":
        monkeypatch.setenv("OPENPHONE_API_KEY", f"key-{TOKEN}")
        monkeypatch.setenv("OPENPHONE_BASE_URL", service.url)
        lines = [f'on-finish = """{ON_FINISH}"""', f'notify-url = "{hook.url}"', 'api-key-file = "key.txt"']
        (home / "own.toml").write_text("\n".join(lines), encoding="utf-8")
    shown_by: dict[str, str] = {}
    for command in COMMANDS:
        hook.refuses = "--strict" in command
        code = main([*command, *options_of(command[0], source, service.url, hook.url)])
        shown = capsys.readouterr()
        text = shown.out + shown.err
        assert code in {0, 1, 2}, text
        assert "Unknown option" not in text
        if TOKEN in text:
            shown_by[" ".join(command)] = next(line for line in text.splitlines() if TOKEN in line)
        if command[0] == "run":
            assert "--on-finish: " in text
            assert ("--notify-url: " in text) == hook.refuses
    assert shown_by == {}
    assert kept(home) == []
    assert len(service.requests()) > 10


@pytest.mark.parametrize(
    "address",
    [
        f"https://ann:{TOKEN}@127.0.0.1:9",
        f"https://127.0.0.1:9/?key={TOKEN}",
        f"https://127.0.0.1:9/#{TOKEN}",
        f"ftp://ann:{TOKEN}@127.0.0.1/?{TOKEN}",
    ],
)
def test_a_token_in_the_address_of_the_api(
    address: str, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address of the API with a name, a query or a fragment is refused, and not repeated."""
    (home / "people.csv").write_text(SHEET, encoding="utf-8")
    monkeypatch.setenv("OPENPHONE_API_KEY", "any-key")
    for command in (("run", "people.csv", "--yes"), ("check", "people.csv"), ("whoami",), ("config", "people.csv")):
        assert main([*command, "--base-url", address]) == 2
        shown = capsys.readouterr()
        assert TOKEN not in shown.out + shown.err
        assert "--base-url: must be an address" in shown.err
    assert kept(home) == []

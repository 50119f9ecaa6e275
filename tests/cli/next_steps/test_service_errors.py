"""What is said of a service that refuses, is elsewhere or away is done as it stands, and everybody is there once."""

from __future__ import annotations

import re
import ssl
import threading
from base64 import b64encode
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Fault, Sandbox
from tests.cli.next_steps.mended import ALL
from tests.cli.next_steps.screen import HEADER, PEOPLE, Screen
from tests.paths import ROOT
from tests.pipeline.dedupe.doubles import add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importer.sandbox import Exchange

ROLE = "owner or admin"
FAULTS = {
    "402": "Check the workspace's plan and billing, then run again.",
    "403": f"Make or copy one in the app under Settings > API as an {ROLE}, put it where the key was",
    "406": "Update openphone-import, or ask the service's support, then run again.",
    "410": "Update openphone-import, or ask the service's support, then run again.",
    "451": "Ask the service's support, then run again.",
    "400": "Check --base-url and the key's workspace, then run again.",
    "503": "Check the internet connection, --base-url and the service's status page, then run the same command again.",
}


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_service_that_refuses_is_asked_again(screen: Screen, kind: str, method: str) -> None:
    """Once the service takes what it has refused, the same command has everybody there, also half way through."""
    if method == "POST" and kind in ("400", "503"):
        pytest.skip("the row is rejected, or waited for as long as others may be written")
    screen.sandbox.add_faults(Fault(kind, method=method, start=1 if method == "GET" else 2))
    try:
        assert screen.run("--wait-for-service", "1") in (2, 3), screen.text
    finally:
        screen.sandbox.clear_faults()
    assert FAULTS[kind] in screen.text
    assert screen.run() == 0
    assert screen.is_whole(*ALL)


def test_a_wrong_key_is_replaced(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that the service does not know is replaced where it was, in the variable or the file."""
    with Sandbox.start(rate=0, key="right-key") as sandbox:
        screen = Screen(sandbox, capsys)
        assert screen.run() == 2
        assert "put it where the key was (OPENPHONE_API_KEY or the key file) and run again." in screen.text
        monkeypatch.setenv("OPENPHONE_API_KEY", "right-key")
        assert screen.run() == 0
        assert screen.is_whole(*ALL)
        monkeypatch.delenv("OPENPHONE_API_KEY")
        key = tmp_path / "key"
        for text, code in (("wrong-key", 2), ("right-key", 0)):
            key.write_text(f"{text}\n", encoding="utf-8")
            key.chmod(0o600)
            assert screen.run("--api-key-file", str(key)) == code
        assert screen.names() == ALL


@contextmanager
def elsewhere(status: int, location: str = "", *, is_https: bool = False) -> Iterator[str]:
    """A server that is not the API, and answers everything alike."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if is_https:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(ROOT / "tests/api/loopback.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"{'https' if is_https else 'http'}://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def refused_at(screen: Screen, address: str) -> str:
    """What is said of another address."""
    assert screen.type("run", "people.csv", "--base-url", address, "--yes", "-q", "--wait-for-service", "1") == 2
    assert screen.names() == []
    return screen.text


def test_an_address_that_is_not_the_apis_is_set_right(screen: Screen) -> None:
    """What is no API, a certificate that nothing vouches for, and https for http are said; then all go in."""
    with elsewhere(404) as address:
        assert "Set --base-url to the address of the API, https://api.quo.com." in refused_at(screen, address)
    with elsewhere(200, is_https=True) as address:
        step = "Check --base-url, the computer's date, and the certificates of any proxy, then run again."
        assert step in refused_at(screen, address)
    step = "Check --base-url: the port, and whether it begins with http:// or https://, then run again."
    assert step in refused_at(screen, screen.sandbox.url.replace("http:", "https:"))
    assert screen.run() == 0
    assert screen.is_whole(*ALL)


def test_an_address_that_has_moved_is_followed(screen: Screen) -> None:
    """The address that an old one points to, typed as the error shows it, is that of the workspace."""
    with elsewhere(301, f"{screen.sandbox.url}/v1/contacts") as address:
        said = refused_at(screen, address)
    [shown] = re.findall(r"If that is the API you use, run again with --base-url (\S+)\.", said)
    assert screen.type("run", "people.csv", "--base-url", shown, "--yes", "-q") == 0
    assert screen.is_whole(*ALL)


@pytest.mark.parametrize("is_owner", [True, False])
def test_changes_that_are_all_refused(screen: Screen, *, is_owner: bool) -> None:
    """With the key of an owner all are changed; without changes the run ends well, and new people are there."""
    people = HEADER + "".join(f"P{number},Lee,+1415555{1000 + number},\n" for number in range(12))
    screen.sheet(people)
    assert screen.run() == 0
    screen.sheet(people.replace("Lee", "Leigh") + "Zed,Lee,+14155550199,\n")
    screen.sandbox.add_faults(Fault("403", method="PATCH"))
    assert screen.run("--on-match", "update") == 3
    assert "Use a key of an owner or admin, or run again with --on-match create-only if" in screen.text
    if is_owner:
        screen.sandbox.clear_faults()
        assert screen.run("--on-match", "update") == 0
    else:
        assert screen.follow(number=0) == 0
    assert len(screen.names()) == 13
    last_names = {each["defaultFields"]["lastName"] for each in screen.sandbox.contacts()}
    assert last_names == ({"Leigh", "Lee"} if is_owner else {"Lee"})
    screen.sandbox.clear_faults()


@contextmanager
def losing(capsys: pytest.CaptureFixture[str], field: str) -> Iterator[Screen]:
    """A screen before a service that loses a field of the contact that it changes first."""
    changes: list[str] = []

    def lose(exchange: Exchange) -> None:
        if exchange.method == "PATCH":
            changes.append(exchange.path)
            if len(changes) == 1:
                sandbox.edit(exchange.path.rpartition("/")[2], **{field: None})

    with Sandbox.start(rate=0, heard=lose) as sandbox:
        yield Screen(sandbox, capsys)


@pytest.mark.usefixtures("screen")
def test_a_service_that_keeps_nothing_is_mended(capsys: pytest.CaptureFixture[str]) -> None:
    """After a create that was not kept, the same command creates no one, and --on-missing create makes all whole."""
    is_mended = False

    def forget(exchange: Exchange) -> None:
        if exchange.method == "POST" and not is_mended:
            for contact in sandbox.contacts():
                sandbox.delete(contact["id"])

    with Sandbox.start(rate=0, heard=forget) as sandbox:
        screen = Screen(sandbox, capsys)
        assert screen.run() == 3
        assert "and does not have it. The run was stopped before it created another one." in screen.text
        assert sum(exchange.method == "POST" for exchange in sandbox.requests()) == 1
        is_mended = True
        again = screen.commands()[0]
        assert screen.type(*again) == 3
        assert "and the service still does not show it. Nothing was created in this run." in screen.text
        assert "then add --on-missing create" in screen.text
        assert screen.type(*again, "--on-missing", "create") == 0
        assert screen.is_whole(*ALL)


COMPANIES = PEOPLE.replace("Email\n", "Email,Company\n").replace(".com\n", ".com,Acme\n")


@pytest.mark.usefixtures("screen")
def test_a_first_change_that_is_lost_is_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Without changes the run ends, and the undo that is shown makes the contact what it was."""
    with losing(capsys, "company") as screen:
        screen.sheet(COMPANIES)
        assert screen.run() == 0
        before = [contact["defaultFields"] for contact in screen.sandbox.contacts()]
        screen.sheet(COMPANIES.replace("Lee", "Leigh"))
        assert screen.run("--on-match", "update") == 3
        assert "run again with --on-match create-only, which changes no contact. To take this change" in screen.text
        go_on, undo = screen.commands()
        # The last lines propose the same as the error: the command as it was typed would change another contact.
        assert go_on[-2:] == ["--on-match", "create-only"]
        screen.type("show", "people.import")
        assert screen.commands()[-1] == go_on
        assert screen.type(*go_on) == 0
        assert screen.type(*undo, "--yes") == 0
        assert [contact["defaultFields"] for contact in screen.sandbox.contacts()] == before


@pytest.mark.usefixtures("screen")
def test_a_join_that_is_lost_is_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is deleted by a dedupe whose first change is lost, and its undo makes the contact what it was."""
    with losing(capsys, "sourceUrl") as screen:
        add(screen.sandbox, "Ann", "Lee", ["+14155550101"], company="Acme", role="CEO")
        add(screen.sandbox, "Ann", "Lee", ["+14155550101"], sourceUrl="https://crm.example/1")
        before = [contact["defaultFields"] for contact in screen.sandbox.contacts()]
        assert screen.dedupe() == 3
        assert "Look at the contact in the app, and take this change back: openphone-import undo" in screen.text
        assert screen.names() == ["Ann", "Ann"]
        assert screen.follow("--yes") == 0, screen.text
        assert [contact["defaultFields"] for contact in screen.sandbox.contacts()] == before


@contextmanager
def proxy(screen: Screen) -> Iterator[int]:
    """A proxy that hands requests on to the sandbox, by its usual name, and wants a login."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Proxy-Authorization") != f"Basic {b64encode(b'maria:secret').decode()}":
                status, headers, body = 407, {"Proxy-Authenticate": "Basic"}, b""
            else:
                there = HTTPConnection(screen.sandbox.url.removeprefix("http://"))
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                passed = {
                    name: text for name, text in self.headers.items() if name.lower() not in ("host", "connection")
                }
                there.request(self.command, self.path.partition("/v1")[1] + self.path.partition("/v1")[2], sent, passed)
                answer = there.getresponse()
                status, headers, body = answer.status, {"Content-Type": "application/json"}, answer.read()
                there.close()
            self.send_response(status)
            for name, text in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_proxy_is_started_and_given_its_login(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that is away is started, then given name and password as the example shows, and all go in through it."""
    # No proxy is asked for this computer by its usual names.
    line = ("run", "people.csv", "--base-url", screen.sandbox.url.replace("127.0.0.1", "0.0.0.0"), "--yes", "-q")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert screen.type(*line) == 2
    assert "Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or start the proxy, then run again." in screen.text
    with proxy(screen) as port:
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
        assert screen.type(*line) == 2
        [example] = re.findall(r"as in HTTPS_PROXY=(\S+), or ask who runs it", screen.text)
        login = example.replace("NAME:PASSWORD", "maria:secret").replace("proxy.example:8080", f"127.0.0.1:{port}")
        monkeypatch.setenv("ALL_PROXY", login)
        assert screen.type(*line) == 0, screen.text
    monkeypatch.delenv("ALL_PROXY")
    assert screen.names() == ALL

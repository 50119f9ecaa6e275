"""Only the page that the program has opened is answered, by this computer alone."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from importer.sandbox import Sandbox
from tests.e2e.process import Process
from tests.web.client import inside
from tests.web.rig import PageProgram

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "a-key-that-nobody-may-see"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageProgram]:
    """The page in a folder with one sheet."""
    folder = tmp_path_factory.mktemp("served")
    with Sandbox.start() as service:
        started = PageProgram.start(folder / "work", folder / "home", "--base-url", service.url)
        (started.folder / "people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\n", encoding="utf-8")
        yield started
        assert started.end() == 0


@pytest.fixture(scope="module")
def client(served: PageProgram) -> Iterator[httpx.Client]:
    """A client that was let in as the browser is: by the token, once."""
    with inside(served) as let_in:
        yield let_in


def test_who_was_let_in_is_answered(client: httpx.Client) -> None:
    """With the cookie and the secret of the tab, the page gets its answers."""
    assert client.get("/api/home").json()["files"] == ["people.csv"]
    assert client.get("/practice/people.csv/sheet").text.startswith("<!doctype html>")


@pytest.mark.parametrize("path", ["/", "/api/home", "/static/main.js", "/open?token=x", "/practice/people.csv/fix"])
@pytest.mark.parametrize(
    "headers",
    [{"Host": "openphone.example"}, {"Host": "localhost"}, {"Origin": "http://127.0.0.1:1"}, {"Origin": "null"}],
    ids=["another-host", "localhost", "another-port", "no-origin"],
)
def test_from_elsewhere_nothing_is_answered(client: httpx.Client, path: str, headers: dict[str, str]) -> None:
    """A foreign Host (DNS rebinding) or Origin is refused on every address, also with all secrets."""
    assert client.get(path, headers=headers).status_code == 403


def test_another_page_gets_nothing(client: httpx.Client) -> None:
    """What a page from elsewhere makes the browser ask for is refused, whatever cookies the browser sends along."""
    for site in ("cross-site", "same-site"):
        assert client.get("/api/home", headers={"Sec-Fetch-Site": site}).status_code == 403
    request = client.build_request("POST", "/api/key", json={"key": "x"})
    del request.headers["Origin"]
    assert client.send(request).status_code == 403


def test_without_each_secret_nothing_is_answered(client: httpx.Client, served: PageProgram) -> None:
    """The cookie alone, the secret of the tab alone, or neither: 403."""
    with httpx.Client(base_url=served.address, timeout=60) as outside:
        assert outside.get("/").status_code == 403
        assert outside.get("/static/main.js").status_code == 403
        assert outside.get("/api/home", headers={"X-Tab": client.headers["X-Tab"]}).status_code == 403
    for secret in ("", "x", client.headers["X-Tab"] + "x"):
        assert client.get("/api/home", headers={"X-Tab": secret}).status_code == 403


def test_the_token_works_once(client: httpx.Client, served: PageProgram) -> None:
    """After the page was opened the file is gone, and its address opens nothing any more."""
    assert client.get("/api/home").status_code == 200
    assert not served.opening.exists()
    assert httpx.get(f"{served.address}/open?token=", timeout=60).status_code == 403


def test_the_opening_file_is_the_owners(program: PageProgram) -> None:
    """The file with the token can be read by its owner alone, and no process list shows the token."""
    assert program.opening.stat().st_mode & 0o777 == 0o600
    token = program.opening.read_text(encoding="utf-8").split("token=")[1].split('"')[0]
    assert len(token) >= 40
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert token.encode() not in line.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue


def test_only_this_computer_can_reach_it(served: PageProgram) -> None:
    """It listens on 127.0.0.1 and on no other address of the machine."""
    port = int(served.address.rsplit(":", 1)[1])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # nothing is sent: this only chooses an address
        own = probe.getsockname()[0]
    addresses = {own, "127.0.0.2"} - {"127.0.0.1"}
    for address in addresses:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((address, port), timeout=5)


@pytest.mark.parametrize(
    "path", ["/", "/api/home", "/static/main.js", "/static/nothing", "/api/practice/none.csv/sheet"]
)
def test_every_answer_is_that_of_a_careful_page(client: httpx.Client, path: str) -> None:
    """No inline script or style, no frame, nothing kept, also in answers that refuse something."""
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize(
    "path",
    ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "..%5capp.py", "steps/../../app.py", "//etc/passwd", "x" * 5_000],
)
def test_no_way_leads_out_of_the_static_files(served: PageProgram, client: httpx.Client, path: str) -> None:
    """Only files of the page are handed out, however the path is written."""
    port = int(served.address.rsplit(":", 1)[1])
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        head = f"GET /static/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        raw.sendall(head.encode())
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert answer.split(b" ")[1] == b"404"
    assert b"root:" not in answer


def test_the_key_is_never_sent_back(client: httpx.Client) -> None:
    """Whatever becomes of a key, no answer of the server has it in it."""
    answers = [client.post("/api/key", json={"key": KEY}).text, client.get("/api/home").text]
    answers += [client.get(f"/api/real/people.csv/{what}").text for what in ("state", "sheet", "columns", "questions")]
    assert all(KEY not in answer for answer in answers)


def test_a_sheet_is_copied_and_overwrites_nothing(client: httpx.Client, served: PageProgram) -> None:
    """A dropped sheet keeps its name without folders; the same bytes are the same file, others get the next name."""
    first = "Name,Phone\nBob Stone,+14155550102\n"

    def drop(name: str, content: str) -> str:
        answer = client.post("/api/upload", params={"name": name}, content=content.encode())
        return str(answer.json()["name"])

    assert drop("../../etc/new.csv", first) == "new.csv"
    assert drop("C:\\Users\\me\\new.csv", first) == "new.csv"
    assert drop("new.csv", first + "Cy Fox,+14155550103\n") == "new (2).csv"
    assert (served.folder / "new.csv").read_text(encoding="utf-8") == first
    assert drop('a"b<img src=x>.csv', first) == 'a"b<img src=x>.csv'
    # A name that Windows takes has up to 255 letters, each of which may need several bytes elsewhere.
    assert drop("\u8868" * 250 + ".csv", first) == "\u8868" * 66 + ".csv"
    assert not list(served.folder.glob(".upload-*"))


def test_what_a_killed_page_left_of_an_upload_is_removed(tmp_path: Path) -> None:
    """The next page removes what an upload left whose page was killed, and no upload that another page may take in."""
    abandoned, fresh, own = (tmp_path / name for name in (".upload-a.part", ".upload-b.part", "upload-c.part"))
    for path in (abandoned, fresh, own):
        path.write_text("Name,Phone\n", encoding="utf-8")
    for path in (abandoned, own):
        os.utime(path, (time.time() - 4000, time.time() - 4000))
    program = PageProgram.start(tmp_path, tmp_path / "home")
    try:
        assert [path.exists() for path in (abandoned, fresh, own)] == [False, True, True]
    finally:
        program.end()


def test_an_error_is_said_in_words(client: httpx.Client) -> None:
    """What cannot be done is answered with the message and the next step of the command, never with a traceback."""
    answer = client.get("/api/practice/none.csv/sheet")
    assert answer.status_code == 409
    assert answer.json()["message"].startswith("There is no sheet none.csv in ")
    assert answer.json()["next"]
    assert client.get(f"/api/practice/{'x' * 4_000}/sheet").status_code == 409
    for number in (str(2**70), "9" * 5_000, "-1", "x"):
        assert client.get("/api/practice/people.csv/rows", params={"first": number}).status_code == 200
        assert client.get("/api/practice/people.csv/rows", params={"offset": number}).status_code == 200
    for body in (b"[]", b"{", b'{"cells": 1}'):
        answer = client.post("/api/practice/people.csv/edit", content=body)
        assert answer.status_code in (200, 409)
        assert "Traceback" not in answer.text


def test_it_ends_when_it_is_not_used(tmp_path: Path) -> None:
    """After the time that was given, without use and with nothing running, the program ends by itself with 0."""
    program = PageProgram.start(tmp_path / "work", tmp_path / "home", "--idle", "0.01")
    done = program.process.end()
    assert (done.code, "not in use any more" in done.err) == (0, True)
    assert program.process not in Process.open
    assert not program.opening.exists()

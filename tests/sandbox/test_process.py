"""The sandbox in a process of its own, as the command serves it: kills of clients and of itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Protocol

import pytest

from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.sandbox.conftest import OpenClient

SERVER = """
import sys
from pathlib import Path
from importer.sandbox import serve
serve(Path(sys.argv[1]), rate=0, port=int(sys.argv[2]), ready=lambda url: print(url, flush=True))
print("stopped", flush=True)
"""
WRITER = """
import sys, httpx
with httpx.Client(base_url=sys.argv[1], headers={"Authorization": "sandbox-key"}, verify=False, timeout=60) as client:
    for number in range(10_000):
        body = {"defaultFields": {"firstName": "A"}, "externalId": f"{sys.argv[2]}-{number}"}
        contact = client.post("/v1/contacts", json=body).json()["data"]
        print(contact["id"], flush=True)
"""


class Spawn(Protocol):
    """Starts Python with the text of a program."""

    def __call__(self, program: str, *arguments: str) -> subprocess.Popen[str]: ...


def output(process: subprocess.Popen[str]) -> IO[str]:
    """The pipe that `spawn` opened."""
    assert process.stdout is not None
    return process.stdout


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    """Starts Python with a program; what is still there after the test is killed."""
    processes: list[subprocess.Popen[str]] = []

    def begin(program: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", "-X", "dev", "-c", program, *arguments]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if program == SERVER else subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.wait()
        output(process).close()


def serve(spawn: Spawn, store: Path, port: str = "0") -> tuple[subprocess.Popen[str], str]:
    process = spawn(SERVER, str(store), port)
    return process, output(process).readline().strip()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(spawn: Spawn, open_to: OpenClient, tmp_path: Path, number: int) -> None:
    """SIGINT and SIGTERM end serve() even with a client connected; it returns, and the program goes on to its end."""
    process, url = serve(spawn, tmp_path / "store.sqlite")
    assert open_to(url).get("/v1/contact-custom-fields").status_code == 200
    process.send_signal(number)
    assert process.wait() == 0
    assert output(process).read() == "stopped\n"


def test_killed_clients_do_it_no_harm(spawn: Spawn, open_to: OpenClient, tmp_path: Path) -> None:
    """Clients killed in the middle of their requests, time and again, leave the server answering the next one."""
    _, url = serve(spawn, tmp_path / "store.sqlite")
    for batch in range(5):
        writers = [spawn(WRITER, url, f"{batch}-{number}") for number in range(4)]
        for writer in writers:
            output(writer).readline()
            writer.kill()
    answer = open_to(url).get("/v1/contacts?maxResults=50")
    assert answer.status_code == 200
    assert len(answer.json()["data"]) >= 20


def test_what_was_answered_survives_its_own_kill(spawn: Spawn, open_to: OpenClient, tmp_path: Path) -> None:
    """After SIGKILL in the middle of writes, the store holds every contact whose id a client was given."""
    store = tmp_path / "store.sqlite"
    process, url = serve(spawn, store)
    writers = [spawn(WRITER, url, f"w{number}") for number in range(2)]
    contact_ids = [output(writer).readline().strip() for writer in writers for _ in range(20)]
    process.kill()
    process.wait()
    contact_ids += [line.strip() for writer in writers for line in output(writer) if line.endswith("\n")]
    _, url = serve(spawn, store)
    client = open_to(url)
    assert {client.get(f"/v1/contacts/{contact_id}").status_code for contact_id in contact_ids} == {200}


def test_the_package_is_light_to_import(spawn: Spawn) -> None:
    """Importing the package loads no server, so that a command line that names it stays quick."""
    program = "import sys, importer.sandbox\nprint({'uvicorn', 'starlette', 'sqlite3'} & set(sys.modules))"
    assert output(spawn(program)).read() == "set()\n"

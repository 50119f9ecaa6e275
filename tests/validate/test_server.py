"""Chunks that are validated by the server, and what becomes of them where it is gone."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.mapping.suggest.suggest import suggest
from importer.model import CustomField, FieldType, NormalisedChunk
from importer.validate.contacts import ContactValidation
from importer.validate.server import validation_server

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = CustomField("k", "Balance", FieldType.NUMBER)
MAPPING = suggest(["Vorname", "Tel", "Balance"], [NUMBER])
NAMES = ("identity", "external_id", "first_name", "last_name", "company", "role", "source_url", "created_by")
COLUMNS = {name: ["", ""] for name in NAMES} | {"first_name": ["A", ""], "phone_1": ["12", ""], "custom:k": ["x", ""]}
CHUNK = NormalisedChunk([9, 40], COLUMNS, ())
EXPECTED = [(9, "Tel", "bad-phone"), (9, "Balance", "bad-number"), (40, None, "empty-contact")]

# The process that starts the server has no threads, unlike that of the tests.
ASK_SERVER = """
import os, sys
from importer.validate.server import start_server
start_server()
os.close(int(sys.argv[1]))
from tests.validate.test_server import EXPECTED, problems_found
assert problems_found() == EXPECTED
assert problems_found() == EXPECTED
assert not {"pandas", "pandera"} & set(sys.modules), "loaded where there is a server"
"""


# The server is the child of a keeper, whose own parent has ended.
KILL_SERVER = """
import os, signal, sys, time
from pathlib import Path
from importer.validate.server import start_server
start_server()
os.close(int(sys.argv[1]))
from tests.validate.test_server import EXPECTED, problems_found, servers_of
group = os.getpgrp()
assert problems_found() == EXPECTED
(first,) = servers_of(group)
os.kill(first, signal.SIGKILL)
assert problems_found() == EXPECTED
(second,) = servers_of(group)
assert second != first
assert not {"pandas", "pandera"} & set(sys.modules), "loaded where there is a server"
"""


def servers_of(group: int) -> list[int]:
    """The processes of a group that a keeper has started; each keeper has lost its own parent."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            facts = (path / "stat").read_text().rpartition(")")[2].split()
            if int(facts[2]) == group and facts[0] != "Z":
                parents[int(path.name)] = int(facts[1])
    own = {os.getpid()}
    keepers = [process for process, parent in parents.items() if parent not in parents and process not in own]
    return [process for process, parent in parents.items() if parent in keepers]


def problems_found(longest_seconds: float = 60.0) -> list[tuple[int | None, str | None, str]]:
    """Row, column and rule of everything in the chunk."""
    with ContactValidation([NUMBER], longest_seconds) as validation:
        return [(problem.row, problem.column, problem.rule) for problem in validation.problems(CHUNK, MAPPING)]


@pytest.fixture
def lost_server() -> Iterator[socket.socket]:
    """The other end of what this process takes for its server."""
    ours, theirs = socket.socketpair()
    token = validation_server.set(ours)
    with ours, theirs:
        yield theirs
    validation_server.reset(token)


def test_the_server_finds_the_same_and_ends_with_the_last_that_could_ask() -> None:
    """Who has a server loads neither pandas nor pandera, learns the same, and leaves no process behind."""
    # The server has this end open for as long as it lives.
    ours, theirs = os.pipe()
    command = [sys.executable, "-c", ASK_SERVER, str(theirs)]
    process = subprocess.Popen(command, pass_fds=[theirs])
    os.close(theirs)
    with os.fdopen(ours, "rb") as end:
        assert process.wait() == 0
        assert select.select([end], [], [], 20)[0], "the server goes on alone"
        assert end.read() == b""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are told apart by /proc")
def test_a_server_that_was_killed_is_followed_by_another() -> None:
    """Where the system has killed it, the next that asks is answered by a new one, and a line says so."""
    ours, theirs = os.pipe()
    command = [sys.executable, "-c", KILL_SERVER, str(theirs)]
    process = subprocess.Popen(command, pass_fds=[theirs], start_new_session=True, stderr=subprocess.PIPE)
    os.close(theirs)
    assert process.stderr is not None
    with os.fdopen(ours, "rb") as end, process.stderr as log:
        assert process.wait() == 0
        assert select.select([end], [], [], 20)[0], "the server goes on alone"
        assert end.read() == b""
        (line,) = log.read().decode().splitlines()
    assert line.startswith("warning: The process that validates rows for all workspaces was ended by the system")
    assert line.endswith("(signal 9). Another one was started, and no row is lost.")


def test_without_a_server_the_process_validates_by_itself() -> None:
    """No server, as on Windows: the same problems."""
    assert problems_found() == EXPECTED


def test_a_server_that_is_gone_is_done_without(lost_server: socket.socket) -> None:
    """A server that the system has killed costs memory, and not the import."""
    lost_server.close()
    assert problems_found() == EXPECTED


@pytest.mark.usefixtures("lost_server")
def test_a_server_that_does_not_answer_is_done_without() -> None:
    """A server that is stopped, or stuck, holds no lane up."""
    assert problems_found(longest_seconds=0.05) == EXPECTED


def test_a_server_that_dies_over_a_chunk_is_done_without(lost_server: socket.socket) -> None:
    """It takes the call and ends before it answers: nothing is lost, and nothing waits."""

    def end_instead_of_answering() -> None:
        _, descriptors, _, _ = socket.recv_fds(lost_server, 1, 1)
        with socket.socket(fileno=descriptors[0]) as connection:
            connection.recv(1)

    ending = threading.Thread(target=end_instead_of_answering)
    ending.start()
    assert problems_found() == EXPECTED
    ending.join()

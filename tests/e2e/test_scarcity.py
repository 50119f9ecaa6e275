"""A machine that lacks something: few open files, no room on the disk, a clock that jumps, a reader that goes away."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from tests.e2e.process import KEY, Done, Process
from tests.e2e.rig import audit
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.e2e.conftest import ImportPeople
    from tests.e2e.rig import Program

ROWS = 12
HOLDER = """
import sys, time
from filelock import FileLock
lock = FileLock(sys.argv[1])
lock.acquire()
print("held", flush=True)
time.sleep(999)
"""
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", "people.csv", "--yes", "--rate", "100"),
    "check": ("check", "people.csv"),
    "plan": ("plan", "people.csv", "--rate", "100"),
    "verify": ("verify", "people.csv", "--rate", "100"),
    "undo": ("undo", "out", "--yes", "--rate", "100"),
}


@dataclass(frozen=True)
class Limit:
    """Takes something from the process that it is called in."""

    resource: int
    value: int

    def __call__(self) -> None:
        resource.setrlimit(self.resource, (self.value, self.value))


def without_capabilities() -> None:
    """Give up what root may do beyond its own files' modes (capset(2)), so that it may do as little as others."""
    libc, version_3 = ctypes.CDLL(None, use_errno=True), 0x20080522
    header, nothing = (ctypes.c_uint32 * 2)(version_3, 0), (ctypes.c_uint32 * 6)()
    assert libc.capset(header, nothing) == 0


def let_the_clock_jump() -> None:
    """The wall clock goes a day ahead and back with each look at it; time.monotonic, which measures, does not."""
    real, days = time.time, cycle((0, 1, -1))
    time.time = lambda: real() + 86_400 * next(days)


def start(
    program: Program, name: str, *options: str, prepare: Callable[[], None] | None = None, stdout: int | None = None
) -> Process:
    """Start a command in a process that `prepare` has taken something from."""
    arguments = [*COMMANDS[name], *options, *(() if name == "undo" else ("--out", "out"))]
    if name != "check":
        arguments += ["--base-url", program.url]
    return Process(arguments, program.folder, program.folder / "home", prepare=prepare, stdout=stdout)


def command(program: Program, name: str, prepare: Callable[[], None] | None = None) -> Done:
    """Run a command to its end."""
    return start(program, name, prepare=prepare).end()


def assert_decent(done: Done, codes: Sequence[int] = (0, 1, 2, 3)) -> None:
    """An exit code of the design, no traceback, and a next step where it did not go well."""
    assert done.code in codes, done.err
    assert "Traceback" not in done.err
    assert "A bug in" not in done.err
    assert done.code in (0, 1) or done.err.count(" next: ") == 1, done.err


def assert_ends_well(program: Program, sandbox: Sandbox) -> None:
    """With everything there again, the same sheet ends with everybody in once."""
    done = command(program, "run")
    assert done.code == 0, done.err
    assert not audit(program, sandbox.contacts())


@pytest.mark.parametrize("limit", range(12, 26, 2))
def test_few_open_files_for_a_rehearsal(limit: int, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Wherever the files run out, in the sandbox of the process too, a rehearsal works or ends in words."""
    program = import_people(sandbox.url, 2)
    arguments = [*COMMANDS["run"], "--sandbox", "--out", "rehearsal", "--wait-for-service", "0.05"]
    limited = Process(arguments, program.folder, program.folder / "home", prepare=Limit(resource.RLIMIT_NOFILE, limit))
    assert_decent(limited.end())


@pytest.mark.parametrize("megabytes", [110, 150, 200])
def test_little_memory(megabytes: int, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A run that gets too little memory says that, and the same command goes on once there is more."""
    program = import_people(sandbox.url)
    done = command(program, "run", Limit(resource.RLIMIT_AS, megabytes * 1024**2))
    assert_decent(done)
    assert done.code == 0 or "memory" in done.err
    assert_ends_well(program, sandbox)


@pytest.mark.parametrize("limit", [10, 12, 14])
@pytest.mark.parametrize("name", ["map", "dedupe"])
def test_few_open_files_for_the_store_of_a_rehearsal(name: str, limit: int, tmp_path: Path) -> None:
    """Where the sandbox's own files run out its person is not asked to delete them, nor told that they are damaged."""
    (tmp_path / "people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\n", encoding="utf-8")
    arguments = {
        "map": ("map", "people.csv", "--sandbox", "--yes", "--out", "."),
        "dedupe": ("dedupe", "--sandbox", "--yes", "--out", "."),
    }[name]
    done = Process(arguments, tmp_path, tmp_path / "home", prepare=Limit(resource.RLIMIT_NOFILE, limit)).end()
    assert_decent(done)
    assert "Delete" not in done.err
    assert "damaged" not in done.err
    assert "not a sandbox store" not in done.err


@pytest.mark.parametrize("limit", [7, 9, 10])
def test_few_open_files_for_a_sandbox(limit: int, tmp_path: Path) -> None:
    """A sandbox that cannot open what it needs to serve says so, and does not end as if it had been stopped."""
    arguments = ["sandbox", "--store", "store.sqlite"]
    done = Process(arguments, tmp_path, tmp_path / "home", prepare=Limit(resource.RLIMIT_NOFILE, limit)).end()
    assert_decent(done, (2, 3))
    assert "Too many open files" in done.err


@pytest.mark.parametrize("limit", [12, 16, 19, 22, 26])
@pytest.mark.parametrize("name", ["run", "check"])
def test_few_open_files_for_a_fleet(name: str, limit: int, tmp_path: Path) -> None:
    """Wherever files run out, in the process that lanes are forked from too, a fleet ends in words."""
    (tmp_path / "people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\n", encoding="utf-8")
    lines = (f'[[workspace]]\nname = "{letter}"\nsheet = "people.csv"\nsandbox = true\n' for letter in "ab")
    (tmp_path / "fleet.toml").write_text("".join(lines), encoding="utf-8")
    limited = Limit(resource.RLIMIT_NOFILE, limit)
    done = Process(["fleet", name, "fleet.toml"], tmp_path, tmp_path / "home", prepare=limited).end()
    assert done.code in (0, 1, 2, 3), done.err
    assert "Traceback" not in done.err
    assert "A bug in" not in done.err


def test_a_clock_that_jumps_for_a_fleet(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A wall clock that goes back and forth by a day, in the fleet and its lanes, changes nothing of what is made."""
    folder = import_people(sandbox.url, ROWS).folder
    (folder / "a.key").write_text(KEY, encoding="utf-8")
    entry = f'name = "a"\nsheet = "people.csv"\napi-key-file = "a.key"\nbase-url = "{sandbox.url}"\n'
    (folder / "fleet.toml").write_text(f"[[workspace]]\n{entry}", encoding="utf-8")
    for _ in range(2):
        words = ("fleet", "run", "fleet.toml", "--yes")
        done = Process(words, folder, folder / "home", prepare=let_the_clock_jump).end()
        assert_decent(done, (0,))
        assert len(sandbox.contacts()) == ROWS


@pytest.mark.parametrize("limit", [16, 24, 40])
@pytest.mark.parametrize("name", COMMANDS)
def test_few_open_files(name: str, limit: int, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """With few files allowed a command works, or ends in words; afterwards the sheet can be finished."""
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").code == 0
    assert_decent(command(program, name, Limit(resource.RLIMIT_NOFILE, limit)))
    assert_ends_well(program, sandbox)


@pytest.mark.parametrize("limit", range(6, 10))
def test_few_open_files_are_not_the_services_fault(limit: int, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A module that cannot be opened while the service is asked ends the command: it is not waited for."""
    program = import_people(sandbox.url, ROWS)
    arguments = ["template", "template.csv", "--base-url", program.url]
    limited = Limit(resource.RLIMIT_NOFILE, limit)
    done = Process(arguments, program.folder, program.folder / "home", prepare=limited).end()
    assert_decent(done)
    assert "The service is not available" not in done.err


@pytest.mark.parametrize("size", [4096, 60_000, 200_000])
@pytest.mark.parametrize("name", COMMANDS)
def test_files_that_cannot_grow(name: str, size: int, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Where no file may grow beyond a size, as on a full disk, a command ends in words and nothing doubles.

    No journal is called damaged for it: its person would move it away.
    """
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").code == 0
    done = command(program, name, Limit(resource.RLIMIT_FSIZE, size))
    assert_decent(done)
    assert "damaged" not in done.err
    assert_ends_well(program, sandbox)


def test_no_file_at_all_can_be_written(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Where not a byte can be written, not even a temporary one, a run says so and sends nothing."""
    program = import_people(sandbox.url, ROWS)
    arguments = [*COMMANDS["run"], "--out", "out", "--base-url", program.url]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(program.folder)}
    process = subprocess.run(
        [sys.executable, "-m", "importer", *arguments],
        cwd=program.folder,
        env={**environment, "OPENPHONE_API_KEY": KEY},
        preexec_fn=Limit(resource.RLIMIT_FSIZE, 0),
        capture_output=True,
        text=True,
        check=False,
    )
    assert_decent(Done(process.returncode, process.stdout, process.stderr), (2, 3))
    assert not sandbox.contacts()
    assert_ends_well(program, sandbox)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_clock_that_jumps(name: str, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A wall clock that goes back and forth by a day changes nothing but the times that are shown."""
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").code == 0
    done = command(program, name, let_the_clock_jump)
    assert_decent(done, (0,))
    assert_ends_well(program, sandbox)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_that_cannot_be_written(name: str, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A folder without the right to write is named, with exit code 2 or 3, and nothing is changed."""
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").code == 0
    before = sandbox.contacts()
    # A file where the folder would be: the same for root, who may write everywhere.
    kept = program.folder / "kept"
    if program.out.exists():
        program.out.rename(kept)
    program.out.write_text("not a folder", encoding="utf-8")
    done = command(program, name)
    assert_decent(done, (2, 3))
    assert "out" in done.err
    assert sandbox.contacts() == before
    program.out.unlink()
    if kept.exists():
        kept.rename(program.out)
    assert_ends_well(program, sandbox)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a root that can give up its rights to all files")
@pytest.mark.parametrize(
    "arguments",
    [
        ("runs", "out"),
        ("show", "out", "--row", "2"),
        ("forget", "2", "out", "--yes"),
        ("bug-report", "out"),
        ("check", "people.csv", "--out", "out"),
        ("map", "people.csv", "--sandbox", "--out", "out", "--yes"),
        ("export", "people.csv", "--sandbox", "--out", "out"),
        ("config", "people.csv", "--out", "out"),
        ("schedule", "people.csv", "--sandbox", "--out", "out"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_results_of_another_user(arguments: Sequence[str], import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A folder that this user may not look into, as one that root has made, is named; with its rights all goes on."""
    program = import_people(sandbox.url, 2)
    assert command(program, "run").code == 0

    def end() -> Done:
        return Process(arguments, program.folder, program.folder / "home", prepare=without_capabilities).end()

    program.out.chmod(0)
    try:
        done = end()
    finally:
        program.out.chmod(0o700)
    assert_decent(done, (2,))
    assert "out" in done.err
    assert "ermission denied" in done.err
    assert end().code in (0, 1)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_reader_that_goes_away(name: str, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """`| head -c 1` ends a command without a traceback, and the sheet can be finished."""
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").code == 0
    reading, writing = os.pipe()
    process = start(program, name, "--json", stdout=writing)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    done = process.end()
    assert done.code in (0, 1, 3), done.err
    assert "Traceback" not in done.err
    assert "A bug in" not in done.err
    assert_ends_well(program, sandbox)


def heed_hangup() -> None:
    """Heed SIGHUP, also where the tests were started by nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("sandbox", [{"latency_ms": 200}], indirect=True)
def test_a_terminal_that_is_closed(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """SIGHUP stops a run in good order: what is under way lands, files are written, exit code 3."""
    program = import_people(sandbox.url, 60)
    process = start(program, "run", "--json", prepare=heed_hangup)
    assert process.saw_event("delivered", 1)
    process.signal(signal.SIGHUP)
    done = process.end()
    assert done.code == 3, done.err
    assert "Traceback" not in done.err
    assert program.summary()["exit_code"] == 3
    assert len(program.id_map()) == 60
    assert program.run().code == 0
    assert not audit(program, sandbox.contacts())


def test_a_process_that_stops_inside_the_pace_lock(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A process that is stopped while it holds the file of the shared pace holds no other run up for good."""
    program = import_people(sandbox.url, ROWS)
    assert command(program, "plan").code == 0
    (pace,) = (program.folder / "home").rglob("pace-*.json")
    with subprocess.Popen([sys.executable, "-c", HOLDER, f"{pace}.lock"], stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            other.stdout.readline()
            other.send_signal(signal.SIGSTOP)
            done = command(program, "run")
            assert done.code == 0, done.err
            assert "cannot share the rate limit" in done.err.replace("\n", " ")
        finally:
            other.kill()
    assert not audit(program, sandbox.contacts())

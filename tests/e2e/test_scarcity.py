"""A machine that lacks something: few open files, no room on the disk, a clock that jumps, a reader that goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.e2e.process import KEY
from tests.e2e.rig import audit
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.sandbox import Sandbox
    from tests.e2e.conftest import ImportPeople
    from tests.e2e.rig import Program

ROWS = 12
LIMITED = """
import resource, runpy, sys
name, limit = sys.argv[1], int(sys.argv[2])
resource.setrlimit(getattr(resource, name), (limit, limit))
sys.argv[1:] = sys.argv[3:]
runpy.run_module("importer", run_name="__main__")
"""
# The wall clock goes a day ahead and back with each look at it; time.monotonic, which measures, does not.
JUMPING = """
import runpy, sys, time
real, looks = time.time, [0]
def jumping():
    looks[0] += 1
    return real() + (0, 86400, -86400)[looks[0] % 3]
time.time = jumping
runpy.run_module("importer", run_name="__main__")
"""
HOLDER = """
import sys, time
from filelock import FileLock
FileLock(sys.argv[1]).acquire()
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


def command(program: Program, name: str, code: str = "", *before: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a process that `code` prepares."""
    arguments = [*COMMANDS[name], *(() if name == "undo" else ("--out", "out"))]
    if name != "check":
        arguments += ["--base-url", program.url]
    start = ["-c", code, *before] if code else ["-m", "importer"]
    return subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=program.folder,
        env=environment(program),
        capture_output=True,
        text=True,
        check=False,
    )


def environment(program: Program) -> dict[str, str]:
    """A home of its own."""
    home = {name: str(program.folder / "home") for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "OPENPHONE_API_KEY": KEY, **home}


def assert_decent(done: subprocess.CompletedProcess[str], codes: Sequence[int] = (0, 1, 2, 3)) -> None:
    """An exit code of the design, no traceback, and a next step where it did not go well."""
    assert done.returncode in codes, done.stderr
    assert "Traceback" not in done.stderr
    assert "A bug in" not in done.stderr
    assert done.returncode in (0, 1) or done.stderr.count(" next: ") == 1, done.stderr


def assert_ends_well(program: Program, sandbox: Sandbox) -> None:
    """With everything there again, the same sheet ends with everybody in once."""
    done = command(program, "run")
    assert done.returncode == 0, done.stderr
    assert not audit(program, sandbox.contacts())


@pytest.mark.parametrize("limit", [16, 24, 40])
@pytest.mark.parametrize("name", COMMANDS)
def test_few_open_files(name: str, limit: int, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """With few files allowed a command works, or ends in words; afterwards the sheet can be finished."""
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").returncode == 0
    assert_decent(command(program, name, LIMITED, "RLIMIT_NOFILE", str(limit)))
    assert_ends_well(program, sandbox)


@pytest.mark.parametrize("size", [0, 4096, 60_000, 200_000])
@pytest.mark.parametrize("name", COMMANDS)
def test_files_that_cannot_grow(name: str, size: int, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Where no file may grow beyond a size, as on a full disk, a command ends in words and nothing doubles."""
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").returncode == 0
    assert_decent(command(program, name, LIMITED, "RLIMIT_FSIZE", str(size)))
    assert_ends_well(program, sandbox)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_clock_that_jumps(name: str, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A wall clock that goes back and forth by a day changes nothing but the times that are shown."""
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").returncode == 0
    done = command(program, name, JUMPING)
    assert_decent(done, (0,))
    assert_ends_well(program, sandbox)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_that_cannot_be_written(name: str, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A folder without the right to write is named, with exit code 2 or 3, and nothing is changed."""
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").returncode == 0
    before = sandbox.contacts()
    # A file where the folder would be: the same for root, who may write everywhere.
    kept = program.folder / "kept"
    if program.out.exists():
        program.out.rename(kept)
    program.out.write_text("not a folder", encoding="utf-8")
    done = command(program, name)
    assert_decent(done, (2, 3))
    assert "out" in done.stderr
    assert sandbox.contacts() == before
    program.out.unlink()
    if kept.exists():
        kept.rename(program.out)
    assert_ends_well(program, sandbox)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_reader_that_goes_away(name: str, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """`| head -c 1` ends a command without a traceback, and the sheet can be finished."""
    program = import_people(sandbox.url, ROWS)
    if name in ("verify", "undo"):
        assert command(program, "run").returncode == 0
    arguments = [*COMMANDS[name], "--json", *(() if name == "undo" else ("--out", "out"))]
    arguments += [] if name == "check" else ["--base-url", program.url]
    with subprocess.Popen(
        [sys.executable, "-m", "importer", *arguments],
        cwd=program.folder,
        env=environment(program),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        said = process.stderr.read().decode()
        code = process.wait(120)
    assert code in (0, 1, 3), said
    assert "Traceback" not in said
    assert "A bug in" not in said
    assert_ends_well(program, sandbox)


@pytest.mark.parametrize("sandbox", [{"latency_ms": 200}], indirect=True)
def test_a_terminal_that_is_closed(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """SIGHUP stops a run in good order: what is under way lands, files are written, exit code 3."""
    program = import_people(sandbox.url, 40)
    process = program.start()
    assert process.saw_event("delivered", 5)
    process.signal(signal.SIGHUP)
    done = process.end()
    assert done.code == 3, done.err
    assert "Traceback" not in done.err
    assert program.summary()["exit_code"] == 3
    assert len(program.id_map()) == 40
    assert program.run().code == 0
    assert not audit(program, sandbox.contacts())

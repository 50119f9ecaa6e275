"""Whatever stops a run, by a person's hand or by the machine: files complete, a next step said, nothing twice after."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Fault, Sandbox
from tests.e2e.process import KEY, Process
from tests.e2e.rig import Program, audit
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.conftest import ImportPeople, Serve, StartSandbox
    from tests.e2e.process import Done

ROWS = 60


def assert_goes_on(program: Program, sandbox: Sandbox) -> None:
    """The same command, run again, finishes the sheet, and everybody is there once."""
    done = program.run()
    assert done.code == 0, done.err
    assert not audit(program, sandbox.contacts())


def assert_files_tell_the_truth(program: Program, sandbox: Sandbox, done: Done) -> None:
    """After an early stop: a line for every row, balanced counts, and no contact in the workspace without its line."""
    assert done.code == 3, done.err
    assert " next: " in done.err
    assert "Traceback" not in done.err
    found = audit(program, sandbox.contacts())
    assert not found.doubled
    assert not found.unbalanced
    assert program.summary()["exit_code"] == 3
    handed = {line["contact_id"] for line in program.id_map()} - {""}
    assert handed == {contact["id"] for contact in sandbox.contacts()}
    assert 0 < len(handed) < ROWS


LOADING = """
import os, runpy, signal, sys

class Impatient:
    def find_spec(self, name, *_):
        if name == module:
            try:
                os.kill(os.getpid(), int(number))
            except KeyboardInterrupt:
                if swallowed == "swallowed":
                    raise TypeError("as an import may answer that was interrupted") from None
                raise

module, number, swallowed = sys.argv[1:]
sys.meta_path.insert(0, Impatient())
sys.argv[1:] = ["run", "people.csv"]
runpy.run_module("importer", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("module", "number", "swallowed"),
    [
        ("importer.cli.app", signal.SIGINT, ""),
        ("cyclopts", signal.SIGTERM, ""),
        ("cyclopts", signal.SIGINT, "swallowed"),
        ("importer.cli.terminal.console", signal.SIGTERM, ""),
        ("importer.settings.model", signal.SIGINT, "swallowed"),
    ],
)
def test_a_signal_while_the_program_loads(module: str, number: signal.Signals, swallowed: str, tmp_path: Path) -> None:
    """Whoever is quicker with Ctrl-C than the program with its start gets two lines and code 3, no traceback.

    So does a SIGTERM, and a signal that an import answers with an error of its own.
    """
    done = subprocess.run(
        [sys.executable, "-c", LOADING, module, str(int(number)), swallowed],
        cwd=ROOT,
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "error: Stopped as requested" in done.stderr
    assert " next: " in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("sandbox", [{"latency_ms": 150}], indirect=True)
def test_a_first_signal_stops_in_good_order(import_people: ImportPeople, sandbox: Sandbox, number: int) -> None:
    """Ctrl-C or SIGTERM lets what is under way land, writes the files, exits 3; the next run finishes."""
    program = import_people(sandbox.url, ROWS)
    process = program.start()
    assert process.saw_event("delivered", 15)
    process.signal(number)
    assert_files_tell_the_truth(program, sandbox, process.end())
    assert_goes_on(program, sandbox)
    assert program.summary()["created"] == ROWS


@pytest.mark.parametrize("sandbox", [{"latency_ms": 1500}], indirect=True)
def test_a_second_signal_stops_hard(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Ctrl-C twice does not wait for the requests under way, and the next run is right all the same."""
    program = import_people(sandbox.url, 20)
    process = program.start()
    assert process.saw_event("staged")
    time.sleep(0.3)
    process.signal(signal.SIGINT)
    assert process.saw("Stopping")
    process.signal(signal.SIGINT)
    done = process.end()
    assert done.code == 3
    assert " next: " in done.err
    assert_goes_on(program, sandbox)
    assert program.summary()["created"] == 20


def test_a_stop_before_the_first_answer(import_people: ImportPeople) -> None:
    """Ctrl-C while the service has not yet answered at all ends the run at once, not when patience does."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        program = import_people(f"http://127.0.0.1:{silent.getsockname()[1]}", 5)
        process = program.start()
        assert process.saw_event("opened")
        connection, _ = silent.accept()
        with connection:
            process.signal(signal.SIGINT)
            assert process.wait(15), "it waits on although it was asked to stop"
        done = process.end()
    assert done.code == 3
    assert "Stopped as requested; nothing was sent" in done.err


def test_a_stop_while_the_service_is_away(import_people: ImportPeople, start_sandbox: StartSandbox) -> None:
    """A run that waits for its service still stops at once when asked to, with its files."""
    gone = start_sandbox()
    program = import_people(gone.url, ROWS)
    process = program.start()
    assert process.saw_event("delivered", 10)
    made = gone.contacts()
    gone.stop()
    assert process.saw_event("waiting")
    process.signal(signal.SIGTERM)
    done = process.end()
    assert done.code == 3
    assert " next: " in done.err
    assert program.summary()["rows"] == ROWS == len(program.id_map())
    assert {line["contact_id"] for line in program.id_map()} - {""} <= {contact["id"] for contact in made}


def test_patience_has_an_end(import_people: ImportPeople, start_sandbox: StartSandbox) -> None:
    """A service that stays away longer than --wait-for-service ends the run with 3, its files, and how to go on."""
    gone = start_sandbox()
    program = import_people(gone.url, ROWS)
    process = program.start("--wait-for-service", "0.02")
    assert process.saw_event("delivered", 10)
    gone.stop()
    done = process.end()
    assert done.code == 3
    assert "not available" in done.err
    assert program.summary()["rows"] == ROWS == len(program.id_map())


def test_a_key_revoked_in_mid_run(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """401 in the middle stops the run with 3 and complete files; with the key good again the next run finishes."""
    program = import_people(sandbox.url, ROWS)
    process = program.start()
    assert process.saw_event("delivered", 15)
    sandbox.revoke_key()
    done = process.end()
    assert_files_tell_the_truth(program, sandbox, done)
    assert "401" in done.err
    assert "sandbox-key" not in done.err + done.out
    sandbox.restore_key()
    assert_goes_on(program, sandbox)


@pytest.mark.parametrize("number", [1, 15, 40])
def test_a_permission_lost_in_mid_run(import_people: ImportPeople, sandbox: Sandbox, number: int) -> None:
    """403 from the n-th contact on stops the run: 2 while none is made, 3 after; nothing is lost or doubled."""
    sandbox.add_faults(Fault("403", method="POST", start=number))
    program = import_people(sandbox.url, ROWS)
    done = program.run()
    assert done.code == (2 if number == 1 else 3)
    assert program.summary()["exit_code"] == done.code
    assert {line["contact_id"] for line in program.id_map()} - {""} == {one["id"] for one in sandbox.contacts()}
    sandbox.clear_faults()
    assert_goes_on(program, sandbox)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=16m", "openphone-import-test", str(folder)]
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk(import_people: ImportPeople, sandbox: Sandbox, small_disk: Path) -> None:
    """When the disk fills up in mid-run nothing more is sent, the message says what to do, and no contact doubles."""
    program = import_people(sandbox.url, 300)
    out = ("--out", str(small_disk / "out"))
    process = program.start(*out)
    assert process.saw_event("delivered", 20)
    fill(small_disk / "ballast")
    done = process.end()
    assert done.code == 3, done.err
    assert str(small_disk) in done.err
    assert "run the same command again" in done.err
    assert len(sandbox.contacts()) < 300
    (small_disk / "ballast").unlink()
    assert program.run(*out).code == 0
    shutil.copytree(small_disk / "out", program.out)
    assert not audit(program, sandbox.contacts())


def test_a_disk_that_is_full_from_the_start(import_people: ImportPeople, sandbox: Sandbox, small_disk: Path) -> None:
    """Where the journal cannot even be begun nothing is sent: exit 2 or 3, the folder and the next step named."""
    fill(small_disk / "ballast")
    done = import_people(sandbox.url, ROWS).run("--out", str(small_disk / "out"))
    assert done.code in (2, 3), done.err
    assert str(small_disk) in done.err
    assert " next: " in done.err
    assert sandbox.contacts() == []


@pytest.mark.parametrize("is_full_at_once", [True, False])
def test_a_full_disk_under_a_fleet(
    is_full_at_once: bool, import_people: ImportPeople, sandbox: Sandbox, small_disk: Path
) -> None:
    """A fleet whose results find no room ends with 2 or 3 and in words; with room again each row is made once."""
    people = import_people(sandbox.url, 100).folder / "people.csv"
    (small_disk / "a.key").write_text(KEY, encoding="utf-8")
    shutil.copy(people, small_disk)
    entry = f'name = "a"\nsheet = "people.csv"\napi-key-file = "a.key"\nbase-url = "{sandbox.url}"\n'
    (small_disk / "fleet.toml").write_text(f"[[workspace]]\n{entry}", encoding="utf-8")
    words = ("fleet", "run", "fleet.toml", "--yes", "--json")
    if is_full_at_once:
        fill(small_disk / "ballast")
    process = Process(words, small_disk, people.parent / "home")
    if not is_full_at_once:
        assert process.saw_event("delivered", 10)
        fill(small_disk / "ballast")
    done = process.end()
    assert done.code in (2, 3), done.err
    assert "Traceback" not in done.err
    assert "A bug in" not in done.err
    assert len(sandbox.contacts()) < 100
    (small_disk / "ballast").unlink()
    assert Process(words, small_disk, people.parent / "home").end().code == 0
    assert len(sandbox.contacts()) == 100


def fill(path: Path) -> None:
    """Leave no byte free."""
    for size in (65_536, 4096, 1):
        try:
            with path.open("ab", buffering=0) as stream:
                while stream.write(bytes(size)) == size:
                    pass
        except OSError:
            continue


def test_the_output_folder_removed_in_mid_run(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A folder that vanishes stops the run with 3 and a next step; running again makes nobody twice."""
    program = import_people(sandbox.url, 300)
    process = program.start()
    assert process.saw_event("delivered", 20)
    shutil.rmtree(program.out)
    done = process.end()
    assert done.code == 3, done.err
    assert str(program.out) in done.err
    assert " next: " in done.err
    assert "Traceback" not in done.err
    assert_goes_on(program, sandbox)


@pytest.mark.parametrize("is_lock", [False, True])
def test_a_journal_that_is_moved_in_mid_run(
    import_people: ImportPeople, sandbox: Sandbox, tmp_path: Path, *, is_lock: bool
) -> None:
    """Put back, or without another run in the folder, the journal that was moved goes on and makes nobody twice."""
    program = import_people(sandbox.url, 300)
    process = program.start()
    assert process.saw_event("delivered", 20)
    (tmp_path / "elsewhere").mkdir()
    moved = [program.out / ".journal.sqlite.lock"] if is_lock else sorted(program.out.glob("journal.sqlite*"))
    for file in moved:
        shutil.move(file, tmp_path / "elsewhere")
    done = process.end()
    assert done.code == 3, done.err
    step = "Wait until no other run uses this folder" if is_lock else "Put it back if it was moved"
    assert step in done.err
    if not is_lock:
        for file in program.out.glob("journal.sqlite*"):
            file.unlink()
        for file in (tmp_path / "elsewhere").iterdir():
            shutil.move(file, program.out)
    assert_goes_on(program, sandbox)


def test_a_results_file_that_cannot_be_replaced(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A results file that cannot be written at the end is exit 3 and said, the others are there, and no id is lost."""
    program = import_people(sandbox.url, ROWS)
    (program.out / "id_map.csv").mkdir(parents=True)
    done = program.run()
    assert done.code == 3, done.err
    assert "id_map.csv" in done.err
    assert program.summary()["exit_code"] == 3
    (program.out / "id_map.csv").rmdir()
    assert_goes_on(program, sandbox)
    assert program.summary()["created"] == ROWS


@pytest.mark.parametrize("offset", [-3600, 3600])
def test_clocks_that_disagree(import_people: ImportPeople, start_sandbox: StartSandbox, offset: int) -> None:
    """A service whose clock is an hour off: what lost requests and a killed run have made is known as ours."""
    sandbox = start_sandbox(
        clock_offset_seconds=offset,
        faults=[
            Fault("lost-response", method="POST", probability=0.1),
            Fault("500-after", method="POST", probability=0.1),
        ],
    )
    program = import_people(sandbox.url, ROWS)
    process = program.start()
    assert process.saw_event("delivered", 15)
    process.kill()
    assert_goes_on(program, sandbox)
    assert program.summary()["created"] == ROWS


def test_a_laptop_that_sleeps(import_people: ImportPeople, serve: Serve) -> None:
    """A run frozen in mid-flight while the service goes away and comes back wakes up, looks, and finishes."""
    service = serve("--rate", "0", "--latency", "50")
    program = import_people(service.url, ROWS)
    process = program.start()
    assert process.saw_event("delivered", 15)
    process.signal(signal.SIGSTOP)
    service.kill()
    service.start()
    process.signal(signal.SIGCONT)
    done = process.end()
    assert done.code == 0, done.err
    assert not audit(program, service.contacts())


def test_nobody_reads_the_events(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Output piped into something that ends early (`| head`) may end the run, but the next one is right."""
    program = import_people(sandbox.url, ROWS)
    reading, writing = os.pipe()
    process = program.start(stdout=writing)
    os.close(writing)
    os.read(reading, 10)
    os.close(reading)
    assert process.end().code in (0, 3)
    assert_goes_on(program, sandbox)
    assert program.summary()["created"] == ROWS

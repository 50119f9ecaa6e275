"""What a command costs: it runs in a process of its own, so that its CPU time and its memory are its own.

Whoever calls this must stay small itself: on Linux a new process starts with the peak memory of the one that made it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
# What `getrusage` counts memory in.
KB = 1 if sys.platform == "darwin" else 1024
# pandera loads hypothesis where it finds it, and nobody but a developer has it.
_AS_INSTALLED = "import sys; sys.modules['hypothesis'] = None; "
_PROGRAM = f"{_AS_INSTALLED}from importer.__main__ import main; main()"
_SCRIPT = f"{_AS_INSTALLED}import runpy; del sys.argv[0]; runpy.run_path(sys.argv[0], run_name='__main__')"


@dataclass(frozen=True)
class Spent:
    """CPU seconds (of the command and all that it waited for), peak memory, seconds on the clock, and what it said."""

    cpu_seconds: float
    peak_mb: float
    seconds: float
    output: str


def spent(command: list[str], *, cwd: Path | None = None, codes: tuple[int, ...] = (0,)) -> Spent:
    """Run a command to its end; raises AssertionError where it ends with another code."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(), text=True
    )
    assert process.stdout is not None
    with process.stdout:
        output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in codes, f"{command} ended with {process.returncode}:\n{output}"
    seconds = time.monotonic() - started
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KB / 1e6, seconds, output)


def environment() -> dict[str, str]:
    """What commands run with: this checkout is what they import, compiled once as an installed program is."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**own, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def python(script: str, *arguments: object) -> list[str]:
    """The command that runs a file of this folder."""
    return [sys.executable, "-c", _SCRIPT, str(Path(__file__).with_name(script)), *map(str, arguments)]


def ours(*arguments: object) -> list[str]:
    """The command that runs the program as a user has it installed."""
    return [sys.executable, "-c", _PROGRAM, *map(str, arguments)]


@contextmanager
def sheets(kind: str, *sizes: int, bad: float = 0.005) -> Iterator[dict[int, Path]]:
    """Sheets of these numbers of rows, written by a process of its own, in a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="bench-") as folder:
        paths = {rows: Path(folder) / f"{rows}.{kind}" for rows in sizes}
        for rows, path in paths.items():
            spent(python("sheets.py", path, "--rows", rows, "--bad", bad))
        yield paths

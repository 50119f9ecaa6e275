"""What a command costs: it runs in a process of its own, so that its CPU time and its memory are its own.

Whoever calls this must stay small itself: on Linux a new process starts with the peak memory of the one that made it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_KB = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Spent:
    """CPU seconds (of the command and all that it waited for), peak memory, seconds on the clock, and what it said."""

    cpu_seconds: float
    peak_mb: float
    seconds: float
    output: str


def spent(command: list[str], *, cwd: Path | None = None, codes: tuple[int, ...] = (0,), **env: str) -> Spent:
    """Run a command to its end; raises AssertionError where it ends with another code."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **env}, text=True
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in codes, f"{command} ended with {process.returncode}:\n{output}"
    seconds = time.monotonic() - started
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _KB / 1e6, seconds, output)


def python(script: str, *arguments: object) -> list[str]:
    """The command that runs a file of this folder."""
    return [sys.executable, str(Path(__file__).with_name(script)), *map(str, arguments)]


def ours(*arguments: object) -> list[str]:
    """The command that runs the program."""
    return [sys.executable, "-m", "importer", *map(str, arguments)]


def median(values: list[float]) -> float:
    """The middle one, so that a busy moment of the machine tells nothing."""
    return statistics.median(values)

"""A worker process that reads a workbook, which may die without harm to this one."""

from __future__ import annotations

import marshal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from importer.spreadsheet.workbook import worker

if TYPE_CHECKING:
    from collections.abc import Generator

    from importer.spreadsheet.options import Limits


_LEAST_BYTES, _BYTES_A_BYTE = 384 * 1024**2, 64


class ReaderDied(Exception):
    """The worker ended without finishing: the sheet is damaged, too large, or took too long."""


class PasswordNeeded(Exception):
    """The workbook is encrypted."""


def answers(path: Path, limits: Limits, *question: str) -> Generator[Any]:
    """Start a worker and give its answers. Raises ReaderDied or PasswordNeeded."""
    script, size = str(Path(worker.__file__)), path.stat().st_size
    # A sheet that takes long or much memory for its size is made to do so; a large one is given what it needs.
    seconds = str(int(limits.child_cpu_seconds * max(1.0, size / 1024**2)))
    most_bytes = str(min(limits.child_bytes, _LEAST_BYTES + _BYTES_A_BYTE * size))
    # -I: so that no module in the current folder or PYTHONPATH is imported in place of a real one.
    command = [sys.executable, "-I", script, str(path), most_bytes, seconds, *question]
    no_output = subprocess.DEVNULL
    started = subprocess.Popen(command, stdin=no_output, stdout=subprocess.PIPE, stderr=no_output)  # noqa: S603  (our own)
    with started as process:
        output: Any = process.stdout
        # A sheet may keep the worker busy forever, and this process waits for it without a limit of its own.
        watchdog = threading.Timer(limits.child_seconds, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            while (answer := next_answer(output)) is not None:
                if isinstance(answer, dict) and "failed" in answer:
                    raise PasswordNeeded if answer["failed"] == "password" else ReaderDied(answer["failed"])
                if isinstance(answer, dict) and "end" in answer:
                    return
                yield answer
            raise ReaderDied("the reader stopped in the middle of the file")
        finally:
            # Killed also where the caller wants no more answers.
            watchdog.cancel()
            process.kill()


def next_answer(output: IO[bytes]) -> Any:
    """The next answer of a worker; None at the end, and where the worker died while writing it."""
    size = int.from_bytes(output.read(worker.SIZE_BYTES), "big")
    answer = output.read(size)
    return marshal.loads(answer) if answer and len(answer) == size else None  # noqa: S302  (from our own worker)

"""The lane of a fleet that notes when each of its requests has left, for measurements of the pace."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

from importer.cli.lane import run_lane
from importer.fleet.file import handed_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

FOLDER = "sent"
_LOGGER = "httpcore.http11"
_LEAVES = "send_request_body.started"


class _Times(logging.Handler):
    """Writes a line for each request as its last bytes are sent: the time by the monotonic clock of the machine."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith(_LEAVES):
            os.write(self._file, f"{time.monotonic()}\n".encode())


def record_sending(file: Path) -> None:
    """Write into a file when each request of this process leaves."""
    logger = logging.getLogger(_LOGGER)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(_Times(file))


def run_recorded(arguments: Sequence[str], shown: Sequence[str]) -> int:
    """Do what `run_lane` does; the times are in a folder beside the fleet's file, a file for each lane."""
    workspace = handed_over.get()
    assert workspace is not None
    folder = workspace.file.parent / FOLDER
    folder.mkdir(exist_ok=True)
    record_sending(folder / f"{workspace.name}.{os.getpid()}")
    return run_lane(arguments, shown)


def recorded(files: Iterable[Path]) -> list[float]:
    """The times in files of `record_sending`, in order; a last line that was cut off by a kill is left out."""
    texts = [file.read_text(encoding="ascii") for file in files]
    return sorted(float(line) for text in texts for line in text.splitlines(keepends=True) if line.endswith("\n"))


def sending_times(folders: Iterable[Path], workspace: str) -> list[float]:
    """When the requests of a workspace have left, from all lanes whose fleets are in these folders."""
    return recorded(file for folder in folders for file in (folder / FOLDER).glob(f"{workspace}.*"))

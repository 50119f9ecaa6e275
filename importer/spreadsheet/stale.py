"""Private folders of processes that were killed: found by a lock that nobody holds any more, and removed."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "openphone-import-"
_LOCK = "lock"
# A folder is made before it is locked; younger ones are left alone.
_YOUNG_SECONDS = 60.0


def hold(folder: Path) -> IO[bytes]:
    """Lock a folder for as long as the stream that is given stays open, or the process lives."""
    stream = (folder / _LOCK).open("wb")
    _lock(stream)
    return stream


def sweep(parent: Path, now_seconds: float | None = None) -> None:
    """Remove the folders in `parent` that were made by a process of this user that is gone."""
    now = time.time() if now_seconds is None else now_seconds
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if now - folder.stat().st_mtime > _YOUNG_SECONDS and not folder.is_symlink():
                _remove_if_free(folder)


def _remove_if_free(folder: Path) -> None:
    with (folder / _LOCK).open("r+b") as stream:
        if _lock(stream):
            shutil.rmtree(folder, ignore_errors=True)


def _lock(stream: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # without such locks (Windows) nothing is swept
        return False
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

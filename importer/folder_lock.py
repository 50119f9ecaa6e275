"""One program at a time changes a small file of a folder: it is read, changed and replaced under one lock.

A run holds the lock of its journal for hours, while answers are saved beside it by the page or by another command. So
these files have a lock of their own, which is held for moments.
"""

from __future__ import annotations

import errno
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from importer.errors import FolderBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_WAIT_SECONDS = 10.0
_SHORT_WAIT_SECONDS = 1.0
_POLL_SECONDS = 0.01
_WINDOWS_FILE = ".folder.lock"


@contextmanager
def folder_locked(folder: Path, wait_seconds: float = LONGEST_WAIT_SECONDS, *, insists: bool = True) -> Iterator[None]:
    """Keep other processes and threads from changing the small files of a folder; not to be nested.

    A place that has no locks, such as some network drives, is changed without one. Raises FolderBusy if another
    program does not let go; without `insists` the folder is then changed all the same, as a run must at its end.
    """
    # Once it is imported it is called for each file and module that Python opens, a tenth of the time to start.
    from filelock import lock_descriptor, unlock_descriptor

    try:
        descriptor = _opened(folder)
    except OSError:
        # It is not there, or may not be read: what is written next says so.
        yield
        return
    try:
        is_locked = False
        give_up_at = time.monotonic() + (wait_seconds if insists else min(wait_seconds, _SHORT_WAIT_SECONDS))
        while True:
            try:
                is_locked = lock_descriptor(descriptor, blocking=False)
            except (OSError, NotImplementedError):
                break
            if is_locked:
                break
            if time.monotonic() > give_up_at and not insists:
                break
            if time.monotonic() > give_up_at:
                raise FolderBusy(
                    f"Another program is changing files in {folder}.",
                    "Wait until that program has ended, or stop it, then run the same command again.",
                )
            time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            if is_locked:
                unlock_descriptor(descriptor)
    finally:
        os.close(descriptor)


def _opened(folder: Path) -> int:
    """Open what is locked: the folder itself, so that nothing is left in it; Windows opens no folders."""
    if os.name != "nt":
        return os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    path = folder / _WINDOWS_FILE
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)

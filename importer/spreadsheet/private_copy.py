"""A private folder for copies of what the person gave us: read for hours while they may save over the original.

The folder of a process that was killed is found by a lock that no process holds any more, and removed by the next one.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from importer.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from filelock import FileLock

STANDARD_INPUT = "standard input"
"""What a sheet is called that is piped into the command."""
_PREFIX = "openphone-import-"
_LOCK = "lock"
# A folder is made before it is locked, so a younger one is left alone.
_YOUNG_SECONDS = 60.0
_BLOCK = 1024 * 1024


class PrivateFolder:
    """A folder only its owner can enter (0700), removed when closed, garbage-collected, or at exit.

    `digest` is of the first file that is kept: what the person gave, before anything is unpacked.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = _lock_of(self.folder)
        lock.acquire()
        # Called at once by `close()`, else when this object is garbage-collected or the program ends.
        self.close = weakref.finalize(self, _remove, self.folder, lock)
        remove_abandoned(self.folder.parent)
        self._count = 0
        self.digest = ""

    def path(self) -> Path:
        """A new name in the folder; nothing is created yet."""
        self._count += 1
        return self.folder / f"{self._count}.part"

    def keep(self, blocks: Iterable[bytes], name: str, limit: int) -> Path:
        """Write blocks to a new private file and give its path.

        Raises SourceError when there are more than `limit` bytes or the temporary folder is full.
        """
        path, total, digest = self.path(), 0, hashlib.blake2b(digest_size=16)
        try:
            with path.open("xb") as target:
                path.chmod(0o600)
                for block in blocks:
                    total += len(block)
                    if total > limit:
                        raise SourceError(
                            f"{name} is larger than {limit // 1024**2:,} MB once unpacked.",
                            "Save only the sheet with the contacts as CSV and import that.",
                        )
                    target.write(block)
                    digest.update(block)
        except OSError as error:
            raise SourceError(
                f"{name} could not be copied to the temporary folder {self.folder.parent}: {error.strerror or error}.",
                "Free some disk space, or point TMPDIR to a folder with room, and run again.",
            ) from error
        self.digest = self.digest or digest.hexdigest()
        return path


def remove_abandoned(parent: Path, now_seconds: float | None = None) -> None:
    """Remove the folders in `parent` that a process of this user has left because it was killed."""
    now = time.time() if now_seconds is None else now_seconds
    for folder in parent.glob(f"{_PREFIX}*"):
        # One that cannot be removed, such as another user's, is not our trouble; one in use is locked.
        with suppress(OSError):
            is_old = now - folder.stat().st_mtime > _YOUNG_SECONDS
            if is_old and not folder.is_symlink() and (folder / _LOCK).is_file():
                lock = _lock_of(folder)
                lock.acquire()
                _remove(folder, lock)


def _lock_of(folder: Path) -> FileLock:
    # Once it is imported it is called for each file and module that Python opens, a tenth of the time to start.
    from filelock import FileLock

    # Not of one thread: the garbage collector may close the folder in another.
    return FileLock(folder / _LOCK, mode=0o600, timeout=0, thread_local=False)


def _remove(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
    # Windows does not remove a file that is open, as the lock was, nor the folder that it is in.
    shutil.rmtree(folder, ignore_errors=True)


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in blocks of a megabyte."""
    while block := stream.read(_BLOCK):
        yield block

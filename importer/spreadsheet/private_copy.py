"""A private folder for copies of what the person gave us: read for hours while they may save over the original."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING

from importer.errors import SourceError
from importer.spreadsheet import stale

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLOCK = 1024 * 1024


class PrivateFolder:
    """A folder only its owner can enter (0700), removed when closed, garbage-collected, or at exit.

    The folder of a process that was killed is removed by the next one that makes a folder. `digest` is of the first
    file that is kept: what the person gave, before anything is unpacked.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=stale.PREFIX))
        self._remove = weakref.finalize(self, _remove, self.folder, stale.hold(self.folder))
        stale.sweep(self.folder.parent)
        self._count = 0
        self.digest = ""

    def path(self) -> Path:
        """A new name in the folder; nothing is created yet."""
        self._count += 1
        return self.folder / f"{self._count}.part"

    def close(self) -> None:
        """Remove the folder now."""
        self._remove()

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


def _remove(folder: Path, lock: IO[bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.close()


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream in blocks of a megabyte."""
    while block := stream.read(_BLOCK):
        yield block

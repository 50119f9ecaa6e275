"""A file that is there whole or not at all, and that only its owner can read."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from importer.errors import DiskFailed

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def atomic(path: Path) -> Iterator[IO[bytes]]:
    """A binary stream (it can be read back too) that becomes `path`, mode 0600, when the block ends without an error.

    It is written under another name in the same folder, synced to the disk, then renamed. Raises DiskFailed.
    """
    temporary: Path | None = None
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        temporary = Path(name)
        os.close(number)
        with temporary.open("r+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        temporary = None
        _sync_folder(path.parent)
    except OSError as error:
        raise DiskFailed(
            f"{path} could not be written: {error.strerror or error}.",
            "Free some disk space or choose another folder with --out, and run again.",
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last; some systems cannot open a folder, and then it is left to them."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)

"""One import at a time makes the new people of a source: another one, of the same sheet perhaps, sees them then.

The ids of two folders for one sheet may differ (another id column, or none), so the service would refuse neither. All
runs of a key share its pace, so to wait for another costs no time in the end.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from filelock import lock_descriptor, unlock_descriptor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NAP_SECONDS = 0.2
_NAPS_A_SIGN = 50
_LONGEST_PID = 20


class SourceLock:
    """A lock for a source of contacts, beside the pace `file` of the key; without a file, it is always free.

    It ends with its process, however that ends.
    """

    def __init__(self, file: Path | None, source: str) -> None:
        name = hashlib.blake2b(source.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        self._path = None if file is None else file.with_name(f"{file.stem}-{name}.lock")
        self._descriptor: int | None = None

    async def take(self, waiting: Callable[[int, str], None]) -> None:
        """Take the lock, or keep it. While another process has it, `waiting` is told, with the number of that process,
        every ten seconds.

        Where no such file can be made, as the pace file cannot, runs are not held up.
        """
        if self._path is None or self._descriptor is not None:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self._path, flags, 0o600)
            try:
                naps = 0
                while not lock_descriptor(descriptor, blocking=False):
                    if naps % _NAPS_A_SIGN == 0:
                        holder = os.pread(descriptor, _LONGEST_PID, 0) if hasattr(os, "pread") else b""
                        waiting(naps // _NAPS_A_SIGN, holder.decode("ascii", "replace").strip())
                    naps += 1
                    await asyncio.sleep(_NAP_SECONDS)
                os.ftruncate(descriptor, 0)
                os.write(descriptor, str(os.getpid()).encode())
            except BaseException:
                os.close(descriptor)
                raise
            self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back, if this process has it."""
        if self._descriptor is not None:
            unlock_descriptor(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

"""One import at a time makes the new people of a source: another one, of the same sheet perhaps, sees them then.

The ids of two folders for one sheet may differ (another id column, or none), so the service would refuse neither. All
runs of a key share its pace, so to wait for another costs no time in the end.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import lock_descriptor, unlock_descriptor

from importer.errors import Stopped
from importer.text import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NAP_SECONDS = 0.2
_NAPS_A_SIGN = 50
_LONGEST_HOLDER = 60


class SourceLock:
    """A lock of a source of contacts that processes take in turn; it ends with the process that has it.

    `file` is the pace file of the key, beside which the lock lies; None: the lock is always free. `journal` names the
    journal of the run, or the database in which only one journal at a time is delivered with the key. A lock that a
    frozen process holds for the same journal is not waited for: that process can send nothing any more.
    `settle_seconds`: how long requests may still arrive of a run that was killed, or stopped while it was `sending`;
    the next one to take the lock waits for them before it looks who is there.
    """

    def __init__(self, file: Path | None, source: str, journal: str, settle_seconds: float) -> None:
        self._pace_file, self._journal, self._settle_seconds = file, _short_hash(journal), settle_seconds
        self._path = None if file is None else file.with_name(f"{file.stem}-{_short_hash(source)}.lock")
        self._descriptor: int | None = None
        self._is_sending = False

    async def take(self, waiting: Callable[[int, str], None], patience_seconds: float) -> None:
        """Take the lock, unless this process has it already.

        While another process has it, `waiting` is called every ten seconds, with a count from 0 and with the number of
        that process ("" if it is not known). Where no lock file can be made, no run waits. Raises Stopped if no run of
        the key has sent anything for `patience_seconds`: the other one may be waiting for an answer at a terminal.
        """
        if self._path is None or self._descriptor is not None:
            return
        descriptor = None
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self._path, flags, 0o600)
        if descriptor is None:
            return
        try:
            if not await self._wait(descriptor, waiting, patience_seconds):
                os.close(descriptor)
                return
            with suppress(OSError):
                # A run that ended well has taken its name out.
                _, former_journal = _process_and_journal(os.read(descriptor, _LONGEST_HOLDER))
                if former_journal not in ("", self._journal):
                    await asyncio.sleep(self._settle_seconds)
                # Without room on the disk the lock holds all the same; only the others cannot say who has it.
                os.lseek(descriptor, 0, os.SEEK_SET)
                os.ftruncate(descriptor, 0)
                os.write(descriptor, f"{os.getpid()} {self._journal}".encode())
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    async def _wait(self, descriptor: int, waiting: Callable[[int, str], None], patience_seconds: float) -> bool:
        """Wait until the lock is ours; False if who has it is a former holder of our journal. Raises Stopped."""
        naps, quiet_naps, changed_at = 0, 0, self._pace_changed_at()
        while not _has_locked(descriptor):
            holder = os.pread(descriptor, _LONGEST_HOLDER, 0) if hasattr(os, "pread") else b""
            process, journal = _process_and_journal(holder)
            if journal == self._journal:
                return False
            if naps % _NAPS_A_SIGN == 0:
                waiting(naps // _NAPS_A_SIGN, process)
            # Each request of any run with this key is noted in the pace file.
            before, changed_at = changed_at, self._pace_changed_at()
            quiet_naps = quiet_naps + 1 if changed_at == before else 0
            if quiet_naps * _NAP_SECONDS > patience_seconds:
                raise _held_up(process, patience_seconds)
            naps += 1
            await asyncio.sleep(_NAP_SECONDS)
        return True

    def _pace_changed_at(self) -> int:
        with suppress(OSError):
            return self._pace_file.stat().st_mtime_ns if self._pace_file is not None else 0
        return 0

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Within it contacts are made; if it ends with an error, a request may still be on the way."""
        self._is_sending = True
        yield
        self._is_sending = False

    def release(self) -> None:
        """Give the lock back, if this process has it."""
        if self._descriptor is not None:
            if not self._is_sending:
                with suppress(OSError):
                    os.ftruncate(self._descriptor, 0)
            with suppress(OSError):
                unlock_descriptor(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None


def _process_and_journal(holder: bytes) -> tuple[str, str]:
    """The number of the process and the hash of the journal that a lock file names; two empty texts if it does not."""
    process, _, journal = holder.decode("ascii", "replace").partition(" ")
    return (process, journal) if process.isdecimal() else ("", "")


def _has_locked(descriptor: int) -> bool:
    """Whether the lock is ours now, or the file system has no locks."""
    try:
        return lock_descriptor(descriptor, blocking=False)
    except OSError:
        return True


def _short_hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _held_up(process: str, seconds: float) -> Stopped:
    holder = f"Another import{f' (process {process})' if process else ''}"
    return Stopped(
        f"{holder} is about to make new contacts with this key, but has sent nothing for {duration(seconds)}. "
        "Nothing was sent here, so that no contact is made twice.",
        "Look whether it waits for an answer on another screen; end it, or let it finish, and run again.",
    )

"""Where the permits are written down: in memory for one process, in a small locked file for all of a machine."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from filelock import lock_descriptor, unlock_descriptor

from importer.delivery.rate_limit.permits import Ledger, from_document, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

LONGEST_SPIN_SECONDS = 0.05
# The holder of the lock needs some 0.1 ms: shorter than a turn of the event loop.
SPIN_SECONDS = 0.0005
LARGEST_FILE_BYTES = 4_000_000


class LedgerBusy(Exception):
    """Another process has the ledger just now."""


class InMemoryLedger:
    """A ledger for this process only, which begins with what is `known` already."""

    def __init__(self, known: Ledger | None = None) -> None:
        self._ledger = known or Ledger()

    def open(self) -> AbstractContextManager[Ledger]:
        """Give the ledger to read and change."""
        return nullcontext(self._ledger)


class SharedFileLedger:
    """A ledger in a file (mode 0600), locked while it is read and changed; the next process rebuilds a damaged one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # The lock is a file of its own: earlier versions, which may run beside this one, empty the file that they lock.
        self._lock_path = path.with_name(f"{path.name}.lock")
        self._written: bytes | None = None
        self.known = Ledger()
        """The ledger as it was given last, with its changes, also if those could not be written."""

    @contextmanager
    def open(self) -> Iterator[Ledger]:
        """Give the ledger and write it back. Raises LedgerBusy after 50 ms, OSError if the file cannot be used."""
        with self._locked():
            descriptor = _opened(self.path)
            try:
                ledger = self.known = self._read(descriptor)
                # Changed from here on, and not written yet.
                self._written = None
                yield ledger
                text = to_text(ledger).encode()
                # Not through a temporary file: a ledger may be lost when the power fails, and it is written often.
                os.lseek(descriptor, 0, os.SEEK_SET)
                os.write(descriptor, text)
                os.ftruncate(descriptor, len(text))
            finally:
                os.close(descriptor)
            self._written = text

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock. It is taken for each request, and a `FileLock` would take ten times as long for that."""
        try:
            descriptor = _opened(self._lock_path)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = _opened(self._lock_path)
        try:
            give_up_at = time.monotonic() + LONGEST_SPIN_SECONDS
            while not lock_descriptor(descriptor, blocking=False):
                if time.monotonic() > give_up_at:
                    raise LedgerBusy(str(self.path))
                time.sleep(SPIN_SECONDS)
            try:
                yield
            finally:
                unlock_descriptor(descriptor)
        finally:
            os.close(descriptor)

    def _read(self, descriptor: int) -> Ledger:
        text = os.read(descriptor, min(os.fstat(descriptor).st_size, LARGEST_FILE_BYTES))
        if self._written is not None and self._written == text:
            # No other process has written since: with a hundred permits, parsing them takes most of the time.
            return self.known
        try:
            return from_document(json.loads(text))
        except (ValueError, RecursionError):
            return Ledger()


def _opened(path: Path) -> int:
    """Open a file of ours to read and write, which is made if it is missing, but never through a link."""
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), 0o600)

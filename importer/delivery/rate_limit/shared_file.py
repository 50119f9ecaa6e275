"""Where the permits are written down: in memory for one process, in a small locked file for all of a machine."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from importer.delivery.rate_limit.file_lock import FileLock
from importer.delivery.rate_limit.permits import Ledger, from_document, to_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_SPIN_SECONDS = 0.05
SPIN_SECONDS = 0.0005
LARGEST_FILE_BYTES = 4_000_000


class LedgerBusy(Exception):
    """Another process has the ledger just now."""


class InMemoryLedger:
    """A ledger for this process only."""

    def __init__(self) -> None:
        self._ledger = Ledger()

    @contextmanager
    def open(self) -> Iterator[Ledger]:
        """Give the ledger to read and change."""
        yield self._ledger


class SharedFileLedger:
    """A ledger in a file (mode 0600), locked while it is read and changed; the next process rebuilds a damaged one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path)
        self._written: tuple[bytes, Ledger] | None = None

    @contextmanager
    def open(self) -> Iterator[Ledger]:
        """Give the ledger and write it back. Raises LedgerBusy after 50 ms, OSError where the file cannot be used."""
        descriptor = self._take()
        try:
            ledger = self._read(descriptor)
            # Changed from here on, and not written yet.
            self._written = None
            yield ledger
            self._written = self._write(descriptor, ledger), ledger
        finally:
            self._lock.release()

    def _take(self) -> int:
        deadline = time.monotonic() + LONGEST_SPIN_SECONDS
        while not self._try():
            if time.monotonic() > deadline:
                raise LedgerBusy(str(self.path))
            # The holder needs some 0.1 ms: shorter than a turn of the event loop.
            time.sleep(SPIN_SECONDS)
        descriptor = self._lock.descriptor
        assert descriptor is not None  # noqa: S101 - the lock was just taken
        return descriptor

    def _try(self) -> bool:
        try:
            return self._lock.take()
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self._lock.take()

    def _read(self, descriptor: int) -> Ledger:
        os.lseek(descriptor, 0, os.SEEK_SET)
        text = os.read(descriptor, LARGEST_FILE_BYTES)
        if self._written is not None and self._written[0] == text:
            # Nobody else has written since: with a hundred permits, reading them takes most of the time.
            return self._written[1]
        try:
            return from_document(json.loads(text))
        except (ValueError, RecursionError):
            return Ledger()

    @staticmethod
    def _write(descriptor: int, ledger: Ledger) -> bytes:
        text = json.dumps(to_document(ledger), separators=(",", ":")).encode()
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text)
        os.ftruncate(descriptor, len(text))
        return text

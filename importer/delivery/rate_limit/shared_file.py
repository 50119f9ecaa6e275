"""Where the permits are written down: in memory for one process, in a small locked file for all of a machine."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from importer.delivery.rate_limit.permits import Ledger, from_document, to_document

if TYPE_CHECKING:
    from collections.abc import Iterator
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

    @contextmanager
    def open(self) -> Iterator[Ledger]:
        """Give the ledger to read and change."""
        yield self._ledger


class SharedFileLedger:
    """A ledger in a file (mode 0600), locked while it is read and changed; the next process rebuilds a damaged one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # The lock is a file of its own: taking it truncates the file.
        self._lock = FileLock(path.with_name(f"{path.name}.lock"), mode=0o600, thread_local=False)
        self._written: bytes | None = None
        self.known = Ledger()
        """The ledger as it was given last, with its changes, also if those could not be written."""

    @contextmanager
    def open(self) -> Iterator[Ledger]:
        """Give the ledger and write it back. Raises LedgerBusy after 50 ms, OSError if the file cannot be used."""
        if not self.path.parent.is_dir():
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._lock.acquire(timeout=LONGEST_SPIN_SECONDS, poll_interval=SPIN_SECONDS)
        except Timeout:
            raise LedgerBusy(str(self.path)) from None
        try:
            ledger = self.known = self._read()
            # Changed from here on, and not written yet.
            self._written = None
            yield ledger
            text = json.dumps(to_document(ledger), separators=(",", ":")).encode()
            # Not through a temporary file: a ledger may be lost when the power fails, and it is written often.
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                os.write(descriptor, text)
                os.ftruncate(descriptor, len(text))
            finally:
                os.close(descriptor)
            self._written = text
        finally:
            self._lock.release()

    def _read(self) -> Ledger:
        text = b""
        with suppress(FileNotFoundError), self.path.open("rb") as stream:
            text = stream.read(LARGEST_FILE_BYTES)
        if self._written is not None and self._written == text:
            # No other process has written since: with a hundred permits, parsing them takes most of the time.
            return self.known
        try:
            return from_document(json.loads(text))
        except (ValueError, RecursionError):
            return Ledger()

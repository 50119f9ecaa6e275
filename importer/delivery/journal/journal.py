"""The journal as one object: opened, written to while a run lasts, read for its results, closed."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import network_drive, opening, reading, runs, writing
from importer.delivery.journal.deletions import Deletions
from importer.delivery.journal.snapshot import Snapshot
from importer.delivery.journal.store import JournalStore, no_fault
from importer.delivery.journal.undo import UndoJournal
from importer.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from filelock import FileLock

    from importer.delivery.journal.records import (
        AnswerRecord,
        BeforeImage,
        QueuedRow,
        RunRecord,
        SettledRow,
        StandingCount,
        UnsureRow,
    )
    from importer.model import Outcome, Problem, Reject, Status
    from importer.plan import Known, RowStep


class Journal:
    """The state of one sheet's import and the history of its runs. Open it with `Journal.open`.

    All methods that write commit before they return and raise DiskFailed where they cannot; then nothing may be sent.
    """

    def __init__(self, store: JournalStore, lock: FileLock | None, secret: str) -> None:
        self._store = store
        self._lock = lock
        self._secret = secret
        self._run = 0
        self.survey = Snapshot(store)
        self.removals = Deletions(store, lambda: self._run)
        self.undos = UndoJournal(store, lambda: self._run)

    @classmethod
    def open(
        cls,
        path: Path | None,
        address: str,
        fingerprint: str,
        *,
        mounts: Callable[[], str] = network_drive.mounts,
        fault: Callable[[str], None] = no_fault,
    ) -> Journal:
        """Open the journal at `path` for this process alone, making it where it is missing; None is a temporary one.

        `address` is the base URL or `sandbox`. `fingerprint` is anything that tells the keys of two workspaces apart,
        the key itself included: only a salted, slow hash of it is stored. Raises JournalError where the journal belongs
        to another address, is newer, damaged, in use, or on a network drive.
        """
        lock = None if path is None else opening.take_lock(path, mounts())
        try:
            store = opening.connect(path, fault)
            journal = cls(store, lock, fingerprint)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        try:
            journal._bind(path, address)
        except BaseException:
            journal.close()
            raise
        return journal

    @classmethod
    def copy(
        cls, path: Path, address: str, fingerprint: str, *, mounts: Callable[[], str] = network_drive.mounts
    ) -> Journal:
        """Open a temporary journal that knows what the one at `path` knows; what is written to it is forgotten.

        Raises JournalError as `open` does, also while a run has the journal at `path`.
        """
        if not path.exists():
            return cls.open(None, address, fingerprint)
        lock = opening.take_lock(path, mounts())
        try:
            store = opening.copied(path)
        finally:
            lock.release()
        journal = cls(store, None, fingerprint)
        journal._bind(path, address)
        return journal

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let the next run have it."""
        self._store.close()
        if self._lock is not None:
            self._lock.release()

    def _bind(self, path: Path | None, address: str) -> None:
        bound = reading.meta(self._store, "address")
        mistyped = bound != address and "sandbox" not in (bound, address) and not reading.knows_any(self._store)
        if bound is None or mistyped:
            # Of an address at which nothing was ever sent there is nothing to mix up: it may have been mistyped.
            writing.set_meta(self._store, {"address": address, "salt": os.urandom(16).hex()})
            self.rebind()
        elif bound != address:
            step = f"Give another folder with --out, or run with --base-url {bound} again."
            if bound == "sandbox" or address == "sandbox":
                step = "Give another folder with --out: a rehearsal and a real import keep separate journals."
            raise JournalError(f"The journal {path} belongs to {bound}, not to {address}.", step)
        if self._lock is not None:
            opening.note_holder(self._store)

    # ------------------------------------------------------------------------------------------------ the key

    @property
    def key_matches(self) -> bool:
        """Whether the journal was last used with this key. If not, see `probe_ids` and `rebind`."""
        return reading.meta(self._store, "key") == self._hash()

    def rebind(self) -> None:
        """Bind the journal to the key it was opened with."""
        writing.set_meta(self._store, {"key": self._hash()})

    def probe_ids(self, limit: int) -> dict[str, str]:
        """Return up to `limit` external ids with the contact ids they had under the former key.

        One of them found under the new key shows that it opens the same workspace; none journalled is as good.
        """
        return reading.contact_ids(self._store, limit)

    def _hash(self) -> str:
        salt = bytes.fromhex(reading.meta(self._store, "salt") or "")
        return hashlib.pbkdf2_hmac("sha256", self._secret.encode(), salt, 50_000, dklen=16).hex()

    # ---------------------------------------------------------------------------------------- writing: the sheet

    def begin(self, run: RunRecord) -> None:
        """Enter a run; the sheet is read anew from here, what is known of contacts stays."""
        self._run = runs.begin(self._store, run)

    def enter(self, run: RunRecord) -> None:
        """Enter a run that reads no sheet: what is known of the rows stays too."""
        self._run = runs.enter(self._store, run)

    def stage(self, steps: Sequence[RowStep], problems: Iterable[Problem] = (), *, to_send: bool = True) -> None:
        """Enter a chunk of rows and their problems (those in the steps are entered too), in one transaction.

        Without `to_send` nothing is kept of what would be sent: `tasks` and `to_send` know of no such rows.
        """
        writing.stage(self._store, steps, problems, to_send=to_send)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Enter problems."""
        writing.add_problems(self._store, problems)

    def finish(
        self, run_id: str, counts: Mapping[Status, int], exit_code: int, facts: Mapping[str, Any] | None = None
    ) -> None:
        """Enter the end of a run; `facts` come to those that it began with."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        runs.finish(self._store, run_id, now, counts, exit_code, facts or {})

    # ------------------------------------------------------------------------------------------ writing: delivery

    def sending(self, task: QueuedRow, sent_at: int) -> None:
        """Commit the intent to POST; `sent_at` is the service's clock, whole seconds since 1970, rather early."""
        writing.sending(self._store, self._run, task, sent_at)

    def updating(
        self, task: QueuedRow, contact: Mapping[str, Any], added: str | None = None, expected: str = ""
    ) -> None:
        """Commit the intent to PATCH, with the contact as it was and the points this journal will have added to it.

        `expected`: how it will leave the contact (`importer.plan.left`).
        """
        writing.updating(self._store, self._run, task, contact, added, expected)

    def doubt(self, external_ids: Sequence[str], stray: str = "", heard: Sequence[AnswerRecord] = ()) -> None:
        """Commit that nobody knows how the sending of these ended; `stray`: the contact that came of it elsewhere."""
        writing.doubt(self._store, self._run, external_ids, stray, heard)

    def withdraw(self, external_id: str, heard: Sequence[AnswerRecord] = ()) -> None:
        """Commit that a sending reached nobody."""
        writing.withdraw(self._store, self._run, external_id, heard)

    def hear(self, heard: Sequence[AnswerRecord]) -> None:
        """Commit answers after which the rows go on."""
        writing.hear(self._store, self._run, heard)

    def settle(self, task: QueuedRow, end: SettledRow) -> None:
        """Commit how a row ended."""
        writing.settle(self._store, self._run, task, end)

    def settle_all(self, ends: Sequence[tuple[QueuedRow, SettledRow]]) -> None:
        """Commit how several rows ended, together."""
        writing.settle_all(self._store, self._run, ends)

    def give_up(self, task: QueuedRow, end: SettledRow) -> None:
        """Commit that a row stays unfinished in this run."""
        writing.give_up(self._store, task, end)

    def doubled(self, doubt: UnsureRow, problem: Problem, detail: str) -> None:
        """Commit that several contacts carry one external id."""
        writing.doubled(self._store, self._run, doubt.row, doubt.external_id, problem, detail)

    def swept(self, external_ids: Sequence[str], heard: Sequence[AnswerRecord] = ()) -> None:
        """Commit that the last look at these was taken."""
        writing.swept(self._store, self._run, external_ids, heard)

    # ------------------------------------------------------------------------------------------------- reading

    def seen(self, external_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Return (row, digest) of the first good row of this sheet for each of the ids that has one."""
        return reading.seen(self._store, external_ids)

    def known(self, external_ids: Sequence[str]) -> dict[str, Known]:
        """Return what earlier runs know of these ids."""
        return reading.known(self._store, external_ids)

    def tasks(self, after: int, limit: int) -> list[QueuedRow]:
        """Return the next rows to deliver after row `after`, in row order."""
        return reading.tasks(self._store, after, limit)

    def doubts(self, after: str, limit: int) -> list[UnsureRow]:
        """Return the next rows to which a last look is owed, after external id `after`."""
        return reading.doubts(self._store, after, limit)

    def to_send(self) -> int:
        """Return how many rows are still to be sent or looked up."""
        return reading.to_send(self._store)

    def counts(self) -> dict[Status, int]:
        """Return all eight counts of this sheet."""
        return reading.counts(self._store)

    def standings(self) -> list[StandingCount]:
        """Return how the good rows of this sheet stand beside what is known of their contacts."""
        return reading.standings(self._store)

    def problem_span(self) -> tuple[int, int]:
        """Return how many problems there are and the number of the last: the same again, if none came or went."""
        return reading.problem_span(self._store)

    def newcomers(self) -> int:
        """Return how many rows are to be sent under an id that is new to the journal."""
        return reading.count_new_rows(self._store)

    def strays(self) -> int:
        """Return how many contacts of earlier runs have no row in this sheet."""
        return reading.count_missing_contacts(self._store)

    def warnings(self) -> int:
        """Return the number of warnings."""
        return reading.warnings(self._store)

    def rules(self) -> dict[str, int]:
        """Return how often each rule was found."""
        return reading.rules(self._store)

    def outcomes(self) -> Iterator[Outcome]:
        """Give the lines of `id_map.csv` in row order."""
        return reading.outcomes(self._store)

    def problems(self) -> Iterator[Problem]:
        """Give all problems: the sheet's first, then in row order."""
        return reading.problems(self._store)

    def rejects(self) -> Iterator[Reject]:
        """Give rejected and conflicting rows with their problems, in row order."""
        return reading.rejects(self._store)

    def runs(self) -> tuple[RunRecord, ...]:
        """Return all runs, oldest first, this one included."""
        return tuple(runs.runs(self._store))

    def images(self, run_id: str) -> Iterator[BeforeImage]:
        """Give the contacts that a run changed, as they were before."""
        return reading.images(self._store, run_id)

"""The journal as one object: opened, written to while a run lasts, read for its results, closed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from importer.delivery.journal import network_drive, opening
from importer.delivery.journal.deletions import Deletions
from importer.delivery.journal.forgetting import ForgettingJournal
from importer.delivery.journal.joins import JoinJournal
from importer.delivery.journal.kept_contacts import KeptContacts
from importer.delivery.journal.missing import MissingContacts
from importer.delivery.journal.presence import has_journal
from importer.delivery.journal.reading import JournalReader
from importer.delivery.journal.records import HiddenContact
from importer.delivery.journal.returned import ReturnedRows
from importer.delivery.journal.row_queue import RowQueue
from importer.delivery.journal.sheet import SheetWriter
from importer.delivery.journal.snapshot import Snapshot
from importer.delivery.journal.store import SET_META
from importer.delivery.journal.unchanged import UnchangedRows
from importer.delivery.journal.undo import UndoJournal
from importer.delivery.journal.writing import DeliveryWriter
from importer.delivery.journal_place import DatabasePlace
from importer.errors import JournalError
from importer.model import Organization
from importer.plan import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from filelock import FileLock

    from importer.delivery.journal.store import Store
    from importer.delivery.journal_place import JournalPlace
    from importer.plan import Known

WORKSPACE_PARTS = ("id", "name", "subscription")


class Journal(SheetWriter, UnchangedRows, DeliveryWriter, RowQueue, ReturnedRows, JournalReader):
    """The state of one sheet's import and the history of its runs. Open it with `Journal.open`.

    Every method that writes commits before it returns, and raises DiskFailed if it cannot; then nothing may be sent.
    """

    def __init__(self, store: Store, lock: FileLock | None, secret: str, *, is_temporary: bool) -> None:
        super().__init__(store)
        self._lock = lock
        self._secret = secret
        self._is_temporary = is_temporary
        # Whether the intent just committed may still be sent, and the same for a request without intent: see `Store`.
        self.send_deadline, self.still_ours = store.send_deadline, store.still_ours
        self.survey = Snapshot(store)
        self.removals = Deletions(store, lambda: self._run)
        self.missing = MissingContacts(store)
        self.undos = UndoJournal(store, lambda: self._run)
        self.joins = JoinJournal(store, lambda: self._run)
        self.kept = KeptContacts(store, lambda: self._run)
        self.forgetting = ForgettingJournal(store)

    @classmethod
    def open(
        cls,
        path: JournalPlace | None,
        address: str,
        fingerprint: str,
        *,
        mounts: Callable[[], str] = network_drive.mounts,
        fault: Callable[[str], None] | None = None,
    ) -> Journal:
        """Open the journal at `path` for this process alone; create it if it is missing. None is a temporary one.

        `address` is the base URL or `sandbox`. `fingerprint` is anything that tells the keys of two workspaces apart,
        the key itself included: only a salted, slow hash of it is stored. Raises JournalError if the journal belongs
        to another address, is newer, damaged, in use, or on a network drive.
        """
        if isinstance(path, DatabasePlace):
            from importer.delivery.journal.postgres.opening import open_alone

            return cls._opened(open_alone(path, address, fingerprint, fault), None, path, address, fingerprint)
        lock = None if path is None else opening.take_lock(path, mounts())
        try:
            store: Store = opening.connect(path, fault)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return cls._opened(store, lock, path, address, fingerprint)

    @classmethod
    def _opened(
        cls, store: Store, lock: FileLock | None, path: JournalPlace | None, address: str, fingerprint: str
    ) -> Journal:
        journal = cls(store, lock, fingerprint, is_temporary=path is None)
        try:
            journal._bind(path, address)
        except BaseException:
            journal.close()
            raise
        return journal

    @classmethod
    def copy(cls, path: JournalPlace, address: str, fingerprint: str) -> Journal:
        """Open a temporary copy of the journal at `path`; what is written to it is discarded.

        Raises JournalError as `open` does, also while a run has the journal at `path`.
        """
        if not has_journal(path):
            return cls.open(None, address, fingerprint)
        if isinstance(path, DatabasePlace):
            from importer.delivery.journal.postgres.opening import open_copy

            return cls._opened(open_copy(path), None, path, address, fingerprint)
        lock = opening.take_lock(path, network_drive.mounts())
        try:
            store = opening.copied(path)
        finally:
            lock.release()
        return cls._opened(store, None, path, address, fingerprint)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and release it for the next run."""
        self._store.close()
        if self._lock is not None:
            self._lock.release()

    def keeping_pages(self) -> AbstractContextManager[None]:
        """Keep much of the journal in memory, as long as all rows of a sheet are read and compared."""
        return self._store.keeping_pages()

    @property
    def quiet_seconds(self) -> float:
        """Seconds in which nothing may be sent yet, since another holder of the key may have sent a moment ago."""
        return self._store.quiet_seconds()

    def unsettled_seconds(self, settle_seconds: float) -> float:
        """Return how long requests with this key, of other journals, may still arrive if they take `settle_seconds`."""
        return self._store.unsettled_seconds(settle_seconds)

    @property
    def source_read(self) -> str:
        """The source of which the workspace had no contact that this folder does not know; "" if it had some."""
        return self._facts.get("source_read", "")

    def note_source_read(self, source: str) -> None:
        """Note that the workspace has no contact of a source that the folder does not know; "": it has some."""
        self._set_meta(source_read=source)

    def take_listing_mark(self) -> str:
        """Return how far the contacts of the source were read, as `note_listing_mark` kept it, and forget it."""
        mark = self._facts.get("listing_mark", "")
        if mark:
            self._set_meta(listing_mark="")
        return mark

    def note_listing_mark(self, mark: str) -> None:
        """Keep how far the contacts of the source were read."""
        self._set_meta(listing_mark=mark)

    @property
    def hidden_contact(self) -> HiddenContact | None:
        """The contact that `note_hidden_contact` kept, as long as it is not known what became of its row."""
        hidden = HiddenContact.read(self._facts.get("hidden_contact", "[]"))
        known = hidden and self.known([hidden.external_id]).get(hidden.external_id)
        return hidden if known and known.state is State.SENDING else None

    def note_hidden_contact(self, hidden: HiddenContact) -> None:
        """Keep the contact that the service says it has created for a row, and does not show."""
        self._set_meta(hidden_contact=json.dumps(hidden))

    @property
    def answers_other_ids(self) -> bool:
        """Whether the service has answered a POST with another contact id than it shows."""
        return bool(self._facts.get("answers_other_ids"))

    def note_other_ids(self) -> None:
        """Note that the ids that the service answers with are not those that it shows."""
        self._set_meta(answers_other_ids="1")

    # ------------------------------------------------------------------------------------------------ contacts

    def known(self, external_ids: Sequence[str]) -> dict[str, Known]:
        """Return what earlier runs know of these ids, without ids that no run has met, and what this run doubts."""
        known = super().known(external_ids)
        doubted = {external_id: doubt for external_id, doubt in self.kept.doubts.items() if external_id in known}
        return known | {external_id: replace(known[external_id], doubt=doubt) for external_id, doubt in doubted.items()}

    # --------------------------------------------------------------------------------- how the sheet is read

    @property
    def reading(self) -> str:
        """What `remember_reading` kept; "" if it kept nothing."""
        return self._facts.get("reading", "")

    def remember_reading(self, text: str) -> None:
        """Keep how the sheet of this folder is read, for later commands."""
        self._set_meta(reading=text)

    # ------------------------------------------------------------------------------------------------ the key

    @property
    def key_matches(self) -> bool:
        """Whether the journal was last used with this key. If not, see `probe_ids` and `rebind`."""
        return self._is_temporary or self._facts.get("key") == self._key_hash

    def rebind(self) -> None:
        """Bind the journal to the key it was opened with."""
        self._set_meta(key=self._key_hash)

    # ------------------------------------------------------------------------------------------- the workspace

    @property
    def workspace(self) -> Organization | None:
        """The workspace that this folder belongs to, as the service last named it; None if it never did."""
        values = [self._facts.get(f"workspace_{part}") for part in WORKSPACE_PARTS]
        return None if values[0] is None else Organization(*(value or "" for value in values))

    def keep_workspace(self, organization: Organization) -> None:
        """Keep which workspace this folder belongs to."""
        self._set_meta(**{f"workspace_{part}": getattr(organization, part) for part in WORKSPACE_PARTS})

    @cached_property
    def _key_hash(self) -> str:
        # Slow on purpose, so that the key cannot be guessed from it.
        salt = bytes.fromhex(self._facts.get("salt", ""))
        return hashlib.pbkdf2_hmac("sha256", self._secret.encode(), salt, 50_000, dklen=16).hex()

    def _bind(self, path: JournalPlace | None, address: str) -> None:
        """Bind a new journal to the address; refuse one of another address."""
        bound = self._facts.get("address")
        knows_contacts = bool(self._store.number("SELECT EXISTS (SELECT 1 FROM contacts)"))
        # If nothing was ever sent to the other address, it may have been mistyped, and no contacts can be mixed up.
        mistyped = bound != address and "sandbox" not in (bound, address) and not knows_contacts
        facts = {} if self._lock is None else {"holder": opening.this_process()}
        if bound is None or mistyped:
            self._set_meta(address=address, salt=os.urandom(16).hex())
            # A temporary journal is never opened with another key, and the hash is slow.
            if not self._is_temporary:
                facts["key"] = self._key_hash
        elif bound != address:
            step = f"Give another folder with --out, or run with --base-url {bound} again."
            if bound == "sandbox" or address == "sandbox":
                step = "Give another folder with --out: a rehearsal and a real import keep separate journals."
            if isinstance(path, DatabasePlace):
                step = f"Set base-url of the workspace to {bound} again, or give the workspace another name."
            raise JournalError(f"The journal {path} belongs to {bound}, not to {address}.", step)
        if facts:
            self._set_meta(**facts)

    @cached_property
    def _facts(self) -> dict[str, str]:
        # Read together, once: each query is a wait for the database, and no other process writes to an open journal.
        return {str(name): str(value) for name, value in self._store.rows("SELECT name, value FROM meta")}

    def _set_meta(self, **facts: str) -> None:
        # Most runs note what the run before has noted, and each commit is a wait for the disk or the database.
        if facts.items() <= self._facts.items():
            return
        with self._store.writing("meta") as transaction:
            transaction.executemany(SET_META, list(facts.items()))
        self._facts.update(facts)

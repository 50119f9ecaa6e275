"""Is the sheet unchanged since the last finished run? Then its rows are in the journal, and it is not read again.

What staging makes of a sheet depends on the sheet's bytes, on what was decided about them, on this program and its
libraries, and on what the journal knows of the contacts. If all of these are as they were when the latest run of the
journal ended, staging would make the rows and problems that are there already. In any doubt, and wherever something
else decides too (the workspace, a person's own schema), the sheet is read.

Where a person is asked about rows, only staging shows what becomes of them. But if a run has read the sheet, sent
nothing, and left the journal as it had found it, then the next one would do the same.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.model import ContactDraft, Status
from importer.plan import Action, Known, OnMatch, Policy, decide
from importer.settings.model import OPTIONS
from importer.validate.schemas_folder import SCHEMAS_FOLDER
from importer.version import versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.delivery.journal import Journal
    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet

# The outcome of such a row depends on its contact.
_CONTACT_STATUSES = (Status.CREATED, Status.UPDATED, Status.UNCHANGED, Status.UNFINISHED)


def _program_digest() -> str:
    """A digest of the program's files, since its version stays the same while it is developed; "" if unreadable."""
    digest = blake2b(digest_size=16)
    try:
        # By its place, since a project that uses the library may have a package `schemas` of its own.
        for root in (Path(str(files("importer"))), SCHEMAS_FOLDER):
            paths = sorted(path for path in root.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
            if not paths:
                return ""
            for path in paths:
                digest.update(f"{path.relative_to(root)}:{path.stat().st_size}:".encode() + path.read_bytes())
    except OSError:
        return ""
    return digest.hexdigest()


# Taken when the program is loaded: its files may be replaced while the process goes on.
_PROGRAM = (versions(), _program_digest())


@dataclass(frozen=True, slots=True)
class PreviousRun:
    """The finished run whose rows and problems are still those of the sheet.

    `problems` is the span of its problems in the journal; `phones` are its phone numbers, counted by country. `state`
    is the digest of the journal that it found and left, "" where its rows do not depend on that.
    """

    run_id: str
    problems: tuple[int, int]
    phones: tuple[tuple[str, int], ...]
    state: str = ""


class SheetFingerprint:
    """Compares a sheet with the latest run of the journal, and notes what the next run compares with."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._mark, self._staged_problems = "", (0, 0)
        self._policy = Policy(OnMatch.CREATE_ONLY)
        self._previous: PreviousRun | None = None
        # The digest of the journal before its rows are read again, if that can show whether reading changes anything.
        self._state_before = ""

    def unchanged_since(self, job: Job, sheet: PreparedSheet, *, believed: bool) -> PreviousRun | None:
        """Return the run that left the rows of this sheet in the journal; None if the sheet has to be read.

        `believed`: may the journal be believed? Without it the sheet is always read.
        """
        self._policy = sheet.policy
        self._mark = mark_of(job, sheet)
        # Of contacts that a look has found missing the rows are decided again.
        is_current = believed and not self._journal.missing.has_changed
        can_ask = job.hooks.ask_people is not None or job.hooks.settle_people is not None
        self._previous = self._latest_run(can_ask=can_ask) if is_current else None
        if self._previous is None:
            runs = self._journal.runs() if is_current else []
            repeats = bool(runs) and runs[-1].facts.get("read") == self._mark != ""
            # The contacts of the workspace did not affect the rows.
            is_alone = self._journal.source_read == job.settings.source
            self._state_before = self._journal.state_digest() if repeats and is_alone else ""
            return None
        self._staged_problems = self._previous.problems
        since = f"{sheet.table.file} is unchanged since run {self._previous.run_id}, which left nothing to send"
        job.hooks.note(f"{since}: its rows were not read again. Give --no-trust-journal to check them again.")
        return self._previous

    @property
    def mark(self) -> str:
        """A digest of all that decides how the sheet is staged, except the journal; "" if that is not known."""
        return self._mark

    def note_staged(self) -> None:
        """Note that all problems in the journal now come from staging."""
        self._staged_problems = self._journal.problem_span()

    def facts(self, phones: Mapping[str, int]) -> dict[str, Any]:
        """Return what the record of an ended run must hold for the next one; empty if that one has to read the sheet.

        Must be called while the run's scratch tables exist.
        """
        # A problem added after staging (such as `mirror-held`) would be missing if the rows were staged again.
        if not self._mark or self._journal.problem_span() != self._staged_problems:
            return {}
        # A sheet that was not read is as final as when the previous run ended.
        state = "" if self._previous is None else self._previous.state
        if self._previous is None and not self._is_final():
            # It is as final as before, too, where this run has read rows, sent nothing, and changed nothing.
            has_read = bool(self._state_before) and sum(self._journal.counts().values()) > 0
            if not has_read or self._journal.has_queued() or self._state_before != self._journal.state_digest():
                return {}
            state = self._state_before
        return {
            "left": {
                "mark": self._mark,
                "problems": self._staged_problems,
                "phones": list(phones.items()),
                "ids": self._journal.rows_checksum(),
                **({"state": state} if state else {}),
            }
        }

    def _latest_run(self, *, can_ask: bool) -> PreviousRun | None:
        runs = self._journal.runs()
        facts = runs[-1].facts.get("left") if runs else None
        if not self._mark or not facts or facts["mark"] != self._mark:
            return None
        # An undo since then, or a row that was sent later, shows in the counts or in the problems.
        counts = {str(status): number for status, number in self._journal.counts().items()}
        problems = tuple(facts["problems"])
        if runs[-1].counts != counts or problems != self._journal.problem_span():
            return None
        # Rows that are not read again go into id_map.csv as the journal has them.
        if facts.get("ids") != self._journal.rows_checksum():
            return None
        state = str(facts.get("state", ""))
        # A person who is there may answer what is open.
        if state and (can_ask or state != self._journal.state_digest()):
            return None
        return PreviousRun(runs[-1].run_id, problems, tuple(map(tuple, facts["phones"])), state)

    def _is_final(self) -> bool:
        """Whether staging the sheet once more would make every row what it is now."""
        # No contact decides such a row, and to compare all others with theirs takes long.
        if self._journal.has_open_question():
            return False
        counts, rows_by_kind = self._journal.counts(), self._journal.compare_with_contacts()
        rows = sum(counts[status] for status in _CONTACT_STATUSES)
        compared = sum(kind.rows for kind in rows_by_kind if kind.status in _CONTACT_STATUSES)
        if sum(counts.values()) == 0 or compared != rows:
            return False
        if self._policy.gives_ids and self._journal.has_ids_to_give():
            return False
        # The rule that decides rows is asked itself, for one row of each kind: its digest is that of its contact.
        draft = ContactDraft(0, "", {}, "same")
        for kind in rows_by_kind:
            contact = Known(kind.state, digest=draft.digest, policy=kind.policy)
            step = decide(draft, None, contact, self._policy)
            if not kind.agrees or (step.action, step.status) != (Action.NONE, kind.status):
                return False
        return True


def mark_of(job: Job, sheet: PreparedSheet) -> str:
    """Return a digest of everything that decides what staging makes of a sheet, without reading its rows.

    "" if something else decides too (users or contacts of the workspace, a schema of the person's own), or if the
    program's own files cannot be read.
    """
    changed = job.settings.model_dump(by_alias=True, exclude_defaults=True)
    asks_users = any(column.target and column.target.field == "created_by" for column in sheet.mapping.mapped)
    if asks_users or any(OPTIONS[name].rows == "outside" for name in changed):
        return ""
    if not sheet.table.digest or not all(_PROGRAM):
        return ""
    settings = job.settings.model_dump(by_alias=True)
    parts = {
        "file": job.identity,
        "table": _facts(sheet.table, "chunks"),
        # What whole columns decide follows from the bytes of the file, and the policy from the settings.
        "sheet": _facts(sheet, "table", "user_schema", "decisions", "columns_profiled", "policy"),
        "settings": {name: value for name, value in settings.items() if OPTIONS[name].rows != "none"},
        "program": _PROGRAM,
    }
    text = repr(parts)
    # An object whose repr is its address does not show its values, so nothing can be compared.
    return "" if " at 0x" in text else blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def _facts(noun: SourceTable | PreparedSheet, *omitted: str) -> dict[str, object]:
    return {field.name: getattr(noun, field.name) for field in fields(noun) if field.name not in omitted}

"""A run over a sheet that the run before it has finished: what that one left stands, and the sheet is not read again.

What staging makes of a sheet depends on the sheet's bytes, on what was decided about them, on this program and what it
stands on, and on what the journal knows of the contacts. Where all of these are what they were when the latest run of
the journal ended, the rows and problems that it left are what staging would make of them. In any doubt, and wherever
something else has a say (the workspace, a person's own code), they are made anew.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.model import ContactDraft, Status
from importer.pipeline.outputs.folder import identity
from importer.pipeline.reading.match_rules import policy_for
from importer.plan import Action, Known, OnMatch, Policy, decide
from importer.settings.model import OPTIONS
from importer.version import versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.delivery.journal import Journal
    from importer.delivery.journal.records import StandingCount
    from importer.model import SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet

_PACKAGES = ("importer", "schemas")
# A row that ended so is one whose contact has a say in it.
_OF_CONTACTS = (Status.CREATED, Status.UPDATED, Status.UNCHANGED, Status.UNFINISHED)


def _code() -> str:
    """A digest of this program as it lies on the disk, since a version may be worked on; "" where it cannot be seen."""
    digest = blake2b(digest_size=16)
    try:
        for package in _PACKAGES:
            root = Path(str(files(package)))
            found = sorted(one for one in root.rglob("*") if one.is_file() and one.parent.name != "__pycache__")
            if not found:
                return ""
            for file in found:
                digest.update(f"{file.relative_to(root)}:{file.stat().st_size}:".encode() + file.read_bytes())
    except OSError:
        return ""
    return digest.hexdigest()


# Now, while it is loaded: a process may live on after the files that it came from are others.
_PROGRAM = (versions(), _code())


@dataclass(frozen=True, slots=True)
class PreviousRun:
    """What a run left of its sheet beside rows and problems.

    `mark` is of all that they were made of; `problems` is the span of the problems; `phones` are counted by country.
    """

    mark: str
    problems: tuple[int, int]
    phones: tuple[tuple[str, int], ...]
    run_id: str = ""


class SheetFingerprint:
    """Knows whether the latest run left what this one would make, and what to note so that the next one knows it.

    `left` is what that run left, None where the sheet is to be read.
    """

    def __init__(self, job: Job, journal: Journal) -> None:
        self._job, self._journal = job, journal
        self._mark, self._staged = "", (0, 0)
        self._policy = Policy(OnMatch.CREATE_ONLY)
        self.left: PreviousRun | None = None

    def stands(self, sheet: PreparedSheet, *, believed: bool) -> bool:
        """Tell whether the rows of the sheet stand in the journal already; `believed`: may the journal say so?"""
        self._policy = policy_for(self._job, sheet)
        self._mark = mark_of(self._job, sheet)
        self.left = self._latest() if believed else None
        if self.left is None:
            return False
        self._staged = self.left.problems
        since = f"{sheet.table.file} is unchanged since run {self.left.run_id}, which left nothing to send"
        step = "Give --no-trust-journal to have all of it looked at anew."
        self._job.hooks.note(f"{since}: its rows were not read again. {step}")
        return True

    def _latest(self) -> PreviousRun | None:
        runs = self._journal.runs()
        noted = runs[-1].facts.get("left") if runs else None
        if not self._mark or not noted or noted["mark"] != self._mark:
            return None
        if runs[-1].counts != self._counts() or tuple(noted["problems"]) != self._journal.problem_span():
            return None
        return PreviousRun(self._mark, tuple(noted["problems"]), tuple(map(tuple, noted["phones"])), runs[-1].run_id)

    def _counts(self) -> dict[str, int]:
        return {str(status): number for status, number in self._journal.counts().items()}

    def staged(self) -> None:
        """Note that all that stands in the journal now came of staging."""
        self._staged = self._journal.problem_span()

    def facts(self, phones: Mapping[str, int]) -> dict[str, Any]:
        """What the record of a run that has ended must hold for the next one; nothing where that is to read the sheet.

        Asked for while the run's scratch tables are there.
        """
        if not self._mark or self._journal.problem_span() != self._staged:
            return {}
        if self.left is None and not self._is_final():
            return {}
        return {"left": {"mark": self._mark, "problems": self._staged, "phones": list(phones.items())}}

    def _is_final(self) -> bool:
        """Whether staging the sheet once more would make every row what it is now."""
        counts, standings = self._journal.counts(), self._journal.standings()
        found = sum(one.rows for one in standings if one.status in _OF_CONTACTS)
        whole = sum(counts.values()) > 0 and found == sum(counts[status] for status in _OF_CONTACTS)
        return whole and all(self._is_kept(one) for one in standings)

    def _is_kept(self, one: StandingCount) -> bool:
        draft, digest = ContactDraft(0, "", {}, "same"), "same"
        step = decide(draft, None, Known(one.state, digest=digest, policy=one.policy), self._policy)
        return one.agrees and (step.action, step.status) == (Action.NONE, one.status)


def mark_of(job: Job, sheet: PreparedSheet) -> str:
    """A digest of all that the rows of a sheet are made of, before any of them is read.

    "" where something else has a say: the workspace's users and contacts, or a schema of the person's own; and where
    the program cannot tell what it is itself.
    """
    if not sheet.table.digest or not all(_PROGRAM) or _is_open(job, sheet):
        return ""
    settings = job.settings.model_dump(by_alias=True)
    parts = {
        "file": identity(job.file),
        "table": _facts(sheet.table, "chunks"),
        # What whole columns decide follows from the bytes.
        "sheet": _facts(sheet, "table", "schema", "user_schema", "decisions", "looked_over"),
        "settings": {name: value for name, value in settings.items() if OPTIONS[name].rows != "none"},
        "program": _PROGRAM,
    }
    text = repr(parts)
    # An object that is shown by its address does not show what it holds.
    return "" if " at 0x" in text else blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def _facts(one: SourceTable | PreparedSheet, *left_out: str) -> dict[str, object]:
    return {part.name: getattr(one, part.name) for part in fields(one) if part.name not in left_out}


def _is_open(job: Job, sheet: PreparedSheet) -> bool:
    """Whether the rows, or what becomes of them, depend on what lies outside the sheet and the journal."""
    changed = job.settings.model_dump(by_alias=True, exclude_defaults=True)
    asks_users = any(column.target and column.target.field == "created_by" for column in sheet.mapping.mapped)
    return asks_users or any(OPTIONS[name].rows == "outside" for name in changed)

"""A saved plan and how a run follows it: the sheet must be unchanged, and a row does what was planned, or nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.delivery.journal import ResolvedRow, SettledRow
from importer.delivery.journal.deletions import OrphanContact
from importer.disk import open_file
from importer.errors import SettingsError
from importer.model import Problem, Severity, Status
from importer.plan import Action, State
from importer.plan.plan_file import PlannedRow, read_header, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importer.delivery.journal import Journal, QueuedRow

PAGE = 200
_STATES = {Status.UNCHANGED: State.UNCHANGED, Status.SKIPPED: State.SKIPPED}
NEW_PLAN = "Make a new plan with openphone-import plan, look at it, and run that."


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan in its file; `header` as in `importer.plan.plan_file`."""

    path: Path
    header: dict[str, Any]

    @classmethod
    def open(cls, path: Path) -> SavedPlan:
        """Read the header of the file. Raises SettingsError if the file is not a plan."""
        try:
            with os.fdopen(open_file(path), encoding="utf-8") as stream:
                return cls(path, read_header(stream))
        except OSError as error:
            raise SettingsError(f"--plan: {path} cannot be read ({error.strerror}).", NEW_PLAN) from None
        except ValueError as error:
            raise SettingsError(f"--plan: {path} {error}.", NEW_PLAN) from None
        except RecursionError:
            raise SettingsError(f"--plan: {path} is not a plan of this program.", NEW_PLAN) from None

    @property
    def made_by(self) -> tuple[str, str] | None:
        """The command line that made the plan, and the FILE in it; None if it was made by the library."""
        line = str(self.header.get("command") or "")
        return (line, str(self.header.get("given") or "")) if line else None

    @property
    def deletes(self) -> tuple[OrphanContact, ...]:
        """The contacts that the plan deletes."""
        return tuple(
            OrphanContact(
                str(item["external_id"]),
                str(item["contact_id"]),
                str(item["seen_as"]),
                State.CREATED,
                str(item["external_id"]),
            )
            for item in self.header["deletes"]
        )

    def rows(self) -> Iterator[PlannedRow]:
        """Give the rows, in order. Raises SettingsError if the file was edited or cut."""
        try:
            with os.fdopen(open_file(self.path), encoding="utf-8") as stream:
                yield from read_rows(stream)
        except (OSError, ValueError, RecursionError) as error:
            raise SettingsError(f"--plan: {self.path}: {error}.", NEW_PLAN) from None


def apply(plan: SavedPlan, journal: Journal, address: str, policy_mark: str) -> None:
    """Bind the waiting rows of the journal to what was planned for them; end those that are to do nothing.

    Raises SettingsError if the plan is for another workspace, or the sheet has changed since.
    """
    if plan.header["address"] != address:
        message = f"--plan: {plan.path} was made for {plan.header['address']}, not for {address}."
        raise SettingsError(message, NEW_PLAN)
    if plan.header["sheet_digest"] != journal.survey.sheet_digest():
        message = f"--plan: {plan.header['file']} has changed since {plan.path} was made, so nothing was sent."
        raise SettingsError(message, NEW_PLAN)
    # Both are in the order of the rows, so a plan of any size is read once, page by page.
    rows, after = plan.rows(), 0
    while tasks := journal.tasks(after, PAGE):
        after = tasks[-1].row
        planned: dict[int, PlannedRow] = {}
        for row in rows:
            planned[row.row] = row
            if row.row >= after:
                break
        ends = [(task, end) for task in tasks if (end := _bind(journal, task, planned.get(task.row), policy_mark))]
        journal.settle_all(ends)
    # The rest is read too, so that an edited line is not overlooked.
    for _ in rows:
        continue


def _bind(journal: Journal, task: QueuedRow, row: PlannedRow | None, policy_mark: str) -> SettledRow | None:
    """Enter what delivery may do for a row, or return how the row ends if it may do nothing."""
    if row is not None and row.action != "none":
        action = Action.LOOK if row.action == "update" else task.action
        journal.survey.work(ResolvedRow(task.row, action, row.action, row.link, row.seen_as, row.changes))
        # What a lookup will find was not known when the plan was made, so nothing can be expected of it.
        if row.action != "look":
            journal.survey.expect(task.row, row.seen_as)
        return None
    status = Status(row.status) if row else Status.CONFLICT
    detail = row.detail if row else f"Row {task.row} is not in the plan, so nothing was sent for it. {NEW_PLAN}"
    state = _STATES.get(status)
    problem = None
    if status in (Status.CONFLICT, Status.SKIPPED):
        severity = Severity.ERROR if status is Status.CONFLICT else Severity.WARNING
        problem = Problem(task.row, None, task.external_id, "planned-so", severity, detail)
    contact_id = row.contact_id if row else ""
    if state is None:
        return SettledRow(status, State.CONFLICT, contact_id, detail, problem=problem, passing=True)
    return SettledRow(status, state, contact_id, detail, problem=problem, policy=policy_mark)

"""A saved plan and how a run follows it: the sheet must be unchanged, and a row does what was planned, or nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from importer.delivery.journal import ResolvedRow, SettledRow
from importer.disk import MOST_GIVEN_BYTES, open_file
from importer.errors import SettingsError
from importer.model import Problem, Severity, Status
from importer.pipeline.job import sheet_identity
from importer.plan import Action, State, final_status
from importer.plan.plan_file import PlannedRow, read_header, read_rows
from importer.settings.command_line import planned_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from importer.delivery.journal import Journal, QueuedRow
    from importer.delivery.journal.deletions import OrphanContact
    from importer.plan.plan_file import PlanHeader

PAGE = 200
_STATES = {Status.UNCHANGED: State.UNCHANGED, Status.SKIPPED: State.SKIPPED}
NEW_PLAN = "Make a new plan with openphone-import plan, look at it, and run that."


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan in its file; `header` as in `importer.plan.plan_file`."""

    path: Path
    header: PlanHeader

    @classmethod
    def open(cls, path: Path) -> SavedPlan:
        """Read the header of the file. Raises SettingsError if the file is not a plan."""
        try:
            with os.fdopen(open_file(path), encoding="utf-8") as stream:
                return cls(path, read_header(_lines(stream)))
        except OSError as error:
            raise SettingsError(f"--plan: {path} cannot be read ({error.strerror}).", NEW_PLAN) from None
        except (UnicodeDecodeError, RecursionError):
            raise SettingsError(f"--plan: {path} is not a plan of this program.", NEW_PLAN) from None
        except ValueError as error:
            raise SettingsError(f"--plan: {path} {error}.", NEW_PLAN) from None

    def made_by(self, typed: str) -> tuple[str, str] | None:
        """The command line that made the plan, and the FILE in it; None if it was made by the library.

        `typed`: the command line of the run, whose service and key are named instead of those in the file.
        """
        header = self.header
        if not header.command:
            return None
        try:
            is_its_file = sheet_identity(header.given) == header.file
        except (OSError, ValueError):
            is_its_file = False
        file = header.given if is_its_file and not header.given.startswith("--") else header.file
        return planned_line(header.command, file, typed), file

    def rows(self) -> Iterator[PlannedRow]:
        """Give the rows, in order. Raises SettingsError if the file was edited or cut."""
        try:
            with os.fdopen(open_file(self.path), encoding="utf-8") as stream:
                yield from read_rows(_lines(stream))
        except (UnicodeDecodeError, RecursionError):
            raise SettingsError(f"--plan: {self.path} is not a plan of this program.", NEW_PLAN) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise SettingsError(f"--plan: {self.path}: {reason}.", NEW_PLAN) from None


def _lines(stream: IO[str]) -> Iterator[str]:
    """Give the lines of a plan; one that is longer than any of a plan is cut, so that it fits into the memory."""
    while line := stream.readline(MOST_GIVEN_BYTES):
        yield line


def apply(plan: SavedPlan, journal: Journal, address: str, policy_mark: str) -> None:
    """Bind the waiting rows of the journal to what was planned for them; end those that are to do nothing.

    Raises SettingsError if the plan is for another workspace, or the sheet has changed since.
    """
    if plan.header.address != address:
        message = f"--plan: {plan.path} was made for {plan.header.address}, not for {address}."
        raise SettingsError(message, NEW_PLAN)
    if plan.header.sheet_digest != journal.survey.sheet_digest():
        message = f"--plan: {plan.header.file} has changed since {plan.path} was made, so nothing was sent."
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
        bound = [(task, _bind(task, planned.get(task.row), policy_mark)) for task in tasks]
        work = [what for _, what in bound if isinstance(what, ResolvedRow)]
        journal.survey.plan_rows(work)
        # What a lookup will find was not known when the plan was made, so nothing can be expected of it.
        journal.survey.expect({row.row: row.seen_as for row in work if row.plan != "look"})
        journal.settle_all([(task, end) for task, end in bound if isinstance(end, SettledRow)])
    # The rest is read too, so that an edited line is not overlooked.
    for _ in rows:
        continue


def planned_orphans(
    plan: SavedPlan, journal: Journal, own: Sequence[OrphanContact]
) -> Iterator[tuple[OrphanContact, str]]:
    """Give the contacts that the plan deletes and that are still there, each with its fingerprint of then.

    `own` are the contacts that this folder has created and that have no row. Raises SettingsError if another one is to
    be deleted: the file was changed, or was made with another folder.
    """
    by_ids = {(orphan.external_id, orphan.contact_id): orphan for orphan in own}
    for planned in plan.header.deletes:
        if orphan := by_ids.get((planned.external_id, planned.contact_id)):
            yield orphan, planned.seen_as
            continue
        known = journal.known([planned.external_id]).get(planned.external_id)
        # One that is gone already, such as by an earlier run of this plan that was stopped.
        if known is None or known.contact_id:
            raise SettingsError(
                f"--plan: {plan.path} deletes contact {planned.contact_id} ({planned.external_id}), which is not one "
                "that this folder has created and that has lost its row, so nothing was sent.",
                NEW_PLAN,
            )


def _bind(task: QueuedRow, row: PlannedRow | None, policy_mark: str) -> SettledRow | ResolvedRow:
    """Return what delivery may do for a row, or how the row ends if it may do nothing."""
    if row is not None and row.action != "none":
        action = Action.LOOK if row.action == "update" else task.action
        return ResolvedRow(task.row, action, row.action, row.link, row.seen_as, row.changes)
    status = row.status if row else Status.CONFLICT
    detail = row.detail if row else f"Row {task.row} is not in the plan, so nothing was sent for it. {NEW_PLAN}"
    # Only the journal says what earlier runs have done; another person may have made the plan.
    is_done = row is not None and final_status(task.known.state) is status and task.known.contact_id == row.contact_id
    if not is_done and status not in (Status.UNCHANGED, Status.SKIPPED, Status.CONFLICT):
        detail = f"Row {task.row} was {status} when the plan was made, and is not now, so nothing was sent. {NEW_PLAN}"
        status = Status.CONFLICT
    state = _STATES.get(status)
    problem = None
    if status in (Status.CONFLICT, Status.SKIPPED):
        severity = Severity.ERROR if status is Status.CONFLICT else Severity.WARNING
        problem = Problem(task.row, None, task.external_id, "planned-so", severity, detail)
    contact_id = row.contact_id if row else ""
    if state is None:
        return SettledRow(status, State.CONFLICT, contact_id, detail, problem=problem, passing=True)
    return SettledRow(status, state, contact_id, detail, problem=problem, policy=policy_mark)

"""The step for one row, from what the sheet said before it and what the journal knows of its contact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from importer.model import Problem, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.model import ContactDraft


class OnMatch(StrEnum):
    """What `--on-match` allows to do with a contact that is already there and differs from its row."""

    CREATE_ONLY = "create-only"
    UPDATE = "update"
    FILL_BLANK = "fill-blank"


class State(StrEnum):
    """How far the contact of an external id has come, as the journal knows it.

    `pending`: nothing was sent, or certainly nothing arrived. `sending`, `updating`: something may have arrived.
    `filled` (blank fields were filled) and `kept` (none was blank): it still differs from the row.
    """

    PENDING = "pending"
    SENDING = "sending"
    CREATED = "created"
    UPDATING = "updating"
    UPDATED = "updated"
    FILLED = "filled"
    KEPT = "kept"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REFUSED = "refused"
    CONFLICT = "conflict"


class Action(StrEnum):
    """What delivery has to do: nothing, POST, or first look the contact up."""

    NONE = "none"
    CREATE = "create"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal knows of an external id.

    `contact_id` is "" where none is known; `digest` is of the fields last delivered or compared; `sent_at` is the
    service's clock (whole seconds since 1970) before the first sending whose end is not known, None if there is none.
    """

    state: State
    contact_id: str = ""
    digest: str = ""
    sent_at: int | None = None
    attempts: int = 0
    ever_unsure: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One row and what becomes of it: its status so far, and what delivery still has to do.

    `status` is final where `action` is none, else `unfinished`. `repeats` is the row a duplicate repeats.
    `body` is set where there is an action. Rows that are no drafts (rejected, skipped) are steps without an action.
    """

    row: int
    external_id: str
    status: Status
    action: Action = Action.NONE
    detail: str = ""
    digest: str = ""
    body: dict[str, Any] | None = None
    contact_id: str = ""
    repeats: int | None = None
    problem: Problem | None = None


_FINAL = {
    State.CREATED: Status.CREATED,
    State.UPDATED: Status.UPDATED,
    State.FILLED: Status.UPDATED,
    State.KEPT: Status.UNCHANGED,
    State.UNCHANGED: Status.UNCHANGED,
    State.SKIPPED: Status.SKIPPED,
}
# States under which the contact is known to differ from the row: another --on-match may have something to do.
_DIFFERING = {
    State.FILLED: {OnMatch.UPDATE},
    State.KEPT: {OnMatch.UPDATE},
    State.SKIPPED: {OnMatch.UPDATE, OnMatch.FILL_BLANK},
}


def decide(draft: ContactDraft, seen: tuple[int, str] | None, known: Known | None, on_match: OnMatch) -> Step:
    """Return the step for `draft`.

    `seen` is the row and digest of the first good row of this sheet with the same external id, None if this is it.
    Design, "Rules where tools differ": an identical row is a duplicate of the first, a differing one a conflict.
    """
    if seen is not None:
        return _repeated(draft, *seen)
    if known is None:
        return _act(draft, Action.CREATE)
    if _is_settled(draft, known, on_match):
        return _keep(draft, known)
    untouched = known.state in (State.PENDING, State.REFUSED) and not known.contact_id and not known.ever_unsure
    return _act(draft, Action.CREATE if untouched else Action.LOOK)


def decide_all(
    drafts: Iterable[ContactDraft],
    seen: Mapping[str, tuple[int, str]],
    known: Mapping[str, Known],
    on_match: OnMatch,
) -> list[Step]:
    """Return the steps of a chunk: `decide` for each, where a row also meets the rows of its own chunk before it."""
    so_far = dict(seen)
    steps = []
    for draft in drafts:
        steps.append(decide(draft, so_far.get(draft.external_id), known.get(draft.external_id), on_match))
        so_far.setdefault(draft.external_id, (draft.row, draft.digest))
    return steps


def _is_settled(draft: ContactDraft, known: Known, on_match: OnMatch) -> bool:
    if known.state not in _FINAL or known.digest != draft.digest:
        return False
    return on_match not in _DIFFERING.get(known.state, ())


def _act(draft: ContactDraft, action: Action) -> Step:
    return Step(draft.row, draft.external_id, Status.UNFINISHED, action, digest=draft.digest, body=draft.body)


def _keep(draft: ContactDraft, known: Known) -> Step:
    problem = None
    if known.state is State.SKIPPED:
        problem = Problem(draft.row, None, draft.external_id, "contact-differs", Severity.WARNING, known.detail)
    return Step(
        draft.row,
        draft.external_id,
        _FINAL[known.state],
        detail=known.detail,
        digest=draft.digest,
        contact_id=known.contact_id,
        problem=problem,
    )


def _repeated(draft: ContactDraft, first_row: int, first_digest: str) -> Step:
    if draft.digest == first_digest:
        detail = f"repeats row {first_row}"
        return Step(draft.row, draft.external_id, Status.DUPLICATE, detail=detail, repeats=first_row)
    message = (
        f"Row {draft.row} has the id {draft.external_id!r} of row {first_row} but other values. "
        "Give one of them another id, or remove the one that is wrong, and run again."
    )
    problem = Problem(draft.row, None, draft.external_id, "external-id-twice", Severity.ERROR, message)
    detail = f"same id as row {first_row}, other values"
    return Step(draft.row, draft.external_id, Status.CONFLICT, detail=detail, digest=draft.digest, problem=problem)

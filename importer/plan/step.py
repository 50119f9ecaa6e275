"""The step for one row, from what the sheet said before it and what the journal knows of its contact."""

from __future__ import annotations

from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING

from importer.model import Problem, Severity, Status
from importer.model.added_columns import OPEN_QUESTION
from importer.model.made_ids import is_digest_id
from importer.plan.later_id import later_id
from importer.plan.missing import join_problem, missing_problem
from importer.plan.policy import OnMatch, Policy
from importer.plan.row_step import Action, Known, RowStep, Seen, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.model import ContactDraft


ID_TWICE = "external-id-twice"
SIGNS_OF_TWIN = "the same name, phone number or email address"
"""What an earlier row that may be the same person has in common with a row: one of these at least."""
_FINAL = {
    State.CREATED: Status.CREATED,
    State.UPDATED: Status.UPDATED,
    State.FILLED: Status.UPDATED,
    State.KEPT: Status.UNCHANGED,
    State.UNCHANGED: Status.UNCHANGED,
    State.SKIPPED: Status.SKIPPED,
}
WITHOUT_CONTACT = (State.PENDING, State.REFUSED, State.DELETED)
NOT_THERE = (State.MISSING, State.LEFT_OUT)


def decide(
    draft: ContactDraft,
    seen: Seen | None,
    entry: Known | None,
    on_match: OnMatch | Policy,
    *,
    trusting: bool = True,
    cells: int = 0,
) -> RowStep:
    """Return the step for `draft`, whose raw cells have the hash `cells`.

    `seen` is the first good row of this sheet with the same external id, None if this is it.
    `trusting`: a row that the journal knows as done needs no look.
    Design, "Rules where tools differ": an identical row is a duplicate of the first, a differing one a conflict.
    """
    if seen is not None:
        return _repeated(draft, seen, cells)
    if entry is None:
        return _to_do(draft, Action.CREATE, cells)
    if entry.doubt or (entry.state in NOT_THERE and trusting):
        if Policy.of(on_match).recreates and not entry.doubt:
            return _to_do(draft, Action.CREATE, cells)
        return _without_contact(draft, entry, cells)
    if trusting and _is_settled(draft, entry, Policy.of(on_match)):
        problem = None
        if entry.state is State.SKIPPED:
            problem = Problem(draft.row, None, draft.external_id, "contact-differs", Severity.WARNING, entry.detail)
        return RowStep(
            draft.row,
            draft.external_id,
            _FINAL[entry.state],
            detail=entry.detail,
            digest=draft.digest,
            contact_id=entry.contact_id,
            problem=problem,
            cells=cells,
        )
    # A request of unknown end may have made a contact even where the state says that there is none.
    untouched = entry.state in WITHOUT_CONTACT and not entry.contact_id and not entry.ever_unsure
    return _to_do(draft, Action.CREATE if untouched else Action.LOOK, cells)


def decide_all(
    drafts: Iterable[ContactDraft],
    seen: Mapping[str, Seen],
    entries: Mapping[str, Known],
    on_match: OnMatch | Policy,
    cells: Mapping[int, int] | None = None,
    *,
    trusting: bool = True,
) -> list[RowStep]:
    """Return the steps of a chunk: `decide` for each row, which may also repeat an earlier row of its own chunk.

    `cells`: by row a hash of its raw cells.
    """
    drafts, hashes = list(drafts), cells or {}
    # The usual chunk of a first run: no row has anything to be compared with. As `_to_do`, in a third of its time.
    if not seen and not entries and len({draft.external_id for draft in drafts}) == len(drafts) > 0:
        rows, ids, bodies, digests = zip(*drafts, strict=True)
        raws = [hashes.get(row, 0) for row in rows] if hashes else repeat(0)
        same = _to_do(drafts[0], Action.CREATE, 0)
        before = map(repeat, (same.status, same.action, same.detail))
        after = map(repeat, (same.contact_id, same.repeats, same.problem, same.clears))
        # Calling the class, or its `_make`, takes twice as long.
        new = partial(tuple.__new__, RowStep)
        return list(map(new, zip(rows, ids, *before, digests, bodies, *after, raws, strict=False)))
    first_rows = dict(seen)
    steps = []
    for draft in drafts:
        first, entry = first_rows.get(draft.external_id), entries.get(draft.external_id)
        raw = hashes.get(draft.row, 0)
        steps.append(decide(draft, first, entry, on_match, trusting=trusting, cells=raw))
        if first is None:
            first_rows[draft.external_id] = Seen(draft.row, draft.digest, raw)
    return steps


def _is_settled(draft: ContactDraft, entry: Known, policy: Policy) -> bool:
    """Tell whether there is nothing to do any more for a row that is as the journal knows it."""
    if entry.state not in _FINAL or entry.digest != draft.digest:
        return False
    if policy.gives_ids and later_id(draft.external_id, draft.body) not in ("", entry.id_at_service):
        return False
    if entry.policy == policy.mark:
        return True
    # Under another policy a contact that was left different from its row may be written now.
    if entry.state is State.SKIPPED:
        return not policy.writes
    # `fill-blank` leaves such a contact different without a line, which the row is to have under create-only.
    return not (entry.state in (State.FILLED, State.KEPT) and (policy.overwrites or policy.reports))


def _without_contact(draft: ContactDraft, entry: Known, cells: int) -> RowStep:
    """A row whose contact was deleted in the workspace: a conflict until a report has said so, then left out.

    While it is in doubt which contact the row has instead, it stays a conflict.
    """
    is_told = entry.state is State.LEFT_OUT and not entry.doubt
    if entry.doubt:
        problem = join_problem(draft.row, draft.external_id, draft.body, entry.contact_id, entry.doubt)
    else:
        problem = missing_problem(draft.row, draft.external_id, draft.body, entry.contact_id, is_told=is_told)
    return RowStep(
        draft.row,
        draft.external_id,
        Status.SKIPPED if is_told else Status.CONFLICT,
        detail=problem.message if entry.doubt else entry.detail,
        digest=draft.digest,
        problem=problem,
        cells=cells,
    )


def final_status(state: State) -> Status | None:
    """Return the status of a row whose contact has come to `state`, None where something is still to be done."""
    return _FINAL.get(state)


def _to_do(draft: ContactDraft, action: Action, cells: int) -> RowStep:
    return RowStep(draft.row, draft.external_id, Status.UNFINISHED, action, "", draft.digest, draft.body, cells=cells)


def _repeated(draft: ContactDraft, first: Seen, cells: int) -> RowStep:
    """A repeat is a duplicate if nothing differs: of a person known by name and numbers alone, not even a cell."""
    is_digest = is_digest_id(draft.external_id)
    if draft.digest == first.digest and (not is_digest or cells == first.cells):
        detail = f"repeats row {first.row}"
        return RowStep(draft.row, draft.external_id, Status.DUPLICATE, Action.NONE, detail, "", None, "", first.row)
    if is_digest:
        earlier = f"row {first.row}, which has {SIGNS_OF_TWIN}"
        return asked(draft, f"{OPEN_QUESTION}{draft.external_id}", "", earlier, is_second=True)
    message = (
        f"Row {draft.row} has the id {draft.external_id!r} of row {first.row} but other values. "
        "Give one of the two rows another id, or remove the wrong row, and run again."
    )
    problem = Problem(draft.row, None, draft.external_id, ID_TWICE, Severity.ERROR, message)
    detail = f"same id as row {first.row}, other values"
    return RowStep(draft.row, draft.external_id, Status.CONFLICT, detail=detail, digest=draft.digest, problem=problem)


def asked(
    draft: ContactDraft,
    candidate: str,
    contact_id: str,
    who: str,
    *,
    is_second: bool = False,
    is_of_several: bool = False,
) -> RowStep:
    """Return the step of a row that may be a person who is known already: a person must say.

    `candidate` is the external id of that person with a `?` before it, as it goes into the rejects; `who` are words.
    A `?` alone stands for several people: which of them it is must be written, since no answer may be a guess.
    `is_second`: it may be the person of another row of the sheet, not of a contact. `is_of_several`: of several such
    rows, each of them a contact already.
    """
    if candidate == OPEN_QUESTION:
        answer = "If it is one of them, write the id of that one in place of the ? in _external_id of the rejects file"
    else:
        answer = "If it is, remove the ? before the id in the column _external_id of the rejects file"
    if is_second and candidate == OPEN_QUESTION:
        for_all = "If all such rows are other people: --same-person separate."
    elif is_of_several:
        for_all = (
            "The contacts of those rows stay separate. If both are this person, take the row of the other contact out "
            "of the sheet, run it with --on-match update, and then run openphone-import dedupe, which makes them one. "
            "If all such rows are other people: --same-person separate."
        )
    elif is_second:
        for_all = (
            "Or answer for all such rows: --same-person join if they are one person, --same-person separate if not."
        )
    else:
        for_all = (
            "Or answer for all such rows at once: run the sheet again on a terminal without --yes; or with "
            "--accept-new-rows, if all of them are other people."
        )
    message = (
        f"Row {draft.row} may be the same person as {who}. Nothing was sent for it. {answer}; if not, write new there; "
        f"then run the rejects file. {for_all}"
    )
    problem = Problem(draft.row, None, candidate, "maybe-known", Severity.ERROR, message)
    detail = f"may be {who}"
    return RowStep(
        draft.row,
        candidate,
        Status.CONFLICT,
        detail=detail,
        digest=draft.digest,
        contact_id=contact_id,
        problem=problem,
    )

"""The rules of a match for one sheet: what each field may do to a contact that is there, and which cells empty it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from importer.model.fields import ARRAYS, NAME_HALVES, SCALARS
from importer.plan import Policy, Rule, policy_of, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.model import ContactDraft, Problem
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet


def policy_for(job: Job, sheet: PreparedSheet) -> Policy:
    """Return what `--on-match` and the table `[on-match]` say of the fields of this sheet."""
    return policy_of(job.settings.on_match, {one.name: one.key for one in sheet.custom_fields})


def warn_of_idle_rules(job: Job, sheet: PreparedSheet) -> None:
    """Say which rules are for custom fields that no column fills: they may be misspelt."""
    for name in unknown_fields(job.settings.on_match, {one.name: one.key for one in sheet.custom_fields}):
        job.hooks.note(f"[on-match] has a rule for {name}, which no column of the sheet fills.", warning=True)


class Clearing:
    """Finds the fields that a row's empty cells empty: those with the rule `clear` whose cells have no problem.

    A cell that was left out because it cannot be understood is no empty one, and empties nothing.
    """

    def __init__(self, sheet: PreparedSheet, policy: Policy) -> None:
        self.policy = policy
        self._columns: dict[str, set[int]] = {}
        for column in sheet.mapping.mapped:
            target = column.target
            if target is None:
                continue
            name = f"custom:{target.custom.key}" if target.custom else target.field
            for field in NAME_HALVES if name == "full_name" else (name,):
                if policy.rule(field) is Rule.CLEAR:
                    self._columns.setdefault(field, set()).update(sheet.values.sources(column.position))

    @property
    def needed(self) -> bool:
        """May any row empty a field?"""
        return bool(self._columns)

    def fields(self, draft: ContactDraft, problems: Iterable[Problem]) -> tuple[str, ...]:
        """Return the fields that this row empties; a number or address of ours goes where the row has it no more."""
        if not self._columns:
            return ()
        troubled = {problem.position for problem in problems}
        return tuple(
            sorted(
                name
                for name, columns in self._columns.items()
                if troubled.isdisjoint(columns) and (name in ARRAYS or _is_blank(draft, name))
            )
        )

    def apply(
        self, drafts: Sequence[ContactDraft], found: Mapping[int, Sequence[Problem]]
    ) -> tuple[list[ContactDraft], dict[int, tuple[str, ...]]]:
        """Return the drafts, their digests telling what they empty, and the fields that each row empties."""
        if not self._columns:
            return list(drafts), {}
        clears = {draft.row: fields for draft in drafts if (fields := self.fields(draft, found.get(draft.row, ())))}
        return [replace(one, digest=_with(one.digest, clears.get(one.row, ()))) for one in drafts], clears


def _is_blank(draft: ContactDraft, name: str) -> bool:
    if name in SCALARS:
        return not draft.body["defaultFields"].get(SCALARS[name])
    if name == "source_url":
        return not draft.body.get("sourceUrl")
    return all(f"custom:{item['key']}" != name for item in draft.body.get("customFields", ()))


def _with(digest: str, clears: tuple[str, ...]) -> str:
    if not clears:
        return digest
    return blake2b("|".join((digest, *clears)).encode(), digest_size=16).hexdigest()

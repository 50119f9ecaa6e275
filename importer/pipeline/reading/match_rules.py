"""The rules of `[on-match]` for one sheet: what each field may do to an existing contact, and which cells clear it."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from importer.model.fields import ARRAYS, NAME_HALVES, SCALARS
from importer.plan import Rule, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.model import ContactDraft, Problem
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet


def warn_of_idle_rules(job: Job, sheet: PreparedSheet) -> None:
    """Warn of rules for custom fields that no column fills: their names may be misspelt."""
    for name in unknown_fields(job.settings.on_match, {field.name: field.key for field in sheet.custom_fields}):
        job.hooks.warn(f"[on-match] has a rule for {name}, but no column of the sheet fills that field.")


class Clearing:
    """Finds the fields that the empty cells of a row clear: those with the rule `clear` whose cells have no problem.

    A cell that was left out because it could not be read is not an empty cell, and clears nothing.
    """

    def __init__(self, sheet: PreparedSheet) -> None:
        self.policy = policy = sheet.policy
        self._columns: dict[str, set[int]] = {}
        for column in sheet.mapping.mapped:
            target = column.target
            if target is None:
                continue
            name = f"custom:{target.custom.key}" if target.custom else target.field
            # A whole name fills both halves, and a contact has fields for the halves alone.
            for field in NAME_HALVES if name == "full_name" else (name,):
                if policy.rule(field) is Rule.CLEAR:
                    self._columns.setdefault(field, set()).update(sheet.values.sources(column.position))

    @property
    def needed(self) -> bool:
        """Whether any row may clear a field."""
        return bool(self._columns)

    def fields(self, draft: ContactDraft, problems: Iterable[Problem]) -> tuple[str, ...]:
        """Return the fields that this row clears.

        Phones and emails are always among them: of these only the values that a run added are removed.
        """
        if not self._columns:
            return ()
        # The contact keeps its value where the sheet has one that could not be read.
        troubled = {problem.position for problem in problems}
        return tuple(
            sorted(
                name
                for name, columns in self._columns.items()
                if troubled.isdisjoint(columns) and (name in ARRAYS or _is_blank(draft, name))
            )
        )

    def apply(
        self, drafts: Sequence[ContactDraft], problems: Mapping[int, Sequence[Problem]]
    ) -> tuple[list[ContactDraft], dict[int, tuple[str, ...]]]:
        """Return the drafts, with the cleared fields in their digests, and the fields that each row clears."""
        if not self._columns:
            return list(drafts), {}
        clears = {draft.row: fields for draft in drafts if (fields := self.fields(draft, problems.get(draft.row, ())))}
        changed = []
        for draft in drafts:
            # An empty cell and one that could not be read look alike in a digest, but only the empty one clears.
            if names := clears.get(draft.row):
                digest = blake2b("|".join((draft.digest, *names)).encode(), digest_size=16).hexdigest()
                draft = draft._replace(digest=digest)
            changed.append(draft)
        return changed, clears


def _is_blank(draft: ContactDraft, name: str) -> bool:
    if name in SCALARS:
        return not draft.body["defaultFields"].get(SCALARS[name])
    if name == "source_url":
        return not draft.body.get("sourceUrl")
    return all(f"custom:{item['key']}" != name for item in draft.body.get("customFields", ()))

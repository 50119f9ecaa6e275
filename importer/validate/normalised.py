"""Our schema, applied to the normalised sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.model import NormalisedChunk, Problem, Severity
from importer.validate.answer import failures, in_row_order, titles
from schemas.contacts import FIXED

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

    from importer.model import Mapping

_POINT = re.compile(r"(phone|email)_(\d+)(?:_label)?")


def validate(chunk: NormalisedChunk, schema: DataFrameSchema, mapping: Mapping | None = None) -> tuple[Problem, ...]:
    """Everything in a normalised chunk that may not become a contact, in row order, as errors.

    `schema` is `schemas.contacts.contact_sheet` of the workspace's custom fields. With the mapping a problem names the
    person's header, where exactly one column can have filled the field. A check on whole rows gives one problem a row.
    Raises ValueError where the chunk is not of the normalised shape, which is a bug and no matter of the sheet.
    """
    if not chunk.rows:
        return ()
    names = _source_names(mapping) if mapping else {}
    problems = []
    for failure in failures(_filled(chunk).frame, schema):
        if failure.row is None:
            raise ValueError(f"The normalised sheet does not fit its schema: {failure.column} {failure.words}")
        column = names.get(_slot(failure.column), failure.column) if failure.column else None
        problems.append(Problem(failure.row, column, failure.value, failure.rule, Severity.ERROR, failure.words))
    return tuple(in_row_order(problems))


def _filled(chunk: NormalisedChunk) -> NormalisedChunk:
    """The columns in which anything stands: in the others is nothing to find, and to look there takes as long."""
    if lacking := [name for name in FIXED if name not in chunk.columns]:
        raise ValueError(f"The normalised sheet lacks columns: {', '.join(lacking)}")
    columns = {name: texts for name, texts in chunk.columns.items() if name == "first_name" or any(texts)}
    return NormalisedChunk(chunk.rows, columns, ())


def _slot(column: str) -> str:
    found = _POINT.fullmatch(column)
    return found[1] if found else column


def _source_names(mapping: Mapping) -> dict[str, str]:
    """The header behind each normalised column; several phone or email columns leave it open which one it was."""
    named = titles([column.header for column in mapping.columns])
    names: dict[str, list[str]] = {}
    for column in mapping.mapped:
        if column.target:
            target = column.target
            slot = f"custom:{target.custom.key}" if target.custom else target.field
            slots = ("first_name", "last_name") if slot == "full_name" else (slot,)
            for one in slots:
                names.setdefault(one, []).append(named[column.position])
    return {slot: found[0] for slot, found in names.items() if len(found) == 1}

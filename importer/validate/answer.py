"""What pandera answers, turned into plain facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pandera.pandas import DataFrameSchema

    from importer.model import Problem

_COERCIONS = frozenset({SchemaErrorReason.DATATYPE_COERCION, SchemaErrorReason.WRONG_DATATYPE})
_LONGEST_VALUE = 200
_REASONS = {
    SchemaErrorReason.DUPLICATES: "it occurs more than once",
    SchemaErrorReason.SERIES_CONTAINS_DUPLICATES: "it occurs more than once",
    SchemaErrorReason.SERIES_CONTAINS_NULLS: "it is missing",
    SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME: "the schema asks for a column that the sheet does not have:",
    SchemaErrorReason.COLUMN_NOT_IN_SCHEMA: "the schema is strict and does not have the sheet's column",
    SchemaErrorReason.COLUMN_NOT_ORDERED: "the schema has its columns in another order, from",
    SchemaErrorReason.INVALID_COLUMN_NAME: "no column has a name as the schema asks for, among",
}


@dataclass(frozen=True, slots=True)
class SchemaFailure:
    """One thing pandera found.

    `row` is None where it is about no row, `column` where it is about a whole row or the whole sheet. `coercion`: the
    value could not be taken as its type. `warning`: the check only warns (`raise_warning=True`).
    """

    row: int | None
    column: str | None
    value: str
    rule: str
    words: str
    coercion: bool = False
    warning: bool = False


def failures(frame: pd.DataFrame, schema: DataFrameSchema) -> Iterator[SchemaFailure]:
    """Validate lazily and tell all that failed; values are told as they stand in the frame, not as coerced."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            yield from _read(error, frame)


def _read(error: SchemaError, frame: pd.DataFrame) -> Iterator[SchemaFailure]:
    cases, coercion = error.failure_cases, error.reason_code in _COERCIONS
    column = getattr(error, "column_name", None) or (error.schema.name if coercion else None)
    words, rule = _words(error), _rule(error)
    warning = getattr(error.check, "only_warns", False)
    if not isinstance(cases, pd.DataFrame) or "index" not in cases or cases["index"].isna().any():
        found = _shortened(cases)
        said = f"{words}, it is {found}" if coercion and found else f"{words} {found}".strip()
        yield SchemaFailure(None, column, "", rule, said, warning=warning)
    elif "column" in cases:
        # pandera repeats a failure of a whole row for each of its cells.
        for row in dict.fromkeys(cases["index"]):
            yield SchemaFailure(int(row), None, "", rule, words, warning=warning)
    else:
        values = frame[column] if column in frame.columns else cases.set_index("index")["failure_case"]
        for row in dict.fromkeys(cases["index"]):
            yield SchemaFailure(int(row), column, str(values.at[row]), rule, words, coercion, warning)


def _words(error: SchemaError) -> str:
    check = error.check
    if error.reason_code in _REASONS:
        return _REASONS[error.reason_code]
    if error.reason_code in _COERCIONS:
        return f"it is no {error.schema.dtype}"
    told = getattr(check, "error", None)
    name = getattr(check, "name", None) or ""
    if told and not told.startswith(f"{name}("):
        return str(told)
    return f"it fails the check {told or name or check}"


def _rule(error: SchemaError) -> str:
    if error.reason_code in _COERCIONS:
        return "type"
    name = getattr(error.check, "name", None) or str(error.check or error.reason_code)
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "check"


def _shortened(cases: object) -> str:
    text = "" if cases is None or isinstance(cases, bool | pd.DataFrame) else str(cases)
    return text.strip().partition("\n")[0][:_LONGEST_VALUE]


def in_row_order(problems: list[Problem]) -> list[Problem]:
    """The problems by row; those of one row as they were found."""
    return sorted(problems, key=lambda problem: problem.row or 0)


def titles(headers: Sequence[str]) -> list[str]:
    """How each column is spoken of: its header, or `#N` (from 1) where that is empty or occurs twice."""
    trimmed = [header.strip() for header in headers]
    return [text if text and trimmed.count(text) == 1 else f"#{n}" for n, text in enumerate(trimmed, 1)]

"""What pandera found, as plain facts instead of exceptions that hold data frames."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pandera.pandas import Check, DataFrameSchema

    from importer.model import NormalisedChunk, Problem

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


class SchemaFailure(NamedTuple):
    """One thing pandera found.

    `row` is None where it is about no row, `column` where it is about a whole row or the whole sheet. `coercion`: the
    value could not be converted to its type. `warning`: the check only warns (`raise_warning=True`).
    """

    row: int | None
    column: str | None
    value: str
    rule: str
    words: str
    coercion: bool = False
    warning: bool = False


def failures(frame: pd.DataFrame, schema: DataFrameSchema) -> Iterator[SchemaFailure]:
    """Validate a frame and give every failure; values are those of the frame, not what coercion made of them."""
    errors: list[SchemaError] = []
    try:
        # Lazily, since otherwise pandera stops at the first failure.
        schema.validate(frame, lazy=True)
    except SchemaErrors as raised:
        errors = raised.schema_errors

    for error in errors:
        cases, coercion = error.failure_cases, error.reason_code in _COERCIONS
        column = getattr(error, "column_name", None) or (error.schema.name if coercion else None)
        rule, words = _rule_and_words(error)
        warning = getattr(error.check, "only_warns", False)

        if not isinstance(cases, pd.DataFrame) or "index" not in cases or cases["index"].isna().any():
            # About the sheet, not about rows: `failure_cases` then is a name, a list of names, or a frame without rows.
            is_text = cases is not None and not isinstance(cases, bool | pd.DataFrame)
            value = str(cases).strip().partition("\n")[0][:_LONGEST_VALUE] if is_text else ""
            sentence = f"{words}, it is {value}" if coercion and value else f"{words} {value}".strip()
            yield SchemaFailure(None, column, "", rule, sentence, warning=warning)
        elif "column" in cases:
            # pandera repeats a failure of a whole row for each of its cells.
            for row in dict.fromkeys(cases["index"]):
                yield SchemaFailure(int(row), None, "", rule, words, warning=warning)
        else:
            # `failure_case` holds the coerced value, so the frame is asked first.
            values = frame[column] if column in frame.columns else cases.set_index("index")["failure_case"]
            for row in dict.fromkeys(cases["index"]):
                yield SchemaFailure(int(row), column, str(values.at[row]), rule, words, coercion, warning)


def whole_row_failures(chunk: NormalisedChunk, checks: Iterable[Check]) -> Iterator[tuple[str, str, list[int]]]:
    """Give the rows that fail checks of whole rows, with the slug and the words of each check.

    As `failures` does for a schema with these checks, but pandera lists every cell of each failing row, and rows with
    the same cells are looked at once: a sheet may have nothing but such rows.
    """
    rows_by_cells: dict[tuple[str, ...], list[int]] = {}
    for row, cells in zip(chunk.rows, zip(*chunk.columns.values(), strict=True), strict=True):
        rows_by_cells.setdefault(cells, []).append(row)
    rows_by_first = {rows[0]: rows for rows in rows_by_cells.values()}
    frame = chunk.only(rows_by_first).frame
    for check in checks:
        passes = check(frame).check_output
        failing = [row for first in frame.index[~passes].tolist() for row in rows_by_first[first]]
        yield str(check.name), str(check.error), failing


def _rule_and_words(error: SchemaError) -> tuple[str, str]:
    """The slug behind `schema-` (the check's name, or `type` where a value has a wrong type), and what is wrong."""
    if error.reason_code in _COERCIONS:
        return "type", f"it is not a {error.schema.dtype}"
    name, text = getattr(error.check, "name", None), getattr(error.check, "error", None)
    slug = re.sub(r"[^a-z0-9]+", "-", (name or str(error.check or error.reason_code)).lower()).strip("-") or "check"
    if error.reason_code in _REASONS:
        return slug, _REASONS[error.reason_code]
    # Without an `error` of the author's, pandera writes the call of the check there: "in_range(0, 10)".
    own_words = text and not text.startswith(f"{name or ''}(")
    return slug, str(text) if own_words else f"it fails the check {text or name or error.check}"


def in_row_order(problems: list[Problem]) -> list[Problem]:
    """The problems by row; those of one row stay in the order in which they were found."""
    return sorted(problems, key=lambda problem: problem.row or 0)

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


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing pandera found: `row` is None where it is about no row, `broken` where a check could not be run."""

    row: int | None
    column: str | None
    value: str
    rule: str
    words: str
    coercion: bool = False
    broken: bool = False


def failures(frame: pd.DataFrame, schema: DataFrameSchema) -> Iterator[Failure]:
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            yield from _read(error)


def _read(error: SchemaError) -> Iterator[Failure]:
    cases = error.failure_cases
    column = getattr(error, "column_name", None)
    coercion = error.reason_code in _COERCIONS
    words, rule = _words(error, coercion=coercion), _rule(error)
    if not isinstance(cases, pd.DataFrame) or "index" not in cases or cases["index"].isna().any():
        broken = error.reason_code is SchemaErrorReason.CHECK_ERROR
        yield Failure(None, column, "", rule, f"{words} {_shortened(cases)}".strip(), broken=broken)
    elif "column" in cases:
        # pandera repeats a failure of a whole row for each of its cells.
        for row in dict.fromkeys(cases["index"]):
            yield Failure(int(row), None, "", rule, words)
    else:
        for row, value in zip(cases["index"], cases["failure_case"], strict=True):
            yield Failure(int(row), column, str(value), rule, words, coercion=coercion)


def _words(error: SchemaError, *, coercion: bool) -> str:
    check = error.check
    if getattr(check, "error", None):
        return str(check.error)
    kind = str(getattr(error.schema, "dtype", ""))
    return f"this is no {kind}." if coercion and kind else f"{check or error.reason_code} does not hold."


def _rule(error: SchemaError) -> str:
    name = getattr(error.check, "name", None) or str(error.check or error.reason_code)
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "check"


def _shortened(cases: object) -> str:
    text = "" if isinstance(cases, pd.DataFrame) else str(cases or "").strip().splitlines()[0:1]
    return str(text[0])[:_LONGEST_VALUE] if text else ""


def in_row_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.row or 0)


def titles(headers: Sequence[str]) -> list[str]:
    """How each column is spoken of: its header, or `#N` (from 1) where that is empty or occurs twice."""
    trimmed = [header.strip() for header in headers]
    return [text if text and trimmed.count(text) == 1 else f"#{n}" for n, text in enumerate(trimmed, 1)]

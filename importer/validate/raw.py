"""The user's own schema, applied to the sheet as they know it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pandera.pandas import Check

from importer.errors import SchemaError
from importer.model import Problem, Severity
from importer.validate.answer import SchemaFailure, failures, in_row_order, titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from pandera.pandas import DataFrameSchema

    from importer.model import SourceChunk


def validate_raw(chunk: SourceChunk, headers: Sequence[str], schema: DataFrameSchema) -> tuple[Problem, ...]:
    """What the user's own schema finds in a raw chunk, in row order: errors that reject the row.

    A check with `raise_warning=True` gives a warning instead.

    The schema sees text columns named by their headers ("" where empty; the second of twins is `Header#2`, a column
    without header `#N`), and the sheet's row numbers as index. It sees a copy: what it coerces or parses is never sent.
    A row that cannot be coerced is set aside so that the other rows still meet every check. Raises SchemaError, naming
    all, where the schema fails without a row (a column is missing, a check cannot be run): then no row was checked.
    """
    names, schema = _unique_names(headers), _outspoken(schema)
    columns = dict(zip(names, titles(headers), strict=True))
    frame = chunk.cells.set_axis(names, axis="columns")
    found: list[SchemaFailure] = []
    while not frame.empty:
        failed = _user_failures(frame, schema)
        uncoerced = {failure.row for failure in failed if failure.coercion} - {None}
        if not uncoerced:
            _stop_without_row(failed, columns)
            found += failed
            break
        found += [failure for failure in failed if failure.row in uncoerced]
        frame = frame.drop(index=[row for row in frame.index if row in uncoerced])
    seen = {(one.row, one.column, "coerce" if one.coercion else one.rule): one for one in reversed(found)}
    return tuple(in_row_order([_user_problem(one, columns) for one in reversed(seen.values())]))


def sees_whole_sheet(schema: DataFrameSchema) -> bool:
    """Whether a schema has rules over many rows (uniqueness, checks of the whole table or of its own making).

    Such a schema must be given the whole sheet as one chunk; any other may be given a chunk at a time.
    """
    parts = _parts(schema)
    own = [
        check
        for part in parts
        for check in getattr(part, "checks", ())
        if not check.element_wise and not _is_built_in(check)
    ]
    return bool(
        schema.unique or schema.checks or schema.parsers or own or any(getattr(part, "unique", False) for part in parts)
    )


def _is_built_in(check: Check) -> bool:
    return bool(check.name) and Check.is_builtin_check(str(check.name))


def _unique_names(headers: Sequence[str]) -> list[str]:
    names: list[str] = []
    for position, header in enumerate(headers, 1):
        base = header.strip() or f"#{position}"
        name, count = base, 1
        while name in names:
            count += 1
            name = f"{base}#{count}"
        names.append(name)
    return names


def _outspoken(schema: DataFrameSchema) -> DataFrameSchema:
    """The schema without what would hide failures: rows it drops itself, checks that only warn on stderr."""
    copy = deepcopy(schema)
    copy.drop_invalid_rows = False
    for part in (copy, *_parts(copy)):
        for check in getattr(part, "checks", ()):
            check.only_warns = check.raise_warning
            check.raise_warning = False
    return copy


def _parts(schema: DataFrameSchema) -> list[Any]:
    return [*schema.columns.values(), *([schema.index] if schema.index is not None else [])]


def _user_failures(frame: pd.DataFrame, schema: DataFrameSchema) -> list[SchemaFailure]:
    try:
        return list(failures(frame.copy(), schema))
    except Exception as error:  # noqa: BLE001 - checks and parsers are the user's code
        raise SchemaError(
            f"--schema: the schema stops with {type(error).__name__}: {error}.", "Correct the schema and run again."
        ) from None


def _stop_without_row(failed: list[SchemaFailure], columns: dict[str, str]) -> None:
    wide = [failure for failure in failed if failure.row is None and not failure.warning]
    if wide:
        said = "; ".join(f"{columns.get(one.column or '', one.column) or 'the sheet'}: {one.words}" for one in wide)
        raise SchemaError(f"--schema: the sheet does not fit the schema: {said}.", "Correct the schema or the sheet.")


def _user_problem(failure: SchemaFailure, columns: dict[str, str]) -> Problem:
    column = columns.get(failure.column, failure.column) if failure.column else None
    message = f"Your schema: {failure.words.rstrip('. ')}. Correct the row, or the schema, and run again."
    severity = Severity.WARNING if failure.warning else Severity.ERROR
    return Problem(failure.row, column, failure.value, f"schema-{failure.rule}", severity, message)

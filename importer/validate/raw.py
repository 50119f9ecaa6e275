"""The user's own schema, applied to the sheet as it is in the file."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pandera.pandas import Check

from importer.errors import SchemaError
from importer.model import Problem, Severity, column_names
from importer.validate.failures import SchemaFailure, failures, in_row_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    # pandas and pandera need every name to be there once.
    schema_names: list[str] = []
    for position, header in enumerate(headers, 1):
        base = header.strip() or f"#{position}"
        schema_name, count = base, 1
        while schema_name in schema_names:
            count += 1
            schema_name = f"{base}#{count}"
        schema_names.append(schema_name)
    names = column_names(tuple(headers))
    columns = {name: (names[position], position) for position, name in enumerate(schema_names)}

    schema, kept = _reporting_all(schema), list[SchemaFailure]()
    frame = chunk.cells.set_axis(schema_names, axis="columns")
    while not frame.empty:
        try:
            failed = list(failures(frame.copy(), schema))
        except Exception as error:  # noqa: BLE001 - checks and parsers are the user's code
            raise SchemaError(
                f"--schema: the schema stops with {type(error).__name__}: {error}.", "Correct the schema and run again."
            ) from None
        uncoerced = {failure.row for failure in failed if failure.coercion} - {None}
        if not uncoerced:
            _raise_without_row(failed, columns)
            kept += failed
            break
        # pandera runs no check of a column that it could not coerce, so the other rows are validated once more.
        kept += [failure for failure in failed if failure.row in uncoerced]
        frame = frame.drop(index=[row for row in frame.index if row in uncoerced])

    # The first of equal failures: a row that is set aside has met the schema twice.
    distinct = {
        (failure.row, failure.column, "coerce" if failure.coercion else failure.rule): failure
        for failure in reversed(kept)
    }
    problems = []
    for failure in reversed(distinct.values()):
        name, column_position = columns.get(failure.column or "", (failure.column, None))
        message = f"Your schema: {failure.words.rstrip('. ')}. Correct the row, or the schema, and run again."
        severity = Severity.WARNING if failure.warning else Severity.ERROR
        problems.append(
            Problem(failure.row, name, failure.value, f"schema-{failure.rule}", severity, message, column_position)
        )
    return tuple(in_row_order(problems))


def sees_whole_sheet(schema: DataFrameSchema) -> bool:
    """Whether a schema has rules over many rows (uniqueness, checks of the whole table or of the author's making).

    Such a schema must be given the whole sheet as one chunk; any other may be given a chunk at a time.
    """
    parts: list[Any] = [*schema.columns.values(), schema.index]  # the index may be None, and most schemas have none
    # A built-in check looks at each value by itself; a function of the author's is given the whole column.
    own = [
        check
        for part in parts
        for check in getattr(part, "checks", ())
        if not check.element_wise and not (check.name and Check.is_builtin_check(str(check.name)))
    ]
    return bool(
        schema.unique or schema.checks or schema.parsers or own or any(getattr(part, "unique", False) for part in parts)
    )


def _reporting_all(schema: DataFrameSchema) -> DataFrameSchema:
    """A copy of the schema without what would hide failures: rows that it drops, checks that only warn on stderr."""
    copy = deepcopy(schema)
    copy.drop_invalid_rows = False
    for part in (copy, *copy.columns.values(), copy.index):
        for check in getattr(part, "checks", ()):
            check.only_warns = check.raise_warning
            check.raise_warning = False
    return copy


def _raise_without_row(failed: list[SchemaFailure], columns: Mapping[str, tuple[str, int]]) -> None:
    """Raise SchemaError where anything failed that is about no row: then the schema is of another sheet."""
    wide = [failure for failure in failed if failure.row is None and not failure.warning]
    if wide:
        sentences = []
        for failure in wide:
            name, _ = columns.get(failure.column or "", (failure.column, None))
            sentences.append(f"{name or 'the sheet'}: {failure.words}")
        raise SchemaError(
            f"--schema: the sheet does not fit the schema: {'; '.join(sentences)}.",
            "Correct the schema or the sheet.",
        )

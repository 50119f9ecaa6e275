"""The schema of `--schema` beside ours: applied a chunk at a time if its rules allow that, else to the whole sheet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.model import Problem, SourceChunk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.pipeline.reading.sheet import PreparedSheet


class RawCheck:
    """Checks the rows of each chunk against the person's own schema, if there is one.

    A schema with rules over many rows (uniqueness) gets all rows at once, which takes the memory of the whole sheet.
    Raises SchemaError if the schema cannot be applied.
    """

    def __init__(self, sheet: PreparedSheet) -> None:
        self._sheet = sheet
        self._by_row: dict[int | None, list[Problem]] | None = None
        if sheet.user_schema is None:
            return
        # Imported here because most sheets have no schema of their own, and it loads pandera.
        import pandas as pd

        from importer.validate.raw import sees_whole_sheet, validate_raw

        self._validate = validate_raw
        if not sees_whole_sheet(sheet.user_schema):
            return
        self._by_row = defaultdict(list)
        chunks = [chunk.cells for chunk in sheet.table.chunks()]
        if chunks:
            rows = SourceChunk.of(pd.concat(chunks), ())
            for problem in validate_raw(rows, sheet.table.headers, sheet.user_schema):
                self._by_row[problem.row].append(problem)

    def problems(self, chunk: SourceChunk) -> Iterable[Problem]:
        """Return the problems of this chunk, in row order."""
        if self._sheet.user_schema is None:
            return ()
        if self._by_row is None:
            headers = self._sheet.table.headers
            # The schema is about the sheet as the person knows it: without the columns that [values] added.
            source = replace(chunk, columns=chunk.columns[: len(headers)])
            return self._validate(source, headers, self._sheet.user_schema)
        return [problem for row in chunk.rows for problem in self._by_row.get(row, ())]

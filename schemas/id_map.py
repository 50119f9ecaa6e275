"""The ID mapping file, `id_map.csv`: one line for every source row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pandera.pandas import Check, Column, DataFrameSchema

if TYPE_CHECKING:
    import pandas as pd

STATUSES = ("created", "updated", "unchanged", "skipped", "duplicate", "rejected", "conflict", "unfinished")
"""The eight ways a source row can end."""

_IN_WORKSPACE = ("created", "updated", "unchanged")
_LONGEST_ID = 75
_ROW_NUMBER = "[1-9][0-9]*"


def id_map() -> DataFrameSchema:
    """Return the schema of `id_map.csv`, read with every cell as text and "" where empty.

    Columns, in this order: `row` (the number a spreadsheet program shows, rising), `external_id` (at most 75
    characters), `contact_id` (there for created, updated and unchanged rows; no two created rows share one), `status`,
    `detail`.
    """

    def rises(rows: pd.Series) -> pd.Series:
        # A cell that is not a number is the other rule's; here it counts as in order.
        numbers = rows.where(rows.astype("str").str.fullmatch(_ROW_NUMBER), "0").astype("int64")
        return (numbers.diff().fillna(1) > 0) | (numbers == 0)

    def created_once(lines: pd.DataFrame) -> pd.Series:
        # Updated and duplicate rows name a contact that an earlier row may have created, so only created ones count.
        created = lines["contact_id"].where(lines["status"] == "created", "")
        return (created == "") | ~created.duplicated(keep=False)

    rules = (
        # As text, since a frame without lines has a column of another type.
        ("row", lambda rows: rows.astype("str").str.fullmatch(_ROW_NUMBER), "row-number", "has no row number"),
        ("row", rises, "row-order", "is not after the line before"),
        ("external_id", lambda ids: ids.str.len() <= _LONGEST_ID, "external-id-length", "has more than 75 characters"),
        ("status", lambda statuses: statuses.isin(STATUSES), "status", "has a status that is not one of the eight"),
        (
            "",
            lambda lines: ~lines["status"].isin(_IN_WORKSPACE) | (lines["contact_id"] != ""),
            "contact-missing",
            "is in the workspace, so it must have a contact id",
        ),
        ("", created_once, "contact-twice", "was created with a contact id that another created row has"),
    )
    checks: dict[str, list[Check]] = {}
    for column, test, rule, message in rules:
        checks.setdefault(column, []).append(Check(test, name=rule, error=f"The line {message}."))
    columns = ("row", "external_id", "contact_id", "status", "detail")
    return DataFrameSchema(
        {name: Column(None, checks.get(name)) for name in columns}, checks=checks[""], strict=True, ordered=True
    )

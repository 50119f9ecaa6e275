"""The ID mapping file, `id_map.csv`: one line for every source row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pandera.pandas import Check, Column, DataFrameSchema

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    Test = Callable[..., pd.Series]

STATUSES = ("created", "updated", "unchanged", "skipped", "duplicate", "rejected", "conflict", "unfinished")
"""The eight ways a source row can end."""

_IN_WORKSPACE = ("created", "updated", "unchanged")
_LONGEST_ID = 75


def id_map() -> DataFrameSchema:
    """Return the schema of `id_map.csv`, read with every cell as text and "" where empty.

    Columns, in this order: `row` (the number a spreadsheet program shows, rising), `external_id` (at most 75
    characters), `contact_id` (there for created, updated and unchanged rows; no two created rows share one), `status`,
    `detail`.
    """
    return DataFrameSchema(
        {
            "row": Column(None, [_check(*rule) for rule in _ROW_RULES]),
            "external_id": Column(
                None,
                _check(lambda ids: ids.str.len() <= _LONGEST_ID, "external-id-length", "has more than 75 characters"),
            ),
            "contact_id": Column(None),
            "status": Column(
                None, Check.isin(STATUSES, name="status", error="The line has a status that is not one of the eight.")
            ),
            "detail": Column(None),
        },
        checks=[
            _check(_has_contact, "contact-missing", "is in the workspace, so it must have a contact id"),
            _check(_created_once, "contact-twice", "was created with a contact id that another created row has"),
        ],
        strict=True,
        ordered=True,
    )


def _check(test: Test, rule: str, message: str) -> Check:
    return Check(test, name=rule, error=f"The line {message}.")


def _is_row(rows: pd.Series) -> pd.Series:
    return rows.astype("str").str.fullmatch("[1-9][0-9]*")


def _rises(rows: pd.Series) -> pd.Series:
    # A cell that is not a number is the other rule's; here it counts as in order.
    numbers = rows.where(_is_row(rows), "0").astype("int64")
    return (numbers.diff().fillna(1) > 0) | (numbers == 0)


def _has_contact(frame: pd.DataFrame) -> pd.Series:
    return ~frame["status"].isin(_IN_WORKSPACE) | (frame["contact_id"] != "")


def _created_once(frame: pd.DataFrame) -> pd.Series:
    created = frame["contact_id"].where(frame["status"] == "created", "")
    return (created == "") | ~created.duplicated(keep=False)


_ROW_RULES = (
    (_is_row, "row-number", "has no row number"),
    (_rises, "row-order", "is not after the line before"),
)

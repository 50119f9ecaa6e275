"""Records of a program, a DataFrame or a list of dicts, as the bytes of a sheet."""

from __future__ import annotations

import csv
import io
import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from importer.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    Records = pd.DataFrame | Sequence[Mapping[str, Any]]

SCHEME = "records://"
"""How the name of such a sheet begins, where that of another is a path or an address."""
_SHORTEST_FLOAT = 2**53


def is_records(source: object) -> bool:
    """Whether a source is a DataFrame or a list of dicts, not the name of a file."""
    return isinstance(source, (list, tuple)) or (hasattr(source, "itertuples") and hasattr(source, "columns"))


def as_csv(records: Any) -> bytes:
    """Return records as CSV in UTF-8: the names in row 1, the first record in row 2, and so on.

    A missing value (None, NaN, NaT, NA) is an empty cell, a whole float is written without a point, a list with
    semicolons. Raises SettingsError for a list that holds other things than dicts.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if isinstance(records, (list, tuple)):
        if wrong := [type(record).__name__ for record in records if not hasattr(record, "keys")]:
            raise SettingsError(
                f"The records of a job must be dicts, and one is of the type {wrong[0]}.",
                "Give a list of dicts, a DataFrame, or the path of a file.",
            )
        names = list(dict.fromkeys(name for record in records for name in record))
        writer.writerow(map(str, names))
        writer.writerows([cell_text(record.get(name)) for name in names] for record in records)
    else:
        writer.writerow(map(str, records.columns))
        columns: Iterable[Iterable[Any]] = [records.iloc[:, position] for position in range(len(records.columns))]
        writer.writerows(map(cell_text, values) for values in zip(*columns, strict=True))
    return text.getvalue().encode("utf-8", "surrogatepass")


def cell_text(value: Any) -> str:
    """Return a value as a person would type it into a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, set)):
        return "; ".join(map(cell_text, value))
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        # A column of numbers with a gap holds floats: 14155550101.0 is the phone 14155550101.
        return str(int(value)) if value.is_integer() and abs(value) < _SHORTEST_FLOAT else repr(float(value))
    if isinstance(value, datetime):
        # NaT is a datetime that equals nothing, not even itself.
        if value != value:
            return ""
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    # pandas.NA, and numbers of numpy, which are no numbers of Python.
    text = str(value)
    return "" if text == "<NA>" else text

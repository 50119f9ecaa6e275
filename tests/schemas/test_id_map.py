"""The schema of `id_map.csv`."""

from __future__ import annotations

from io import StringIO

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from schemas.id_map import STATUSES, id_map

HEADER = "row,external_id,contact_id,status,detail\n"
GOOD = "2,a,C1,created,\n3,b,,rejected,no phone\n5,a,C1,duplicate,repeats row 2\n12,d,,unfinished,\n"


def failed(text: str) -> set[str]:
    frame = pd.read_csv(StringIO(text), dtype="str", keep_default_na=False)
    try:
        id_map().validate(frame, lazy=True)
    except SchemaErrors as errors:
        return {getattr(error.check, "name", None) or str(error.check) for error in errors.schema_errors}
    return set()


def test_a_good_file_passes() -> None:
    """A file with gaps in its rows, duplicates and rejects is right, and so is one without rows."""
    assert failed(HEADER + GOOD) == set()
    assert failed(HEADER) == set()


def test_every_status_is_known() -> None:
    """The eight statuses pass, and any other word fails."""
    lines = "".join(f"{n},x{n},C{n},{status},\n" for n, status in enumerate(STATUSES, 1))
    assert failed(HEADER + lines) == set()
    assert failed(HEADER + "2,a,C1,done,\n") == {"status"}


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("3,a,C1,created,\n2,b,C2,created,\n", "row-order"),
        ("2,a,C1,created,\n2,b,C2,created,\n", "row-order"),
        ("0,a,C1,created,\n", "row-number"),
        ("x,a,C1,created,\n", "row-number"),
        ("2,a,,created,\n", "contact-missing"),
        ("2,a,,unchanged,\n", "contact-missing"),
        ("2,a,C1,created,\n3,b,C1,created,\n", "contact-twice"),
        (f"2,{'x' * 76},C1,created,\n", "external-id-length"),
    ],
)
def test_a_file_that_cannot_be_true_fails(lines: str, rule: str) -> None:
    """Rows rise, ids fit the API, a contact in the workspace has its id, and no two rows created the same one."""
    assert failed(HEADER + lines) == {rule}


def test_columns_are_exactly_those_in_their_order() -> None:
    """Scripts read the file by its columns: none missing, none more, none moved."""
    assert failed("row,external_id,contact_id,detail,status\n") != set()
    assert failed("row,external_id,contact_id,status\n") != set()
    assert failed("row,external_id,contact_id,status,detail,more\n") != set()

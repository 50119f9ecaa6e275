"""Our schema applied to a chunk."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.mapping.suggest.suggest import suggest
from importer.model import CustomField, FieldType, NormalisedChunk, Problem, Severity
from importer.validate.contacts import ContactValidation
from importer.validate.failures import failures
from importer.validate.normalised import validate
from schemas.contacts import contact_sheet

FIXED = ("identity", "external_id", "first_name", "last_name", "company", "role", "source_url", "created_by")
NUMBER = CustomField("k", "Balance", FieldType.NUMBER)


def chunk(rows: dict[int, dict[str, str]]) -> NormalisedChunk:
    names = dict.fromkeys([*FIXED, *(name for row in rows.values() for name in row)])
    frame = {name: [row.get(name, "") for row in rows.values()] for name in names}
    return NormalisedChunk.of(pd.DataFrame(frame, index=list(rows), dtype="str"), ())


def test_all_failures_come_at_once_in_row_order() -> None:
    """Every bad cell is a problem with its row, its header, its value, its rule and a next step."""
    rows = {
        9: {"first_name": "A", "phone_1": "12"},
        12: {"first_name": "B\x00", "email_1": "b", "custom:k": "x"},
        40: {"first_name": "C", "phone_1": "+14155550101"},
    }
    mapping = suggest(["Vorname", "Tel", "E-Mail", "Balance"], [NUMBER])
    found = validate(chunk(rows), [NUMBER], mapping)
    assert [(one.row, one.column, one.value, one.rule) for one in found] == [
        (9, "Tel", "12", "bad-phone"),
        (12, "Vorname", "B\x00", "bad-text"),
        (12, "E-Mail", "b", "bad-email"),
        (12, "Balance", "x", "bad-number"),
    ]
    assert {one.severity for one in found} == {Severity.ERROR}
    assert all(one.message.endswith("and run again.") for one in found)


def test_a_row_without_anybody_is_one_problem() -> None:
    """A failure of a whole row is told once, not once a column."""
    (problem,) = validate(chunk({5: {"role": "CEO", "phone_1": ""}}))
    assert (problem.row, problem.column, problem.rule) == (5, None, "empty-contact")


def test_a_row_is_not_called_empty_for_a_cell_that_rejects_it() -> None:
    """A row whose only phone could not be read has that one problem; its other cells still have theirs."""
    mapping = suggest(["Vorname", "Tel", "Balance"], [NUMBER])
    own = [
        Problem(5, "Tel", "12", "phone-short-code", Severity.ERROR, "Short.", 1),
        Problem(6, "Tel", "12", "repaired-guard", Severity.WARNING, "Cut.", 1),
        Problem(7, "Balance", "x", "number-not-valid", Severity.ERROR, "No number.", 2),
    ]
    rows = {row: {"first_name": "", "custom:k": "x"} for row in (5, 6, 7)}
    cleaned = NormalisedChunk(chunk(rows).rows, chunk(rows).columns, tuple(own))
    with ContactValidation([NUMBER]) as validation:
        problems = validation.problems(cleaned, mapping)
    assert [problem.row for problem in problems if problem.rule == "empty-contact"] == [6, 7]
    assert [problem.row for problem in problems if problem.rule == "bad-number"] == [5, 6, 7]


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({name: st.sampled_from(["", "a", "b\x00"]) for name in ("first_name", "role", "company")})
    )
)
def test_failures_of_whole_rows_are_those_of_pandera(cells: list[dict[str, str]]) -> None:
    """The short way to the rows that fail a check of whole rows finds what pandera lists, in its order."""
    rows = chunk(dict(enumerate(cells, 2))) if cells else NormalisedChunk.of(chunk({2: {}}).frame.head(0), ())
    schema = contact_sheet()
    # A stable sort: the failures of one row keep the order in which pandera gives them.
    listed = sorted(failures(rows.frame, schema), key=lambda failure: failure.row or 0)
    expected = [(failure.row, failure.value, failure.rule, failure.words) for failure in listed]
    found = validate(rows)
    assert [(problem.row, problem.value, problem.rule, problem.message) for problem in found] == expected


def test_one_of_several_phone_columns_is_not_named() -> None:
    """With two phone columns the normalised column does not tell which it was; without a mapping none can be named."""
    bad = chunk({2: {"first_name": "A", "phone_1": "12"}})
    (problem,) = validate(bad, (), suggest(["Name", "Tel", "Handy"]))
    assert problem.column == "phone_1"


def test_both_halves_of_a_whole_name_are_its_column() -> None:
    """A bad first name that was split from "Name" is told under "Name"."""
    (problem,) = validate(chunk({2: {"last_name": "A\x01"}}), (), suggest(["Name"]))
    assert problem.column == "Name"


def test_a_good_or_empty_chunk_has_no_problems() -> None:
    """Nothing is said of rows that are fine, and a sheet without rows is fine."""
    good = chunk({2: {"first_name": "NA"}})
    assert validate(good) == ()
    assert validate(NormalisedChunk.of(good.frame.head(0), ())) == ()


def test_a_chunk_of_another_shape_is_a_bug() -> None:
    """A missing column is no matter of the sheet and must not look like one."""
    with pytest.raises(ValueError, match="role"):
        validate(NormalisedChunk.of(chunk({2: {"first_name": "A"}}).frame.drop(columns="role"), ()))

"""The schema of the normalised sheet."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from schemas import form
from schemas.contacts import contact_sheet, may_be_empty, surely_valid

TYPES = ("address", "boolean", "date", "multi-select", "number", "string", "url")
CUSTOM = [(f"k-{kind}", kind) for kind in TYPES]
GOOD = {
    "identity": "",
    "external_id": "c-1",
    "first_name": "Zoë",
    "last_name": "",
    "company": "",
    "role": "",
    "source_url": "https://example.com/%C3%A9",
    "created_by": "boss@example.com",
    "phone_1": "+14155550101",
    "phone_1_label": "mobile ext. 12",
    "email_1": "ann@example.com",
    "email_1_label": "",
    "custom:k-address": "12 Main St\nTown",
    "custom:k-boolean": "true",
    "custom:k-date": "2024-02-29T00:00:00.000Z",
    "custom:k-multi-select": '["a","b"]',
    "custom:k-number": "-12.50",
    "custom:k-string": "NA",
    "custom:k-url": "https://example.com",
}


def failed(row: dict[str, str]) -> list[tuple[str | None, str]]:
    frame = pd.DataFrame([{**GOOD, **row}], index=[7], dtype="str")
    try:
        contact_sheet(CUSTOM).validate(frame, lazy=True)
    except SchemaErrors as errors:
        return [(error.column_name, error.check.name) for error in errors.schema_errors]
    return []


def test_a_good_row_passes() -> None:
    """A row of every kind of well-formed value has no failure, and so has a row that is empty but for a phone."""
    assert failed({}) == []
    assert failed({name: "" for name in GOOD if name != "phone_1"}) == []


@pytest.mark.parametrize(
    ("column", "rule", "values"),
    [
        ("phone_1", "bad-phone", ["4155550101", "+0155550101", "+1415555010155555", "+1 415 555 0101", "+٤١٥٥٥٥٠١٠١"]),
        ("email_1", "bad-email", ["ann", "ann@", "@example.com", "a b@example.com", "a@b", "a@b..c", "A <a@b.co>"]),
        ("first_name", "bad-text", ["A\x00nn", "\x1b[1m"]),
        ("external_id", "bad-text", ["1\x07"]),
        ("identity", "bad-text", ["1\x07"]),
        ("source_url", "bad-source-url", ["example.com", "https://é.example", "https://example.com/" + "x" * 190]),
        ("created_by", "bad-creator", ["boss", "UX12"]),
        ("phone_1_label", "bad-text", ["\x00"]),
        ("custom:k-boolean", "bad-boolean", ["True", "yes", "1"]),
        ("custom:k-date", "bad-date", ["2024-02-30T00:00:00.000Z", "2024-02-29", "2024-02-29T25:00:00Z", "soon"]),
        ("custom:k-multi-select", "bad-choices", ["a;b", "[]", '[""]', "[1]", '"a"', "[", '{"a":1}']),
        ("custom:k-number", "bad-number", ["1,5", "NaN", "Infinity", "1e400", "01", "1.", "0x1", "9" * 400 + "e9"]),
        ("custom:k-url", "bad-url", ["www.example.com", "https://exa mple.com"]),
    ],
)
def test_a_malformed_value_fails_its_rule(column: str, rule: str, values: list[str]) -> None:
    """Each malformed value fails the one rule of its column and nothing else."""
    for value in values:
        assert failed({column: value}) == [(column, rule)], value


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("custom:k-date", ["2024-03-12T09:14:00Z", "2024-03-12T09:14:00.123456789+02:00", "1899-12-31T00:00:00Z"]),
        ("custom:k-number", ["0", "-0.5", "1e10", "12345678901234567890", "9" * 308, "1E-400"]),
        ("email_1", ["o'neil+x@exämple.com", "用户@例子.公司", "a@b.co.uk"]),
        ("created_by", ["US123", "", "a@b.co"]),
        ("external_id", ["x" * 500, "zcrm_1", "é"]),
        ("source_url", ["mailto:a@b.co", "https://example.com/" + "x" * 180]),
    ],
)
def test_a_well_formed_value_passes(column: str, values: list[str]) -> None:
    """Unusual and well-formed values are let through; a long id is hashed later."""
    for value in values:
        assert failed({column: value}) == [], value


def test_a_contact_is_somebody() -> None:
    """A row needs a name, a company, a phone or an email; a role, an id or a custom field is not enough."""
    nobody = dict.fromkeys(("first_name", "last_name", "company", "phone_1", "email_1"), "")
    assert {rule for _, rule in failed({**nobody, "role": "CEO"})} == {"empty-contact"}
    for column, value in (("last_name", "x"), ("company", "x"), ("phone_1", "+14155550101"), ("email_1", "a@b.co")):
        assert failed({**nobody, column: value}) == []


def test_every_message_ends_with_the_next_step() -> None:
    """The words a person reads live in the schema, and say what to do."""
    schema = contact_sheet(CUSTOM)
    checks = [check for part in (schema, *schema.columns.values()) for check in part.checks]
    assert len(checks) >= 15
    for check in checks:
        assert check.error.endswith("and run again."), check.name


def test_an_unknown_type_of_field_is_text() -> None:
    """A type that the API may add one day does not stop the import."""
    frame = pd.DataFrame([{**GOOD, "custom:new": "anything"}], dtype="str")
    contact_sheet([*CUSTOM, ("new", "colour")]).validate(frame, lazy=True)


FORMS = [each for each in vars(form).values() if isinstance(each, form.Form)]


def test_forms_let_the_empty_string_pass() -> None:
    """One empty: the empty string passes every form, since an empty cell is no mistake."""
    empty = pd.Series(["", ""], dtype="str")
    assert len(FORMS) == 10
    for test in FORMS:
        assert test(empty).all(), test.__name__


PIECES = st.sampled_from(
    [
        *(
            "+",
            "1",
            "0",
            "4155550101",
            "-",
            ".",
            "5",
            "e",
            "E400",
            "true",
            "false",
            "US",
            "a@b.co",
            "http:",
            "//x",
            "é",
        ),
        *(
            "[",
            "]",
            '"',
            "a",
            ",",
            ", ",
            "\\",
            "\n",
            "\0",
            "\x1b",
            "\ud800",
            "2024-02-29",
            "2023-02-29",
            "T",
            "24:00:00",
        ),
        *("2024-12-31T23:59:59", "2024-04-31T00:00:00", ".000", "Z", " ", "x" * 200, "9" * 310),
    ]
)
TEXTS = st.lists(PIECES, max_size=5).map("".join) | st.sampled_from(list(GOOD.values()))


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(FORMS), st.lists(TEXTS, max_size=4))
def test_a_form_takes_a_whole_column_only_where_its_test_does(tested: form.Form, texts: list[str]) -> None:
    """Texts that are found to be valid all at once are valid by the test too."""
    if tested.takes_all(texts):
        assert tested(pd.Series(texts, dtype="str")).all()


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(FORMS), st.data())
def test_what_a_form_takes_at_once_is_valid(tested: form.Form, data: st.DataObject) -> None:
    """Whatever the pattern for whole columns matches is valid by the test."""
    texts = data.draw(st.from_regex(tested.all_plain, fullmatch=True)).split("\0")
    assert tested(pd.Series(texts, dtype="str")).all()


def test_good_cells_are_taken_at_once() -> None:
    """A column of good cells never goes through pandera cell by cell."""
    # A leap day is looked at by itself.
    good = {**GOOD, "custom:k-date": "2024-02-28T00:00:00.000Z"}
    assert surely_valid({name: [value, "", value] for name, value in good.items()}, CUSTOM) == set(good)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.fixed_dictionaries({name: st.sampled_from(["", "a"]) for name in GOOD}), min_size=1))
def test_only_rows_that_are_empty_may_be(rows: list[dict[str, str]]) -> None:
    """The rows that may be empty are those that the check of whole rows refuses."""
    frame = pd.DataFrame(rows, dtype="str")
    (check,) = contact_sheet(CUSTOM).checks
    may_be = may_be_empty({name: frame[name].tolist() for name in GOOD})
    assert may_be == [not passes for passes in check(frame).check_output]

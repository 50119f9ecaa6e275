"""The schema of the normalised sheet."""

from __future__ import annotations

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from schemas import form
from schemas.contacts import contact_sheet

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


def test_forms_let_the_empty_string_pass() -> None:
    """One empty: the empty string passes every form, since an empty cell is no mistake."""
    empty = pd.Series(["", ""], dtype="str")
    tests = (form.phone, form.email, form.text, form.web_address, form.source_url, form.creator, form.number)
    for test in (*tests, form.boolean, form.choices, form.date_time):
        assert test(empty).all(), test.__name__

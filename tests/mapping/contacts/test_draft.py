"""Rows become contacts exactly as the API takes them."""

from __future__ import annotations

import json

import jsonschema
import pandas as pd
import pytest

from importer.mapping.contacts.draft import DraftOptions, drafts, external_ids
from importer.mapping.suggest.suggest import suggest
from importer.model import ContactDraft, CustomField, FieldType, NormalisedChunk, Problem, Severity
from importer.model.fields import SHEET_COLUMNS
from tests.paths import CONTRACT

CUSTOM = tuple(CustomField(f"k-{kind.value}", kind.value, kind) for kind in FieldType)
PLAIN = DraftOptions()
FULL = {
    "external_id": "c-1",
    "first_name": "Ann",
    "last_name": "Lee",
    "company": "Acme",
    "role": "CEO",
    "source_url": "https://example.com/c/1",
    "created_by": "boss@example.com",
    "phone_1": "+14155550101",
    "phone_1_label": "mobile",
    "phone_2": "+442079460018",
    "phone_2_label": "",
    "email_1": "ann@example.com",
    "email_1_label": "work",
    "custom:k-string": "00123",
    "custom:k-number": "12345678901234567890",
    "custom:k-boolean": "false",
    "custom:k-date": "2024-03-12T00:00:00.000Z",
    "custom:k-multi-select": '["a", "b"]',
    "custom:k-url": "https://example.com/",
    "custom:k-address": "12 Main St",
}


def chunk(*rows: dict[str, str], first_row: int = 2) -> NormalisedChunk:
    names = [*SHEET_COLUMNS, *(name for row in rows for name in row if name not in SHEET_COLUMNS)]
    index = range(first_row, first_row + len(rows))
    frame = pd.DataFrame({name: [row.get(name, "") for row in rows] for name in names}, index=index, dtype="str")
    return NormalisedChunk.of(frame, ())


def one(row: dict[str, str], options: DraftOptions = PLAIN) -> tuple[ContactDraft, tuple[Problem, ...]]:
    (made,) = drafts(chunk(row), options)
    return made


def test_a_full_row_becomes_the_body_of_the_contract() -> None:
    """Every field has its place and its JSON type, and labels fall back to phone and email."""
    options = DraftOptions(source="crm", custom_fields=CUSTOM, users={"boss@example.com": "US1"})
    draft, problems = one(FULL, options)
    assert problems == ()
    assert (draft.row, draft.external_id) == (2, "c-1")
    assert draft.body == {
        "defaultFields": {
            "firstName": "Ann",
            "lastName": "Lee",
            "company": "Acme",
            "role": "CEO",
            "emails": [{"name": "work", "value": "ann@example.com"}],
            "phoneNumbers": [{"name": "mobile", "value": "+14155550101"}, {"name": "phone", "value": "+442079460018"}],
        },
        "customFields": [
            {"key": "k-string", "value": "00123"},
            {"key": "k-number", "value": 12345678901234567890},
            {"key": "k-boolean", "value": False},
            {"key": "k-date", "value": "2024-03-12T00:00:00.000Z"},
            {"key": "k-multi-select", "value": ["a", "b"]},
            {"key": "k-url", "value": "https://example.com/"},
            {"key": "k-address", "value": "12 Main St"},
        ],
        "source": "crm",
        "externalId": "c-1",
        "sourceUrl": "https://example.com/c/1",
        "createdByUserId": "US1",
    }


def test_empty_cells_are_not_sent_but_for_the_first_name() -> None:
    """firstName is always there and may be null; nothing else that is empty is."""
    draft, _ = one({"phone_1": "+14155550101"})
    assert draft.body["defaultFields"] == {
        "firstName": None,
        "phoneNumbers": [{"name": "phone", "value": "+14155550101"}],
    }
    assert set(draft.body) == {"defaultFields", "source", "externalId"}


@pytest.mark.skipif(not CONTRACT.exists(), reason="the API's contract file is not beside this checkout")
@pytest.mark.parametrize("row", [FULL, {"first_name": "Ann"}, {"phone_1": "+14155550101", "external_id": "x" * 99}])
def test_bodies_fit_the_published_contract(row: dict[str, str]) -> None:
    """What is drafted is what the API's own schema of POST /v1/contacts allows."""
    contract = json.loads(CONTRACT.read_text("utf-8"))
    content = contract["paths"]["/v1/contacts"]["post"]["requestBody"]["content"]
    draft, _ = one(row, DraftOptions(custom_fields=CUSTOM, users={"boss@example.com": "US1"}))
    jsonschema.validate(draft.body, content["application/json"]["schema"])


def test_the_identity_of_a_rejects_file_goes_before_the_id_column() -> None:
    """A corrected row keeps the identity it was rejected with, without the prefix; a plain id gets the prefix."""
    options = DraftOptions(id_prefix="a-")
    assert one({"identity": "oi1-x", "external_id": "7"}, options)[0].external_id == "oi1-x"
    assert one({"external_id": "7"}, options)[0].external_id == "a-7"


def test_a_long_id_is_hashed_and_said_so() -> None:
    """An id over 75 characters with its prefix is sent as a digest, and a warning names both."""
    options = DraftOptions(id_prefix="a-", mapping=suggest(["Name", "external_id"]))
    draft, (problem,) = one({"external_id": "x" * 74}, options)
    assert draft.external_id.startswith("oih1-")
    assert (problem.row, problem.column, problem.rule) == (2, "external_id", "external-id-hashed")
    assert problem.severity is Severity.WARNING
    assert draft.external_id in problem.message
    assert one({"external_id": "x" * 73}, options)[1] == ()


@pytest.mark.parametrize(("bad_cells", "severity"), [("leave-out", Severity.WARNING), ("reject", Severity.ERROR)])
def test_an_unknown_creator_is_said(bad_cells: str, severity: Severity) -> None:
    """A creator who is no user of the workspace is left out, or rejects the row; the default is used meanwhile."""
    options = DraftOptions(default_created_by="US9", bad_cells=bad_cells)
    draft, (problem,) = one({"first_name": "Ann", "created_by": "who@example.com"}, options)
    assert (problem.rule, problem.severity, problem.value) == ("unknown-user", severity, "who@example.com")
    assert draft.body["createdByUserId"] == "US9"


def test_creators_are_found_by_address_in_any_case_or_by_id() -> None:
    """An email address is turned into the user's id; an id is taken as it is."""
    options = DraftOptions(users={"boss@example.com": "US1"}, default_created_by="US9")
    found = [
        one({"first_name": "A", "created_by": text}, options)[0].body["createdByUserId"]
        for text in ("Boss@Example.com", "US77", "")
    ]
    assert found == ["US1", "US77", "US9"]


def test_rejected_rows_are_told_apart_by_their_raw_cells() -> None:
    """Two rows that differ only in a bad cell keep two identities, the same at every run; an id column goes first."""
    rows = chunk({"first_name": "Ann"}, {"first_name": "Ann"}, {"external_id": "7"}, {})
    raw = {2: ("Ann", "12"), 3: ("Ann", "13"), 4: ("", "14")}
    found = external_ids(rows, DraftOptions(), raw)
    assert len(set(found)) == 4
    assert found[2] == "7"
    assert found[3] == ""
    assert found == external_ids(rows, DraftOptions(), raw)
    assert external_ids(rows, DraftOptions())[:2] == [external_ids(rows, DraftOptions())[0]] * 2


def test_identity_does_not_hang_on_columns_rows_or_labels() -> None:
    """The same person in another row, with phones in other columns under other labels, has the same external id."""
    here = {"first_name": "Ann", "phone_1": "+14155550101", "phone_1_label": "mobile", "phone_2": "+442079460018"}
    there = {"phone_1": "+442079460018", "phone_2": "", "phone_3": "+14155550101", "first_name": "Ann", "role": "CEO"}
    (first,) = external_ids(chunk(here), DraftOptions())
    assert external_ids(chunk({"first_name": "Bo"}, there, first_row=900), DraftOptions())[1] == first


def test_a_tenth_phone_comes_after_the_ninth() -> None:
    """Phone columns go by number, not by letter."""
    draft, _ = one({f"phone_{n}": f"+1415555010{n % 10}" for n in (10, 9, 1)})
    assert [item["value"][-1] for item in draft.body["defaultFields"]["phoneNumbers"]] == ["1", "9", "0"]


def test_a_row_the_schema_will_reject_does_not_stop_the_drafts() -> None:
    """A cell that is no JSON is the schema's to report; drafting goes on."""
    draft, _ = one({"first_name": "Ann", "custom:k-number": "twelve"}, DraftOptions(custom_fields=CUSTOM))
    assert "customFields" not in draft.body


def test_an_empty_chunk_has_no_drafts() -> None:
    """A header-only sheet makes no contact."""
    empty = chunk({"first_name": "x"})
    assert list(drafts(NormalisedChunk.of(empty.frame.head(0), ()), DraftOptions())) == []

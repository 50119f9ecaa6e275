"""Outlines, which stand for contacts where nothing is sent, say of a sheet what its drafts say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.mapping.contacts.check_only import outlines
from importer.mapping.contacts.draft import DraftOptions, drafts
from importer.model import CustomField, FieldType, NormalisedChunk

if TYPE_CHECKING:
    from importer.model import ContactDraft

KINDS = (FieldType.STRING, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.MULTI_SELECT)
FIELDS = tuple(CustomField(kind.value, kind.value, kind) for kind in KINDS)
OPTIONS = DraftOptions(source="crm", id_prefix="p-", custom_fields=FIELDS, users={"boss@example.com": "US1"})
# Few of each, so that rows often say the same in different ways.
CELLS = {
    "external_id": ["", "1", "2", "x" * 74],
    "identity": ["", "oi1-a", "y" * 76],
    **{name: ["", "Ann", "ann"] for name in ("first_name", "last_name", "company", "role")},
    "source_url": ["", "https://example.com/"],
    "created_by": ["", "boss@example.com", "nobody@example.com", "US2"],
    **{f"phone_{n}": ["", "+14155550101", "+14155550102"] for n in (1, 2, 3)},
    **{f"phone_{n}_label": ["", "phone", "mobile"] for n in (1, 2, 3)},
    **{f"email_{n}": ["", "a@example.com", "b@example.com"] for n in (1, 2)},
    **{f"email_{n}_label": ["", "email", "work"] for n in (1, 2)},
    "custom:string": ["", "1", "1.0", "true"],
    "custom:number": ["", "1", "1.0", "10e-1", "null", "broken"],
    "custom:boolean": ["", "true", "false"],
    "custom:multi-select": ["", '["a","b"]', '["a", "b"]', '["b","a"]'],
}
ROWS = st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in CELLS.items()})


def both(rows: list[dict[str, str]]) -> tuple[list[ContactDraft], list[ContactDraft]]:
    """The drafts and the outlines of rows, after a look that their problems are the same."""
    chunk = NormalisedChunk(range(2, 2 + len(rows)), {name: [row[name] for row in rows] for name in CELLS}, ())
    made = list(drafts(chunk, OPTIONS))
    found, problems = outlines(chunk, OPTIONS)
    assert problems == [problem for _, said in made for problem in said]
    return [draft for draft, _ in made], found


@given(st.lists(ROWS, max_size=6), st.data())
@settings(max_examples=300, deadline=None)
def test_two_rows_have_one_mark_where_they_have_one_digest(rows: list[dict[str, str]], data: st.DataObject) -> None:
    """Whose contact a row is and what there is to say is the same, and marks part rows exactly as digests do."""
    # And rows that differ in one cell alone, or in none.
    for row in list(rows):
        name = data.draw(st.sampled_from(sorted(CELLS)))
        rows.append(row | {name: data.draw(st.sampled_from(CELLS[name]))})
    made, found = both(rows)
    assert [(one.row, one.external_id) for one in found] == [(one.row, one.external_id) for one in made]
    for mine, digest in zip(found, made, strict=True):
        assert [one.digest == mine.digest for one in found] == [one.digest == digest.digest for one in made]


@pytest.mark.parametrize(
    "swapped",
    [
        {"phone_1": "+14155550102", "phone_1_label": "work", "phone_2": "+14155550101", "phone_2_label": "mobile"},
        {"custom:number": "10e-1"},
        {"custom:multi-select": '["a", "b"]'},
    ],
)
def test_other_spellings_of_one_contact_have_one_mark(swapped: dict[str, str]) -> None:
    """Neither the order of the columns nor the spelling of a value in JSON makes another contact."""
    empty = dict.fromkeys(CELLS, "")
    row = empty | {"phone_1": "+14155550101", "phone_1_label": "mobile", "phone_2": "+14155550102"}
    row |= {"phone_2_label": "work", "custom:number": "1.0", "custom:multi-select": '["a","b"]'}
    made, found = both([row, row | swapped, row | {"company": "Acme"}])
    assert found[0].digest == found[1].digest != found[2].digest
    assert made[0].digest == made[1].digest

"""What tells rows apart: digests, which journals keep, and marks, which stand in for them where nothing is sent."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.mapping.contacts.chunk_columns import json_value
from importer.mapping.contacts.draft import DraftOptions, draft_problems, drafts, drafts_without_bodies
from importer.mapping.contacts.external_id import encoded
from importer.mapping.contacts.fingerprints import canonical, marks
from importer.model import CustomField, FieldType, NormalisedChunk
from importer.model.fields import SCALARS, SHEET_COLUMNS

if TYPE_CHECKING:
    from importer.model import ContactDraft

KINDS = (FieldType.STRING, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.MULTI_SELECT)
CUSTOM_FIELDS = tuple(CustomField(kind.value, kind.value, kind) for kind in KINDS)
OPTIONS = DraftOptions(source="crm", id_prefix="p-", custom_fields=CUSTOM_FIELDS, users={"boss@example.com": "US1"})
# Few of each, so that rows often say the same in different ways.
CELLS = {
    "external_id": ["", "1", "2", "x" * 74],
    "identity": ["", "oi1-a", "y" * 76],
    **{name: ["", "Ann", "ann"] for name in SCALARS},
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
    """The drafts of rows with and without bodies, after a look that their problems are the same."""
    chunk = NormalisedChunk(range(2, 2 + len(rows)), {name: [row[name] for row in rows] for name in CELLS}, ())
    made = list(drafts(chunk, OPTIONS))
    without_bodies, problems = drafts_without_bodies(chunk, OPTIONS), draft_problems(chunk, OPTIONS)
    assert [problems.get(draft.row, ()) for draft, _ in made] == [problems_of_row for _, problems_of_row in made]
    return [draft for draft, _ in made], without_bodies


_NUMBERS = st.from_regex(r"\A-?(0|[1-9][0-9]{,17})(\.[0-9]{1,6})?(e-?[0-9]{1,2})?\Z")
_LISTS = st.lists(st.text('ab"\\,é\n \x7f', max_size=4), max_size=3)
_SPACED = st.builds(json.dumps, _LISTS, ensure_ascii=st.booleans()) | st.builds(
    json.dumps, _LISTS, separators=st.just((",", ":"))
)


@settings(max_examples=500, deadline=None)
@given(_NUMBERS | _SPACED | st.sampled_from(["true", "false", "null", "", "-0", "-0.0", "[]", "broken"]))
def test_a_value_is_written_in_one_way(text: str) -> None:
    """The short way of writing a JSON value is what the encoder writes."""
    value = json_value(text)
    assert canonical(text) == ("" if value is None else encoded(value))


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


@given(ROWS, ROWS)
@settings(max_examples=300, deadline=None)
def test_a_mark_is_the_same_in_every_chunk(row: dict[str, str], other: dict[str, str]) -> None:
    """However many phones and emails another row of the chunk has, and whether these are labelled."""
    further = tuple(name for name in CELLS if name.startswith(("phone_2", "phone_3", "email_2")))
    row |= dict.fromkeys(further, "")
    narrow = {name: [row[name]] for name in CELLS if name not in further}
    wide = NormalisedChunk([2, 3], {name: [row[name], other[name]] for name in CELLS}, ())
    (alone,) = marks(NormalisedChunk([2], narrow, ()), CUSTOM_FIELDS)
    assert alone == next(marks(wide, CUSTOM_FIELDS))


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


def digest_of(row: dict[str, str], options: DraftOptions = OPTIONS) -> str:
    """The digest of the draft of one row."""
    columns = {name: [text] for name, text in (dict.fromkeys(SHEET_COLUMNS, "") | row).items()}
    [(draft, _)] = drafts(NormalisedChunk([2], columns, ()), options)
    return draft.digest


def digest_by_encoder(body: dict[str, Any]) -> str:
    """The digest of a body as the standard encoder would make it."""
    body = {name: body[name] for name in ("defaultFields", "customFields", "sourceUrl") if name in body}
    body["defaultFields"] = {
        name: sorted(value, key=lambda item: (item["value"], item["name"])) if isinstance(value, list) else value
        for name, value in body["defaultFields"].items()
    }
    if "customFields" in body:
        body["customFields"] = sorted(body["customFields"], key=lambda item: (item["key"], str(item["value"])))
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def test_digests_never_change() -> None:
    """The journal of an earlier version is compared with them."""
    fields = (CustomField("vip", "VIP", FieldType.BOOLEAN), CustomField("tags", "Tags", FieldType.MULTI_SELECT))
    row = {"first_name": "Ann", "phone_1": "+14155550101", "phone_1_label": "mobile"}
    row |= {"custom:vip": "true", "custom:tags": '["b","a"]', "external_id": "e"}
    assert digest_of(row, DraftOptions(source="s", custom_fields=fields)) == "0f8f2c2fba895e0ab257e76634684fff"


TEXTS = st.one_of(st.text(max_size=6), st.sampled_from(['"', "\\", "\ud800", "\u2028", "\x00\n\x7f", "é"]))
ANSWERS = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), st.lists(TEXTS, max_size=3))
WILD_ROWS = st.fixed_dictionaries(
    {
        **dict.fromkeys((*SCALARS, "source_url"), TEXTS),
        **dict.fromkeys(("phone_1", "phone_2", "phone_3", "email_1", "email_2"), TEXTS),
        **dict.fromkeys(("phone_1_label", "phone_2_label", "phone_3_label", "email_1_label", "email_2_label"), TEXTS),
        "custom:string": TEXTS,
        **dict.fromkeys(
            ("custom:multi-select", "custom:number", "custom:boolean"), st.one_of(st.just(""), ANSWERS.map(json.dumps))
        ),
    }
)


@given(st.lists(WILD_ROWS, max_size=4), st.permutations(sorted(CELLS)))
@settings(max_examples=500, deadline=None)
def test_digests_are_those_of_the_bodies(rows: list[dict[str, str]], order: list[str]) -> None:
    """What is written by hand column by column is exactly what the encoder writes, whatever the values."""
    # Custom fields, phones and emails may be missing; the columns of every sheet are there even if it has no row.
    names = sorted({*SHEET_COLUMNS, *(rows[0] if rows else ())}, key=order.index)
    columns = {name: [row.get(name, "") for row in rows] for name in names}
    made = [draft for draft, _ in drafts(NormalisedChunk(range(len(rows)), columns, ()), OPTIONS)]
    assert [draft.digest for draft in made] == [digest_by_encoder(draft.body) for draft in made]


@given(ROWS, st.permutations(sorted(CELLS)), st.data())
@settings(max_examples=150, deadline=None)
def test_a_digest_does_not_depend_on_the_order_of_columns(
    row: dict[str, str], order: list[str], data: st.DataObject
) -> None:
    """Moving columns, or another source, id or creator, leaves the digest alone; another value changes it."""
    swaps = {"phone_1": "phone_3", "phone_3": "phone_1", "email_1": "email_2", "email_2": "email_1"}
    swaps |= {f"{name}_label": f"{other}_label" for name, other in swaps.items()}
    moved = {swaps.get(name, name): row[name] for name in order}
    moved |= {name: data.draw(st.sampled_from(CELLS[name])) for name in ("external_id", "identity", "created_by")}
    options = DraftOptions(source="b", default_created_by="US9", custom_fields=CUSTOM_FIELDS)
    assert digest_of(moved, options) == digest_of(row)
    assert digest_of({**row, "first_name": "x"}) != digest_of(row)

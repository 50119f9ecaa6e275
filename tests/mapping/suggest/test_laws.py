"""What holds for every sheet."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from importer.mapping.chosen.overrides import apply_overrides
from importer.mapping.suggest.columns import same_slot
from importer.mapping.suggest.header_key import words, words_thoroughly
from importer.mapping.suggest.presets import known_headers
from importer.mapping.suggest.suggest import suggest
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import CustomField, FieldType, Fit
from importer.model.fields import MAP_FIELDS

FIELDS_OF_WORKSPACE = [
    CustomField("lead-source", "Lead Source", FieldType.STRING),
    CustomField("1712", "Company", FieldType.STRING),
    CustomField("addr", "Home Address", FieldType.ADDRESS),
]
headers = st.one_of(
    st.sampled_from(
        sorted(known_headers() | set(vocabulary().spellings) | {"Lead Source", "Home Address", "Title", "Name"})
    ),
    st.text(max_size=20),
)
values = st.lists(st.sampled_from(["", "a@example.com", "+14155550101", "Dr.", "CEO", "Ann Lee", "12"]), max_size=4)
sheets = st.lists(st.tuples(headers, values), max_size=12)


@given(sheets)
@settings(max_examples=150, deadline=None)
def test_every_column_ends_in_exactly_one_fit(sheet: list[tuple[str, list[str]]]) -> None:
    """Columns come back once, in order, each with a reason; a mapped one has a target, an unmapped one has none."""
    mapping = suggest([header for header, _ in sheet], FIELDS_OF_WORKSPACE, [found for _, found in sheet])
    assert [(one.position, one.header) for one in mapping.columns] == [(n, h) for n, (h, _) in enumerate(sheet)]
    for column in mapping.columns:
        assert column.reason
        assert 0 <= column.confidence <= 1
        assert column.target or column.fit is not Fit.MAPPED
        assert not (column.target and column.fit in {Fit.UNMAPPED, Fit.IGNORED})


@given(sheets)
@settings(max_examples=150, deadline=None)
def test_no_single_valued_field_is_filled_twice(sheet: list[tuple[str, list[str]]]) -> None:
    """One column a field, and never a whole name beside both of its halves."""
    mapping = suggest([header for header, _ in sheet], FIELDS_OF_WORKSPACE, [found for _, found in sheet])
    slots = [same_slot(column.target) for column in mapping.mapped if same_slot(column.target)]
    assert len(slots) == len(set(slots))
    assert not {"full_name", "first_name", "last_name"} <= set(slots)


@given(sheets.filter(bool), st.data())
@settings(max_examples=150, deadline=None)
def test_the_person_always_wins(sheet: list[tuple[str, list[str]]], data: st.DataObject) -> None:
    """Whatever was suggested, a given column has the given field, and no other column has it too."""
    names = [header for header, _ in sheet]
    # A header spelt "#N" itself goes before the position.
    assume(not any(name.strip().startswith("#") for name in names))
    position = data.draw(st.integers(0, len(sheet) - 1))
    field = data.draw(st.sampled_from([*MAP_FIELDS, "phone:mobile", "custom:Lead Source"]))
    suggested = suggest(names, FIELDS_OF_WORKSPACE, [found for _, found in sheet])
    mapping = apply_overrides(suggested, [(f"#{position + 1}", field)], FIELDS_OF_WORKSPACE)
    column = mapping.columns[position]
    assert column.fit is (Fit.IGNORED if field == "ignore" else Fit.MAPPED)
    assert field == "ignore" or (column.target and column.target.field == field.partition(":")[0])
    slots = [same_slot(one.target) for one in mapping.mapped if same_slot(one.target)]
    assert len(slots) == len(set(slots))


@given(
    st.lists(st.sampled_from(["e", "mail", "Mail", "post", "such as", "eg", "phone", "é", " ", "-", "x1"])).map("".join)
)
def test_plain_words_are_those_found_thoroughly(header: str) -> None:
    """A header of plain words goes a short way, which leads to where the long one does."""
    for text in (header, header.replace("-", " "), " ".join(header)):
        assert words(text) == words_thoroughly(text)


@given(st.text(st.characters(categories=["L", "M", "Zs"]) | st.sampled_from("ʼéßςøıüйё האال  "), max_size=12))
def test_words_of_any_script_are_those_found_thoroughly(header: str) -> None:
    """Also with the letters, marks and apostrophes of other scripts, in small letters and as written."""
    for text in (header, header.lower()):
        assert words(text) == words_thoroughly(text)


def test_every_known_header_has_the_words_found_thoroughly() -> None:
    """So does every header that is known."""
    known = {*vocabulary().spellings, *known_headers()}
    assert [text for text in known if words(text) != words_thoroughly(text)] == []

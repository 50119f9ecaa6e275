"""Plain names, ids and addresses go a short way, which must lead to where the long one does."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.clean.cells import choice, date, email, identifier, number, text, url
from importer.clean.characters import mojibake
from importer.clean.kinds import PLAIN_FORMS, SINGLE, clean_column, values
from importer.clean.names import name
from importer.clean.plain import plain_values
from importer.clean.rules import ColumnDecisions
from importer.clean.sheet import clean
from tests.clean.sheets import US, chunk, mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.clean.finding import Cleaned
    from importer.clean.plain import PlainForm

WORDS = st.sampled_from(
    [
        "Ada",
        "O",
        "Neil",
        "n",
        "a",
        "N",
        "A",
        "d",
        "k",
        "s",
        "NA",
        "null",
        "7",
        "1E",
        "5",
        "REF",
        "é",
        "É",
        "Ã",
        "¶",
        "e\u0301",
        "Š",
        "\n",
    ]
)
SIGNS = st.sampled_from(["", " ", "  ", "'", ".", "&", "-", "/", "+", "=", "#", "\t", "\u00a0", "\u200b", "_", "?"])
NAMES = st.lists(st.one_of(WORDS, SIGNS), max_size=6).map("".join)
IDS = st.one_of(NAMES, st.text("aZ0519-_+.eE'=\" \n\x00", max_size=8))


# Each kind of cell that has plain forms, with all that can be decided for its column.
CLEANERS: dict[str, tuple[Callable[..., Cleaned], list[dict[str, Any]]]] = {
    "name": (name.clean, [{}]),
    "company": (name.company, [{}]),
    "id": (identifier.external_id, [{}]),
    "text": (text.clean, [{}]),
    "link": (url.clean, [{}]),
    "date": (
        date.clean,
        [{"order": order, "date_1904": since} for order in (None, "dmy", "mdy", "ymd") for since in (False, True)],
    ),
    "number": (
        number.clean,
        [{"style": style, "decimal_comma": comma} for style in (None, "dot", "comma", "mixed") for comma in (0, 1)],
    ),
}
FORMS = [(kind, form) for kind, (clean, _) in CLEANERS.items() for form in PLAIN_FORMS[clean]]


def test_every_kind_with_plain_forms_is_held() -> None:
    """A kind of cell that gets plain forms must come into these laws."""
    assert set(PLAIN_FORMS) == {clean for clean, _ in CLEANERS.values()}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FORMS), st.data())
def test_a_plain_cell_is_what_the_long_way_makes_of_it(form: tuple[str, PlainForm], data: st.DataObject) -> None:
    """Whatever a plain form matches comes out of cleaning with the form's value and without a finding.

    However the column is read.
    """
    kind, plain = form
    cell = data.draw(st.from_regex(re.compile(plain.pattern.pattern, plain.pattern.flags), fullmatch=True))
    clean, decisions = CLEANERS[kind]
    changed, others = plain_values([cell], (plain,))
    assert not others
    value = changed.get(cell, cell)
    for decided in decisions:
        assert clean(cell, **decided) == (value, ())


@settings(max_examples=1000, deadline=None)
@given(st.one_of(NAMES, IDS), st.sampled_from(sorted(CLEANERS)))
@example("n.a", "name")
@example("N-A", "name")
@example("1E+5", "id")
@example("0", "id")
@example("0", "number")
@example("-0.0", "number")
@example("1.234", "number")
@example("2023-02-29", "date")
@example("1900-01-00", "date")
@example("0\x00\x000", "id")
def test_a_cell_is_plain_only_if_the_long_way_agrees(cell: str, kind: str) -> None:
    """Also where a cell is nearly plain: if it is among the plain ones, the long way says the same."""
    clean, decisions = CLEANERS[kind]
    changed, others = plain_values([cell], PLAIN_FORMS[clean])
    if not others:
        assert [clean(cell, **decided) for decided in decisions] == [(changed.get(cell, cell), ())] * len(decisions)


def test_letters_of_latin_1_are_taken_as_they_are() -> None:
    """Every pair of letters that a plain name may hold comes out of the long way unchanged and without a word."""
    letters = "aZ" + "".join(chr(code) for code in range(0xC0, 0x100) if code not in (0xD7, 0xF7))
    for pair in itertools.product(letters, repeat=2):
        assert name.clean("".join(pair)) == ("".join(pair), ())


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.one_of(NAMES, IDS), max_size=8), st.sampled_from(["first_name", "company", "external_id", "identity"])
)
@example(["Ann\nLee", "Ann", "Lee", ""], "first_name")
def test_many_cells_are_cleaned_as_each_by_itself(cells: list[str], field: str) -> None:
    """A column is what its cells are one by one, their values and what there is to say of which of them."""
    alone = [SINGLE[field](cell) for cell in cells]
    column = clean_column(cells, SINGLE[field])
    assert values(column) == [cleaned.value for cleaned in alone]
    assert [column.result(index) for index in range(len(cells))] == alone
    assert column.rows_with_findings == [index for index, cleaned in enumerate(alone) if cleaned.findings]


ADDRESSES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["ann", "Ann", "ann.lee", "a_b+c-d", "1", "12.3", ".a", "a..b", "é", ""]),
    st.sampled_from(["@", "@", "@", "", "@@", "\n@"]),
    st.sampled_from(["example", "exa-mple", "-x", "x-", "a" * 60, "EXAMPLE", "x.y", ""]),
    st.sampled_from([".com", ".COM", ".test", ".testing", ".local", ".c0m", ".museum\n", " ", "", "\n"]),
)


PEOPLE = st.one_of(
    NAMES,
    st.sampled_from(
        ["", "Ann Lee", "Lee, Ann", "Acme GmbH", "Acme Inc - Ann Lee", "Ann and Bob Lee", "Vacant", "No, Name", "Walk"]
    ),
    st.sampled_from(["Walk In", "In", "N/A", "null", "-", "Unknown", "#REF!", "Lee, Ann:Roof", '="Ann"', "Jo\n"]),
)


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from([("full_name",), ("full_name", "company"), ("first_name", "last_name"), ("full_name", "role")]),
    st.lists(st.tuples(PEOPLE, PEOPLE, st.sampled_from(["", "4155550101"])), min_size=1, max_size=4),
)
@example(("full_name", "role"), [("", "N/A", ""), ("No, Name", "", ""), ("null", "", "")])
@example(("first_name", "last_name"), [("Acme GmbH", "", ""), ("", "Acme GmbH", "")])
def test_names_of_columns_are_those_of_each_row(fields: tuple[str, ...], rows: list[tuple[str, str, str]]) -> None:
    """A blank column that may meet another in one name has every row put together by itself, to the same names."""
    cells = [(*row[: len(fields)], row[2], "") for row in rows]
    meeting = "full_name" if "last_name" in fields else "last_name"
    columns = (mapping(*fields, "phone", None), mapping(*fields, "phone", meeting))
    whole, each = (clean(chunk(*cells), column, US, ColumnDecisions()) for column in columns)
    assert (whole.columns, list(whole.problems)) == (each.columns, list(each.problems))


@settings(max_examples=1000, deadline=None)
@given(st.lists(ADDRESSES, max_size=6))
@example(["a@example.com\nb@example.com", "c@example.com"])
def test_many_addresses_are_plain_as_each_by_itself(cells: list[str]) -> None:
    """An address is found to be plain among others where it is plain alone."""
    assert email.clean_plain_all(cells) == {cell: plain for cell in cells if (plain := email.clean_plain(cell))}


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.one_of(WORDS, SIGNS, st.sampled_from(["VIP", ";", ";", "; ", ",", "n/a", " ::: ", "* ", "["]))),
    st.sampled_from([";", ",", "|", "a"]),
)
@example(["VIP", "; ", "VIP"], ";")
@example(["n/a"], ";")
@example([";", " "], ";")
def test_a_list_of_words_is_what_the_long_way_makes_of_it(pieces: list[str], separator: str) -> None:
    """A sign that is not seen at the end of a cell, which only the long way takes, changes none of its options."""
    cell = "".join(pieces)
    assert choice.clean(cell, separator) == choice.clean(f"{cell}\u200b", separator)


@settings(max_examples=1000, deadline=None)
@given(
    st.text(
        st.one_of(st.characters(min_codepoint=0x80, max_codepoint=0xFF), st.sampled_from("aÃ¶©â€™œž\u2019")), max_size=6
    )
)
def test_only_text_with_a_pair_of_signs_can_be_a_wrong_conversion(text: str) -> None:
    """Text that is UTF-8 read as cp1252 holds one of the pairs that are looked for first."""
    signs_of_latin_1 = "\x81\x8d\x8f\x90\x9d"
    try:
        parts = [sign.encode("latin-1" if sign in signs_of_latin_1 else "cp1252") for sign in text]
        meant = b"".join(parts).decode()
    except UnicodeError:
        return
    assert meant == text or mojibake._PAIR.search(text)
    assert bool(mojibake.garble_finding(text)) == (meant != text)


@pytest.mark.parametrize("text", ["BjÃ¶rn", "â‚¬", "ðŸ˜€", "Ã\x81"])
def test_wrong_conversions_are_found(text: str) -> None:
    """Letters of two, three and four bytes are found, also where a byte has no letter in cp1252."""
    assert [finding.rule for finding in mojibake.garble_finding(text)] == ["letters-garbled"]

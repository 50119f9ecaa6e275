"""Plain names, ids and addresses go a short way, which must lead to where the long one does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.clean.cells import email, identifier
from importer.clean.characters import mojibake
from importer.clean.kinds import SINGLE, clean_column, values
from importer.clean.names import name

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


@settings(max_examples=1000, deadline=None)
@given(NAMES)
@example("n.a")
@example("N-A")
def test_a_plain_name_is_what_the_long_way_makes_of_it(cell: str) -> None:
    """A name, company or role that a column leaves out as plain comes out of cleaning unchanged, without a finding."""
    if name.PLAIN.fullmatch(cell):
        assert name.clean(cell) == (cell, ())


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


@settings(max_examples=1000, deadline=None)
@given(st.lists(ADDRESSES, max_size=6))
@example(["a@example.com\nb@example.com", "c@example.com"])
def test_many_addresses_are_plain_as_each_by_itself(cells: list[str]) -> None:
    """An address is found to be plain among others where it is plain alone."""
    assert email.clean_plain_all(cells) == {cell: plain for cell in cells if (plain := email.clean_plain(cell))}


@settings(max_examples=1000, deadline=None)
@given(IDS)
@example("1E+5")
@example("0")
def test_a_plain_id_is_what_the_long_way_makes_of_it(cell: str) -> None:
    """An external id that a column leaves out as plain comes out of cleaning unchanged, without a finding."""
    if identifier.PLAIN.fullmatch(cell):
        assert identifier.external_id(cell) == (cell, ())


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

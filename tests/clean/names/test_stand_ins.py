"""Ordinary words of a name are replaced before the library is asked, which must change nothing but the time."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.clean.names.stand_ins import last_name_start, with_stand_ins

WORDS = (
    *("Ada", "Smith", "Müller", "Qawxa", "Qawxe", "Ivanovich", "Oglu", "SMITH", "smith", "O'Brien", "Smith-Jones"),
    *("Q.", "V", "Dr.", "Lt.", "Col", "Sir", "van", "de", "Bin", "y", "and", "&", "née", "Jr.", "III", "Ph.D."),
    *("MA", "Ma", "Do", "(Bob)", "ph", "D", "d.", "vi", "Ix", "viii", "e", "mc", "St.", "al-"),
)
LETTERS = st.text("abdehijmnopqrstvxyéøłßABDEHIJMNOPQRSTVXYÉØŁ", min_size=1, max_size=4)
SIGNS = st.sampled_from(["-", "'", "’", "."])
COMPOUNDS = st.builds("{}{}{}".format, LETTERS, SIGNS, LETTERS)
AROUND = st.sampled_from(["{}", "{}", "{}", "{}.", "({})", '"{}"', "({}", "{})"])
ODD_WORDS = st.builds(str.format, AROUND, st.one_of(LETTERS, LETTERS, COMPOUNDS, st.sampled_from(WORDS)))


@settings(max_examples=600, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), ODD_WORDS), min_size=2, max_size=8))
@example(["LEE", "vi"])
@example(["Ann", "Ph", "D"])
@example(["Ø", "viii"])
@example(["Ada", "Q.", "(Q.)"])
@example(["h", "a", "H", "h.", "j", "k", "m", "n", "q", "w", "g", "o", "u", "K", "J.", "h"])
def test_a_name_is_split_as_the_library_splits_it_with_its_own_words(parts: list[str]) -> None:
    """Where a last name begins does not depend on what is put in the place of ordinary words, to ask less often."""
    assert last_name_start(with_stand_ins(parts)) == last_name_start(tuple(parts))


@pytest.mark.parametrize(
    ("letters", "word", "most"),
    [
        ("abcdefghijklmnopqrstuvwxyz", "{0}{1} {2}{3}", 1000),
        ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "{0}{1}{2} {3}{4}{5}", 200),
        ("gjmquw", "{0} {1} {2} {3} {4} {5}", 210),
        ("áčďěščř", "{0}{1}{2} {3}{4}{5}", 10),
        ("gjmquw", "{0}'{1}{2} ({3}{4}-{5})", 100),
    ],
    ids=["two letters", "capitals anywhere", "initials", "letters with marks", "signs"],
)
def test_names_of_odd_words_are_of_few_kinds(letters: str, word: str, most: int) -> None:
    """The library is asked about few names, however many different ones of short or odd words a sheet has."""
    chance = random.Random(7)
    names = {word.format(*chance.choices(letters, k=6)) for _ in range(3000)}
    assert len({with_stand_ins(name.split()) for name in names}) <= most < len(names)

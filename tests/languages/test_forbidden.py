"""Phrases that forbid a number: few of them are looked at for each word, and that makes no difference."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from hypothesis import example, given
from hypothesis import strategies as st

from importer.languages.words import (
    _NO_SPACES,
    _longest_first,
    _phrase,
    _phrases_from,
    _phrases_without_spaces,
    forbidden,
    without_marks,
    words,
)

WORD_START = re.compile(r"(?<![^\W\d_])[^\W\d_]")
PHRASES = sorted(words("phones", "forbidden"))
SPACED = [phrase for phrase in PHRASES if not _NO_SPACES.search(phrase)]


@cache
def all_phrases() -> re.Pattern[str]:
    """One pattern of all phrases, wherever they begin."""
    return re.compile(_longest_first([_phrase(phrase.lower()) for phrase in SPACED]))


def forbidden_by_all(text: str) -> str:
    """What `forbidden` finds, with all phrases tried at each word."""
    written = unicodedata.normalize("NFC", text)
    plain = without_marks(written)
    found = [all_phrases().match(plain, start.start()) for start in WORD_START.finditer(plain)]
    first = next((match for match in found if match), None) or (
        _phrases_without_spaces().search(plain) if _NO_SPACES.search(plain) else None
    )
    return written[first.start() : first.end()] if first else ""


@given(
    st.lists(
        st.sampled_from(PHRASES)
        | st.sampled_from(SPACED).map(lambda phrase: re.sub("['\u2019 -]", "", phrase))
        | st.sampled_from(SPACED).map(lambda phrase: phrase[:4])
        | st.text("aeinoßÑé'\u2019 -1", max_size=6),
        max_size=4,
    ),
    st.sampled_from(["", " ", "-", "\n", " x "]),
)
@example(["DON\u2019T CALL"], "")
@example(["e\u2019", "skal ikke ringes"], "")
def test_few_phrases_find_what_all_find(parts: list[str], between: str) -> None:
    """In any text the phrase that forbids a number is the one that is found when every phrase is tried at each word."""
    text = between.join(parts)
    assert forbidden(text) == forbidden_by_all(text)
    assert forbidden(text.upper()) == forbidden_by_all(text.upper())


def test_every_phrase_forbids() -> None:
    """Each phrase of each language forbids a number on its own."""
    assert [phrase for phrase in PHRASES if not forbidden(phrase)] == []


def test_a_word_reads_few_phrases() -> None:
    """Labels that most sheets have make patterns of a small part of all phrases, since each takes time to make."""
    made = {word[:2]: _phrases_from(word[:2]) for word in ("home", "work", "mobile", "cell", "office", "main", "other")}
    size = sum(len(phrases.pattern) for phrases in made.values() if phrases is not None)
    assert size < len(all_phrases().pattern) / 12, size

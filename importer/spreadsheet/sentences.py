"""Texts that people and reports write around contacts, and that are no names."""

from __future__ import annotations

import re

from importer.languages.words import words
from importer.regex import regex

_REMARKS = words("rows", "remarks")
_AROUND_WORD = ".,;:!?()'\"*-"
# Of a name such as Juan de la Cruz y Vega one or two words are small, and none is a number.
_FEWEST_WORDS, _FEWEST_SMALL = 4, 2
# What reports write below a table: "Source: HubSpot", "Filter = active", "Sue, 3/4/24", "3 results", "Thank you!".
_NOTE = regex(
    r"[^\W\d_][^:=]{0,60}(?::\s|\s:|\s=\s).*|.*(?<!\d)\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?!\d).*"
    r"|\d[\d,.]*(?: [^\W\d_]+){1,3}[.!]?|.*[^\W_][!?]"
)
_COUNT = regex(r"[^\W\d_][^:=\d\0]{0,60}[:=]\s*\d[\d.,' ]*")
_QUESTION = regex(r"[^\W_]\?(?![^\W_])|[¿？]")  # not of a letter that was lost: Nu?ez
_PARTICLE = regex(r"(?:[a-z]['’])?\w{1,3}|bint?|della|dell|dalla|vande[nr]?|ibn|und|and", re.IGNORECASE)


def is_note_of_report(text: str) -> bool:
    """Whether a text is what stands below a table: a sentence, a date, a count, or a word with what it says.

    >>> is_note_of_report("Updated by Sue on 3 March"), is_note_of_report("3 results"), is_note_of_report("Studio 54")
    (True, True, False)
    """
    # The words behind a number are small: "3 results" is a note, "99 Restaurants" is a company.
    is_written = not text[0].isdecimal() or text == text.lower()
    return _is_sentence(text) or (_NOTE.fullmatch(text) is not None and is_written)


def is_count(text: str) -> bool:
    """Whether a text is a word with its number, as reports count, and no name is.

    >>> is_count("Record count: 3"), is_count("Rows = 1,204"), is_count("Count Basie"), is_count("Studio 54")
    (True, True, False, False)
    """
    return _COUNT.fullmatch(text) is not None


def is_remark(text: str) -> bool:
    """Whether a text has words in small letters that people write about a contact, and that are in no name.

    >>> is_remark("call after 5 pm please"), is_remark("Moved to Oakland"), is_remark("Sons of the western plains")
    (True, False, False)
    """
    all_words = text.split()
    remarks = sum(word.islower() and word.strip(_AROUND_WORD) in _REMARKS for word in all_words)
    return remarks > 1 or (remarks == 1 and (len(all_words) >= _FEWEST_WORDS or any(map(str.isdecimal, text))))


def is_unlike_a_name(text: str) -> bool:
    """Whether a text has what no name of a person has: a number beside words in small letters, or a question.

    >>> is_unlike_a_name("gate code 4471"), is_unlike_a_name("ext? ask Ann"), is_unlike_a_name("John Paul 2")
    (True, True, False)
    """
    all_words = text.split()
    small = [word for word in all_words if word.isalpha() and word.islower() and not _PARTICLE.fullmatch(word)]
    has_number = any(any(map(str.isdecimal, word)) for word in all_words)
    return (has_number and bool(small)) or _QUESTION.search(text) is not None


def has_small_word(text: str) -> bool:
    """Whether a word behind the first is small and none of a name: "End of list", but not "Ludwig van der Rohe"."""
    first, *others = text.split()
    # Where all is in small letters, names are too.
    return not first[0].islower() and any(
        # A particle may be joined to its name: el-Sayed, d'Annunzio, o'Brien.
        word[0].islower() and word.islower() and not _PARTICLE.fullmatch(word.strip(".,;:"))
        for word in others
    )


def _is_sentence(text: str) -> bool:
    """Whether a text has the words of a sentence, as no name has: a number among them, or words in small letters."""
    heading_words = text.split()
    # Where all is in small letters, names are too.
    if len(heading_words) < _FEWEST_WORDS or heading_words[0][0].islower():
        return False
    small = [word for word in heading_words if word[0].islower()]
    has_number = any(character.isdecimal() for character in text)
    return (has_number and bool(small)) or (
        len(small) >= _FEWEST_SMALL and any(not _PARTICLE.fullmatch(word.strip(".,;:")) for word in small)
    )

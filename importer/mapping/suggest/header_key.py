"""The text of a header, reduced to what can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from importer.languages.words import any_of
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ς": "σ",
        "ة": "ه",
        "ى": "ي",
        "ـ": "",
        "ی": "ي",
        "ک": "ك",
    }
)
_CAMEL = regex(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?![A-Z]s(?![a-z]))")  # "IDs" are several of "ID"
# Hebrew writes its abbreviations with a quotation mark before the last letter.
_APOSTROPHES = regex("['’`´ʼ‘׳]|(?<=[א-ת])[\"״”](?=[א-ת])")
_REQUIRED = regex(rf"[\[(]\s*(?:{any_of('headers', 'required')})\s*[\])]", re.IGNORECASE)
# "Email (e.g. name@example.com)", "Phone such as +1 415 555 0100": what to write there is no part of the name.
_HINT = regex(
    rf"(?<=\w)[\s,;:–—\[(<{{-]+(?:{any_of('headers', 'hint')})(?!\w).*"
    # From the innermost bracket: a run of opening ones would be walked through once for each of them.
    r"|[\[(<{][^\[(<{\])>}]*(?:@|\+?\d[\d ().-]{5,40}\d)[^\])>}]*[\])>}]?",
    re.IGNORECASE | re.DOTALL,
)
# By general category (Unicode, table 4-4): a combining mark is a part of its letter.
_KINDS = {"L": "letter", "M": "letter", "N": "digit"}
# Marks without which people write too: those of Latin and Greek letters, the dots of the Russian ё, the vowels and the
# hamza of Arabic, the points of Hebrew. In Japanese or Hindi a mark makes another word, and й is a letter of its own.
_ACCENTS = regex("(?<=[a-zα-ω])[\u0300-\u036f]+|(?<=е)\u0308|[\u0591-\u05c7\u064b-\u065f\u0670]")
_ANY_NUMBER = regex(r"(?<=#)s\b|(?<=\w)\(s\)", re.IGNORECASE)  # "Phone #s", "Email(s)"
_SHORTEST_PLURAL = 3  # letters: "as" is no plural of "a"
_LONGEST = 1000  # characters: what goes on is a line of data or a damaged file, and no word in it says what it holds
_ARABIC_ARTICLE = regex("ال(?=[ء-ي]{3})")
# "Prénom / First name", "Nom (Last name)", "Telefon - Phone"; a hyphen without spaces belongs to a word.
_BETWEEN_LANGUAGES = regex(r"[/|\n()\[\]]|\s[-–—·•]\s")


def without_hint(header: str) -> str:
    """A header without an example of what to write under it.

    >>> without_hint("Email (e.g. me@example.com)"), without_hint("Phone (+1 415 555 0100)"), without_hint("Fax (work)")
    ('Email', 'Phone', 'Fax (work)')
    """
    return _HINT.sub("", header).strip()


@lru_cache(maxsize=4096)
def words(header: str) -> tuple[str, ...]:
    """Split a header into lower-case words without accents: "E-mail 1 - Value" gives `email 1 value`.

    camelCase is taken apart, an apostrophe joins ("Manager's" is `managers`), "(required)", "*", examples are dropped.
    Of a longer text only the first 1,000 characters count.
    """
    if header == header.lower() and header.replace(" ", "").isalpha() and len(header) <= _LONGEST:
        # Nearly all words that headers are compared with: nothing but a hint and accents can be taken from them.
        text = without_hint(header) if " " in header else header
        if text.isascii():
            return tuple(_joined(text.split()))
        # One of the apostrophes counts as a letter.
        if (letters := _comparable(_APOSTROPHES.sub("", text))).replace(" ", "").isalpha():
            return tuple(_joined(map(_without_article, letters.split())))
    return words_thoroughly(header)


def words_thoroughly(header: str) -> tuple[str, ...]:
    """What `words` gives, without its short way for plain words, which must always agree with this."""
    text = _APOSTROPHES.sub("", _REQUIRED.sub(" ", without_hint(_ANY_NUMBER.sub("", header[:_LONGEST]))))
    letters = _comparable(_CAMEL.sub(" ", text))
    # "Phone2" is two words: a run of letters ends where a number begins, and at every sign between them.
    runs = groupby(letters, lambda character: _KINDS.get(unicodedata.category(character)[0]))
    return tuple(_joined([_without_article("".join(run)) for kind, run in runs if kind]))


def _comparable(text: str) -> str:
    """A text in small letters, without accents and in the spelling by which words are compared."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain)).translate(_LETTERS)


def _without_article(word: str) -> str:
    return word[2:] if _ARABIC_ARTICLE.match(word) else word


def _joined(found_words: Iterable[str]) -> list[str]:
    """The words with "e mail" as one, and so "e post" and "e posta"."""
    joined: list[str] = []
    for word in found_words:
        if joined and joined[-1] == "e" and word.startswith(("mail", "post", "mejl")):
            joined[-1] = f"e{word}"
        else:
            joined.append(word)
    return joined


@lru_cache(maxsize=4096)
def fold(header: str) -> str:
    """The key by which headers are equal: "First Name", `first_name` and `firstName` are all `firstname`."""
    return "".join(words(header))


def header_parts(header: str) -> tuple[str, ...]:
    """The parts of a header that may say the same in several languages; the header alone where it has no parts.

    >>> header_parts("Prénom / First name"), header_parts("Nom (Last name)"), header_parts("E-mail")
    (('Prénom', 'First name'), ('Nom', 'Last name'), ('E-mail',))
    """
    return tuple(filter(None, map(str.strip, _BETWEEN_LANGUAGES.split(header[:_LONGEST]))))


def singular_key(header: str) -> str:
    """The key of a header whose words have lost the s of a plural: that of "Company Names" is `companyname`."""
    return "".join(word[:-1] if len(word) > _SHORTEST_PLURAL and word.endswith("s") else word for word in words(header))


def meaning_key(name: str) -> str:
    """The key of a name whose words have lost the ending of a plural, also that of "Categories"; see `near_names`."""
    return "".join(map(_singular, words(name)))


def _singular(word: str) -> str:
    if len(word) <= _SHORTEST_PLURAL or not word.endswith("s") or word.endswith("ss"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def loose_key(text: str) -> str:
    """The key by which texts are equal but for case and spaces; unlike `fold` it keeps accents and signs."""
    return " ".join(text.split()).casefold()

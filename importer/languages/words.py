"""The words of all languages, read from their files when the first is asked for."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING, Any

from importer.languages import plain_toml
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FILES = resources.files(__package__)
_LETTER = regex(r"[^\W\d_]")
_LETTERS_OF_WORD = regex(r"[^\W\d_]+")
_ENOUGH_LETTERS = 3
_FEW_TEXTS = 1000  # a column has the same few words beside all its numbers
_MOST_BEGINNINGS = 4096
_SHORT_WORD = 4  # letters: shorter words are in too many others
_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ς": "σ", "ß": "s", "æ": "a"}
_NO_SPACES = regex("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
LANGUAGES = tuple(
    sorted(
        (file.name.removesuffix(".toml") for file in _FILES.iterdir() if file.name.endswith(".toml")),
        key=lambda language: (language != "en", language),  # English comes first wherever order matters
    )
)
"""The languages with a file, by ISO 639-1 code."""


@cache
def words(table: str, name: str) -> frozenset[str]:
    """The words that the languages have under a name of a table, such as `yes` of `values`.

    >>> words("values", "no") >= {"no", "nein", "non"}
    True
    """
    return frozenset(tables(table).get(name, ()))


def phone_words() -> frozenset[str]:
    """The words beside phone numbers that say nothing more of them, such as "tel", and "or" between two of them."""
    return words("phones", "words") | words("phones", "between")


def any_of(table: str, name: str, *, with_bare: bool = False) -> str:
    """A pattern that matches each of the words of a name, the longest first; `with_bare`: also without their marks.

    >>> any_of("rows", "end_of").startswith("end\\\\ of\\\\ the|")
    True
    """
    terms = words(table, name) | (set(map(without_marks, words(table, name))) if with_bare else set())
    return "|".join(map(re.escape, sorted(terms, key=lambda word: (-len(re.escape(word)), word))))


def forbidden(text: str) -> str:
    """The words of a text that say that a number is not to be used, "" where there are none.

    >>> forbidden("415-555-0101 - DO NOT CALL"), forbidden("512 345 102 (nie dzwonic)"), forbidden("call after 5")
    ('DO NOT CALL', 'nie dzwonic', '')
    """
    if not _LETTER.search(text):
        return ""
    written = unicodedata.normalize("NFC", text)
    plain = without_marks(written)
    # Nearly all words begin no phrase.
    for start in _phrase_starts().finditer(plain):
        phrases = _phrases_from(plain[start.start() : start.start() + 2])
        if phrases and (match := phrases.match(plain, start.start())):
            return written[match.start() : match.end()]
    match = _phrases_without_spaces().search(plain) if _NO_SPACES.search(plain) else None
    return written[match.start() : match.end()] if match else ""


@lru_cache(_FEW_TEXTS)
def forbidden_beside(text: str) -> str:
    """The words of a label, or of what stands beside a number, that say that it is not to be used; "" without any.

    More words forbid a number here than elsewhere, where all words are about it.

    >>> forbidden_beside("old cell:"), forbidden_beside("(wrong)"), forbidden_beside("Old Town office")
    ('old', 'wrong', '')
    """
    if phrase := forbidden(text):
        return phrase
    plain = _LETTERS_OF_WORD.findall(text.casefold())
    against = [word for word in plain if word in words("phones", "forbidden_beside") or without_marks(word) in _bare()]
    about_phones = words("phones", "labels") | phone_words() | set(against)
    return " ".join(against) if against and about_phones.issuperset(plain) else ""


def without_marks(text: str) -> str:
    """A text in small letters without the marks that people leave out; its characters keep their places.

    >>> without_marks("Zły NUMER"), without_marks("不通")
    ('zly numer', '不通')
    """
    return text.lower() if text.isascii() else "".join(map(_without_mark, text))


def is_fax(label: str) -> bool:
    """Whether a label says fax or pager, and not that the same number is a telephone too ("Tel/Fax").

    >>> is_fax("Work Fax"), is_fax("Tel/Fax")
    (True, False)
    """
    plain = re.findall(r"[^\W\d_]+", label.casefold())
    return any(map(is_fax_word, plain)) and phone_words().isdisjoint(plain)


def is_fax_word(word: str) -> bool:
    """Whether a word of small letters means a fax or a pager, also in a compound ("telefaxnummer", "传真号码").

    >>> is_fax_word("telefaks"), is_fax_word("FAX番号".casefold()), is_fax_word("telephone")
    (True, True, False)
    """
    return word in words("headers.leave", "fax") or _fax_part().search(word) is not None


@cache
def is_birthday(header: str) -> bool:
    """Whether a header or a field's name is about the day of birth.

    >>> is_birthday("Date of Birth"), is_birthday("DOB"), is_birthday("Anniversary")
    (True, True, False)
    """
    plain = header.casefold()
    parts = set(re.findall(r"[^\W\d_]+", plain))
    return any(word in parts if len(word) <= _SHORT_WORD else word in plain for word in words("headers", "birthdays"))


@cache
def _bare() -> frozenset[str]:
    """The words of `forbidden_beside` that have marks, without them."""
    return frozenset(bare for word in words("phones", "forbidden_beside") if (bare := without_marks(word)) != word)


@cache
def _phrases_by_letter() -> dict[str, list[str]]:
    """Phrases that forbid a number, by their first letter; those of scripts without spaces are not among them."""
    by_letter: dict[str, list[str]] = {}
    for phrase in words("phones", "forbidden"):
        if not _NO_SPACES.search(phrase):
            by_letter.setdefault(without_marks(phrase)[0], []).append(phrase)
    return by_letter


@cache
def _phrase_starts() -> re.Pattern[str]:
    """The places where a word has the first letters of a phrase, whatever signs are between these."""
    seconds: dict[str, dict[str, set[str]]] = {}
    for phrase in chain.from_iterable(_phrases_by_letter().values()):
        # The capital of ß is two letters, so that a phrase is known by what is before it.
        first, *others = filter(str.isalpha, without_marks(phrase.lower().partition("ß")[0]))
        thirds = seconds.setdefault(first, {}).setdefault("".join(others[:1]), set())
        thirds.add("".join(others[1:2]))

    def any_letter(letters: Iterable[str]) -> str:
        # With "" among them some phrase has no further letter, so that any may follow.
        return "" if "" in letters else rf"[\W_]*[{''.join(sorted(letters))}]"

    starts = []
    for first, by_second in seconds.items():
        ends = [any_letter([second]) + any_letter(thirds) if second else "" for second, thirds in by_second.items()]
        starts.append(first + ("" if "" in by_second else f"(?:{'|'.join(sorted(ends))})"))
    # Ahead, since those of one phrase may go on into the word with which another begins.
    return re.compile(rf"(?<![^\W\d_])(?={'|'.join(sorted(starts))})")


@lru_cache(maxsize=_MOST_BEGINNINGS)
def _phrases_from(beginning: str) -> re.Pattern[str] | None:
    """The pattern of the phrases that may begin with these two characters; a sheet needs few, and each takes time."""
    patterns = [
        _phrase(phrase.lower())
        for phrase in _phrases_by_letter().get(beginning[0], ())
        if "ß" in phrase[:2] or not phrase[1:2].isalpha() or without_marks(phrase[1]) == beginning[1:]
    ]
    return re.compile(_longest_first(patterns)) if patterns else None


@cache
def _phrases_without_spaces() -> re.Pattern[str]:
    phrases = words("phones", "forbidden")
    return re.compile(_longest_first([_phrase(phrase.lower()) for phrase in phrases if _NO_SPACES.search(phrase)]))


def _longest_first(patterns: list[str]) -> str:
    return "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))


def _phrase(phrase: str) -> str:
    """A pattern of a phrase: any space, dash or nothing between its words, and an apostrophe may be missing."""
    phrase_words = re.split(r"[ -]", phrase)
    pattern, letters = "", 0
    for word in phrase_words:
        if pattern:
            # One more word may stand between: "do not ever call", "old home number". After "no" it would be too much.
            pattern += r"(?:[\s_-]*|\s+[^\W\d_]+\s+)" if letters >= _ENOUGH_LETTERS else r"[\s_-]*"
        # The capital of ß is two letters.
        sharp_s = "ss?".join(re.escape(without_marks(part)) for part in word.split("ß"))
        pattern += sharp_s.replace("'", "['’`]?")
        letters += len(word)
    # In some scripts words stand together without spaces.
    return pattern if _NO_SPACES.search(phrase) else rf"{pattern}(?![^\W\d_])"


@cache
def _without_mark(character: str) -> str:
    small = character.lower()
    if small in _LETTERS:
        return _LETTERS[small]
    # Hangul and kana would fall apart into what they consist of.
    base = unicodedata.normalize("NFKD", small)[0]
    return base if not _NO_SPACES.match(small) and small.isalpha() else small[0]


@cache
def _fax_part() -> re.Pattern[str]:
    """The words for a fax that mean nothing else within a longer word."""
    long_words = {word for word in words("headers.leave", "fax") if not word.isascii() or len(word) > _SHORT_WORD}
    return re.compile("|".join(map(re.escape, sorted({"fax", *long_words}))))


def tables(path: str) -> dict[str, tuple[str, ...]]:
    """A table such as `headers.labels`: its names, each with the words of all languages, English first."""
    return _merged().get(path, {})


@cache
def header_words_by_language() -> dict[str, frozenset[str]]:
    """The words of each language's headers, to find out which language a sheet is in."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from texts(inner)

    documents = zip(LANGUAGES, _documents(), strict=True)
    return {language: frozenset(texts(document.get("headers", {}))) for language, document in documents}


@cache
def _merged() -> dict[str, dict[str, tuple[str, ...]]]:
    """Path of a table -> name -> words, none twice."""
    merged: dict[str, dict[str, tuple[str, ...]]] = {}

    def add(path: str, table: dict[str, Any]) -> None:
        for name, value in table.items():
            if isinstance(value, dict):
                add(f"{path}.{name}".lstrip("."), value)
            else:
                names = merged.setdefault(path, {})
                names[name] = tuple(dict.fromkeys((*names.get(name, ()), *value)))

    for document in _documents():
        add("", document)
    return merged


def _documents() -> list[dict[str, Any]]:
    """The file of each language, in their order."""
    texts = [_FILES.joinpath(f"{language}.toml").read_text("utf-8") for language in LANGUAGES]
    return list(map(plain_toml.loads, texts))

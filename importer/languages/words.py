"""The words of all languages, read from their files when the first is asked for."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES = resources.files(__package__)
LANGUAGES = tuple(
    sorted(
        (file.name.removesuffix(".toml") for file in _FILES.iterdir() if file.name.endswith(".toml")),
        key=lambda language: (language != "en", language),  # English comes first wherever order matters
    )
)
"""The languages with a file, by ISO 639-1 code."""
_SHORT_WORD = 4  # letters: shorter words are in too many others


def words(table: str, name: str) -> frozenset[str]:
    """The words that the languages have under a name of a table, such as `yes` of `values`.

    >>> words("values", "no") >= {"no", "nein", "non"}
    True
    """
    return frozenset(tables(table).get(name, ()))


def any_of(table: str, name: str) -> str:
    """A pattern that matches each of the words of a name, the longest first.

    >>> any_of("rows", "end_of").startswith("end\\\\ of\\\\ the|")
    True
    """
    return "|".join(map(re.escape, sorted(words(table, name), key=lambda word: (-len(word), word))))


def forbidden(text: str) -> str:
    """The words of a text that say that a number is not to be used, "" where there are none.

    >>> forbidden("415-555-0101 - DO NOT CALL")
    'DO NOT CALL'
    """
    match = _forbidden().search(text)
    return match.group() if match else ""


def is_fax(label: str) -> bool:
    """Whether a label says fax or pager, and not that the same number is a telephone too ("Tel/Fax").

    >>> is_fax("Work Fax"), is_fax("Tel/Fax")
    (True, False)
    """
    plain = re.findall(r"[^\W\d_]+", label.casefold())
    is_known = any("fax" in word or word in words("headers.leave", "fax") for word in plain)
    return is_known and words("phones", "words").isdisjoint(plain)


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
def _forbidden() -> re.Pattern[str]:
    # Between the words may be any space or dash, or nothing; an apostrophe may be missing or of another kind.
    pattern = re.sub(r"(?:\\ )+|\\-", r"[\\s-]*", any_of("phones", "forbidden")).replace("'", "['’`]?")
    return re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])", re.IGNORECASE)


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

    documents = {
        language: tomllib.loads(_FILES.joinpath(f"{language}.toml").read_text("utf-8")) for language in LANGUAGES
    }
    return {language: frozenset(texts(document.get("headers", {}))) for language, document in documents.items()}


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

    for language in LANGUAGES:
        add("", tomllib.loads(_FILES.joinpath(f"{language}.toml").read_text("utf-8")))
    return merged

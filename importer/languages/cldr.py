"""What months, countries and currencies are called in all languages, from the Unicode CLDR by way of Babel.

Names are looked up in three stages: English, the languages with a file in this room, and all the others. Babel takes
memory and a second to go through all of them, so it is not imported, and no language read, before a cell needs it.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from importer.languages.words import LANGUAGES, tables
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Meaning = TypeVar("Meaning", int, str)
_STAGES = range(3)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WIDTHS = ("wide", "abbreviated")  # not "narrow", the single letters of calendars
_LANGUAGE = regex(r"[a-z]+(?:_[A-Z][a-z]{3})?")  # a language, or a language in another script, but no dialect
# The codes that ISO 3166-1 leaves to its users (the CLDR has QUU for the EU), Kosovo's apart, and those it reserves for
# islands of other countries.
_NO_ALPHA_3 = regex("AA.|Q[M-Z].|X(?!KK)..|ZZ.|ASC|CPT|DGA|TAA")
_MARKS = regex("(?<=[a-zα-ω])[\u0300-\u036f]+")
_HEBREW_IN = "ב"  # "in March" is one word, and the usual one in a date


def month_number(word: str) -> int:
    """The number of the month (1 to 12) that a word names or abbreviates in some language; 0 where it names none.

    >>> month_number("März"), month_number("Sept."), month_number("stycznia"), month_number("Ada")
    (3, 9, 1, 0)
    """
    key = _month_key(word)
    keys = (key, key.removeprefix(_HEBREW_IN)) if key.startswith(_HEBREW_IN) else (key,)
    return next((number for stage in _STAGES for key in keys if (number := _month_names(stage).get(key))), 0)


def english_country_code(name: str) -> str | None:
    """The code of a country as `country_code` finds it, but only by English names: for texts mostly of other kinds.

    >>> english_country_code("Germany"), english_country_code("Deutschland")
    ('DE', None)
    """
    return _country_names(0).get(_country_key(name))


def country_code(name: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given as alpha-2, alpha-3 or name in some language, else None.

    >>> country_code("UK"), country_code("Deutschland"), country_code("DEU"), country_code("Narnia")
    ('GB', 'DE', 'DE', None)
    """
    key = _country_key(name)
    return next((code for stage in _STAGES if (code := _country_names(stage).get(key))), None)


def country_name(code: str) -> str:
    """The English name of a country (ISO 3166-1 alpha-2), or the code itself where it has none."""
    from babel import Locale

    return str(Locale("en").territories.get(code, code))


def is_language_of(code: str, language: str) -> bool:
    """Whether a language (ISO 639) is official in a country, by law or in fact, and spoken by more than any other.

    >>> is_language_of("AT", "de"), is_language_of("US", "en"), is_language_of("US", "de"), is_language_of("MW", "en")
    (True, True, False, False)
    """
    from babel.core import get_global

    spoken = get_global("territory_languages").get(code, {})
    if spoken.get(language, {}).get("official_status") not in ("official", "de_facto_official"):
        return False
    shares = {name: facts["population_percent"] for name, facts in spoken.items()}
    return all(shares[language] > share for name, share in shares.items() if name != language)


def main_country(language: str) -> str:
    """The country in which a language (ISO 639) is most at home, "" where it is not known.

    >>> main_country("de"), main_country("pt")
    ('DE', 'BR')
    """
    from babel.core import get_global

    return str(get_global("likely_subtags").get(language, "")).rpartition("_")[2]


@cache
def currencies() -> frozenset[str]:
    """The codes of all currencies (ISO 4217), and the signs and short names that they have in the languages known."""
    from babel import Locale
    from babel.numbers import list_currencies

    symbols = {
        symbol.strip(".") for language in LANGUAGES for symbol in Locale.parse(language).currency_symbols.values()
    }
    return frozenset(list_currencies()) | symbols


@cache
def _month_names(stage: int) -> dict[str, int]:
    """Key of a name or an abbreviation -> number of the month, without those of earlier stages."""
    before = {key: number for earlier in range(stage) for key, number in _month_names(earlier).items()}
    words = tables("months") if stage == 0 else {}
    of_files = {_month_key(word): number for number, name in enumerate(_MONTHS, 1) for word in words.get(name, ())}
    before |= of_files

    unambiguous = []
    for data in _locales(stage):
        months = data.get("months", {})
        lists = [months.get(use, {}).get(width) for use in ("format", "stand-alone") for width in _WIDTHS]
        # Where a width or use is the same as another one, Babel has an alias instead of names.
        named = [
            (_month_key(name), number) for names in lists if isinstance(names, dict) for number, name in names.items()
        ]
        # Some languages only number their months ("1월"), and those are read with their digits.
        named = [(key, number) for key, number in named if key.isalpha()]
        # Croatia's "listopada" is October, Poland's November. The other months of such a language would be understood
        # and this one would silently be another, so that the whole language is left out.
        if all(before.get(key, number) == number for key, number in named):
            unambiguous += named
    return of_files | _unambiguous(unambiguous, before)


@cache
def _country_names(stage: int) -> dict[str, str]:
    """Key of a code or a name -> alpha-2, without those of earlier stages."""
    from babel.core import get_global

    # Babel has no list of countries, but it knows which alpha-2 code each alpha-3 code is another spelling of.
    alpha_3 = {
        code: countries[0]
        for code, countries in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(countries) == 1 and not _NO_ALPHA_3.fullmatch(code)
    }
    countries = set(alpha_3.values())
    before = {key: code for earlier in range(stage) for key, code in _country_names(earlier).items()}
    of_files: dict[str, str] = {}
    if stage == 0:
        of_files |= {_country_key(name): code for code, spellings in tables("countries").items() for name in spellings}
        # After the names, since no name may take the place of a code.
        of_files |= {_country_key(code): code for code in countries}
        of_files |= {_country_key(code): country for code, country in alpha_3.items()}
    names = (
        (_country_key(name), code)
        for data in _locales(stage)
        for code, name in data.get("territories", {}).items()
        if code in countries
    )
    return of_files | _unambiguous(names, before | of_files)


def _unambiguous(names: Iterable[tuple[str, Meaning]], before: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """The names that mean one thing in all languages and are not decided by an earlier stage."""
    meanings: dict[str, set[Meaning]] = {}
    for key, meaning in names:
        if key and key not in before:
            meanings.setdefault(key, set()).add(meaning)
    return {key: meaning for key, (meaning, *further) in meanings.items() if not further}


def _locales(stage: int) -> Iterator[Mapping[str, Any]]:
    """The CLDR data of each language of a stage."""
    from babel import localedata

    if stage == 0:
        languages = ["en"]
    elif stage == 1:
        languages = [language for language in LANGUAGES if language != "en"]
    else:
        languages = sorted(name for name in localedata.locale_identifiers() if _LANGUAGE.fullmatch(name))
        languages = [language for language in languages if language not in LANGUAGES]
    for language in languages:
        yield localedata.load(language, merge_inherited=False)
        localedata.clear_caches()  # all of them together take 160 MB


def _month_key(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    # Latin and Greek letters lose their marks: people leave out the accent of "août", and Greek has none in capitals,
    # but in Hindi a mark is a vowel.
    return unicodedata.normalize("NFC", _MARKS.sub("", decomposed)).strip(".")


def _country_key(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", "and"))
    bare = "".join(letter for letter in letters if letter.isalnum())
    return bare.removeprefix("the") if len(bare) > 5 else bare

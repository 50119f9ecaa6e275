"""One language, one file: what was understood before stays understood, and a file needs no code."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from importer.clean.cells import boolean
from importer.clean.cells.country import alpha_2
from importer.clean.placeholders import is_placeholder
from importer.languages.cldr import country_name, month_number
from importer.languages.words import LANGUAGES, any_of, phone_words, tables, words
from importer.mapping.suggest.value_types import is_honorific, is_yes_or_no
from importer.mapping.suggest.vocabulary import vocabulary
from importer.spreadsheet.options import common_header

UNDERSTOOD: dict[str, Any] = tomllib.loads(Path(__file__).with_name("understood.toml").read_text("utf-8"))
HEADERS: dict[str, Any] = UNDERSTOOD["headers"]


def test_yes_and_no_stay_understood() -> None:
    """Every word for yes and no means what it meant, and those that mark a column as yes or no still do."""
    assert {word for word in UNDERSTOOD["yes"] if boolean.clean(word).value != "true"} == set()
    assert {word for word in UNDERSTOOD["no"] if boolean.clean(word).value != "false"} == set()
    assert {word for word in UNDERSTOOD["yes_or_no"] if not is_yes_or_no(word)} == set()


def test_words_for_states_do_not_make_a_column_one_of_yes_and_no() -> None:
    """A column of "active" and "inactive" is understood as yes and no only where the field says that it is."""
    assert not any(map(is_yes_or_no, ("active", "inactive", "ok", "on", "off", "f", "t")))


def test_words_for_empty_cells_stay_understood() -> None:
    """Every placeholder is still one."""
    assert [word for word in UNDERSTOOD["empty"] if not is_placeholder(word)] == []


@pytest.mark.parametrize(
    ("expected", "table", "name"),
    [
        ("honorifics", "values", "honorifics"),
        ("phone_labels", "phones", "labels"),
        ("companies", "names", "companies"),
        ("company_capitals", "names", "company_capitals"),
        ("suffixes", "names", "suffixes"),
        ("particles", "names", "particles"),
    ],
)
def test_word_lists_hold_what_they_held(expected: str, table: str, name: str) -> None:
    """The words of all files together hold every word of the list that each room had for itself."""
    assert set(UNDERSTOOD[expected]) <= words(table, name)


def test_words_beside_phones_stay_understood() -> None:
    """Every word that said nothing more of a phone still does."""
    assert set(UNDERSTOOD["phone_words"]) <= phone_words()


def test_letters_beside_a_phone_keep_their_labels() -> None:
    """`m` is still a mobile and `h` a home phone."""
    labels = tables("phones.initials")
    assert all(set(letters) <= set(labels[label]) for label, letters in UNDERSTOOD["phone_initials"].items())


def test_forms_of_address_and_common_headers_stay_understood() -> None:
    """What the mapping took for a form of address, and the reader for a header, it still does."""
    assert all(map(is_honorific, UNDERSTOOD["honorifics"]))
    assert all(map(common_header, UNDERSTOOD["first_look_headers"]))


@pytest.mark.parametrize("name", [name for name, value in HEADERS.items() if isinstance(value, list)])
def test_words_of_headers_are_those_of_the_files(name: str) -> None:
    """Each set of header words holds what it held."""
    assert set(HEADERS[name]) <= set(getattr(vocabulary(), name))


@pytest.mark.parametrize("name", [name for name, value in HEADERS.items() if isinstance(value, dict)])
def test_headers_keep_their_meaning(name: str) -> None:
    """Each header leads to the same field, label or reason."""
    meanings = getattr(vocabulary(), name)
    for meaning, headers in HEADERS[name].items():
        if name == "bare":
            assert set(headers) <= meanings[meaning]
        else:
            assert {header: meanings.get(header) for header in headers} == dict.fromkeys(headers, meaning)


def test_months_stay_understood() -> None:
    """Every name and abbreviation of a month means the month that it meant."""
    for number, names in UNDERSTOOD["months"].items():
        assert {name: month_number(name) for name in names} == dict.fromkeys(names, int(number))


def test_countries_stay_understood() -> None:
    """Every code and name of a country means the country that it meant."""
    for code, names in UNDERSTOOD["countries"].items():
        assert {name: alpha_2(name) for name in [code, *names]} == dict.fromkeys([code, *names], code)


@pytest.mark.parametrize(
    ("word", "number"),
    [("Januari", 1), ("février", 2), ("toukokuuta", 5), ("Ιουλίου", 7), ("августа", 8), ("Eylül", 9), ("grudnia", 12)],
)
def test_months_are_understood_in_languages_without_a_file(word: str, number: int) -> None:
    """The CLDR names the months of all languages, in any script, with or without accents."""
    assert month_number(word) == number


@pytest.mark.parametrize("word", ["lipanj", "siječnja", "April fool", "", ".", "Ann", "M05"])
def test_a_language_whose_month_is_another_one_elsewhere_names_no_month(word: str) -> None:
    """Croatia's "listopada" is October and Poland's November, so that no Croatian date is read at all."""
    assert month_number("listopada") == 11
    assert month_number(word) == 0


@pytest.mark.parametrize(
    ("name", "code"), [("Duitsland", "DE"), ("Tyskland", "DE"), ("Γερμανία", "DE"), ("Niemcy", "DE"), ("ドイツ", "DE")]
)
def test_countries_are_understood_in_languages_without_a_file(name: str, code: str) -> None:
    """The CLDR names the countries in all languages."""
    assert alpha_2(name) == code


@pytest.mark.parametrize("name", ["EU", "UN", "ZZ", "001", "World", "Europe", "Narnia", ""])
def test_what_is_not_a_country_has_no_code(name: str) -> None:
    """Unions, continents and made-up names have no code."""
    assert alpha_2(name) is None


def test_countries_are_named_in_english() -> None:
    """A code has its English name, and an unknown one stays as it is."""
    assert (country_name("GB"), country_name("QX")) == ("United Kingdom", "QX")


def test_files_hold_nothing_but_tables_of_words() -> None:
    """A file has no table or name that English does not have (other than names of months and countries), so no typo."""
    allowed = tomllib.loads(_file("en"))
    allowed["names"]["particles"] = []  # English last names have none
    for language in LANGUAGES:
        for table, names in tomllib.loads(_file(language)).items():
            assert table in ("months", "countries") or set(names) <= set(allowed[table]), (language, table)


def test_a_pattern_of_words_prefers_the_longest() -> None:
    """`end of the` is tried before `end of`, so that what follows is not taken for a word of its own."""
    choices = any_of("rows", "end_of").split("|")
    assert choices == sorted(choices, key=len, reverse=True)


def _file(language: str) -> str:
    return (Path("importer/languages") / f"{language}.toml").read_text("utf-8")

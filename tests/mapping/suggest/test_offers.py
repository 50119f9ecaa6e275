"""Columns that are not sent, and what they are good for."""

from __future__ import annotations

import pytest

from importer.languages.words import words
from importer.mapping.suggest.do_not_call import permitting_words
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit, Target


@pytest.mark.parametrize(
    "text",
    [
        "415-555-01{:02}",
        "415.555.01{:02}",
        "415 555 01{:02}",
        "512 345 1{:02}",
        "20 12 34 {:02}",
        "01 99 00 12 {:02}",
        "03-1234-56{:02}",
        "8 (495) 123-45-{:02}",
    ],
)
def test_phones_with_dashes_dots_and_spaces_are_no_dates(text: str) -> None:
    """Under an unknown header, groups of digits that are no date are a phone, which is asked about."""
    values = [text.format(number) for number in range(1, 9)]
    column = suggest(["Name", "Ring"], samples=[["Ann Lee"] * 8, values]).columns[1]
    assert (column.fit, column.target) == (Fit.UNSURE, Target("phone"))


def test_country_codes_are_offered_as_the_rows_country() -> None:
    """A column of 1, 44 and 49 beside the phones names the option that makes use of it."""
    samples = [["Ann Lee"] * 3, ["1", "44", "+49"], ["4155550101"] * 3]
    column = suggest(["Name", "Country Code", "Phone"], samples=samples).columns[1]
    assert "--region-column 'Country Code'" in column.reason


@pytest.mark.parametrize(
    "header",
    [
        "Dial Code",
        "Calling code",
        "Phone Code",
        "CC",
        "Ländervorwahl",
        "Indicatif pays",
        "Prefijo",
        "Landnummer",
        "Landskod",
        "Код страны",
        "国番号",
        "Κωδικός χώρας",
        "رمز الدولة",
    ],
)
def test_country_codes_are_known_by_many_names(header: str) -> None:
    """A column of codes of countries is offered in every language, with or without the plus."""
    column = suggest([header, "Phone"], samples=[["1", "0049", "+44"], ["4155550101"] * 3]).columns[0]
    assert "--region-column" in column.reason


@pytest.mark.parametrize("header", ["Product Code", "Customer Code", "Κωδικός πελάτη", "Código do cliente", "Postcode"])
def test_other_codes_are_no_codes_of_countries(header: str) -> None:
    """A code of customers or products is not offered as the country, however short it is."""
    column = suggest([header, "Phone"], samples=[["1", "2", "3"], ["4155550101"] * 3]).columns[0]
    assert "--region-column" not in column.reason


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Do not call", ["yes", "No", "yes"]),
        ("DNC", ["x", "", ""]),
        ("doNotCall", ["TRUE", "FALSE", "FALSE"]),
        ("Opt Out", ["1", "0", "0"]),
        ("Opt Out", ["2024-03-01", "", "per mail from Ann, 3 May"]),
        ("Do Not Contact", ["Do not call", "", ""]),
        ("has_opted_out", ["Y", "N", ""]),
        ("Nicht anrufen", ["ja", "nein", "nein"]),
        ("Ne pas appeler", ["oui", "non", "non"]),
        ("Nie dzwonić", ["tak", "nie", "nie"]),
        ("Не звонить", ["да", "нет", "нет"]),
        ("架電禁止", ["○", "", ""]),
        ("Do not call", ["", "", ""]),
        ("OK to call", ["yes", "no", ""]),
        ("May we call?", ["2024-03-01", "", ""]),
        ("Darf angerufen werden", ["ja", "nein", ""]),
        ("Einwilligung Telefon", ["ja", "", ""]),
        ("Zgoda na kontakt telefoniczny", ["tak", "nie", ""]),
        ("Accepte les appels", ["oui", "non", ""]),
        ("Mag gebeld worden", ["ja", "nee", ""]),
        ("Må kontaktes", ["Ja", "Nej", ""]),
        ("Får ringas", ["ja", "nej", ""]),
        ("KVKK Onayı", ["Evet", "Hayır", ""]),
        ("Можно звонить?", ["да", "нет", ""]),
        ("電話可", ["はい", "いいえ", ""]),
        ("전화 가능", ["예", "아니오", ""]),
        ("Opted in", ["1", "0", ""]),
        ("Status", ["ok", "Wrong number", "new"]),
        ("Remark", ["DNC", "", "deceased"]),
        ("備考", ["", "連絡不要", ""]),
        ("Notes", ["likes tea", "DO NOT CALL", "met at the fair of 2019 and again in the autumn of 2021"]),
    ],
)
def test_a_column_that_forbids_calls_is_offered_as_a_filter(header: str, values: list[str]) -> None:
    """A column that says who is not to be called names the condition that leaves these rows out, whatever they say."""
    samples = [["Ann Lee"] * 3, values, ["4155550101"] * 3]
    column = suggest(["Name", header, "Phone"], samples=samples).columns[1]
    assert column.fit is Fit.UNMAPPED
    assert f"--only '{header} allows calls'." in column.reason
    assert column.call_conditions == (f"{header} allows calls",)


def test_every_phrase_of_leave_to_call_is_found_in_a_header() -> None:
    """What a language has for leave to call is understood as a header, alone and with a question mark."""
    assert [phrase for phrase in words("phones", "permitted") if not permitting_words(f"{phrase.capitalize()}?")] == []


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("전화 가능", ["오후 5시 이후", "아침", ""]),
        ("Notes", ["likes tea", "call after 5", ""]),
        ("Call", ["yes", "no", "yes"]),
        ("Email Opt Out", ["yes", "no", ""]),
        ("Email: OK to contact", ["yes", "no", ""]),
        ("When can we call", ["after 5", "mornings", ""]),
        ("Call OK", ["", "", ""]),
    ],
)
def test_ordinary_columns_are_no_filter(header: str, values: list[str]) -> None:
    """Notes, columns of calls and what was said of emails are not offered as a filter."""
    column = suggest(["Name", header], samples=[["Ann Lee"] * 3, values]).columns[1]
    assert "--only" not in column.reason


def test_numbers_under_a_header_that_forbids_them_are_left_out() -> None:
    """A column of wrong numbers is not asked about as a phone."""
    column = suggest(["Name", "Wrong number"], samples=[["Ann Lee"] * 2, ["415-555-0101", "415-555-0102"]]).columns[1]
    assert column.fit is Fit.UNMAPPED
    assert "should not be used" in column.reason


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["12.03.2024", "01.10.1990"], "date"),
        (["12 marca 2024", "1 października 1990"], "date"),
        (["2024. 03. 12.", "1990. 10. 01."], "date"),
        (["2024年3月12日"], "date"),
        (["12 03 2024", "01 10 1990"], "date"),
        (["20240312", "19901001"], "date"),
        (["37.774912", "-122.419416"], "number"),
    ],
)
def test_dates_stay_dates(values: list[str], kind: str) -> None:
    """Dates of every language are no phones, and neither are numbers with a fraction."""
    column = suggest(["Zodiac remark"], samples=[values]).columns[0]
    assert column.fit is Fit.UNMAPPED
    assert f"a new {kind} field" in column.reason

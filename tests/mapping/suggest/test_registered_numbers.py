"""Numbers of taxes, identity papers, registers, banks and orders are no phones, whatever they look like."""

from __future__ import annotations

import random

import pytest

from importer.languages.words import tables
from importer.mapping.suggest.registered_numbers import registered_form
from importer.mapping.suggest.suggest import suggest
from importer.model import ColumnMapping, Fit
from tests.clean.phone.slips import own

# Each valid in its country, and written as people write it there.
VALID = {
    "NIP": ["526-025-09-95", "774-000-14-54", "521-301-72-28"],
    "PESEL": ["44051401359", "02070803628", "92032100157"],
    "CPF": ["529.982.247-25", "111.444.777-35"],
    "CPF without signs": ["52998224725", "11144477735", "39053344705"],
    "CNPJ": ["11.222.333/0001-81", "00.000.000/0001-91"],
    "SSN": ["219-09-9999", "078-05-1120"],
    "ABN": ["51 824 753 556", "53 004 085 616", "33 102 417 032"],
    "ACN": ["004 085 616", "102 417 032", "000 000 019"],
    "SIREN": ["732 829 320", "552 100 554", "542 065 479"],
    "SIRET": ["732 829 320 00074", "552 081 317 66522", "542 065 479 00579"],
    "personnummer": ["811218-9876", "670919-9530"],
    "organisasjonsnummer": ["974 760 673", "923 609 016", "889 640 782"],
    "kontonummer": ["8601.11.17947", "1234.56.78903"],
    "NHS": ["943 476 5919", "987 654 3210", "401 023 2137"],
    "CUIT": ["20-32964233-0", "30-50001091-2"],
    "Steuer-ID": ["36574261809", "86095742719", "65929970489"],
    "Kimlik": ["10000000146", "38294757836", "27384910510"],
    "business registration": ["124-81-00998", "220-81-62517"],
}

PHONES_ELSEWHERE = {"tfn"}


def proposed(header: str, values: list[str]) -> ColumnMapping:
    return suggest([header, "Name"], samples=[values, ["Ann Lee"] * len(values)]).columns[0]


def is_phone(column: ColumnMapping) -> bool:
    return column.target is not None and column.target.field == "phone"


@pytest.mark.parametrize("kind", tables("headers.registered_numbers"))
def test_a_header_of_such_a_number_is_never_a_phone(kind: str) -> None:
    """Under each word for such a number, alone or among others, in capitals or not, phones are not proposed."""
    phones = ["415 555 0101", "415 555 0102", "415 555 0103"]
    for phrase in set(tables("headers.registered_numbers")[kind]) - PHONES_ELSEWHERE:
        for header in (phrase, phrase.upper(), f"Beta {phrase} 2"):
            column = proposed(header, phones)
            assert not is_phone(column), (header, column)
            assert column.fit is Fit.UNMAPPED


@pytest.mark.parametrize("header", ["VAT phone", "Policy telephone", "Bank mobile", "Insurance tel.", "License e-mail"])
def test_a_word_for_a_phone_wins(header: str) -> None:
    """Where the header has a word for a phone or an email too, the values may be one: the person is asked."""
    values = ["a@example.com"] if "mail" in header else ["415 555 0101"]
    assert proposed(header, values).fit is Fit.UNSURE


@pytest.mark.parametrize("kind", VALID)
def test_values_with_check_digits_or_a_form_of_their_own_are_no_phones(kind: str) -> None:
    """Under a header that says nothing, such numbers are asked about without a phone being proposed."""
    column = proposed("Feld 3", VALID[kind])
    assert not is_phone(column)
    assert column.reason


def test_real_phones_of_twelve_countries_are_proposed() -> None:
    """Phones under a header that says nothing are still proposed: chance alone passes no check of many numbers."""
    rng = random.Random(4)
    for region in ("US", "GB", "DE", "FR", "ES", "IT", "PL", "SE", "BR", "AU", "TR", "NO"):
        for count in (4, 8, 40):
            values = [own(rng, region) for _ in range(count)]
            assert registered_form(values) == "", (region, values)


def test_what_is_written_with_a_plus_is_a_phone() -> None:
    """Digits that pass a check by chance are no tax number where a plus stands before them."""
    digits = ["14155550200", "14155550201", "14155550202"]
    assert registered_form(digits) != ""
    assert registered_form([f"+{text}" for text in digits]) == ""


def test_a_word_that_is_a_phone_elsewhere_is_asked_about_by_its_values() -> None:
    """Of all phrases only "tfn" names a field (a Swedish phone): over Australian tax numbers it is a question."""
    phrases = [phrase for names in tables("headers.registered_numbers").values() for phrase in names]
    assert {phrase for phrase in phrases if suggest([phrase]).columns[0].fit is Fit.MAPPED} == PHONES_ELSEWHERE
    assert proposed("TFN", ["123 456 782", "876 543 210", "865 414 088"]).fit is Fit.UNSURE
    assert proposed("Tfn", ["08-12 34 56 78", "070-123 45 67"]).fit is Fit.MAPPED


@pytest.mark.parametrize(
    ("headers", "names", "expected"),
    [
        (["Name", "VAT"], ["Ann Lee", "Bob Ray"], "unsure full_name"),
        (["Name", "Steuernummer"], ["Ann Lee", "Bob Ray"], "unsure full_name"),
        (["Name", "KvK"], ["Globex", "Initech"], "unsure company"),
        (["Name", "VAT"], ["Acme Ltd", "Globex GmbH"], "mapped company"),
        (["Name", "PESEL", "VAT"], ["Ann Lee", "Bob Ray"], "mapped full_name"),
        (["Name", "SSN"], ["Ann Lee", "Bob Ray"], "mapped full_name"),
        (["Name", "Employees"], ["Ann Lee", "Bob Ray"], "unsure company"),
        (["Name", "Employees", "VAT"], ["Globex", "Initech"], "mapped company"),
    ],
)
def test_names_beside_such_a_number_are_asked_about(headers: list[str], names: list[str], expected: str) -> None:
    """A tax number alone does not make a name a company's: only names of companies do, and a doubt is a question."""
    column = suggest(headers, samples=[names, *[["1234567890"] * 2] * (len(headers) - 1)]).columns[0]
    assert f"{column.fit} {column.target.field if column.target else ''}" == expected

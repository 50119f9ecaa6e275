"""A sheet of each language, titled as an office worker there titles it, is read without a word about it."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from importer.clean.cells.country import alpha_2
from importer.languages.words import LANGUAGES, is_fax
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit, Target

if TYPE_CHECKING:
    from tests.e2e.sheets.conftest import Deliver

SHEETS: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("languages.toml").read_text("utf-8"))
FIELDS = ["first_name", "last_name", "company", "role", "email", "phone", "phone:mobile"]


def number(region: str, kind: int, form: int) -> str:
    example = phonenumbers.example_number_for_type(region, kind)
    assert example is not None
    return phonenumbers.format_number(example, form)


def sheet_of(language: dict[str, Any]) -> str:
    """Two people and a line of totals, as the export of a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(language["headers"])
    for index, person in enumerate(language["people"]):
        given, family, company, role, birthday, country, balance = person
        phones = [
            number(language["region"], kind, PhoneNumberFormat.NATIONAL)
            for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
        ]
        row = [given, family, company, role, f"person{index}@example.com", *(phones if index == 0 else ["", phones[1]])]
        writer.writerow([*row, birthday, f"K-{index}", "?", country, language["yes_no"][index], balance])
    writer.writerow([language["total"], *[""] * 11, "1254.5"])
    return text.getvalue()


def test_each_language_with_headers_has_a_sheet() -> None:
    """No language is taught words of headers without a sheet that shows them at work."""
    assert set(LANGUAGES) - {"en", "sq", "th", "uz"} == set(SHEETS)


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_of_a_language_is_read_whole(deliver: Deliver, name: str) -> None:
    """Names, company, role, numbers, dates, yes and no, and decimals are read, and the totals are no contact."""
    language = SHEETS[name]
    birthday, id_header, yes_no, balance = (language["headers"][place] for place in (7, 8, 11, 12))
    custom = {birthday: "custom:Customer Since", yes_no: "custom:VIP", balance: "custom:Balance"}
    options = [f"{header}={field}" for header, field in ({id_header: "external_id"} | custom).items()]
    order = [] if name in ("sv", "hu", "ja", "ko", "zh") else ["--date-order", "dmy"]
    maps = [text for option in options for text in ("--map", option)]
    done = deliver(sheet_of(language), "--region", language["region"], *order, *maps)

    region = language["region"]
    phone, mobile = (
        number(region, kind, PhoneNumberFormat.E164) for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    )
    assert done.statuses == {2: "created", 3: "created", 4: "skipped"}
    first, second = done.people[2], done.people[3]
    given, family, company, role = language["people"][0][:4]
    assert [first["first"], first["last"], first["company"], first["role"]] == [given, family, company, role]
    assert [entry.split(" ")[0] for entry in first["phones"]] == [phone, mobile]
    assert first["phones"][1] == f"{mobile} mobile"
    assert second["phones"] == [f"{mobile} mobile"]
    assert first["emails"][0].startswith("person0@example.com")
    assert first["Customer Since"] == "1984-03-12T00:00:00.000Z"
    assert second["Customer Since"] == "1990-10-01T00:00:00.000Z"
    assert (first["VIP"], second["VIP"]) == (True, False)
    assert (first["Balance"], second["Balance"]) == (1234.5, 20)


@pytest.mark.parametrize("name", SHEETS)
def test_headers_of_a_language_are_told_apart(name: str) -> None:
    """The whole name and a company's contact are the name, a fax and the customer's number are not sent."""
    language = SHEETS[name]
    whole, contact, fax = language["whole"]
    names = [["Ann Lee", "Bob Ray", "Cy Doe"]]
    (column,) = suggest([whole], (), names).columns
    assert (column.fit, column.target) == (Fit.MAPPED, Target("full_name"))
    mapping = suggest([language["headers"][2], contact], (), [["Example"] * 3, *names])
    assert [(column.fit, column.target) for column in mapping.columns] == [
        (Fit.MAPPED, Target("company")),
        (Fit.MAPPED, Target("full_name")),
    ]
    (column,) = suggest([fax], (), [["+1 415 555 0101"]]).columns
    assert column.fit is Fit.UNMAPPED
    assert "fax" in column.reason
    assert is_fax(fax)
    (column,) = suggest([language["headers"][8]], (), [["1001", "1002"]]).columns
    assert column.fit is Fit.UNMAPPED
    assert "external_id" in column.reason


@pytest.mark.parametrize("name", SHEETS)
def test_headers_of_a_language_are_known_in_capitals(name: str) -> None:
    """Capitals, with or without their marks, head the same fields."""
    headers = [header.upper() for header in SHEETS[name]["headers"][:7]]
    targets = [column.target for column in suggest(headers).columns]
    assert [target and target.field for target in targets] == [field.partition(":")[0] for field in FIELDS]


@pytest.mark.parametrize("name", SHEETS)
def test_countries_of_a_language_are_known(name: str) -> None:
    """The country that a cell names in its own language is that country."""
    language = SHEETS[name]
    assert alpha_2(language["people"][0][5]) == language["region"]
    assert alpha_2(language["people"][1][5]) in ("DE", "AT")

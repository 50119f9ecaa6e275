"""Sheets after complaints that users of other importers made in public, and what becomes of them here."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from importer.sandbox import Sandbox
    from tests.pipeline.reading.conftest import Office

US = ("--region", "US")
ANN, BOB = "Ann Lee,415-555-0101\n", "Bob Ray,415-555-0102\n"


def rules() -> list[tuple[str, str, str]]:
    """Row, rule and severity of each line of problems.csv that is about a row."""
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        return [(line["row"], line["rule"], line["severity"]) for line in csv.DictReader(stream) if line["row"]]


def custom(sandbox: Sandbox, name: str) -> list[Any]:
    """The values of a custom field, in the order of the names of the contacts."""
    contacts = sorted(sandbox.contacts(), key=lambda contact: str(contact["defaultFields"]["firstName"]))
    fields = [{field["name"]: field["value"] for field in contact.get("customFields", [])} for contact in contacts]
    return [each.get(name) for each in fields]


def test_headings_between_the_rows(office: Office) -> None:
    """Three contacts, two headings that are skipped and said, and nothing without a number."""
    sheet = f"Name,Phone\nGOLD CUSTOMERS,\n{ANN}{BOB},\nSILVER CUSTOMERS,\nCy Doe,415-555-0103\n"
    assert office.run(sheet, *US) == 0
    assert office.names() == ["Ann Lee", "Bob Ray", "Cy Doe"]
    assert rules() == [("2", "skipped-heading", "warning"), ("6", "skipped-heading", "warning")]


@pytest.mark.parametrize("row", [",,415-555-0102", "1,,415-555-0102", ",ditto,415-555-0102", ',"""",415-555-0102'])
def test_a_row_that_goes_on_with_the_row_above_is_no_contact(office: Office, row: str) -> None:
    """A second number below a name is handed back with the reason, also behind the same id or a mark for "the same"."""
    assert office.run(f"ID,Name,Phone\n1,Ann Lee,415-555-0101\n{row}\n2,Bob Ray,415-555-0103\n", *US) == 1
    assert office.names() == ["Ann Lee", "Bob Ray"]
    assert ("3", "row-continues", "error") in rules()


def test_a_number_in_a_name_is_told_where_it_belongs(office: Office) -> None:
    """A contact without a phone number, but with one in its name, is said to have it there, in which cell."""
    sheet = f"First Name,Last Name,Phone\nAnn,Lee (415) 555-0104,\nBob,Ray 4155550105,\nCy,Poe 3,\nDi,Fox,{BOB[8:]}"
    assert office.run(sheet, *US) == 0
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        lines = [(line["row"], line["rule"], line["column"], line["value"]) for line in csv.DictReader(stream)]
    assert lines == [
        ("2", "phone-in-name", "Last Name", "Lee (415) 555-0104"),
        ("3", "phone-in-name", "Last Name", "Ray 4155550105"),
        ("4", "no-phone", "", ""),
    ]


@pytest.mark.parametrize("field", ["full_name", "company"])
def test_a_job_of_a_customer_is_said_before_it_is_a_contact(office: Office, field: str) -> None:
    """A row of a customer and a job is named as such, and the customer is there once when it is taken out."""
    customer = '"Lee, Ann",415-555-0101\n'
    sheet = f'Customer,Phone\n{customer}"Lee, Ann:Kitchen remodel",415-555-0101\n'
    Path("people.csv").write_text(sheet, encoding="utf-8")
    assert main(["check", "people.csv", "--out", "out", *US, "--map", f"Customer={field}"]) in (0, 1)
    assert {("3", "customer-job", "warning"), ("3", "phone-shared", "warning")} <= {*rules()}
    assert office.run(f"Customer,Phone\n{customer}", *US, "--map", f"Customer={field}") == 0
    assert (rules(), len(office.names())) == ([], 1)


def test_a_nameless_row_with_more_than_a_number_is_said(office: Office) -> None:
    """A contact without a name, in a sheet with names, is never made without a word."""
    assert office.run("ID,Name,Phone\n1,Ann Lee,415-555-0101\n2,,415-555-0102\n", *US) == 0
    assert rules() == [("3", "no-name", "warning")]


def test_codes_of_a_web_page(office: Office) -> None:
    """Damaged text is sent as it is, with a line that says what it looks like; an ampersand alone is fine."""
    sheet = "Name,Company,Phone\nAnn Lee,M&uuml;ller &amp; Sons,415-555-0101\nBob Ray,AT&T,415-555-0102\n"
    assert office.run(sheet, *US) == 0
    assert rules() == [("2", "letters-garbled", "warning")]
    assert "Müller & Sons" in Path("out/problems.csv").read_text(encoding="utf-8")


def test_a_row_without_its_id(office: Office) -> None:
    """A blank id is said, with what the row is known by instead."""
    assert office.run(f"Id,Name,Phone\n1,{ANN},{BOB}", *US, "--map", "Id=external_id") == 0
    assert rules() == [("3", "id-missing", "warning")]
    assert "recognised by its name, phones and emails" in Path("out/problems.csv").read_text(encoding="utf-8")


def test_companies_and_couples_in_a_column_of_names(office: Office) -> None:
    """Companies are companies, firms and couples are told, and people stay people."""
    names = ["ACME GmbH", "Smith & Sons", '"Martinez, Walker and Burton"', "Ann and Bob Lee", "Charlotte Church"]
    rows = "".join(f"{name},415-555-010{number}\n" for number, name in enumerate(names))
    assert office.run(f"Name,Phone\n{rows}", *US) == 0
    fields = [contact["defaultFields"] for contact in office.sandbox.contacts()]
    assert {contact["company"] for contact in fields if contact.get("company")} == {"ACME GmbH", "Smith & Sons"}
    assert {(contact["firstName"], contact.get("lastName")) for contact in fields if contact["firstName"]} == {
        ("Martinez, Walker and Burton", None),
        ("Ann and Bob", "Lee"),
        ("Charlotte", "Church"),
    }
    assert rules() == [
        ("2", "name-company", "warning"),
        ("3", "name-company", "warning"),
        ("4", "name-not-split", "warning"),
        ("5", "name-several", "warning"),
    ]


def test_a_list_of_companies(office: Office) -> None:
    """The name in a list of companies is the company."""
    assert office.run("name,industry,employees,phone\nGlobex,Energy,12,415-555-0101\n", *US) == 0
    (contact,) = office.sandbox.contacts()
    assert contact["defaultFields"]["company"] == "Globex"
    assert not contact["defaultFields"]["firstName"]


@pytest.mark.parametrize("options", [(), ("--map", "Labels=custom:Tags")])
def test_the_labels_of_google(office: Office, options: tuple[str, ...]) -> None:
    """The column fills the field Tags without being told, and Google's star is no part of a label."""
    assert office.run("Name,Phone,Labels\nAnn Lee,415-555-0101,* myContacts ::: Friends\n", *US, *options) == 0
    assert custom(office.sandbox, "Tags") == [["myContacts", "Friends"]]
    assert ("2", "repaired-star", "warning") in rules()


def test_birthdays_of_two_digits(office: Office) -> None:
    """No person is born in the future, and each reading is said."""
    sheet = "Name,Phone,Birthday\nAnn Lee,415-555-0101,3/15/54\nCy Doe,415-555-0103,12/31/99\n"
    assert office.run(sheet, *US, "--map", "Birthday=custom:Customer Since") == 0
    assert [day[:10] for day in custom(office.sandbox, "Customer Since")] == ["1954-03-15", "1999-12-31"]
    assert rules() == [("2", "repaired-birthday", "warning"), ("3", "repaired-year", "warning")]


def test_a_link_under_another_name(office: Office) -> None:
    """A column of links fills the field Website, whatever usual name it has."""
    assert office.run("Name,Phone,Web Page\nAnn Lee,415-555-0101,https://example.com/ann\n", *US) == 0
    assert custom(office.sandbox, "Website") == ["https://example.com/ann"]


def test_a_table_of_results_is_no_sheet_of_contacts(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """id_map.csv and its kin, taken for the sheet, are named as what they are, and no column of them is proposed."""
    assert office.run(f"Name,Phone\n{ANN}Bob Ray,12\n", *US) == 1
    for name in ("id_map.csv", "problems.csv"):
        capsys.readouterr()
        assert office.run("", *US, file=f"out/{name}") == 2
        told = " ".join(capsys.readouterr().err.split())
        assert f"out/{name} is a table that this program writes" in told
        assert "--map" not in told
    assert office.names() == ["Ann Lee"]

"""Exports of other programs, filled with decoys: what belongs to the contact arrives, and nothing else does."""

from __future__ import annotations

import csv
import io
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.paths import ROOT

if TYPE_CHECKING:
    from tests.e2e.sheets.conftest import Deliver

EXPORTS = tomllib.loads((ROOT / "tests" / "mapping" / "suggest" / "exports.toml").read_text("utf-8"))
DECOY_PHONE, DECOY_EMAIL, DECOY_TEXT = "+14155550199", "decoy@example.org", "DECOY"
PREAMBLE = {"linkedin": 'Notes:\n"Some of the email addresses may be missing, as people chose to hide them."\n\n'}
DELIMITER = {"brevo": ";"}
ONE = {"first_name": "Ann", "last_name": "Lee", "company": "Acme", "role": "Manager", "full_name": "Ann Lee"}
SHORT = {"first_name": "first", "last_name": "last", "company": "company", "role": "role"}


def decoy(header: str) -> str:
    """A value that would do harm if the column were sent: somebody's number, address, or a label."""
    name = header.casefold()
    if any(word in name for word in ("label", "type")):
        return "* Work"
    if any(word in name for word in ("phone", "fax", "pager", "telex", "mobile", "isdn", "callback", "id")):
        return DECOY_PHONE
    if "mail" in name:
        return DECOY_EMAIL
    if name in (
        "tag",
        "tags",
        "category",
        "categories",
        "lead source",
    ):  # the sandbox's workspace has such fields, and there they belong
        return "VIP"
    return DECOY_TEXT


def row_of(headers: list[str], fields: dict[str, str]) -> tuple[list[str], dict[str, list[str]]]:
    """A row for a header, and the values of the fields in it, in column order."""
    cells: list[str] = []
    values: dict[str, list[str]] = {}
    for header in headers:
        target = fields.get(header, "")
        kind = target.split(":")[0]
        made = {"phone": f"+1415555{100 + len(cells):04}", "email": f"ann{len(cells)}@example.com"}
        cell = made.get(kind) or ONE.get(kind) or ("https://example.com/ann" if kind == "source_url" else "")
        cells.append(cell if target else decoy(header))
        if target:
            values.setdefault(kind, []).append(cell)
    return cells, values


@pytest.mark.parametrize("export", sorted(EXPORTS))
def test_a_known_export_arrives_without_its_decoys(deliver: Deliver, export: str) -> None:
    """Every value of the contact arrives in its field, and no number, address or word of another column does."""
    headers = EXPORTS[export]["header"].split(",")
    cells, values = row_of(headers, EXPORTS[export]["fields"])
    text = io.StringIO(PREAMBLE.get(export, ""))
    text.seek(0, io.SEEK_END)
    csv.writer(text, delimiter=DELIMITER.get(export, ",")).writerows([headers, cells])
    got = deliver(text.getvalue())
    (people,) = got.people.values()
    assert [point.split()[0] for point in people.get("phones", [])] == values.get("phone", [])
    assert [point.split()[0] for point in people.get("emails", [])] == values.get("email", [])
    if "full_name" in values:
        values |= {"first_name": ["Ann"], "last_name": ["Lee"]}
    for field, name in SHORT.items():
        assert people.get(name, "") == values.get(field, [""])[0]
    stored = str(got.stored)
    assert not [word for word in (DECOY_PHONE, DECOY_EMAIL, DECOY_TEXT) if word in stored]


def test_google_labels_and_joined_values(deliver: Deliver) -> None:
    """Google's labels lose their star, and values that share a cell keep the label of that cell."""
    text = (
        "First Name,Last Name,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,"
        "Phone 2 - Label,Phone 2 - Value,Organization Name\n"
        'Ann,Lee,"a\nb",* myContacts,* Work,a@example.com ::: b@example.com,Mobile,+14155550101 ::: +14155550102,'
        "* Home,+1 415-555-0103,Acme\n,,,,,,Main,+14155550104,,,Acme\n"
    )
    got = deliver(text)
    assert got.people[2]["emails"] == ["a@example.com Work", "b@example.com Work"]
    assert got.people[2]["phones"] == ["+14155550101 Mobile", "+14155550102 Mobile", "+14155550103 Home"]
    assert got.people[3] == {"company": "Acme", "phones": ["+14155550104 Main"]}


def test_a_label_in_a_value_column_is_no_address(deliver: Deliver) -> None:
    """A label or a photo's address that landed in an email column is left out and said."""
    got = deliver(
        "First Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\n"
        "Ann,ann@example.com,* Work,Mobile,+14155550101\n"
        "Bob,* Other,https://example.com/photo.jpg,Mobile,+14155550102\n"
    )
    assert [people.get("emails") for people in got.people.values()] == [None, None]
    assert got.rules(2) == got.rules(3) == {"email-not-valid"}


def test_the_company_of_a_hubspot_contact_is_not_the_contact(deliver: Deliver) -> None:
    """With associations HubSpot repeats headers for the company: its number is not the person's."""
    text = (
        "Record ID - Contact,First Name,Last Name,Email,Phone Number,Contact owner,Record ID - Company,Company name,"
        "Company owner,Create Date,Phone Number,Last Activity Date\n"
        "48768000001,Ann,Lee,ann@example.com,+14155550101,Sam,48768000002,Acme,Sam,2024-03-12 09:14,+14155550199,x\n"
    )
    got = deliver(text)
    assert got.people[2]["company"] == "Acme"
    assert got.people[2]["phones"] == ["+14155550101"]
    assert "#11" in str([line["column"] for line in got.problems])


def test_title_means_what_stands_beside_it(deliver: Deliver) -> None:
    """Title is the role, but beside Job Title it is the honorific."""
    got = deliver("First Name,Last Name,Title,Phone\nAnn,Lee,CEO,+14155550101\n")
    assert got.people[2].get("role") == "CEO"
    got = deliver("Title,First Name,Last Name,Job Title,Phone\nDr.,Ann,Lee,CEO,+14155550101\n")
    assert got.people[2].get("role") == "CEO"
    assert "Dr." not in str(got.stored)


def test_a_salesforce_report_with_its_footer(deliver: Deliver) -> None:
    """The three lines under a report are skipped and named."""
    got = deliver(
        "Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Phone,Fax,Mobile,Email,Account Owner\n"
        "Ms.,Ann,Lee,CEO,Acme,1 Main St,+14155550101,+14155550199,+14155550102,ann@example.com,Sam\n\n"
        "Grand Totals (1 records)\n\nConfidential Information - Do Not Distribute\n"
        '"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."\n'
    )
    assert set(got.statuses.values()) == {"created", "skipped"}
    assert got.people[2]["company"] == "Acme"
    assert got.people[2]["phones"] == ["+14155550101", "+14155550102 mobile"]


def test_quo_reads_back_its_own_export(deliver: Deliver) -> None:
    """The contacts that the app exports arrive with all numbers, addresses and custom fields, JSON lists included."""
    got = deliver(
        "id,userId,firstName,lastName,company,sharedWith,phone_number_1,phone_number_2,email_1,email_2,custom_1_Tags,"
        "custom_2_Lead Source\n"
        'CT1,US1,Ann,Lee,Acme,"[""everyone""]",+14155550101,+14155550102,a@example.com,b@example.com,'
        '"[""Friend"",""VIP""]",web\n'
    )
    assert got.people[2] == {
        "first": "Ann", "last": "Lee", "company": "Acme", "phones": ["+14155550101", "+14155550102"],
        "emails": ["a@example.com", "b@example.com"], "Tags": ["Friend", "VIP"], "Lead Source": "web",
    }  # fmt: skip


def test_a_column_that_is_not_sent_is_named(deliver: Deliver) -> None:
    """Every column without a field has one line without a row that says how to send it or to mean it so."""
    got = deliver("Name,Phone,Shoe Size,Notes\nAnn,+14155550101,38,x\n")
    assert {line["column"] for line in got.problems} == {"Shoe Size", "Notes"}
    for line in got.problems:
        assert "--map" in line["message"]
        assert f"{line['column']}=ignore" in line["message"]
    quiet = deliver("Name,Phone,Notes\nAnn,+14155550101,x\n", "--map", "Notes=ignore")
    assert quiet.problems == []


def test_names_that_people_give_their_columns(deliver: Deliver) -> None:
    """Email ID, Ph. and Mob. are an address and numbers; a header with a line break in it is shown on one line."""
    got = deliver('"Contact\nName",Ph.,Mob.,Email ID,Cust ID\nAnn,+14155550101,+14155550102,ann@example.com,7\n')
    assert got.people[2]["phones"] == ["+14155550101", "+14155550102"]
    assert got.people[2]["emails"] == ["ann@example.com"]
    assert "Contact\n" not in got.said

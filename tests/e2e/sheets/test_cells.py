"""Cells of every other kind: what must arrive, and what must be said where that is not the cell as it is."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.sheets.conftest import Deliver

NONE = object()
UNCHANGED = "as it is"

Case = tuple[str, object, set[str] | None]
"""A cell, the value that arrives, and the rules that speak of it (None: any)."""

DATES: list[Case] = [
    ("2024-03-04", "2024-03-04T00:00:00.000Z", set()),
    ("13/02/2024", "2024-02-13T00:00:00.000Z", set()),
    ("03/04/2024", "2024-04-03T00:00:00.000Z", set()),
    ("12 Mar 2025", "2025-03-12T00:00:00.000Z", set()),
    ("2024-03-12 09:14", "2024-03-12T09:14:00.000Z", set()),
    ("45355", "2024-03-04T00:00:00.000Z", {"repaired-serial"}),
    ("31/02/2024", NONE, {"date-not-valid"}),
    ("0000-00-00", NONE, {"placeholder"}),
    ("0/0/00", NONE, {"placeholder"}),
    ("N/A", NONE, {"placeholder"}),
    ("soon", NONE, {"date-not-valid"}),
    ("2024", NONE, {"date-not-valid"}),
    ("March 2024", NONE, {"date-not-valid"}),
    ("", NONE, set()),
]
BOOLEANS: list[Case] = [
    *((word, True, set()) for word in ("yes", "x", "1", "TRUE", "Ja", "oui", "sí", "✓")),
    *((word, False, set()) for word in ("no", "0", "FALSE", "nein", "non")),
    ("maybe", NONE, {"boolean-unknown"}),
    ("2", NONE, {"boolean-unknown"}),
    ("N/A", NONE, None),
    ("", NONE, set()),
]
NUMBERS: list[Case] = [
    ("1,234.50", 1234.5, set()),
    ("1234", 1234, set()),
    ("-12.25", -12.25, set()),
    ("$1,000", 1000, {"repaired-number"}),
    ("($5.00)", -5, {"repaired-number"}),
    ("12%", 12, {"repaired-number"}),
    ("abc", NONE, {"number-not-valid"}),
    ("1.2.3", NONE, {"number-not-valid"}),
    ("NaN", NONE, {"placeholder"}),
    ("inf", NONE, {"number-not-valid"}),
    ("-", NONE, {"placeholder"}),
]
TEXTS: list[Case] = [
    ("00123", UNCHANGED, set()),
    ("1E5", UNCHANGED, set()),
    ("12345678901234567890", UNCHANGED, set()),
    ("=1+1", UNCHANGED, set()),
    ("+x", UNCHANGED, set()),
    ("-5", UNCHANGED, set()),
    ("@home", UNCHANGED, set()),
    ("＝A1", UNCHANGED, set()),
    ("3.10", UNCHANGED, set()),
    ("TRUE", UNCHANGED, set()),
    ("2024-03-04", UNCHANGED, set()),
    ("é̂ 🏳️‍🌈 שלום 王", UNCHANGED, None),
]
CHOICES: list[Case] = [
    ("a;b", ["a", "b"], set()),
    ('["a","b, c"]', ["a", "b, c"], set()),
    ("a", ["a"], set()),
    ("a;;a", ["a"], {"repaired-choice"}),
    ('"VIP","Blog"', ["VIP", "Blog"], None),
    (";", NONE, None),
]
LINKS: list[Case] = [
    ("https://example.com/a", UNCHANGED, set()),
    ("example.com", "https://example.com", {"repaired-url"}),
    ("http://", NONE, {"url-not-a-link"}),
    ("javascript:alert(1)", NONE, {"url-not-a-link"}),
    ("N/A", NONE, {"placeholder"}),
]
EMAILS: list[Case] = [
    ("ann@example.com", ["ann@example.com"], set()),
    ("mailto:ann@example.com", ["ann@example.com"], {"repaired-email"}),
    ("Ann Lee <ann@example.com>", ["ann@example.com"], {"repaired-email"}),
    ("ann@example.com,", ["ann@example.com"], {"repaired-email"}),
    ("ann@example.com;", ["ann@example.com"], {"repaired-email"}),
    ("ann@example.com; bob@example.com", ["ann@example.com", "bob@example.com"], {"email-several"}),
    ("ann@example.com ::: bob@example.com", ["ann@example.com", "bob@example.com"], {"email-several"}),
    ("ann at example.com", [], {"email-not-valid"}),
    ("ann@@example.com", [], {"email-not-valid"}),
    ("ann@example", [], {"email-not-valid"}),
    ("+14155550199", [], {"email-not-valid"}),
    ("* Work", [], {"email-not-valid"}),
    ("https://example.com/photo.jpg", [], {"email-not-valid"}),
    ("n/a", [], {"placeholder"}),
    ("none", [], {"placeholder"}),
]


def sheet(header: str, cells: list[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["First Name", "Phone", header])
    writer.writerows([f"P{number}", f"+1415555{100 + number:04}", cell] for number, cell in enumerate(cells))
    return text.getvalue()


TABLES = {
    "Customer Since": DATES,
    "VIP": BOOLEANS,
    "Balance": NUMBERS,
    "Lead Source": TEXTS,
    "Tags": CHOICES,
    "Website": LINKS,
    "Email": EMAILS,
}


@pytest.mark.parametrize("header", TABLES)
def test_a_column_of_cells(deliver: Deliver, header: str) -> None:
    """Each cell arrives as it must, and exactly the changed or unusable ones have a line in problems.csv."""
    got = deliver(sheet(header, [cell for cell, _, _ in TABLES[header]]))
    name = "emails" if header == "Email" else header
    for row, (cell, value, rules) in enumerate(TABLES[header], 2):
        wanted = cell if value is UNCHANGED else value
        arrived = got.people[row].get(name, [] if name == "emails" else NONE)
        assert arrived == wanted, (row, cell)
        assert type(arrived) is type(wanted), (row, cell)
        assert rules is None or got.rules(row) == rules, (row, cell)
        for line in (line for line in got.problems if line["row"] == str(row)):
            assert (line["column"], line["severity"]) == (header, "warning")


def test_an_undecided_date_order_uses_no_ambiguous_date(deliver: Deliver) -> None:
    """Where no cell decides between day and month, ambiguous cells are left out with both readings shown."""
    got = deliver(sheet("Customer Since", ["03/04/2024", "05/06/2024", "2024-07-08"]))
    assert [people.get("Customer Since") for people in got.people.values()] == [None, None, "2024-07-08T00:00:00.000Z"]
    assert "3 April 2024 or 4 March 2024" in got.message(2, "date-ambiguous")
    assert "--date-order" in got.message(None, "date-order-unknown")


@pytest.mark.parametrize(("order", "day"), [("dmy", "2024-04-03"), ("mdy", "2024-03-04")])
def test_the_date_order_can_be_given(deliver: Deliver, order: str, day: str) -> None:
    """--date-order decides what no cell decides."""
    got = deliver(sheet("Customer Since", ["03/04/2024"]), "--date-order", order)
    assert got.people[2]["Customer Since"] == f"{day}T00:00:00.000Z"


def test_a_column_with_both_orders_mixes_nothing(deliver: Deliver) -> None:
    """A column that shows both orders reads only what can be read one way."""
    got = deliver(sheet("Customer Since", ["13/02/2024", "02/14/2024", "03/04/2024"]))
    days = [people.get("Customer Since", "")[:10] for people in got.people.values()]
    assert days == ["2024-02-13", "2024-02-14", ""]


def test_a_decimal_comma_is_seen_in_the_column(deliver: Deliver) -> None:
    """A column with `1.234,5` reads its other cells with a decimal comma too."""
    got = deliver(sheet("Balance", ["1.234,50", "2,5", "1.000"]))
    assert [people["Balance"] for people in got.people.values()] == [1234.5, 2.5, 1000]


def test_bad_cells_can_cost_their_row(deliver: Deliver) -> None:
    """--bad-cells reject rejects the row of a bad cell and leaves rows with placeholders alone."""
    got = deliver(sheet("Balance", ["abc", "N/A", "5", "6", "7", "8"]), "--bad-cells", "reject")
    assert [row for row, status in got.statuses.items() if status == "rejected"] == [2]


def test_names_stay_as_they_are_written(deliver: Deliver) -> None:
    """Names keep case, accents, placeholders that are surnames, marks and scripts; only what is unclear stays whole."""
    full = {
        "Ann Lee": ("Ann", "Lee"),
        "Smith, Anna": ("Anna", "Smith"),
        "ANNA SMITH": ("ANNA", "SMITH"),
        "Smith, Jr., Ph.D.": ("Smith, Jr., Ph.D.", None),
        "Dr. Ludwig van Beethoven": ("Dr. Ludwig", "van Beethoven"),
        "王小明": ("王小明", None),
        "Zoe\u0308 Núñez": ("Zoë", "Núñez"),
        "Conan O’Brien": ("Conan", "O’Brien"),
        "José\u00a0Ruiz": ("José", "Ruiz"),
        "=cmd|' /C calc'!A0": ("=cmd|' /C calc'!A0", None),
        "Cher": ("Cher", None),
    }
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Name", "Phone"])
    writer.writerows([name, f"+1415555{100 + number:04}"] for number, name in enumerate(full))
    got = deliver(text.getvalue())
    assert {(people["first"], people.get("last")) for people in got.people.values()} == set(full.values())
    company = deliver('Name,Phone\n"Acme, Inc.",+14155550101\nAnn Lee,+14155550102\n')
    assert company.people[2]["company"] == "Acme, Inc."
    own = deliver("First Name,Last Name,Phone\nNA,Null,+14155550101\nTrue,None,+14155550102\nñandú,-,+14155550103\n")
    assert [(people["first"], people.get("last")) for people in own.people.values()][:2] == [
        ("NA", "Null"),
        ("True", "None"),
    ]


def test_letters_that_were_lost_before_are_pointed_out(deliver: Deliver) -> None:
    """A name that another program garbled is sent as it is, and named with what it seems to have been."""
    names = ["BjÃ¶rn", "Bj\ufffdrn", "Björn", "Ã\x81gnes", "Þóra", "Ångström", "王小明", "Zoë"]
    got = deliver(sheet("Lead Source", names).replace("P0", "JosÃ©"))
    assert [people["Lead Source"] for people in got.people.values()][:3] == ["BjÃ¶rn", "Bj\ufffdrn", "Björn"]
    assert [got.rules(row) for row in (2, 3, 4)] == [{"letters-garbled"}, {"letters-lost"}, set()]
    assert {line["column"] for line in got.problems if line["row"] == "2"} == {"Lead Source", "First Name"}
    assert "“Björn”" in "".join(line["message"] for line in got.problems if line["row"] == "2")
    assert all(got.rules(row) == set() for row in (6, 7, 8, 9))


def test_rows_in_two_encodings_are_pointed_out(deliver: Deliver) -> None:
    """Where a file mixes encodings, no row arrives garbled in silence."""
    text = "Name,Phone\nJosé,+14155550101\n".encode("latin-1") + "Núñez,+14155550102\n".encode()
    got = deliver(text)
    assert [got.people[row]["first"] for row in (2, 3)] == ["José", "Núñez"]
    assert "encodings-mixed" in got.rules(None)


def test_a_row_of_placeholders_is_no_contact(deliver: Deliver) -> None:
    """A row in which every cell says that it is empty is rejected, not imported as somebody called N/A."""
    got = deliver("Name,Phone,Email\nN/A,-,none\nAnn,+14155550101,\n")
    assert got.statuses == {2: "rejected", 3: "created"}
    assert "empty-contact" in got.rules(2)


def test_parts_of_an_address_are_joined(deliver: Deliver) -> None:
    """Several columns mapped to one address field become one address."""
    text = "Name,Phone,Street,City\nAnn,+14155550101,12 Main St,Springfield\n"
    target = "custom:Office Address"
    got = deliver(text, "--map", f"Street={target}", "--map", f"City={target}")
    assert got.people[2]["Office Address"] == "12 Main St, Springfield"

"""Phone cells as people really have them: the numbers that must arrive, and what must be said of each cell."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.sheets.conftest import Deliver, Delivered

# cell -> numbers that arrive (with a label where there is one), rules of the row; None: the row is rejected
US = [
    ("415-555-0101", ["+14155550101"], set()),
    ("(415) 555-0102", ["+14155550102"], set()),
    (" 4155550103 ", ["+14155550103"], set()),
    ("+1 415 555 0104", ["+14155550104"], set()),
    ("1-415-555-0105", ["+14155550105"], set()),
    ("4155550106.0", ["+14155550106"], {"repaired-decimal"}),
    ("'4155550107", ["+14155550107"], {"repaired-guard"}),
    ('="4155550108"', ["+14155550108"], {"repaired-guard"}),
    ('="+14155550109"', ["+14155550109"], {"repaired-guard"}),
    ("'+14155550110", ["+14155550110"], {"repaired-guard"}),
    ("\u00a0415\u00a0555\u00a00111\u00a0", ["+14155550111"], {"repaired-spaces"}),
    ("\u200b4155550112\ufeff", ["+14155550112"], set()),
    ("\u202a+14155550113\u202c", ["+14155550113"], set()),
    ("+1\u2011415\u2011555\u20110114", ["+14155550114"], set()),
    ("415–555—0115", ["+14155550115"], set()),
    ("４１５５５５０１１６", ["+14155550116"], {"repaired-digits"}),
    ("٤١٥٥٥٥٠١١٧", ["+14155550117"], {"repaired-digits"}),
    ("0044 20 7946 0118", ["+442079460118"], {"repaired-prefix"}),
    ("011 44 20 7946 0119", ["+442079460119"], {"repaired-prefix"}),
    ("442079460120", ["+442079460120"], {"repaired-plus"}),
    ("+44 (0)20 7946 0121", ["+442079460121"], set()),
    ("4155550122 / 4155550123", ["+14155550122", "+14155550123"], {"phone-several"}),
    ("4155550124; 4155550125", ["+14155550124", "+14155550125"], {"phone-several"}),
    ("4155550126, 4155550127", ["+14155550126", "+14155550127"], {"phone-several"}),
    ("+14155550128|+14155550129", ["+14155550128", "+14155550129"], {"phone-several"}),
    ("4155550130\n4155550131", ["+14155550130", "+14155550131"], {"phone-several"}),
    ("4155550132 ::: +44 20 7946 0133", ["+14155550132", "+442079460133"], {"phone-several"}),
    ("4155550134 or 4155550135", ["+14155550134", "+14155550135"], {"phone-several"}),
    ("415-555-0136, +1 (415) 555-0136", ["+14155550136"], {"phone-repeated"}),
    ("4155550137 x12", ["+14155550137 phone ext. 12"], {"phone-extension"}),
    ("4155550138 ext. 5", ["+14155550138 phone ext. 5"], {"phone-extension"}),
    ("+14155550139;ext=9", ["+14155550139 phone ext. 9"], {"phone-extension"}),
    ("(415) 555-0140 (home)", ["+14155550140 home"], {"repaired-words"}),
    ("Cell: 415-555-0141", ["+14155550141 cell"], {"repaired-words"}),
    ("tel:+1-415-555-0142", ["+14155550142"], {"repaired-words"}),
    ("4.155550143E9", ["+14155550143"], {"repaired-power"}),
    ("1-900-555-0144", ["+19005550144"], {"phone-premium"}),
    ("N/A", [], {"placeholder", "no-phone"}),
    ("-", [], {"placeholder", "no-phone"}),
    ("none", [], {"placeholder", "no-phone"}),
    ("0", [], {"placeholder", "no-phone"}),
    ("", [], {"no-phone"}),
    ("1.41556E+10", None, {"phone-digits-lost"}),
    ("1,41556E+10", None, {"phone-digits-lost"}),
    ("4.47900E+11", None, {"phone-digits-lost"}),
    ("1-800-XXX-XXXX", None, {"phone-letters"}),
    ("(415) 555-01XX", None, {"phone-letters"}),
    ("555-0145", None, {"phone-no-area-code"}),
    ("911", None, {"phone-short-code"}),
    ("+1415555014", None, {"phone-too-short"}),
    ("call me", None, {"phone-no-digits"}),
    ("ann@example.com", None, None),
    ("+44 7700 900146", None, {"phone-unused"}),
    ("555-0147 or 415-555-0148", None, {"phone-unclear"}),
    ("+1 (415) 555-0149 / 0150", None, {"phone-unclear"}),
    ("+999 415 555 0151", None, None),
    ("2024-03-04", None, None),
    ("48768000000152000001", None, None),
    ("#N/A", [], {"placeholder", "no-phone"}),
    ("TRUE", None, None),
]


def sheet(cells: list[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["First Name", "Last Name", "Phone"])
    writer.writerows([f"P{number}", "Q", cell] for number, cell in enumerate(cells))
    return text.getvalue()


@pytest.fixture(scope="module")
def american(deliver: Deliver) -> Delivered:
    return deliver(sheet([cell for cell, _, _ in US]), "--region", "US")


@pytest.mark.parametrize(("row", "cell", "numbers", "rules"), [(row, *case) for row, case in enumerate(US, 2)])
def test_a_phone_cell_of_an_american_sheet(
    american: Delivered, row: int, cell: str, numbers: list[str] | None, rules: set[str] | None
) -> None:
    """Each cell gives exactly these numbers or rejects its row, and says so by these rules."""
    if numbers is None:
        assert american.statuses[row] == "rejected"
        assert row not in american.people
        assert cell in american.message(row, next(iter(american.rules(row))))
    else:
        assert american.people[row].get("phones", []) == numbers
    if rules is not None:
        assert american.rules(row) == rules


def test_a_column_that_mixes_countries_is_warned_about(american: Delivered) -> None:
    """One warning for the column says how the numbers without a country code were read."""
    assert "phone-column-mixed" in american.rules(None)
    assert "US" in american.message(None, "phone-column-mixed")


NO_REGION = [
    ("+1 415 555 0101", ["+14155550101"]),
    ("+442079460102", ["+442079460102"]),
    ("0044 20 7946 0103", ["+442079460103"]),
    ("415-555-0104", None),
    ("2079460105", None),
    ("14155550106", None),
]


def test_without_a_region_only_numbers_with_a_country_code_are_taken(deliver: Deliver) -> None:
    """No country code and no region: the number is refused with the hint to give --region, never guessed."""
    got = deliver(sheet([cell for cell, _ in NO_REGION]))
    assert {row: people["phones"] for row, people in got.people.items()} == {
        row: numbers for row, (_, numbers) in enumerate(NO_REGION, 2) if numbers
    }
    for row in (5, 6, 7):
        assert got.statuses[row] == "rejected"
        assert "--region" in got.message(row, "phone-no-country")


def test_a_lost_zero_is_put_back_by_the_region_only(deliver: Deliver) -> None:
    """A British number that lost its zero is British under --region GB, though it would be valid in Maine."""
    got = deliver(sheet(["2079460101", "020 7946 0102", "0033 1 99 00 12 34"]), "--region", "GB")
    phones = [people["phones"] for people in got.people.values()]
    assert phones == [["+442079460101"], ["+442079460102"], ["+33199001234"]]


def test_the_country_of_each_row(deliver: Deliver) -> None:
    """--region-column takes codes and names of countries, and an unknown one refuses the number."""
    text = (
        "Name,Phone,Country\nAnn,020 7946 0101,UK\nBob,415-555-0102,United States\nCy,01 99 00 12 34,France\n"
        "Dy,+442079460104,\nEy,415-555-0105,Narnia\nFy,030 23125 106,Deutschland\nGy,415-555-0107,US\nHy,02079460108,\n"
    )
    got = deliver(text, "--region-column", "Country")
    assert {row: people["phones"][0] for row, people in got.people.items()} == {
        2: "+442079460101", 3: "+14155550102", 4: "+33199001234", 5: "+442079460104", 7: "+493023125106",
        8: "+14155550107",
    }  # fmt: skip
    assert got.rules(6) == {"phone-unknown-country"}
    assert got.rules(9) == {"phone-no-country"}


def test_another_good_number_saves_the_row(deliver: Deliver) -> None:
    """A phone that cannot be understood is left out with a warning where another one of the row is good."""
    got = deliver("Name,Phone,Mobile Phone\nAnn,1.41556E+10,+14155550101\nBob,call,me\n")
    assert got.people == {2: {"first": "Ann", "phones": ["+14155550101 mobile"]}}
    assert {line["severity"] for line in got.problems if line["row"] == "2"} == {"warning"}
    assert got.statuses[3] == "rejected"


def test_lenient_phones_take_what_is_merely_possible(deliver: Deliver) -> None:
    """--phones lenient sends numbers that have the right length, with a warning; strict refuses them."""
    text = sheet(["+44 7700 900101", "+1 415 555 010"])
    assert deliver(text).statuses == {2: "rejected", 3: "rejected"}
    got = deliver(text, "--phones", "lenient")
    assert got.people[2]["phones"] == ["+447700900101"]
    assert got.rules(2) == {"phone-unverified"}
    assert got.statuses[3] == "rejected"

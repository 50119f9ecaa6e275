"""Numbers that are another person's, forbidden, in parts, or written as in former days: whole sheets, as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.sheets.conftest import Deliver, Delivered


def phones(done: Delivered) -> dict[int, list[str]]:
    return {row: person.get("phones", []) for row, person in done.people.items()}


def test_a_slip_is_rejected_and_a_lost_plus_is_repaired(deliver: Deliver) -> None:
    """A digit too many is never a stranger's number abroad, and a number grouped as its country does keeps its line."""
    text = "First Name,Last Name,Phone\nAnn,Lee,415-555-0123 4\nBob,Ray,(503) 555-01635\nGus,Ivy,4155550124\n"
    done = deliver(f"{text}Eva,Hay,44 20 7946 0125\n", "--region", "US")
    assert [done.statuses[row] for row in (2, 3)] == ["rejected"] * 2
    assert done.rules(2) == done.rules(3) == {"phone-too-long"}
    assert phones(done) == {4: ["+14155550124"], 5: ["+442079460125"]}
    assert "United Kingdom" in done.message(5, "repaired-plus")


def test_words_that_deny_leave_the_number_out(deliver: Deliver) -> None:
    """Such a number is not sent and not labelled, has a rule that can be counted, and its row says what it lost."""
    rows = ["415-555-0101 - DO NOT CALL", "no longer 415-555-0102", "do not text 415-555-0103", "415-555-0104 (cell)"]
    text = "Name,Phone\n" + "".join(f"Ann Lee{'e' * number},{cell}\n" for number, cell in enumerate(rows))
    done = deliver(text, "--region", "US")
    assert [done.rules(row) for row in (2, 3, 4)] == [{"phone-forbidden", "no-phone"}] * 3
    assert phones(done) == {2: [], 3: [], 4: [], 5: ["+14155550104 cell"]}


def test_a_label_that_denies_leaves_the_number_out(deliver: Deliver) -> None:
    """The column of labels beside a number forbids it as the cell itself does."""
    text = "Name,Phone,Phone Type,Mobile\nAnn Lee,415-555-0101,Wrong number,415-555-0102\nBob Ray,415-555-0103,Work,\n"
    done = deliver(text, "--region", "US")
    assert phones(done) == {2: ["+14155550102 mobile"], 3: ["+14155550103 Work"]}
    assert done.rules(2) == {"phone-forbidden"}


def test_the_filter_that_is_offered_leaves_those_rows_out(deliver: Deliver) -> None:
    """The condition that the warning names, given as it stands there, imports only the others."""
    text = "Name,DNC,Phone\nAnn Lee,x,415-555-0101\nBob Ray,,415-555-0102\n"
    first = deliver(text, "--region", "US")
    assert first.rules(None) == {"column-forbids-calls"}
    message = first.message(None, "column-forbids-calls")
    condition = message.split("--only '")[1].split("'")[0]
    done = deliver(text, "--region", "US", "--only", condition)
    assert phones(done) == {3: ["+14155550102"]}
    assert done.rules(2) == {"not-wanted"}


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("Phone 1 - Type", "Home Fax"),
        ("Phone 1 - Label", "* Work Fax"),
        ("Phone 1 - Type", "Faks"),
        ("Phone 1 - Type", "传真"),
    ],
)
def test_a_fax_by_its_type_is_not_sent(deliver: Deliver, header: str, label: str) -> None:
    """A number whose type is a fax is treated as one of a column "Fax", and a contact without another is said."""
    value = header.replace("Type", "Value").replace("Label", "Value")
    done = deliver(
        f"Name,{header},{value}\nAnn Lee,{label},415-555-0101\nBob Ray,Mobile,415-555-0102\n", "--region", "US"
    )
    assert done.rules(2) == {"phone-fax", "no-phone"}
    assert phones(done) == {2: [], 3: ["+14155550102 Mobile"]}


def test_a_fax_by_the_word_beside_it_is_not_sent(deliver: Deliver) -> None:
    """ "fax: 415…" beside a telephone leaves the telephone, alone it leaves none."""
    text = (
        "Name,Phone\nAnn Lee,415-555-0101 / fax: 415-555-0102\nBob Ray,Fax 415-555-0103\nCy Doe,Tel/Fax 415-555-0104\n"
    )
    done = deliver(text, "--region", "US")
    assert phones(done) == {2: ["+14155550101"], 3: [], 4: ["+14155550104"]}
    assert {"phone-fax", "no-phone"} <= done.rules(3)


@pytest.mark.parametrize("codes", [["1", "44", "44"], ["+1", "+44", "0044"], ["1.0", "44.0", "44"]])
def test_a_column_of_calling_codes_is_offered_and_used(deliver: Deliver, codes: list[str]) -> None:
    """The codes need no plus; without the option the column is named with it, and taking that step ends well."""
    numbers = ["4155550101", "20 7946 0102", "020 7946 0103"]
    rows = "".join(
        f"P{row} Lee,{code},{number}\n" for row, (code, number) in enumerate(zip(codes, numbers, strict=True))
    )
    text = f"Name,Country Code,Phone\n{rows}"
    offers = [line["message"] for line in deliver(text).problems if line["column"] == "Country Code"]
    assert any("--region-column 'Country Code'" in message for message in offers)
    done = deliver(text, "--region-column", "Country Code")
    assert phones(done) == {2: ["+14155550101"], 3: ["+442079460102"], 4: ["+442079460103"]}
    assert "Country Code" not in done.said.split("Result:")[0].split("Columns:")[1]


def test_area_codes_and_extensions_are_joined_and_said(deliver: Deliver) -> None:
    """Each column of parts has one line, which names how to leave it out, and that step is obeyed."""
    text = "Name,Area Code,Phone,Ext,Mobile\nAnn Lee,415,555-0101,12,415-555-0201\nBob Ray,,415-555-0102,,\n"
    done = deliver(text, "--region", "US")
    assert phones(done) == {2: ["+14155550101 phone ext. 12", "+14155550201 mobile"], 3: ["+14155550102"]}
    lines = [line for line in done.problems if line["rule"] == "column-joined"]
    assert [line["column"] for line in lines] == ["Area Code", "Ext"]
    done = deliver(text, "--region", "US", "--map", "Area Code=ignore", "--map", "Ext=ignore")
    assert phones(done) == {2: ["+14155550201 mobile"], 3: ["+14155550102"]}
    assert done.rules(2) == {"phone-no-area-code"}


def test_parts_of_numbers_go_together_with_countries(deliver: Deliver) -> None:
    """The country of each row decides how its area code and number are read."""
    text = "Name;Land;Vorwahl;Telefon;Durchwahl\nAnn Groß;DE;030;23125100;12\nBob Ray;AT;01;5321234;\n"
    done = deliver(text, "--region-column", "Land")
    assert phones(done) == {2: ["+493023125100 phone ext. 12"], 3: ["+4315321234"]}


@pytest.mark.parametrize("number", ["415-555-01{:02}", "415.555.01{:02}", "415 555 01{:02}", "(415) 555-01{:02}"])
def test_phones_under_an_unknown_header_are_a_question(deliver: Deliver, number: str) -> None:
    """However they are spelt, they are asked about as phones, and never as dates."""
    rows = "".join(f"P{row} Lee,{number.format(row)}\n" for row in range(1, 4))
    done = deliver(f"Name,Ring\n{rows}", "--region", "US")
    message = done.message(None, "column-unsure")
    assert "phone" in message
    assert "date" not in message


def test_a_contact_person_and_a_second_email_are_read(deliver: Deliver) -> None:
    """A company list with a contact and two addresses needs no answer."""
    text = "Company,Contact Person,Phone,Email,Second Email\n"
    text += "Example Inc,Ann Lee,+1 415 555 0101,ann@example.com,ann.lee@example.org\n"
    done = deliver(text)
    assert done.people[2] == {
        "first": "Ann",
        "last": "Lee",
        "company": "Example Inc",
        "phones": ["+14155550101"],
        "emails": ["ann@example.com", "ann.lee@example.org secondary"],
    }
    assert done.rules(None) == set()

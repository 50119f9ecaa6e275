"""What is asked of columns as people in offices fill them."""

from __future__ import annotations

import pytest

from importer.mapping.chosen.overrides import apply_overrides
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit, QuestionKind
from tests.questions.test_proposals import questions_of

NAMES = ("Ann Lee", "Bob Ray", "Cy Doe", "Dee Fox", "Eli Fox")


def asked(headers: tuple[str, ...], *columns: tuple[str, ...]) -> dict[QuestionKind, str]:
    """The first question of each kind about these columns beside one of names: its proposal."""
    texts = [list(column) for column in (NAMES[: len(columns[0])], *columns)]
    mapping = suggest(("Name", *headers), (), texts)
    return {question.kind: question.proposal for question in reversed(questions_of(mapping, texts))}


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Number", ("+1 415-555-0101", "4155550102", "4155550104", "*611", "*86")),
        ("Wk", ("", "415-555-0103 x4", "", "415-555-0104 ext. 12", "")),
        ("Alt", ("4155550101", "1.23E+10", "n/a", "", "-")),
        ("Reach", ("415-555-0101", "ask Bob", "415-555-0102", "Tue", "415-555-0103")),
        ("Büro", ("030 23125012 Durchwahl 5", "", "", "", "")),
    ],
)
def test_a_column_of_which_half_are_phones_is_asked_about(header: str, values: tuple[str, ...]) -> None:
    """A column that holds phones beside codes, gaps, remarks and damaged numbers is not left out without a question."""
    assert asked((header,), values).get(QuestionKind.COLUMN) == "phone"


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Notes", ("415-555-0101", "ask Bob", "Tue", "", "moved")),
        ("Size", ("12 x 30", "14 x 20", "", "", "")),
        ("Seen", ("1604-03-04", "1604-12-31", "", "", "")),
        ("Gate", ("*611", "*86#", "", "", "")),
    ],
)
def test_few_phones_raise_no_question(header: str, values: tuple[str, ...]) -> None:
    """Remarks, sizes, codes and the birthdays without a year of Apple's cards are no phones."""
    assert asked((header,), values) == {}


@pytest.mark.parametrize(
    ("values", "proposal"), [(("Mrs.", "", "Dr.", "", ""), "ignore"), (("Mrs.", "Owner", "", "", ""), "role")]
)
def test_forms_of_address_are_not_proposed_as_roles(values: tuple[str, ...], proposal: str) -> None:
    """Enter makes a role of a title only where one of its values may be one."""
    assert asked(("Title",), values) == {QuestionKind.COLUMN: proposal}


@pytest.mark.parametrize(
    ("numbers", "proposal"),
    [
        (("1000234", "1000235", "1000236"), "external_id"),
        (("10002341", "10002352", "10002363"), "external_id"),
        (("4155550101", "4155550102", "4155550103"), None),
    ],
)
def test_numbers_of_customers_may_be_long(numbers: tuple[str, ...], proposal: str | None) -> None:
    """A customer number of seven or eight digits is proposed as the id; numbers that are phones are not."""
    assert asked(("Customer ID",), numbers).get(QuestionKind.OWN_NUMBER) == proposal


@pytest.mark.parametrize(
    ("headers", "column"),
    [
        (("Contact 1", "Phone 1", "Contact 2", "Phone 2"), "Phone 2"),
        (("Full Name", "Phone", "Full Name 2", "Phone 2"), "Phone 2"),
        (("Family Name", "Adult 1 Cell", "Adult 2", "Adult 2 Cell"), "Adult 2 Cell"),
        (("Student", "P1 Cell", "Parent 2", "P2 Cell"), "P2 Cell"),
        (("Name", "Cell", "Buyer 2 Name", "Buyer 2 Cell"), "Buyer 2 Cell"),
        (("Name", "Phone", "Alternate Contact", "Alternate Phone"), "Alternate Phone"),
        (("Primary Name", "Primary Cell", "Secondary Name", "Secondary Cell"), "Secondary Cell"),
    ],
)
def test_the_number_of_a_second_person_is_not_proposed(headers: tuple[str, ...], column: str) -> None:
    """A phone that is counted like the name of a second person is asked about, and Enter gives it to no contact."""
    texts = [["Ann Lee", "Bob Ray"], ["415-555-0101", "415-555-0102"], ["Cy Doe", ""], ["415-555-0103", ""]]
    questions = questions_of(suggest(headers, (), texts), texts)
    (question,) = (question for question in questions if question.column_name == column)
    assert question.proposal == ""
    assert repr(headers[2]) in question.evidence
    texts[2] = ["", ""]
    assert all(q.proposal or q.column_name != column for q in questions_of(suggest(headers, (), texts), texts))


@pytest.mark.parametrize(
    ("names", "own", "column", "proposal"),
    [
        ("Her Name", "Her Cell", "His Cell", ""),
        ("Bride", "Bride Cell", "Groom Cell", ""),
        ("Guest", "Cell of guest", "Cell of host", ""),
        ("Borrower Name", "Borrower Cell", "Co-Borrower Cell", ""),
        ("Insured", "Insured Ph#", "Co-Ins Ph#", ""),
        # These may be the contact's own.
        ("Her Name", "Her Cell", "Her Ring", "phone"),
        ("Name", "Her Cell", "His Cell", "phone"),
        ("Customer Name", "Office", "Gate Phone", "phone"),
        ("Segundo nombre", "Nombre", "Gate Phone", "phone"),
    ],
)
def test_the_number_of_a_person_without_a_name_is_not_proposed(
    names: str, own: str, column: str, proposal: str
) -> None:
    """A phone like one of the person named, but of another person, is asked about, and Enter does not give it there."""
    texts = [["Ann Lee", "Bea Ray"], ["415-555-0101", "415-555-0102"], ["415-555-0103", "415-555-0104"]]
    mapping = suggest((names, own, column), (), texts)
    for named in (mapping, apply_overrides(mapping, {names: "full_name"}, ())):
        (question,) = (each for each in questions_of(named, texts) if each.column_name == column)
        assert question.proposal == proposal


@pytest.mark.parametrize("header", ["Owner", "Owner Name", "Parent 1", "Agent"])
def test_the_number_of_the_person_who_is_the_contact_is_asked_about(header: str) -> None:
    """A phone of owners or parents is left out as another person's until they are said to be the contacts."""
    phone = f"{header.removesuffix(' Name')} Phone"
    headers, texts = (header, phone), [["Ann Lee", "Bob Ray"], ["415-555-0101", "415-555-0102"]]
    mapping = suggest(headers, (), texts)
    assert [question.column_name for question in questions_of(mapping, texts)].count(phone) == 0
    named = apply_overrides(mapping, {header: "full_name"}, ())
    assert {q.column_name: q.proposal for q in questions_of(named, texts)}[phone] == "phone"
    decided = apply_overrides(mapping, {header: "full_name", phone: "ignore"}, ())
    assert phone not in [question.column_name for question in questions_of(decided, texts)]


@pytest.mark.parametrize(
    ("name", "phone", "is_asked"),
    [
        ("Parent 1 Name", "Parent 1 Mobile", True),
        ("Parent 1 Name", "Parent Mobile", True),
        ("Parent Name", "Parent Mobile 2", True),
        ("Parent 1 Name", "Parent 2 Mobile", False),
        ("Parent Name", "Parent 2 Mobile", False),
        ("1st Parent Name", "2nd Parent Mobile", False),
        ("Owner Name", "Second Owner Phone", False),
    ],
)
def test_only_the_numbers_of_the_person_who_is_the_contact_are_asked_about(
    name: str, phone: str, is_asked: bool
) -> None:
    """Once one of several parents is the contact, the phones of the others are still another person's."""
    headers, texts = (name, phone), [["Ann Lee", "Bob Ray"], ["415-555-0101", "415-555-0102"]]
    named = apply_overrides(suggest(headers, (), texts), {name: "full_name"}, ())
    assert (phone in [question.column_name for question in questions_of(named, texts)]) == is_asked


@pytest.mark.parametrize("owners", [("His", "Her"), ("Groom", "Bride"), ("Zork", "Blip")])
def test_the_numbers_of_two_persons_are_not_proposed_for_one_contact(owners: tuple[str, str]) -> None:
    """Beside names of two persons, whatever they are called, only the phone of the one who is sent is proposed."""
    headers = tuple(f"{owner} {what}" for owner in owners for what in ("First", "Cell"))
    texts = [["Ann", "Bob"], ["415-555-0101", "415-555-0102"], ["Cy", "Dee"], ["415-555-0103", "415-555-0104"]]
    mapping = suggest((*headers, "Last Name"), (), [*texts, ["Lee", "Ray"]])

    def proposals(**fields: str) -> dict[str, str]:
        named = apply_overrides(mapping, fields, ())
        return {q.column_name: q.proposal for q in questions_of(named, [*texts, ["Lee", "Ray"]])}

    before, after = proposals(), proposals(**{headers[0]: "first_name"})
    assert (before[headers[1]], before[headers[3]]) == ("", "")
    assert (after[headers[1]], after[headers[3]]) == ("phone", "")


@pytest.mark.parametrize(
    "headers",
    [("Bride", "Bride Cell", "Groom", "Groom Cell"), ("Mutter", "Handy Mutter", "Vater", "Handy Vater")],
)
def test_a_column_of_names_may_be_called_after_the_person_alone(headers: tuple[str, ...]) -> None:
    """The number of a person whose column of names has no word for names is not proposed for another contact either."""
    texts = [["Ann Lee", "Bea Ray"], ["415-555-0101", "415-555-0102"], ["Cy Lee", "Dan Ray"], ["415-555-0103", ""]]
    mapping = suggest(headers, (), texts)
    before = {q.column_name: q.proposal for q in questions_of(mapping, texts)}
    assert (before[headers[1]], before[headers[3]]) == ("", "")
    named = apply_overrides(mapping, {headers[0]: "full_name"}, ())
    after = {q.column_name: q.proposal for q in questions_of(named, texts)}
    assert (after[headers[1]], after[headers[3]]) == ("phone", "")


@pytest.mark.parametrize(
    ("headers", "choice", "people"),
    [
        (("Brokerage", "Agent"), "Brokerage=company", NAMES[:3]),
        (("Brokerage", "Agent"), "Brokerage=company", ("Ann Lee", 'Bob "Bobby" Ray', "TEAM: Cy + Dee")),
        (("Customer", "Sales Rep"), "Customer=company", NAMES[:3]),
        (("Vendor", "Contact"), "Vendor=company", ("Cy", "", "")),
    ],
)
def test_a_firm_is_not_proposed_for_the_people_in_it(
    headers: tuple[str, str], choice: str, people: tuple[str, ...]
) -> None:
    """Beside names of people, companies alone are no proposal: all agents of a firm would become one contact."""
    texts = [["Bay Realty LLC", "Bay Realty LLC", "Fox Inc"], list(people), ["4155550101", "4155550102", ""]]
    mapping = suggest((*headers, "Phone"), (), texts)
    (question,) = (q for q in questions_of(mapping, texts) if q.kind is QuestionKind.PERSON_NAME)
    assert (question.proposal, question.choices[0].value) == ("", choice)
    assert question.choices[0].settings == {"map": {headers[0]: "company", headers[1]: "full_name"}}


@pytest.mark.parametrize(("header", "proposal"), [("Account Manager", ""), ("Who", "full_name")])
def test_the_manager_of_an_account_is_not_proposed_as_the_contact(header: str, proposal: str) -> None:
    """Beside a company, a column about another person is asked about, and Enter makes no contact of that person."""
    texts = [["Bay Co", "Fox LLC"], list(NAMES[:2]), ["4155550101", "4155550102"]]
    questions = questions_of(suggest(("Company", header, "Phone"), (), texts), texts)
    assert {q.kind: q.proposal for q in questions}[QuestionKind.PERSON_NAME] == proposal


@pytest.mark.parametrize(
    ("surname", "header", "values", "is_asked"),
    [
        ("1er Apellido", "Paciente", ("María José", "Íñigo", "Ana"), True),
        ("Achternaam", "Voorletters", ("J.P.", "A.", "S."), True),
        ("Last Name", "Adult 1", ("Ann", "Bob", ""), True),
        ("Last Name", "City", ("Oakland", "Berkeley", "Daly City"), False),
        ("Last Name", "Notes", ("call after 5", "moved", "likes tea"), False),
        ("Last Name", "Unit", ("1A", "1B", "2A"), False),
        ("Last Name", "First Name", ("Ann", "Bob", "Cy"), False),
    ],
)
def test_first_names_are_asked_for_beside_surnames(
    surname: str, header: str, values: tuple[str, ...], is_asked: bool
) -> None:
    """Where surnames alone are sent, a column that may hold the first names is asked about, without a proposal."""
    texts = [["Lee", "Ray", "Doe"], list(values), ["4155550101", "4155550102", "4155550103"]]
    questions = questions_of(suggest((surname, header, "Phone"), (), texts), texts)
    asked_for = {question.column_name: question.proposal for question in questions if question.text.startswith("Does")}
    assert asked_for == ({header: ""} if is_asked else {})


@pytest.mark.parametrize(
    "headers",
    [
        ("First Name", "Last Name", "Other Names", "Phone", "Other Phone"),
        ("Name", "Contact", "Notes", "Phone", "Second Phone"),
        ("Full Name", "Alternate Email", "Second Address", "Phone", "Alternate Phone"),
    ],
)
def test_a_second_number_without_a_second_person_is_the_contacts(headers: tuple[str, ...]) -> None:
    """Other names of the same person and other columns beside a second phone leave it with the contact."""
    texts = [["Ann", "Bob"], ["Lee", "Ray"], ["May", "Jo"], ["4155550101", "4155550102"], ["4155550103", "4155550104"]]
    assert suggest(headers, (), texts).columns[4].fit is Fit.MAPPED

"""Which questions a sheet raises, what is proposed, and what an answer means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer import Job, Settings
from importer.library import answered, check, questions
from importer.model import Question, QuestionKind
from importer.report.rule_texts import all_rule_texts
from tests.paths import ROOT

if TYPE_CHECKING:
    from tests.questions.conftest import Raise

KIND = QuestionKind


@pytest.mark.parametrize("kind", QuestionKind)
def test_each_kind_of_question_has_the_words_of_its_rule(kind: QuestionKind) -> None:
    """An open question is a line of problems.csv, so its rule is one that the report can say in words."""
    assert Question(kind, "", "", ()).rule in all_rule_texts()


def people(count: int, phone: str, *more: str) -> list[str]:
    """Rows of so many people, each with a phone of this form (`{}`: two digits) and what follows."""
    return [",".join([f"Ann Lee{chr(97 + n % 26)}", phone.format(f"{n % 100:02}"), *more]) for n in range(count)]


# ------------------------------------------------------------------------------------------------ the columns


@pytest.mark.parametrize(
    ("header", "values", "proposal"),
    [
        ("Cell?", ("Y", "N"), "ignore"),
        ("Mobile", ("yes", "tbd"), "ignore"),
        ("Telefon?", ("ja", "nein"), "ignore"),
        ("Phone", ("tak", "nie"), "ignore"),
        ("Cell", ("Android", "iPhone"), "ignore"),
        ("Email?", ("Y", "N"), "ignore"),
        ("Email", ("bounced", "ok"), "ignore"),
        ("Whatsapp", ("Y", ""), "ignore"),
        ("Whatsapp", ("415-555-0101", "N"), "phone:whatsapp"),
        ("Reach", ("a@example.com", "b@example.org"), "email"),
        ("Codice", ("526-025-09-95", "774-000-14-54"), "phone"),
        ("NIP", ("526-025-09-95", "774-000-14-54"), None),
    ],
)
def test_what_no_value_can_be_is_not_proposed(
    asked: Raise, header: str, values: tuple[str, str], proposal: str | None
) -> None:
    """A phone or an email is proposed only where a value may be one; else Enter leaves the column out."""
    lines = [f"Ann Lee{chr(97 + n)},{values[n % 2]},+1415555010{n}" for n in range(6)]
    question = asked(f"Name,{header},Phone 2", *lines).get(KIND.COLUMN)
    assert (question.proposal if question else None) == proposal


def test_a_number_with_check_digits_has_no_proposal(asked: Raise) -> None:
    """Values that pass the check digits of a tax number are asked about, and Enter makes no phone of them."""
    numbers = ("526-025-09-95", "774-000-14-54", "521-301-72-28")
    question = asked("Name,Feld", *(f"Ann Lee{n},{number}" for n, number in enumerate(numbers)))[KIND.COLUMN]
    assert (question.proposal, [choice.value for choice in question.choices]) == ("", ["ignore"])
    assert "NIP" in question.evidence


@pytest.mark.parametrize(
    ("first", "last"),
    [("Guest First Name", "Guest Last Name"), ("Owner 1 Last", "Owner 1 First"), ("Vorname Kunde", "Nachname Kunde")],
)
def test_halves_of_a_name_are_proposed_together(asked: Raise, first: str, last: str) -> None:
    """Where the headers say whose first and last name they hold, one answer sends both, for each of such people."""
    header = f"{first},{last},{first.replace('1', '2')} 2,{last.replace('1', '2')} 2,Phone"
    question = asked(header, "Ann,Lee,Bob,Ray,+14155550101", "Sue,Poe,Tom,Hill,+14155550102")[KIND.PERSON_NAME]
    assert question.proposed is not None
    assert set(question.proposed.settings["map"].values()) == {"first_name", "last_name"}
    assert set(question.proposed.settings["map"]) == {first, last}


@pytest.mark.parametrize("whose", ["Spouse", "Emergency Contact"])
def test_names_of_a_relative_beside_others_have_no_proposal(asked: Raise, whose: str) -> None:
    """Where another column may hold the names, those of a relative are offered, and not proposed."""
    lines = ("Zed Kay,Ann,Lee,+14155550101", "Joe Fox,Bob,Ray,+14155550102")
    question = asked(f"Tenant,{whose} First Name,{whose} Last Name,Phone", *lines)[KIND.PERSON_NAME]
    assert question.proposal == ""
    assert question.choice("Tenant=full_name") is not None
    alone = asked(f"{whose} First Name,{whose} Last Name,Phone", *(line.partition(",")[2] for line in lines))
    assert alone[KIND.PERSON_NAME].proposal == f"{whose} First Name=first_name"


def test_notes_are_no_names(asked: Raise) -> None:
    """Where several columns may hold the names, one whose header says that it does not is not offered."""
    lines = [f"Poe,{note},+1415555010{n}" for n, note in enumerate(("ruft zurück", "Frau Lee ruft an"))]
    question = asked("Kunde,Bemerkung,Telefon", *lines)[KIND.PERSON_NAME]
    assert [choice.value for choice in question.choices] == ["Kunde=full_name", "without-names"]


# ------------------------------------------------------------------------------------------------ the country


@pytest.mark.parametrize(
    ("phone", "header", "region"),
    [
        ("(415) 555-01{}", "Phone", "US"),
        ("415-555-01{}", "Phone", "US"),
        ("41555501{}", "Phone", "US"),
        ("030 9018 20{}", "Telefon", "DE"),
        ("0151 234567{}", "Handynummer", "DE"),
        ("22 555 01 {}", "Phone", "PL"),
        ("020 7946 01{}", "Phone", "GB"),
        ("01 42 68 53 {}", "Téléphone", "FR"),
        ("06-123456{}", "Telefoonnummer", "NL"),
        ("0412 345 6{}", "Mobile", "AU"),
        ("912 34 56 {}", "Teléfono", "ES"),
    ],
)
def test_the_country_is_proposed_by_the_form_of_the_numbers(asked: Raise, phone: str, header: str, region: str) -> None:
    """Numbers without a code are asked about, with the country in which they are in use and written so."""
    question = asked(f"Name,{header}", *people(20, phone))[KIND.COUNTRY]
    assert question.proposal == region
    assert question.proposed is not None
    assert question.proposed.option == f"--region {region}"
    assert "None of the 20 phone numbers" in question.evidence


def test_the_numbers_are_counted_over_the_whole_sheet(asked: Raise) -> None:
    """What speaks for the country is counted in all rows, also behind the first thousands."""
    rows = [*people(6_000, "(415) 555-01{}"), *people(4, "+44 20 7946 01{}")]
    assert asked("Name,Phone", *rows)[KIND.COUNTRY].evidence.startswith("6,000 of 6,004 phone numbers have no")


def test_a_stray_number_raises_no_question(asked: Raise) -> None:
    """One number in fifty without a code is a row to correct, not a decision; with a region there is nothing to ask."""
    rows = [*people(49, "+1 415 555 01{}"), *people(1, "(415) 555-01{}")]
    assert asked("Name,Phone", *rows) == {}
    assert asked("Name,Phone", *people(50, "(415) 555-01{}"), region="US") == {}


def test_where_no_form_shows_the_numbers_with_a_code_speak(asked: Raise) -> None:
    """Numbers whose form fits many countries are proposed as of that of the others, if all would be in use there."""
    mixed = [
        "Jo May,0171 2345678",
        "Cy Cox,030/1234567-12",
        "Al Kay,0049 160 1234567",
        "Di Fry,089 / 55 44 33",
        "Ed Ash,+49 151 12345678",
    ]
    question = asked("Name,Mobile", *mixed)[KIND.COUNTRY]
    assert question.proposal == "DE"
    assert question.evidence.endswith("2 of the numbers with a code are from Germany.")
    # Some write a code only where the number is of another country.
    abroad = [*people(4, "(415) 555-01{}"), *people(3, "+44 20 7946 01{}")]
    assert asked("Name,Phone", *abroad)[KIND.COUNTRY].proposal == "US"


def test_numbers_of_no_country_have_no_proposal(asked: Raise) -> None:
    """Where no country has such numbers, the question has no proposal, and any country can be typed."""
    for phone in ("12345{}", "555-01{}"):
        question = asked("Name,Phone", *people(20, phone))[KIND.COUNTRY]
        assert question.proposal == ""
        assert question.typed == "region"


@pytest.mark.parametrize(
    ("header", "countries"),
    [
        ("Land", ("Deutschland", "Österreich")),
        ("Land", ("DE", "AT")),
        ("Country", ("Germany", "Austria")),
        ("Where", ("Germany", "Austria")),
        ("Country Code", ("49", "43")),
        ("Pays", ("Allemagne", "Autriche")),
    ],
)
def test_a_column_of_countries_is_proposed(asked: Raise, header: str, countries: tuple[str, str]) -> None:
    """A column with a country in every row is proposed as the country of the row's phones, codes of calls too."""
    rows = [*people(10, "030 9018 20{}", countries[0]), *people(10, "01 711 32 {}", countries[1])]
    raised = asked(f"Name,Telefon,{header}", *rows)
    assert KIND.COUNTRY not in raised
    question = raised[KIND.COUNTRY_COLUMN]
    assert question.proposed is not None
    assert question.proposed.settings == {"region_column": header}
    assert "20 of 20" in question.evidence


@pytest.mark.parametrize(
    ("header", "texts"),
    [("State", ("CA", "IN")), ("ST", ("DE", "CA")), ("Born in", ("Germany", "Italy"))],
)
def test_states_and_countries_of_birth_are_not_the_phones_country(
    asked: Raise, header: str, texts: tuple[str, str]
) -> None:
    """Codes of states are codes of countries too, and people are born elsewhere: the numbers must be from there."""
    rows = [*people(10, "(415) 555-01{}", texts[0]), *people(10, "(212) 555-01{}", texts[1])]
    raised = asked(f"Name,Phone,{header}", *rows)
    assert KIND.COUNTRY_COLUMN not in raised
    assert raised[KIND.COUNTRY].proposal == "US"


# -------------------------------------------------------------------------------------------------- the names


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Homeowner", ("Ann Lee", "Bob Ray")),
        ("Pet parent", ("Ann Lee", "Bob Ray")),
        ("Mieter", ("Anna Schmidt", "Jürgen Groß")),
        ("Enw", ("Siân Davies", "Rhys Jones")),
        ("Owner", ("Ann Lee", "Bob Ray")),
        ("Customer", ("Ann Lee", "Bob Ray")),
    ],
)
def test_no_column_of_names_is_a_question_that_must_be_answered(
    asked: Raise, header: str, names: tuple[str, str]
) -> None:
    """Texts under any header are proposed as the names, where no column is sent as a name or a company."""
    rows = [f"{name},+1415555010{number},{number} Main St" for number, name in enumerate(names, 1)]
    raised = asked(f"{header},Phone,Street", *rows)
    question = raised[KIND.PERSON_NAME]
    assert question.required
    assert question.proposed is not None
    assert question.proposed.settings == {"map": {header: "full_name"}}
    # The streets have numbers, so that they are no names, and what else is asked is not asked of the same column.
    assert [choice.settings["map"] for choice in question.choices] == [{header: "full_name"}, {header: "ignore"}]
    assert KIND.COLUMN not in raised


def test_companies_alone_are_names_of_companies(asked: Raise) -> None:
    """A column of companies under an unknown header is proposed as the company."""
    question = asked("Shopfront,Phone", "Acme Inc,+14155550101", "Lee & Sons,+14155550102")[KIND.PERSON_NAME]
    assert question.proposed is not None
    assert question.proposed.settings == {"map": {"Shopfront": "company"}}


def test_without_names_is_one_answer_for_all_columns(asked: Raise, job: Job) -> None:
    """To have contacts without names is one answer, after which nothing is asked again, and the sheet is read."""
    header, rows = "Phone,Colour,Mood", ["+14155550101,Red,Very glad", "+14155550102,Dark blue,Sad"]
    question = asked(header, *rows)[KIND.PERSON_NAME]
    settled = answered(job, question, "without-names")
    assert questions(settled) == ()
    assert check(settled).summary.exit_code == 0


@pytest.mark.parametrize(
    "lines",
    [
        ("Phone,Email", "+14155550101,ann@example.com"),
        ("Phone,Since,Paid,Status", *(f"+1415555010{n},2024-01-0{n},yes,active" for n in range(1, 10))),
        ("Company,Phone,City", "Acme Inc,+14155550101,San Francisco", "Lee Ltd,+14155550102,New York"),
        ("First Name,Phone,Homeowner", "Ann,+14155550101,Bob Ray"),
    ],
)
def test_a_sheet_without_another_column_of_names_asks_for_none(asked: Raise, lines: tuple[str, ...]) -> None:
    """Numbers, dates, states and places are no names, and a sheet that has names is not asked for more."""
    assert asked(*lines) == {}


def test_the_person_is_asked_for_beside_a_company(asked: Raise) -> None:
    """Where only the company has a column, a column of people's names is proposed, and need not be answered."""
    rows = ["Acme Inc,Ann Lee,+14155550101", "Lee Ltd,Bob Ray,+14155550102"]
    question = asked("Company,Who,Phone", *rows)[KIND.PERSON_NAME]
    assert not question.required
    assert question.proposed is not None
    assert question.proposed.settings == {"map": {"Who": "full_name"}}


def test_names_of_companies_in_the_column_of_names_are_asked_about(asked: Raise) -> None:
    """Names that look like companies are asked about, unless a column of companies is there."""
    rows = [f"{name},+1415555010{n}" for n, name in enumerate(("Acme Inc", "Lee Ltd", "Ray GmbH", "Ann Lee"), 1)]
    question = asked("Name,Phone", *rows)[KIND.PEOPLE_OR_COMPANIES]
    assert question.proposal == "company"
    assert asked("Name,Phone,Company", *(f"{row},Other" for row in rows)) == {}
    assert asked("Name,Phone", "Ann Lee,+14155550101", "Bob Ray,+14155550102") == {}


# ------------------------------------------------------------------------------------------------- the id column


@pytest.mark.parametrize(
    "header",
    [
        *("Cust #", "KdNr", "Customer No", "Kundennr.", "Nº cliente", "Client ID", "Member #", "ID", "Acct No."),
        *("Constituent ID", "Pat.-Nr."),
    ],
)
def test_a_number_for_each_customer_is_proposed_as_the_id(asked: Raise, header: str) -> None:
    """A column that is filled and unique and called like a customer's number is proposed as the external id."""
    rows = [f"{number},Ann{number},+141555501{number % 100:02}" for number in range(1042, 1000, -3)]
    question = asked(f"{header},Name,Phone", *rows)[KIND.OWN_NUMBER]
    assert question.proposed is not None
    assert question.proposed.settings == {"map": {header: "external_id"}}


def test_a_column_that_counts_the_rows_is_not_proposed(asked: Raise) -> None:
    """1, 2, 3 in the order of the rows is asked about, and proposed to be left out: it may number the rows."""
    rows = [f"{number},Ann{number},+141555501{number:02}" for number in range(1, 30)]
    question = asked("ID,Name,Phone", *rows)[KIND.OWN_NUMBER]
    assert question.proposal == "ignore"
    assert "number the rows, not the customers" in question.evidence


@pytest.mark.parametrize("ids", [("1042", "1042", "7"), ("1042", "", "7")])
def test_a_number_that_repeats_or_misses_is_none(asked: Raise, ids: tuple[str, ...]) -> None:
    """An id that two rows share, or that a row lacks, cannot tell the customers apart."""
    rows = [f"{id_},Ann{n},+141555501{n:02}" for n, id_ in enumerate(ids, 1)]
    assert asked("KdNr,Name,Phone", *rows) == {}


# ------------------------------------------------------------------------------------------------ dates and lists


@pytest.mark.parametrize(("phone", "order"), [("+1415555010{}", "mdy"), ("+49309018200{}", "dmy")])
def test_the_order_of_dates_is_asked_for(asked: Raise, phone: str, order: str) -> None:
    """Dates that can be read both ways are asked about; the numbers' country proposes the order."""
    rows = [f"Ann{n},{phone.format(n)},0{n}/04/2024" for n in range(1, 4)]
    question = asked("Name,Phone,Customer Since", *rows)[KIND.DATE_ORDER]
    assert question.proposal == order
    assert asked("Name,Phone,Customer Since", *rows, date_order="dmy") == {}
    assert asked("Name,Phone,Customer Since", *rows, f"Zoe,{phone.format(9)},31/12/2023") == {}


def test_commas_in_lists_are_asked_about(asked: Raise, job: Job) -> None:
    """Cells of a multi-select with commas and no semicolon are asked about; no is an answer that is kept too."""
    rows = ['Ann,+14155550101,"VIP, Retail"', "Bob,+14155550102,VIP"]
    question = asked("Name,Phone,Tags", *rows)[KIND.LIST_SEPARATOR]
    assert question.proposal == ","
    for answer in (",", ";"):
        assert questions(answered(job, question, answer)) == ()
    assert asked("Name,Phone,Tags", *rows, "Cy,+14155550103,VIP; Retail") == {}


# ------------------------------------------------------------------------------------------------ in general


def test_the_samples_raise_no_question() -> None:
    """A sheet without cause is asked nothing."""
    for sheet in ("contacts.csv", "contacts.xlsx"):
        assert questions(Job(str(ROOT / "sample_data" / sheet), Settings(sandbox=True, region="US"))) == ()
        assert questions(Job(str(ROOT / "sample_data" / sheet), Settings(sandbox=True))) == ()


def test_questions_come_in_their_order_and_answers_lead_to_none(asked: Raise, job: Job) -> None:
    """Taking every proposal, one after another, ends without a question, and the answers are in mapping.toml."""
    rows = [f'K{n},Ann Lee{chr(97 + n)},(415) 555-01{n:02},"VIP, Retail",0{n}/04/2024' for n in range(1, 9)]
    asked("KdNr,Homeowner,Ring,Tags,Customer Since", *rows)
    kinds, settled = [], job
    while raised := questions(settled):
        kinds.append(raised[0].kind)
        settled = answered(settled, raised[0], raised[0].proposal)
    assert kinds == [
        KIND.PERSON_NAME, KIND.COLUMN, KIND.OWN_NUMBER, KIND.COUNTRY, KIND.DATE_ORDER, KIND.LIST_SEPARATOR
    ]  # fmt: skip
    report = check(settled)
    assert (report.summary.exit_code, report.questions) == (0, ())
    saved = (job.out / "mapping.toml").read_text(encoding="utf-8")
    for line in ('region = "US"', 'date-order = "mdy"', 'list-separator = ","', 'KdNr = "external_id"'):
        assert line in saved

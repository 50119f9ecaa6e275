"""What holds for the proposals of every sheet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer import Settings
from importer.mapping.chosen.overrides import apply_overrides
from importer.mapping.suggest.suggest import suggest
from importer.model import Mapping, Question, SourceChunk
from importer.questions.asked_sheet import AskedSheet, ColumnReader
from importer.questions.raising import raised

HEADERS = (
    "Name", "Full Name", "First", "First Name", "Last", "Surname", "Contact", "Contact Person", "Customer", "Client",
    "Kunde", "Ansprechpartner", "Company", "Account", "Position", "Title", "Phone", "Mobile", "Reach", "Email", "Notes",
)  # fmt: skip
CELLS = {
    "people": ["Ann Lee", "Dr. Bob Ray", "Núñez, José (father)", "Sue Van Dyke"],
    "first names": ["Ann", "Bob", "José", "Sue"],
    "companies": ["Acme Ltd", "Baker & Sons", "City Bakery", "Müller GmbH"],
    "brands": ["Globex", "Initech", "Umbrella", "Hooli"],
    "phones": ["+14155550101", "+14155550102", "+14155550103", ""],
    "emails": ["ann@example.com", "", "jose@example.com", "sue@example.com"],
    "notes": ["call back", "moved to the coast in May", "", "asks for a discount"],
    "nothing": ["", "", "", ""],
}
columns = st.tuples(st.sampled_from(HEADERS), st.sampled_from(sorted(CELLS)))


def questions_of(mapping: Mapping, texts: list[list[str]]) -> tuple[Question, ...]:
    chunk = SourceChunk(range(2, 6), texts, list(zip(*texts, strict=True)))
    return raised(AskedSheet(mapping, len(texts), Settings(), ColumnReader(lambda: [chunk])))


BRANDS = ["Wells Fargo", "Sara Lee", "John Deere", "Ann Summers"]
CODES = ["C-1001", "C-1002", "C-1003", "C-1004"]
FIRST_NAMES = ["Ann", "Bob", "Sue", "Tom"]
PEOPLE = ["Ann Lee", "Bob Ray", "Sue Van Dyke", "Tom Hill"]
NOT_ALL = ["Ann Lee", "Bob Ray", "", "Tom Hill"]


@pytest.mark.parametrize(
    ("headers", "customers", "contacts", "proposal"),
    [
        (("Customer", "Contact Name"), ["Acme Ltd", "City Bakery", "Müller GmbH", "Maria Lopez"], NOT_ALL, "company"),
        (("Kunde", "Ansprechpartner"), ["Acme Ltd", "City Bakery", "Müller GmbH", "Maria Lopez"], NOT_ALL, "company"),
        (("Customer", "Contact Name"), BRANDS, NOT_ALL, "company"),
        (("Customer", "Contact Name"), BRANDS, PEOPLE, "ignore"),
        (("Customer", "Contact Name"), CODES, PEOPLE, "ignore"),
        (("Customer", "Contact"), ["Harbour Cafe", "Acme Ltd", "Umbrella", "Maria"], FIRST_NAMES, "Customer=company"),
        (("Customer", "Contact"), BRANDS, PEOPLE, ""),
    ],
)  # fmt: skip
def test_customers_beside_contacts_can_be_companies(
    headers: tuple[str, str], customers: list[str], contacts: list[str], proposal: str
) -> None:
    """A column of customers beside their contacts may be the company, and is, where rows would have no name else."""
    texts = [customers, contacts]
    question = next(iter(questions_of(suggest(headers, (), texts), texts)))
    assert question.proposal == proposal
    companies = [choice.settings["map"] for choice in question.choices if "company" in choice.option]
    assert [answers[headers[0]] for answers in companies] == ["company"]
    assert companies[0].get(headers[1], "full_name") == "full_name"


def test_customers_alone_are_asked_about_as_names() -> None:
    """Without a column of contacts, the column of customers is the one that is proposed for the names."""
    (question,) = questions_of(suggest(("Customer", "Phone"), (), [PEOPLE, CELLS["phones"]]), [PEOPLE, CELLS["phones"]])
    assert question.proposal == "Customer=full_name"


@given(st.lists(columns, min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_proposals_cost_no_other_column_its_field(sheet: list[tuple[str, str]]) -> None:
    """All proposals of a sheet, taken together, fit beside each other, and every column that was sent is still sent."""
    headers, texts = [header for header, _ in sheet], [CELLS[kind] for _, kind in sheet]
    mapping = suggest(headers, (), texts)
    proposed: dict[str, str] = {}
    for question in questions_of(mapping, texts):
        # The same choice twice would be two answers to one question.
        answers = dict(question.proposed.settings.get("map", {})) if question.proposed else {}
        assert proposed.keys().isdisjoint(answers)
        proposed |= answers
    sent = {column.position: column.target for column in mapping.mapped}
    # The person may say that names which were sent are those of companies.
    kept = {position: target for position, target in sent.items() if mapping.names[position] not in proposed}
    answered = apply_overrides(mapping, proposed, (), samples=texts)
    assert kept.items() <= {column.position: column.target for column in answered.mapped}.items()

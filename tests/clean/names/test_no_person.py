"""Names that say that there is no person: kept with a word where the row can be reached, else no contact."""

from __future__ import annotations

import pytest

from importer.clean.placeholders import is_no_person
from importer.clean.profile import SheetProfile
from importer.clean.sheet import clean
from tests.clean.sheets import US, chunk, mapping

NO_PERSONS = (
    *("VACANT", "Walk In", "walk-in", "House Account", "CASH SALE", "Unknown Caller", "Wireless Caller", "TBD"),
    *("(Vacant)", "Unbekannt", "Público en General", "publico en general"),
)
NAMES = ("first_name", "last_name", "company")
PEOPLE = ("Null", "None", "NA", "Vacant Smith", "Cash Miller", "Walker", "Tbdo", "Ann Unknown", "Church House", "House")


@pytest.mark.parametrize("name", NO_PERSONS)
@pytest.mark.parametrize(
    "fields",
    [
        ("full_name",),
        ("first_name",),
        ("last_name",),
        ("company",),
        ("first_name", "last_name"),
        ("last_name", "company"),
    ],
)
def test_the_name_of_no_person_is_told_or_makes_no_contact(name: str, fields: tuple[str, ...]) -> None:
    """With a phone it is sent as it is, with a warning at each of its cells; without one the row has no name left."""
    parts = name.split(" ", 1) if fields == ("first_name", "last_name") else [name]
    cells = [*parts, *[""] * (len(fields) - len(parts))]
    rows, columns = chunk([*cells, "415 555 0101"], [*cells, ""]), mapping(*fields, "phone")
    profile = SheetProfile(columns, US)
    profile.feed(rows)
    result = clean(rows, columns, US, profile.decisions())
    told = [(problem.row, problem.rule) for problem in result.problems]
    filled = len([*filter(None, cells)])
    assert told == [(2, "name-placeholder")] * filled + [(3, "placeholder")] * filled
    with_phone, without_phone = zip(*(list(result.frame[field]) for field in NAMES), strict=True)
    assert " ".join(filter(None, with_phone)) == name
    assert "".join(without_phone) == ""


@pytest.mark.parametrize("name", PEOPLE)
def test_names_of_people_are_not_taken_for_it(name: str) -> None:
    """Family names that are such words, and names with one of them inside, stay what they are."""
    assert not is_no_person(name)


def test_a_company_keeps_its_row_beside_the_name_of_no_person() -> None:
    """A row that has a company as well is a contact without a phone too, and what is kept is told."""
    rows, columns = chunk(["Vacant", "Acme Tenants LLC", ""]), mapping("full_name", "company", "phone")
    profile = SheetProfile(columns, US)
    profile.feed(rows)
    result = clean(rows, columns, US, profile.decisions())
    assert [problem.rule for problem in result.problems] == ["name-placeholder"]
    assert [list(result.frame[field]) for field in NAMES] == [["Vacant"], [""], ["Acme Tenants LLC"]]

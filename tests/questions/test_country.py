"""Which country is proposed for phone numbers without a country code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.mapping.suggest.suggest import suggest
from importer.model import QuestionKind, SourceChunk
from importer.questions.asked_sheet import AskedSheet, ColumnReader
from importer.questions.raising import raised
from importer.settings.model import Settings

if TYPE_CHECKING:
    from importer.model import Question


def country_questions(
    headers: tuple[str, ...], *columns: list[str], region_column: str | None = None
) -> list[Question]:
    """The questions about countries that a sheet of these columns raises."""
    settings = Settings(region_column=region_column)
    chunk = SourceChunk(range(2, 2 + len(columns[0])), list(columns), list(zip(*columns, strict=True)))
    sheet = AskedSheet(suggest(headers, (), columns), len(columns), settings, ColumnReader(lambda: [chunk]))
    kinds = (QuestionKind.COUNTRY, QuestionKind.COUNTRY_COLUMN)
    return [question for question in raised(sheet) if question.kind in kinds]


@pytest.mark.parametrize(
    ("phones", "proposal", "form"),
    [
        (["514-288-1234", "416-967-1111", "418-529-1234"], "CA", "3 have the form of Canada."),
        (["514-288-1234", "416-967-1111", "212-736-5000"], "CA", "3 have the form of Canada and the United States."),
        (["212-736-5000", "415-362-1234", "312-321-1234"], "US", "3 have the form of the United States."),
    ],
)
def test_countries_of_one_code_are_told_apart_by_their_numbers(phones: list[str], proposal: str, form: str) -> None:
    """Of the countries that share a code, those of the numbers are named, and the most frequent is proposed."""
    (question,) = country_questions(("Name", "Phone"), ["Ann Lee"] * 3, phones)
    assert question.proposal == proposal
    assert question.evidence.endswith(form)


def test_numbers_that_begin_like_those_with_a_code_are_of_its_country() -> None:
    """Made-up numbers are of the country that others of the column are written with, and not of one by their digits."""
    coded, bare = [f"+44 7700 90012{n}" for n in range(3)], [f"07700 90012{n}" for n in range(3, 9)]
    (question,) = country_questions(("Name", "Phone"), ["Ann Lee"] * 9, [*coded, *bare])
    assert question.proposal == "GB"
    assert "3 of the numbers with a code are from the United Kingdom, and most begin as these do." in question.evidence


def test_numbers_that_begin_otherwise_than_those_with_a_code_are_judged_by_their_form() -> None:
    """Customers abroad are written with a code too, and say nothing of the numbers at home."""
    coded, bare = [f"+44 7700 90012{n}" for n in range(3)], [f"0171 234567{n}" for n in range(6)]
    (question,) = country_questions(("Name", "Telefon"), ["Ann Lee"] * 9, [*coded, *bare])
    assert question.proposal == "DE"


def test_rows_that_name_no_country_are_asked_about() -> None:
    """Beside a column of countries the numbers of rows without one are asked about, and a country is proposed."""
    countries, phones = ["France", "", ""], ["01 42 68 53 00", "212-736-5000", "415-362-1234"]
    columns = (["Ann Lee"] * 3, countries, phones)
    (question,) = country_questions(("Name", "Country", "Phone"), *columns, region_column="Country")
    assert question.proposed is not None
    assert question.proposed.settings == {"region": "US"}
    assert "2 of them have no country code; 2 have the form of the United States" in question.evidence
    assert (
        country_questions(("Name", "Country", "Phone"), columns[0], ["France"] * 3, phones, region_column="Country")
        == []
    )

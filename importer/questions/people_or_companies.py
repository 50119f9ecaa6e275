"""Whether a column of names holds people or companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import CHOSEN
from importer.model import Choice, Question, QuestionKind
from importer.questions.text_looks import is_company_like

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.questions.asked_sheet import AskedSheet

_LOOKED_AT = 1000
_FEWEST, _SOME, _MOST = 2, 0.3, 0.7


def ask_people_or_companies(sheet: AskedSheet) -> Iterator[Question]:
    """Ask about whole names that look like companies, where no other column has the company or the person."""
    columns = sheet.sent("full_name")
    if not columns or columns[0].position >= sheet.width or columns[0].reason == CHOSEN or sheet.sent("company"):
        return
    column, name = columns[0], sheet.name(columns[0])
    values = sheet.first_values(column)[:_LOOKED_AT]
    companies = [text for text in values if is_company_like(text)]
    if len(companies) < _FEWEST or len(companies) < len(values) * _SOME:
        return
    yield Question(
        QuestionKind.PEOPLE_OR_COMPANIES,
        f"Are these people or companies: {name!r}?",
        f"{len(companies):,} of {len(values):,} names looked at have a word that companies have, such as Ltd.",
        (
            Choice("company", "companies", {"map": {name: "company"}}),
            Choice("full_name", "people", {"map": {name: "full_name"}}),
        ),
        proposal="company" if len(companies) >= len(values) * _MOST else "full_name",
        column=column.position,
        column_name=name,
        samples=sheet.examples(column),
    )

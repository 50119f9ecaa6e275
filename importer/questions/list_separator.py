"""Whether the values of a multi-select column are separated by commas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.clean.cells import choice
from importer.model import Choice, FieldType, Question, QuestionKind
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.questions.asked_sheet import AskedSheet

_COMMA, _SEMICOLON = ",", ";"


@dataclass(frozen=True, slots=True)
class CommaCount:
    """A column of lists, counted: the cells with commas, one of them, and whether any cell has the separator."""

    cells: int
    example: str
    separated: bool


def ask_list_separator(sheet: AskedSheet) -> Iterator[Question]:
    """Ask where cells of a multi-select have commas and none has the separator, unless one was given."""
    if sheet.settings.origin("list_separator") is not None or "list_separator" in sheet.settings.model_fields_set:
        return
    for column in sheet.mapping.mapped:
        if column.field_type is not FieldType.MULTI_SELECT or column.position >= sheet.width:
            continue
        if not any(_COMMA in text for text in sheet.reader.first_texts(column.position)):
            continue
        count = sheet.reader.counted("lists", (column.position,), count_commas)
        if count.separated or not count.cells:
            continue
        name = sheet.name(column)
        apart = " and ".join(f"“{part.strip()}”" for part in count.example.split(_COMMA) if part.strip())
        yield Question(
            QuestionKind.LIST_SEPARATOR,
            f"Are the values in {name!r} separated by commas?",
            f"{counted(count.cells, 'cell')} with commas, and none with a semicolon.",
            (
                Choice(_COMMA, "yes", {"list_separator": _COMMA}, f"“{count.example}” is {apart}"),
                Choice(
                    _SEMICOLON,
                    "no, a comma is part of a value",
                    {"list_separator": _SEMICOLON},
                    f"“{count.example}” is one value",
                ),
            ),
            proposal=_COMMA,
            column=column.position,
            column_name=name,
            samples=sheet.examples(column),
        )
        return


def count_commas(chunks: Iterator[list[Sequence[str]]]) -> CommaCount:
    """Count the cells of one column that have commas."""
    cells, example, separated = 0, "", False
    for (texts,) in chunks:
        for text in filter(None, texts):
            shows = choice.evidence(text, _SEMICOLON)
            separated = separated or shows == "separated"
            if shows == "with-comma":
                cells += 1
                example = example or " ".join(text.split())
    return CommaCount(cells, example, separated)

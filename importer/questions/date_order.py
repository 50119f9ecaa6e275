"""Whether the day or the month comes first in dates such as 03/04/2024."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from importer.clean.cells import date
from importer.model import Choice, FieldType, Question, QuestionKind
from importer.questions.country import likely_region
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.model import ColumnMapping
    from importer.model.choices import DateOrder
    from importer.questions.asked_sheet import AskedSheet

# In the CLDR's short dates; everywhere else the day or the year comes first.
_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW"})


def ask_date_order(sheet: AskedSheet) -> Iterator[Question]:
    """Ask where a column of dates has some that can be read both ways, and no cell shows which is meant."""
    if sheet.settings.date_order is not None:
        return
    unclear: list[tuple[ColumnMapping, int, str]] = []
    for column in sheet.mapping.mapped:
        if column.field_type is not FieldType.DATE or column.position >= sheet.width:
            continue
        first, _ = count_orders(iter([[sheet.reader.first_texts(column.position)]]))
        # Most columns show their order in the first rows, and are not read to the end for it.
        if not first["either-order"] or bool(first["dmy"]) != bool(first["mdy"]):
            continue
        sorts, example = sheet.reader.counted("dates", (column.position,), count_orders)
        if bool(sorts["dmy"]) == bool(sorts["mdy"]):
            unclear.append((column, sorts["either-order"], example))
    if not unclear:
        return
    names = ", ".join(repr(sheet.name(column)) for column, _, _ in unclear)
    dates = sum(count for _, count, _ in unclear)
    region = sheet.settings.region or likely_region(sheet)
    proposal = "" if region is None else "mdy" if region in _MONTH_FIRST else "dmy"
    where = f" Your phone numbers are from a country that writes the {'month' if proposal == 'mdy' else 'day'} first."
    column, _, example = unclear[0]
    yield Question(
        QuestionKind.DATE_ORDER,
        f"Does the day or the month come first in {names}?",
        f"{counted(dates, 'date')} can be read both ways, and the column does not show which is meant."
        + (where if proposal else ""),
        (
            Choice("dmy", "the day", {"date_order": "dmy"}, f"{example} is {_shown(example, 'dmy')}"),
            Choice("mdy", "the month", {"date_order": "mdy"}, f"{example} is {_shown(example, 'mdy')}"),
        ),
        proposal=proposal,
        column=column.position,
        column_name=sheet.name(column),
        samples=sheet.examples(column),
    )


def count_orders(chunks: Iterator[list[Sequence[str]]]) -> tuple[Counter[str], str]:
    """Count the dates of one column by what they show, and return the first that can be read both ways."""
    sorts: Counter[str] = Counter()
    example = ""
    for (texts,) in chunks:
        for text in texts:
            sort = date.evidence(text) if text else ""
            sorts[sort] += 1
            example = example or (text.strip() if sort == "either-order" else "")
    return sorts, example


def _shown(text: str, order: DateOrder) -> str:
    day = datetime.fromisoformat(date.clean(text, order).value)
    return f"{day.day} {day:%B} {day.year}"

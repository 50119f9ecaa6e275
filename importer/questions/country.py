"""Which country phone numbers without a country code are from: a column says it for each row, or it is one for all."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from importer.clean.phone.home import calling_code, lacks_country
from importer.languages.cldr import country_name
from importer.mapping.chosen.overrides import column_position
from importer.model import Choice, Question, QuestionKind
from importer.questions.country_column import count_countries, country_column
from importer.questions.country_evidence import (
    Evidence,
    PhoneCount,
    count_phones,
    count_without_region,
    evidence_of,
    first_phones,
    phone_positions,
    written_regions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model import ColumnMapping
    from importer.questions.asked_sheet import AskedSheet

UNDECIDED = "none"
UNDECIDED_CHOICE = Choice(UNDECIDED, "leave it open: rows that have only such a number are not imported")
_MANY, _SHARE = 10, 0.1
_MOST_CHOICES = 3


def ask_country(sheet: AskedSheet) -> Iterator[Question]:
    """Ask where a good part of the phone numbers has no country code, and nothing says which country is meant."""
    if sheet.settings.region is not None:
        return
    positions = phone_positions(sheet)
    if sheet.settings.region_column is not None:
        yield from _ask_default(sheet, positions)
        return
    first = [text for position in positions for text in sheet.reader.first_texts(position) if text]
    if not positions or not (sheet.whole or any(map(lacks_country, first))):
        return
    count = sheet.reader.counted("phones", positions, count_phones)
    numbers = count.with_country + count.without_country
    if not count.without_country or count.without_country < min(_MANY, numbers * _SHARE):
        return
    likely = list(islice(evidence_of(sheet, count), _MOST_CHOICES))
    countries = map(_country_choice, likely)
    if (column := country_column(sheet, positions)) is not None:
        yield _column_question(sheet, column, count, (*countries, UNDECIDED_CHOICE))
        return
    best = likely[0] if likely else None
    yield Question(
        QuestionKind.COUNTRY,
        "Which country are the phone numbers without a country code from?",
        f"{count.words}{f'; {best.why}' if best else ''}.",
        (*countries, UNDECIDED_CHOICE),
        proposal=best.region if best else "",
        samples=count.first[:3],
        typed="region",
    )


def _country_choice(evidence: Evidence) -> Choice:
    region = evidence.region
    return Choice(region, f"{country_name(region)} (+{calling_code(region)})", {"region": region})


def _ask_default(sheet: AskedSheet, positions: tuple[int, ...]) -> Iterator[Question]:
    """Ask about the rows of which the column of countries names none: a default is for them alone."""
    if not positions or sheet.settings.region_column is None:
        return
    own_columns = sheet.mapping.columns[: sheet.width]
    position = column_position([column.header for column in own_columns], sheet.settings.region_column)
    first = count_without_region([[sheet.reader.first_texts(column) for column in (position, *positions)]])
    if not (sheet.whole or first.without_country):
        return
    count = sheet.reader.counted("phones without a country", (position, *positions), count_without_region)
    if not count.without_country:
        return
    likely = list(islice(evidence_of(sheet, count), _MOST_CHOICES))
    best = next(iter(likely), None)
    name = sheet.name(own_columns[position])
    yield Question(
        QuestionKind.COUNTRY,
        f"Which country are the phone numbers of rows without a country in {name!r} from?",
        f"{count.without_country:,} of them {'has' if count.without_country == 1 else 'have'} no country code"
        f"{f'; {best.why}' if best else ''}. Rows with a country in {name!r} keep it.",
        (*map(_country_choice, likely), UNDECIDED_CHOICE),
        proposal=best.region if best else "",
        samples=count.first[:3],
        typed="region",
    )


def likely_region(sheet: AskedSheet) -> str | None:
    """The country that most phone numbers of the sheet are from, as far as it shows."""
    if written := written_regions(sheet):
        return written.most_common(1)[0][0]
    bare = tuple(filter(lacks_country, first_phones(sheet)))
    best = next(evidence_of(sheet, PhoneCount(0, len(bare), bare)), None) if bare else None
    return best.region if best else None


def _column_question(
    sheet: AskedSheet, column: ColumnMapping, count: PhoneCount, choices: tuple[Choice, ...]
) -> Question:
    name = sheet.name(column)
    rows, filled, matched, most = sheet.reader.counted("countries", (column.position,), count_countries)
    named = ", ".join(f"{country_name(code)} {number:,}" for code, number in most)
    return Question(
        QuestionKind.COUNTRY_COLUMN,
        f"Is {name!r} the country of each row's phone numbers?",
        f"{count.words}; {name!r} holds a country in {matched:,} of {filled:,} filled cells ({rows:,} rows): {named}.",
        (Choice("column", "yes", {"region_column": name}), *choices),
        proposal="column",
        column=column.position,
        column_name=name,
        samples=sheet.examples(column),
        typed="region",
    )

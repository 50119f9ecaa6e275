"""The column that names the country of each row, and with it that of the row's phone numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from importer.clean.phone.home import (
    count_fitting,
    home_in,
    lacks_country,
    possible_homes,
)
from importer.clean.phone.region import region_of
from importer.languages.cldr import english_country_code
from importer.mapping.suggest.header_key import fold, words
from importer.mapping.suggest.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from importer.model import ColumnMapping
    from importer.questions.asked_sheet import AskedSheet

_ENOUGH, _HALF = 0.9, 0.5
_LONGEST_CODE = 3
_MOST_COUNTRIES = 250


def country_column(sheet: AskedSheet, phones: tuple[int, ...]) -> ColumnMapping | None:
    """Return the column that has a country in every filled cell, if the rows' numbers are of these countries."""
    for column in sheet.mapping.columns[: sheet.width]:
        is_used = column.target is not None and column.target.custom is None
        if is_used or column.position in phones or not _holds_countries(sheet, column):
            continue
        by_region: dict[str, list[str]] = {}
        countries = sheet.reader.first_texts(column.position)
        for position in phones:
            for text, country in zip(sheet.reader.first_texts(position), countries, strict=True):
                if text and country.strip() and lacks_country(text) and (code := region_of(country, None).code):
                    by_region.setdefault(code, []).append(text)
        numbers = sum(map(len, by_region.values()))
        fitting = sum(count_fitting(texts, code) for code, texts in by_region.items())
        if not numbers or fitting < numbers * _HALF:
            continue
        if _is_named_country(column) or not _has_better_home(by_region):
            return column
    return None


def _has_better_home(by_region: Mapping[str, list[str]]) -> bool:
    """Whether the numbers look more like those of one country than like those of their rows' countries."""
    texts = [text for numbers in by_region.values() for text in numbers]
    at_home = sum(home_in(numbers, region).alike for region, numbers in by_region.items())
    best = next(iter(possible_homes(tuple(texts), _HALF)), None)
    return best is not None and best.fitting == len(texts) and best.alike > max(at_home, len(texts) * _HALF)


def _is_named_country(column: ColumnMapping) -> bool:
    header_words = set(words(column.header))
    return fold(column.header) in vocabulary().countries or bool(header_words & vocabulary().countries)


def _holds_countries(sheet: AskedSheet, column: ColumnMapping) -> bool:
    values = sheet.first_values(column)
    distinct = Counter(values)
    is_named = _is_named_country(column) or bool(set(words(column.header)) & vocabulary().calling_codes)

    def known(value: str) -> bool:
        if is_named:
            return region_of(value, None).code is not None
        # A state has a code of two letters too, and many of those are codes of countries: CA, DE, IN.
        return len(value) > _LONGEST_CODE and english_country_code(value) is not None

    # A different value in every row is not a country, and looking up such values in all languages costs time.
    if not values or len(distinct) > _MOST_COUNTRIES:
        return False
    return sum(count for value, count in distinct.items() if known(value)) >= len(values) * _ENOUGH


def count_countries(chunks: Iterator[list[Sequence[str]]]) -> tuple[int, int, int, list[tuple[str, int]]]:
    """Count the rows, the filled ones, those with a country, and the most frequent countries."""
    rows = 0
    distinct: Counter[str] = Counter()
    for (texts,) in chunks:
        rows += len(texts)
        distinct.update(text.strip() for text in texts if text.strip())
    countries: Counter[str] = Counter()
    for text, number in distinct.items():
        if code := region_of(text, None).code:
            countries[code] += number
    return rows, distinct.total(), countries.total(), countries.most_common(3)

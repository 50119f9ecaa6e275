"""What speaks for the country of phone numbers that are written without a country code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from importer.clean.phone.header_region import header_regions
from importer.clean.phone.home import (
    PossibleHome,
    calling_code,
    count_fitting,
    count_possible,
    has_country,
    lacks_country,
    possible_homes,
    region_by_code,
    region_of_number,
    regions_of,
)
from importer.languages.cldr import country_name, is_language_of, main_country
from importer.languages.header_country import header_country
from importer.languages.words import header_words_by_language
from importer.mapping.suggest.header_key import fold
from importer.model import Fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from importer.questions.asked_sheet import AskedSheet

_SHARE = 0.1
_LOOKED_AT = 2_000
_FIRST = 200
_BEGIN = 3  # digits
_HALF = 0.5
_FEWEST_DIGITS = 8
_CLOSE = 0.75
_ENGLISH, _OTHER_LANGUAGE, _MAIN_COUNTRY = 1.0, 2.5, 0.5


@dataclass(frozen=True, slots=True)
class PhoneCount:
    """Columns of phones, counted: numbers with a country code, those without, and the first different of these."""

    with_country: int
    without_country: int
    first: tuple[str, ...]

    @property
    def words(self) -> str:
        """How many numbers have no country code, in words."""
        numbers = self.with_country + self.without_country
        if numbers == self.without_country:
            return (
                "The phone number has no country code"
                if numbers == 1
                else f"None of the {numbers:,} phone numbers has a country code"
            )
        return f"{self.without_country:,} of {numbers:,} phone numbers have no country code"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A country with what speaks for it, as the end of a sentence."""

    region: str
    why: str


def phone_positions(sheet: AskedSheet) -> tuple[int, ...]:
    """The columns of phones, and those that may be: once they are, the country is the next question.

    Without those whose name says their country, unless a column does for each row.
    """
    guessed = [column for column in sheet.columns(Fit.UNSURE) if column.target and column.target.field == "phone"]
    columns = [*sheet.sent("phone"), *guessed]
    if sheet.settings.region_column is not None:
        return tuple(column.position for column in columns)
    named = [column for column in columns if column.position < sheet.width and header_country(column.header).code]
    known = header_regions(named, {column.position: sheet.reader.first_texts(column.position) for column in named})
    return tuple(column.position for column in columns if column.position not in known)


def first_phones(sheet: AskedSheet) -> Iterator[str]:
    """Give the first cells of the columns of phones, as they are, without empty ones."""
    for position in phone_positions(sheet):
        yield from filter(None, sheet.reader.first_texts(position)[:_LOOKED_AT])


def count_phones(chunks: Iterable[list[Sequence[str]]]) -> PhoneCount:
    """Count the numbers of the columns of phones."""
    with_country = without_country = 0
    first: dict[str, None] = {}
    for columns in chunks:
        for texts in columns:
            bare = [text for text in texts if text and lacks_country(text)]
            without_country += len(bare)
            with_country += sum(has_country(text) for text in texts if text)
            if len(first) < _LOOKED_AT:
                first |= dict.fromkeys(bare)
    return PhoneCount(with_country, without_country, tuple(islice(first, _LOOKED_AT)))


def count_without_region(chunks: Iterable[list[Sequence[str]]]) -> PhoneCount:
    """Count the numbers in rows whose country, the first of the columns, is empty."""
    return count_phones(
        [[text for text, country in zip(texts, countries, strict=True) if not country.strip()] for texts in columns]
        for countries, *columns in chunks
    )


def evidence_of(sheet: AskedSheet, count: PhoneCount) -> Iterator[Evidence]:
    """The countries that the numbers may be from, the surest first: of the workspace, then by the numbers' form."""
    texts, looked_at = count.first, len(count.first)
    countries: set[str] = set()
    regions = Counter(region for number in sheet.own_numbers if (region := region_of_number(number)))
    for region, number in regions.most_common():
        # Under another country than theirs the numbers would all be rejected.
        if count_fitting(texts, region) >= looked_at * _HALF:
            countries.add(region)
            are = "is" if number == 1 else "are"
            yield Evidence(region, f"{number} of the workspace's own numbers {are} from {_with_article(region)}")
    speaks = _languages(sheet)

    def likeness(home: PossibleHome) -> float:
        # Numbers of some nine digits fit most countries: their grouping tells those apart, and the sheet's language.
        return 4 * home.fitting + 2 * home.alike + looked_at * speaks(home.region)

    # A number of seven digits may lack its area code, and fits islands whose numbers have no more.
    is_short = 2 * sum(sum(map(str.isdecimal, text)) < _FEWEST_DIGITS for text in texts) > looked_at
    homes = [
        home
        for home in possible_homes(texts, _HALF)
        if ((not is_short and home.alike >= looked_at * _HALF) or speaks(home.region) > _ENGLISH * is_short)
    ]
    homes.sort(key=likeness, reverse=True)
    if (alike := _written_alike(sheet, texts)) and alike.region not in {*countries, *(home.region for home in homes)}:
        countries.add(alike.region)
        yield alike
    for home in homes:
        if home.region in countries or likeness(home) < likeness(homes[0]) * _CLOSE:
            continue
        is_all = looked_at == count.without_country
        numbers = f"{home.fitting:,}" if is_all else f"{home.fitting:,} of {looked_at:,} looked at"
        has = "has" if home.fitting == 1 else "have"
        # Those of the countries with its code that the numbers are from, the most frequent first.
        regions = regions_of(texts[:_FIRST], home.region)
        often = regions.total() * _SHARE
        shared = [code for code, number in regions.most_common() if number >= often] or [home.region]
        countries |= {home.region, *shared}
        yield Evidence(shared[0], f"{numbers} {has} the form of {' and '.join(map(_with_article, shared))}")
    # Last, since in many a sheet it is the numbers of other countries that are written with a code.
    written = _written_region(sheet)
    if written and written.region not in countries and count_fitting(texts, written.region) == looked_at:
        yield written


def written_regions(sheet: AskedSheet) -> Counter[str]:
    """The countries of the first numbers that have a country code."""
    texts = filter(has_country, first_phones(sheet))
    digits = ("".join(filter(str.isdecimal, text)).removeprefix("00") for text in texts)
    return Counter(region for number in digits if (region := region_by_code(f"+{number}")))


def _written_region(sheet: AskedSheet) -> Evidence | None:
    """The country of most numbers that have a code, where most of these are from one."""
    written = written_regions(sheet)
    for region, number in written.most_common(1):
        if number * 2 > written.total():
            are = "is" if number == 1 else "are"
            return Evidence(region, f"{number:,} of the numbers with a code {are} from {_with_article(region)}")
    return None


def _written_alike(sheet: AskedSheet, texts: Sequence[str]) -> Evidence | None:
    """The country of the numbers with a code, where those without begin as these do.

    Numbers that are not in use, such as made-up ones, have the form of no country or by chance of a wrong one.
    """
    written = _written_region(sheet)
    if written is None or count_possible(texts, written.region) < len(texts):
        return None
    code = str(calling_code(written.region))
    digits = ("".join(filter(str.isdecimal, text)).lstrip("0") for text in filter(has_country, first_phones(sheet)))
    begins = tuple({number.removeprefix(code).lstrip("0")[:_BEGIN] for number in digits if number.startswith(code)})
    bare = ("".join(filter(str.isdecimal, text)).lstrip("0") for text in texts)
    alike = sum(number.startswith(begins) for number in bare)
    return replace(written, why=f"{written.why}, and most begin as these do") if alike * 2 >= len(texts) else None


def _languages(sheet: AskedSheet) -> Callable[[str], float]:
    """How much a country's language is the one that most headers of the sheet are in, from 0."""
    keys = [fold(column.header) for column in sheet.mapping.columns[: sheet.width]]
    words = {language: set(map(fold, texts)) for language, texts in header_words_by_language().items()}
    counts: Counter[str] = Counter()
    for key in keys:
        of_languages = [language for language, texts in words.items() if key in texts]
        # A word that is the same in many languages says little.
        counts.update({language: 1 / len(of_languages) for language in of_languages})
    most = max(counts.values(), default=0)
    languages = [language for language, number in counts.items() if number == most]
    # English headers are everywhere, and speak for a country only where nothing else does.
    weights = {language: _ENGLISH if language == "en" else _OTHER_LANGUAGE for language in languages or ["en"]}

    def weight_of(region: str) -> float:
        spoken = {language: weight for language, weight in weights.items() if is_language_of(region, language)}
        return max(
            (weight + _MAIN_COUNTRY * (main_country(name) == region) for name, weight in spoken.items()), default=0
        )

    return weight_of


def _with_article(region: str) -> str:
    name = country_name(region)
    is_plural = name.split()[0] in ("United", "Netherlands", "Philippines", "Czech", "Dominican")
    return f"the {name}" if is_plural else name

"""Phone numbers of twelve regions as their people write them, and what a slip of a finger makes of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from importer.clean.phone.cell import clean
from importer.clean.phone.origin_tally import OriginTally
from importer.clean.phone.region import Region

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from importer.clean.finding import ContactPoint

REGIONS = ("US", "CA", "GB", "DE", "FR", "ES", "IT", "NL", "AU", "IN", "BR", "MX")
KINDS = ("digit appended", "digit doubled", "digit dropped", "digit swapped with a space")
_NO_DIGIT = re.compile(r"\D+")
_STYLES = ("as usual", "spaces", "dashes", "dots", "digits")


def national_number(random: Random, region: str) -> phonenumbers.PhoneNumber:
    """A landline or mobile number in use in a region, with an area code of its own."""
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    example = phonenumbers.example_number_for_type(region, random.choice(kinds))
    assert example is not None
    national = phonenumbers.national_significant_number(example)
    while True:
        # The first digits decide whether a number is in use: most random ones are not.
        kept = random.choice((0, 0, 1, 2))
        digits = national[:kept] + "".join(random.choices("0123456789", k=len(national) - kept))
        try:
            number = phonenumbers.parse(f"+{example.country_code}{digits}", None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number_for_region(number, region) and phonenumbers.number_type(number) in (
            *kinds,
            PhoneNumberType.FIXED_LINE_OR_MOBILE,
        ):
            return number


def _restyled(text: str, style: str) -> str:
    signs = {"spaces": " ", "dashes": "-", "dots": ".", "digits": ""}
    return text if style == "as usual" else _NO_DIGIT.sub(signs[style], text).strip(" -.")


def own(random: Random, region: str) -> str:
    """A number as written within its region."""
    number = national_number(random, region)
    return _restyled(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL), random.choice(_STYLES))


def slip(random: Random, text: str, kind: str) -> str:
    """A spelling with one slip."""
    places = [index for index, sign in enumerate(text) if sign.isdigit()]
    at = random.choice(places)
    if kind == "digit appended":
        return text + random.choice(("", "", " ")) + random.choice("0123456789")
    if kind == "digit doubled":
        return text[: at + 1] + text[at:]
    if kind == "digit dropped":
        return text[:at] + text[at + 1 :]
    spaces = [index for index, sign in enumerate(text) if sign == " " and 0 < index < len(text) - 1]
    if not spaces:
        return f"{text[:at]} {text[at:]}"
    space = random.choice(spaces)
    if random.random() < 0.5:
        return f"{text[: space - 1]} {text[space - 1]}{text[space + 1 :]}"
    return f"{text[:space]}{text[space + 1]} {text[space + 2 :]}"


def slips(random: Random, count: int) -> Iterator[tuple[str, str, str]]:
    """Region, spelling with a slip, and kind of slip, in turn."""
    for index in range(count):
        region = REGIONS[index % len(REGIONS)]
        kind = KINDS[index // len(REGIONS) % len(KINDS)]
        yield region, slip(random, own(random, region), kind), kind


def without_plus(random: Random, region: str) -> tuple[str, str]:
    """A number of another region than this that lost its plus, and its E.164."""
    abroad = random.choice([name for name in REGIONS if name != region and {name, region} != {"US", "CA"}])
    number = national_number(random, abroad)
    text = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)[1:]
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return (text if random.random() < 0.5 else _NO_DIGIT.sub("", text)), e164


def strangers(random: Random, count: int) -> list[tuple[str, str, str]]:
    """Region, spelling and E.164 of each slip that becomes a number of another country, in columns of nothing else."""
    columns: dict[str, list[str]] = {region: [] for region in REGIONS}
    for region, text, _ in slips(random, count):
        columns[region].append(text)
    return [
        (region, text, point.value)
        for region, texts in columns.items()
        for text, points in read_column(texts, region)
        for point in points
        if not point.value.startswith(f"+{phonenumbers.country_code_for_region(region)}")
    ]


def repairs(random: Random, count: int) -> tuple[int, int]:
    """How many numbers that lost their plus are repaired, and of how many, where half of a column is from abroad."""
    right = total = 0
    for region in REGIONS:
        abroad = [without_plus(random, region) for _ in range(count // len(REGIONS))]
        column = [*(text for text, _ in abroad), *(own(random, region) for _ in abroad)]
        cleaned = read_column(column, region)
        right += sum(
            [point.value for point in points] == [e164] for (_, points), (_, e164) in zip(cleaned, abroad, strict=False)
        )
        total += len(abroad)
    return right, total


def read_column(texts: list[str], region: str) -> list[tuple[str, tuple[ContactPoint, ...]]]:
    """The cells of a column with what they are read as."""
    tally = OriginTally(region)
    tally.feed(texts)
    where = Region(region, abroad=tally.abroad())
    return [(text, clean(text, where).points) for text in texts]

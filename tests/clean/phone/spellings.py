"""Spellings of phone numbers without end: of every type in every region, in every form, with every damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber, PhoneNumberFormat, PhoneNumberType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
_SEPARATORS = ["", " ", "-", ".", "/", "  ", " - ", ") ", "\u00a0", "\u2011", "\u3000", "~", ","]
_WIDE = str.maketrans("0123456789+", "０１２３４５６７８９＋")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_DIALLED = ["+", "+ ", "00", "011", "+00", "+011", "++", "0", "1", "001", "0011", "(0)", "+52 1", "8"]
_BEFORE = [*_DIALLED, "tel:", "Cell: ", "'", "="]
_AFTER = [".0", " x12", " ext. 7", ";ext=5", " (home)", " fax", "#", "+", ".", "-", "E+10", "00000", " or 911", "x"]


def numbers() -> list[tuple[PhoneNumber, str]]:
    """An example of every type of number of every region and country code, with the region (ZZ: none)."""
    geographic = [
        (number, region)
        for region in REGIONS
        for kind in PhoneNumberType.values()
        if (number := phonenumbers.example_number_for_type(region, kind))
    ]
    nowhere = [phonenumbers.example_number_for_non_geo_entity(code) for code in COUNTRY_CODE_TO_REGION_CODE]
    return [*geographic, *((number, "ZZ") for number in nowhere if number)]


def spellings(random: Random, count: int) -> Iterator[tuple[str, str | None]]:
    """Spellings, each with the region in which it is read: mostly the number's own, else another one or none.

    They go through the regions in order, as often as `count` allows: the library forgets one when it meets others.
    """
    known = numbers()
    for index in range(count):
        number, region = known[index * len(known) // count]
        text = _written(random, _varied(random, number), region)
        for change in random.choices((_kept, _punctuated, _mutated, _damaged), (4, 3, 2, 1), k=random.randrange(3)):
            text = change(random, text)
        yield text, random.choices((region, random.choice(REGIONS), None), (7, 2, 1))[0]


def _varied(random: Random, number: PhoneNumber) -> PhoneNumber:
    """Another number of the same length that begins with some or none of the same digits."""
    digits = phonenumbers.national_significant_number(number)
    kept = random.randint(0, len(digits))
    changed = digits[:kept] + "".join(random.choices("0123456789", k=len(digits) - kept))
    zeros = len(changed) - len(changed.lstrip("0"))
    return PhoneNumber(
        country_code=number.country_code,
        national_number=int(changed),
        italian_leading_zero=zeros > 0,
        number_of_leading_zeros=zeros or None,
    )


def _written(random: Random, number: PhoneNumber, region: str) -> str:
    """The number in one of the library's own forms, or as bare digits with or without what is dialled before them."""
    national = phonenumbers.national_significant_number(number)
    forms = (
        lambda: phonenumbers.format_number(number, PhoneNumberFormat.E164),
        lambda: phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        lambda: phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
        lambda: phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        lambda: phonenumbers.format_out_of_country_calling_number(number, random.choice(REGIONS)),
        lambda: (phonenumbers.ndd_prefix_for_region(region, True) or "") + national,
        lambda: f"{number.country_code}{national}",
        lambda: national,
    )
    return str(random.choice(forms)() or national)


def _kept(_: Random, text: str) -> str:
    return text


def _punctuated(random: Random, text: str) -> str:
    """The text with other signs between its digits, or with digits of another script."""
    if random.random() < 0.1:
        return text.translate(random.choice((_WIDE, _ARABIC)))
    separator = random.choice(_SEPARATORS)
    if random.random() < 0.5:
        return "".join(separator if sign in " -()./" else sign for sign in text)
    cut = random.randint(0, len(text))
    return text[:cut] + separator + text[cut:]


def _mutated(random: Random, text: str) -> str:
    """The text with a sign of it changed, dropped, doubled, put elsewhere, or all after it cut."""
    at = random.randrange(len(text) + 1)
    digit = random.choice("0123456789")
    return random.choice(
        (
            text[:at] + digit + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + digit + text[at:],
            text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
            text[at:] + text[:at],
            text[: max(at, 2)],
        )
    )


def _damaged(random: Random, text: str) -> str:
    """The text with something before or after it, or twice."""
    return random.choice(
        (
            random.choice(_BEFORE) + text.lstrip("+"),
            random.choice(_BEFORE) + text,
            text + random.choice(_AFTER),
            text + random.choice((" ", "; ", " / ", "")) + text,
        )
    )

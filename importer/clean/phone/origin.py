"""Whether a number is from abroad, or one of the region's own with a slip: a digit typed twice, too many or too few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from importer.clean.phone import numbering_plan
from importer.regex import regex

if TYPE_CHECKING:
    from importer.clean.phone.libphonenumber import Number

SHORTEST_WITH_COUNTRY = 11  # fewer digits may be a national number with a wrong one
SHORTEST_WITHOUT_PLUS = 9  # where the column shows that its numbers have lost their plus
MOST_GROUPS = 8
"""No country writes its numbers in more groups of digits, the country code and what is dialled before it among them."""
NO_DIGIT = regex(r"\D+")
_GROUP = regex(r"\d+")
_NO_COUNTRY = regex(r"\D*(?:0|[2-689]\D)")  # one digit that stands apart, as in 9-1-415-..., is an outside line
_DIALLED = ("00", "011")


@dataclass(frozen=True, slots=True)
class Abroad:
    """The country codes of a column's numbers: `written` in it, and `lost` with its plus by a good part of them.

    `has_trunk`: the region's own numbers begin with the 0 that is dialled before an area code.
    """

    written: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    has_trunk: bool = False


NOWHERE = Abroad()


def may_have_lost_plus(text: str, abroad: Abroad = NOWHERE) -> bool:
    """Whether a number without a plus has digits enough for a country code, and begins as one with it does."""
    shortest = SHORTEST_WITHOUT_PLUS if abroad.lost else SHORTEST_WITH_COUNTRY
    return len(NO_DIGIT.sub("", text)) >= shortest and not _NO_COUNTRY.match(text)


def is_rather_abroad(text: str, own: Number, number: Number, region: str, abroad: Abroad) -> bool:
    """Whether a text that is a number of the region means another country's, as its column and its form show."""
    if number.code not in abroad.lost or text.lstrip().startswith("("):
        return False
    groups = _GROUP.findall(text)
    if len(groups) == 1:
        return abroad.has_trunk or len(own.national) not in _usual_lengths(region)
    return groups == _written_groups(number) and _sizes(groups) not in _own_sizes(own)


def is_abroad(text: str, number: Number, region: str, abroad: Abroad) -> bool:
    """Whether a text without a plus means a number of another country, and is not one of the region with a slip.

    The grouping decides where there is one. Digits alone that one digit less makes a number of the region need a
    column in which a good part has lost its plus; without that, 41555501234 is as well (415) 555-0123 as Swiss.
    """
    groups = _GROUP.findall(text)
    digits = "".join(groups)
    dialled = next((prefix for prefix in _DIALLED if digits.startswith(prefix)), "")
    # Some countries have numbers of any length, but hardly anyone there has a long one.
    lengths = _usual_lengths(region) if dialled else numbering_plan.BARE_LENGTHS
    likenesses = _without_slip(groups, digits, region, lengths)
    if any(likenesses) and (len(number.code) > 1 or groups[0] != number.code or number.code not in abroad.lost):
        return False
    if dialled:
        code = f"{dialled}{number.code}"
        is_apart = (len(groups) > 1 and groups[0] == code) or (len(groups) > 2 and "".join(groups[:2]) == code)
        is_clear = is_apart or not likenesses
        is_clear = is_clear and not _has_lost_digit(groups, dialled, region, lengths, is_apart=is_apart)
        return is_clear or number.code in abroad.written
    is_bracketed = text.lstrip().startswith("(")
    is_long = len(digits) >= SHORTEST_WITH_COUNTRY
    if groups == _written_groups(number) and is_long and not is_bracketed:
        return True
    if len(groups) > 1 and (groups[0] != number.code or is_bracketed):
        return False
    return number.code in (abroad.lost if likenesses or not is_long else abroad.written)


def _written_groups(number: Number) -> list[str]:
    """The groups of a number as its own country writes it for others."""
    parsed = phonenumbers.parse(number.e164)
    return _GROUP.findall(phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL))


def _without_slip(groups: list[str], digits: str, region: str, lengths: range) -> list[bool]:
    """For every digit without which this is a number of the region: are its groups then those of the region's own?"""
    likenesses, start = [], 0
    for place, group in enumerate(groups):
        for index in range(len(group)):
            digits_left = digits[: start + index] + digits[start + index + 1 :]
            number = numbering_plan.read(digits_left, region)
            if number and _is_own(number, region, lengths):
                shorter = [group[:index] + group[index + 1 :]] if len(group) > 1 else []
                groups_left = [*groups[:place], *shorter, *groups[place + 1 :]]
                likenesses.append(len(groups_left) > 1 and _sizes(groups_left) in _own_sizes(number))
        start += len(group)
    return likenesses


def _sizes(groups: list[str]) -> tuple[int, ...]:
    return tuple(map(len, groups))


def _own_sizes(number: Number) -> set[tuple[int, ...]]:
    """How many digits the groups of a number have, as its own country writes it."""
    parsed = phonenumbers.parse(number.e164)
    national = _GROUP.findall(phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL))
    return {_sizes(national), _sizes([number.code, *national])}


def _is_own(number: Number, region: str, lengths: range) -> bool:
    return number.in_use and number.code == numbering_plan.named(region).code and len(number.national) in lengths


def _has_lost_digit(groups: list[str], dialled: str, region: str, lengths: range, *, is_apart: bool) -> bool:
    """Whether one more digit within the dialling prefix makes a number of the region (`is_apart`: in its groups)."""
    digits = "".join(groups)
    for cut in range(1, len(dialled) + 1):
        for digit in "123456789":
            number = numbering_plan.read(f"{digits[:cut]}{digit}{digits[cut:]}", region)
            if number and _is_own(number, region, lengths):
                longer = (len(groups[0]) + 1, *_sizes(groups[1:]))
                if not is_apart or longer in _own_sizes(number):
                    return True
    return False


def _usual_lengths(region: str) -> range:
    """How many digits the landline and mobile numbers of a region usually have."""
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    examples = [phonenumbers.example_number_for_type(region, kind) for kind in kinds]
    lengths = [len(phonenumbers.national_significant_number(example)) for example in examples if example]
    return range(min(lengths), max(lengths) + 1) if lengths else range(0)

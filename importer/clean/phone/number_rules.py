"""What is said about phone numbers, and which spellings mean another number than they show.

This is the one place for a new rule. `number` asks the rules about every number that is read; `prefixes`, by which
plain spellings are read without a look at each of them, takes a spelling only where no rule here can apply to it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from phonenumbers import CountryCodeSource, PhoneNumberType

from importer.clean.finding import CHECK, CellFinding, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.clean.phone.libphonenumber import Number

Repair = tuple[str, str]
"""The slug of a rule and the reason, in words, why a number is not the one that was spelt."""
PLUS_REPAIR: Repair = ("repaired-plus", "the plus of its country code was missing")
ZERO_REPAIR: Repair = ("repaired-zero", "the zero in brackets is dialled only within the country, and was removed")
LETTERS_REPAIR: Repair = ("repaired-letters", "its letters are those on the keys of a phone")
PREFIX_REPAIR: Repair = ("repaired-prefix", "an international dialling prefix was written in place of the plus")


class NumberRule(NamedTuple):
    """A warning about the numbers of a kind.

    `what` follows the spelling in the message. `kind` is a PhoneNumberType (None: all), `code` a country code ("": all)
    and `national` a pattern of the whole national number, of digits, `[0-9]`, `\\d`, groups and counts.
    """

    slug: str
    what: str
    kind: int | None = None
    code: str = ""
    national: str = r"\d*"


class DiallingHabit(NamedTuple):
    """Digits at the start of a number that were written for `+` and others.

    `length` counts all digits (0: any); `region` is where the habit is known ("": everywhere).
    """

    digits: str
    meant: str
    length: int
    repair: Repair
    region: str = ""


NUMBER_RULES = (
    NumberRule("phone-premium", "is a premium-rate number: calling it may cost extra", PhoneNumberType.PREMIUM_RATE),
    NumberRule("phone-premium", "is a shared-cost number: calling it may cost extra", PhoneNumberType.SHARED_COST),
)
_MEXICO: Repair = ("repaired-mexico", "the prefix dialled before Mexican numbers until 2019 was removed")
DIALLING_HABITS = (
    DiallingHabit("00", "", 0, PREFIX_REPAIR),
    DiallingHabit("011", "", 0, PREFIX_REPAIR),
    # The 1 in +52 1 has not been dialled since 2019, but address books keep it.
    DiallingHabit("521", "52", 13, ("repaired-mexico", "the 1 that Mexican mobile numbers had until 2019 was removed")),
    *(DiallingHabit(f"52{prefix}", "52", 12 + len(prefix), _MEXICO) for prefix in ("044", "045", "01")),
    *(
        DiallingHabit(f"{idd}52{prefix}", "52", 12 + len(idd + prefix), _MEXICO)
        for idd in ("00", "011")
        for prefix in ("1", "044", "045", "01")
    ),
    *(DiallingHabit(prefix, "52", 10 + len(prefix), _MEXICO, "MX") for prefix in ("044", "045", "01")),
)


def number_findings(text: str, number: Number) -> tuple[CellFinding, ...]:
    """The warnings about a number in use, which was written as `text`."""
    return tuple(
        CellFinding(rule.slug, f"{shown(text)} {rule.what}.", CHECK)
        for rule in rules_for(number.kind, number.code)
        if re.fullmatch(rule.national, number.national)
    )


@cache
def rules_for(kind: int, code: str) -> tuple[NumberRule, ...]:
    """The rules that can apply to numbers of a PhoneNumberType with a country code."""
    return tuple(rule for rule in NUMBER_RULES if rule.kind in (None, kind) and rule.code in ("", code))


def dialled_abroad(digits: str, region: str | None) -> Iterator[tuple[str, Repair]]:
    """The number with plus that the digits mean by a habit, and the repair; nothing where there is no such habit."""
    for habit in DIALLING_HABITS:
        if digits.startswith(habit.digits) and habit.length in (0, len(digits)) and habit.region in ("", region):
            yield f"+{habit.meant}{digits.removeprefix(habit.digits)}", habit.repair


def may_be_habit(start: str, region: str | None) -> bool:
    """Whether a number that starts with these digits, or with a plus and these, may be written by a habit."""
    digits = start.removeprefix("+")
    return any(
        (digits.startswith(habit.digits) or habit.digits.startswith(digits)) and habit.region in ("", region)
        for habit in DIALLING_HABITS
    )


def repair_by_library(number: Number) -> Repair | None:
    """The repair that reading a number took, where the library found its country code without a plus."""
    if number.source == CountryCodeSource.FROM_NUMBER_WITH_IDD:
        return PREFIX_REPAIR
    # In North America the 1 is dialled before every number, so that nothing was missing.
    no_plus = number.source == CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN and number.code != "1"
    return PLUS_REPAIR if no_plus else None

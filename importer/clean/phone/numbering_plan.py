"""Numbering plans compiled from libphonenumber's metadata, which read plain spellings as the library does, but fast.

Every step here is one of the library's `parse` and `number_type`, taken on bare digits. A spelling with other
characters than digits and plain punctuation goes to the library itself, and so does one that gives no number here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, cast

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    REGION_CODE_FOR_NON_GEO_ENTITY,
    SUPPORTED_REGIONS,
    CountryCodeSource,
    PhoneMetadata,
    PhoneNumberDesc,
    PhoneNumberType,
    ValidationResult,
)

from importer.clean.phone import libphonenumber
from importer.clean.phone.libphonenumber import Number
from importer.regex import regex

if TYPE_CHECKING:
    import re

_PUNCTUATION = b" ()./-"
BARE_LENGTHS = range(3, 31)  # digits of a spelling; the library has rules of its own for fewer
_SHORTEST, _LONGEST = 2, 17  # digits of a national number
PLANS = {
    str(code): tuple(str(code) if region == REGION_CODE_FOR_NON_GEO_ENTITY else region for region in regions)
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()
}
"""The plans of each country code by name, the main one first: a region, or the code itself where it has none (+800)."""
_TYPES = {
    "premium_rate": PhoneNumberType.PREMIUM_RATE,
    "toll_free": PhoneNumberType.TOLL_FREE,
    "shared_cost": PhoneNumberType.SHARED_COST,
    "voip": PhoneNumberType.VOIP,
    "personal_number": PhoneNumberType.PERSONAL_NUMBER,
    "pager": PhoneNumberType.PAGER,
    "uan": PhoneNumberType.UAN,
    "voicemail": PhoneNumberType.VOICEMAIL,
}
NEVER = "(?!)"


def read(text: str, region: str | None) -> Number | None:
    """Read a number written with + or as dialled in a region (ISO 3166-1 alpha-2); None where there is none."""
    spelling = bare(text)
    number = number_of(spelling, region)
    return libphonenumber.read(text, region) if number is None and not _lacks_code(spelling, region) else number


def bare(text: str) -> str:
    """A spelling without plain punctuation."""
    return text.encode("ascii", "replace").translate(None, _PUNCTUATION).decode()


def number_of(spelling: str, region: str | None) -> Number | None:
    """The number of a bare spelling; None where only the library can read it, or tell that it is no number."""
    dialled = _dialled(spelling, region)
    if dialled is None:
        return None
    plan, national, source = dialled
    return Number(f"+{plan.code}{national}", plan.code, national, kind_of(national, plan.code), source)


def _lacks_code(spelling: str, region: str | None) -> bool:
    """Whether a bare spelling is no number because no country code follows its plus."""
    digits = spelling[1:]
    return (
        region is None
        and spelling.startswith("+")
        and digits.isdigit()
        and len(digits) in BARE_LENGTHS
        and not code_of(digits)
    )


def may_be_in_use(spelling: str, region: str) -> bool:
    """Whether a bare spelling may be a number in use, which is seen without the patterns of all types of numbers."""
    dialled = _dialled(spelling, region)
    if dialled is None:
        return True
    plan, national, _ = dialled
    return any(named(name).general.fullmatch(national) for name in PLANS[plan.code])


def _dialled(spelling: str, region: str | None) -> tuple[NumberingPlan, str, int] | None:
    """The main plan of a number, its national significant number, and how its country is known; None as above."""
    plus = spelling.startswith("+")
    digits = spelling[1:] if plus else spelling
    if not digits.isdigit() or len(digits) not in BARE_LENGTHS:
        return None
    plan, source = None, CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN
    if not plus:
        if region not in SUPPORTED_REGIONS:
            return None
        plan, source = named(region), CountryCodeSource.FROM_DEFAULT_COUNTRY
        abroad = plan.idd.match(digits)
        # No country code begins with 0, so that such digits are a number of the country itself.
        if abroad and not digits.startswith("0", abroad.end()):
            plan, digits, source = None, digits[abroad.end() :], CountryCodeSource.FROM_NUMBER_WITH_IDD
        elif digits.startswith(plan.code) and (rest := plan.without_code(digits)) is not None:
            plan, digits, source = main(plan.code), rest, CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN
    if plan is None:
        code = code_of(digits)
        if not code:
            return None
        plan, digits = main(code), digits[len(code) :]

    national = plan.national(digits)
    if len(digits) < _SHORTEST or len(national) > _LONGEST or not national.strip("0"):
        return None
    return plan, national, source


def kind_of(national: str, code: str) -> int:
    """The type of a national significant number as the first region that has it says; UNKNOWN where none has it."""
    for beginnings, plans in _plans_in_order(code):
        if match := beginnings.match(national):
            kind = plans[(match.lastindex or 1) - 1].kind(national)
            # A region whose numbers begin in no way of their own has those alone that its plan names.
            if match.lastindex or kind != PhoneNumberType.UNKNOWN:
                return kind
    return PhoneNumberType.UNKNOWN


@cache
def _plans_in_order(code: str) -> list[tuple[re.Pattern[str], list[NumberingPlan]]]:
    """The plans of a country code in their order, with how their numbers begin; all neighbours are tried at once.

    The pattern has a group for each plan, and none for a plan whose numbers begin in any way, which is by itself.
    """
    ordered: list[tuple[re.Pattern[str], list[NumberingPlan]]] = []
    plans = [named(name) for name in PLANS[code]]
    for has_beginning, neighbours in groupby(plans, key=lambda plan: plan.leading is not None):
        if has_beginning:
            together = list(neighbours)
            # The metadata's own groups capture nothing.
            either = "|".join(f"({plan.leading.pattern})" for plan in together if plan.leading)
            ordered.append((regex(either), together))
        else:
            ordered += [(regex(""), [plan]) for plan in neighbours]
    return ordered


def code_of(digits: str) -> str:
    """The country code that digits begin with, "" where there is none."""
    for size in (1, 2, 3):
        if (code := digits[:size]) in PLANS:
            return code
    return ""


def main(code: str) -> NumberingPlan:
    """The main plan of a country code."""
    return named(PLANS[code][0])


@dataclass(frozen=True, slots=True, eq=False)
class NumberingPlan:
    """The numbering plan of a region.

    `idd`: what is dialled before a country code; `prefix`: what is dialled before an area code; `general`: every
    number; `leading`: how the numbers begin where other regions have the same country code.
    """

    metadata: PhoneMetadata
    code: str
    idd: re.Pattern[str]
    prefix: re.Pattern[str]
    general: re.Pattern[str]
    leading: re.Pattern[str] | None
    possible: tuple[int, ...]
    local: tuple[int, ...]

    def without_prefix(self, digits: str) -> str:
        """The digits without what is dialled before them in the country, or with the area code that is left out."""
        match = self.prefix.match(digits)
        if not match:
            return digits
        rule = self.metadata.national_prefix_transform_rule
        moved = bool(rule) and match[self.prefix.groups] is not None
        rest = self.prefix.sub(rule or "", digits, count=1) if moved else digits[match.end() :]
        return digits if self.general.fullmatch(digits) and not self.general.fullmatch(rest) else rest

    def national(self, digits: str) -> str:
        """The national significant number."""
        if not self.prefix.match(digits):
            return digits
        rest = self.without_prefix(digits)
        possible = self.possibility(len(rest)) in (ValidationResult.IS_POSSIBLE, ValidationResult.TOO_LONG)
        return rest if possible else digits

    def without_code(self, digits: str) -> str | None:
        """The digits, which begin with the country code, without it, where only that makes a number of them."""
        rest = self.without_prefix(digits[len(self.code) :])
        better = not self.general.fullmatch(digits) and self.general.fullmatch(rest)
        return rest if better or self.possibility(len(digits)) == ValidationResult.TOO_LONG else None

    def possibility(self, length: int) -> int:
        """Whether numbers have so many digits: the library's ValidationResult."""
        if length in self.possible:
            return ValidationResult.IS_POSSIBLE
        if length in self.local:
            return ValidationResult.IS_POSSIBLE_LOCAL_ONLY
        if length < self.possible[0]:
            return ValidationResult.TOO_SHORT
        return ValidationResult.TOO_LONG if length > self.possible[-1] else ValidationResult.INVALID_LENGTH

    def kind(self, national: str) -> int:
        """The type of a national significant number, UNKNOWN where no such number is in use."""
        # Before the patterns of its types are compiled: most numbers of a sheet are tried in most plans.
        if not self.general.fullmatch(national):
            return PhoneNumberType.UNKNOWN
        types, pattern = _types(self, len(national))
        match = pattern.fullmatch(national)
        return types[match.lastindex - 1] if match and match.lastindex else PhoneNumberType.UNKNOWN


@cache
def named(name: str) -> NumberingPlan:
    """The plan with a name, compiled when the first number needs it."""
    is_region = not name.isdigit()
    metadata = cast(
        PhoneMetadata,
        PhoneMetadata.metadata_for_region(name) if is_region else PhoneMetadata.metadata_for_nongeo_region(int(name)),
    )
    general = cast(PhoneNumberDesc, metadata.general_desc)
    shared = len(PLANS[str(metadata.country_code)]) > 1
    return NumberingPlan(
        metadata,
        str(metadata.country_code),
        regex(metadata.international_prefix or NEVER),
        regex(metadata.national_prefix_for_parsing or NEVER),
        regex(general.national_number_pattern or NEVER),
        regex(metadata.leading_digits) if metadata.leading_digits and shared else None,
        general.possible_length,
        general.possible_length_local_only,
    )


@cache
def _types(plan: NumberingPlan, length: int) -> tuple[tuple[int, ...], re.Pattern[str]]:
    """The types that numbers of a length have, and a pattern with a group for each of them."""
    kinds = patterns(plan, length)
    # One search tells the type, where the library makes up to eleven; the metadata's own groups capture nothing.
    either = "|".join(f"({pattern})" for _, pattern in kinds) or NEVER
    return tuple(kind for kind, _ in kinds), regex(rf"(?=(?:{plan.general.pattern})\Z)(?:{either})")


def patterns(plan: NumberingPlan, length: int) -> list[tuple[int, str]]:
    """The types of a plan's numbers of a length with their patterns, in the order in which the library tries them."""
    if length not in plan.possible:
        return []

    def pattern(numbers: PhoneNumberDesc | None) -> str:
        if not numbers or not numbers.national_number_pattern or length not in (numbers.possible_length or (length,)):
            return ""
        return f"(?:{numbers.national_number_pattern})"

    metadata = plan.metadata
    special = [(kind, pattern(getattr(metadata, name))) for name, kind in _TYPES.items()]
    kinds = [(kind, numbers) for kind, numbers in special if numbers]
    fixed, mobile = pattern(metadata.fixed_line), pattern(metadata.mobile)
    # Where the metadata says that both are the same, the library does not look at the pattern for mobiles.
    if metadata.same_mobile_and_fixed_line_pattern:
        return [*kinds, (PhoneNumberType.FIXED_LINE_OR_MOBILE, fixed)] if fixed else kinds
    if fixed and mobile:
        kinds.append((PhoneNumberType.FIXED_LINE_OR_MOBILE, rf"(?={mobile}\Z){fixed}"))
    if fixed:
        kinds.append((PhoneNumberType.FIXED_LINE, fixed))
    if mobile:
        kinds.append((PhoneNumberType.MOBILE, mobile))
    return kinds

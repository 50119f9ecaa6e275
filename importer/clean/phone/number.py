"""One phone number, in every way that its spelling can be read; the first that gives a number in use is taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers
from phonenumbers import ValidationResult

from importer.clean.finding import CHECK, CellFinding, bad, shown
from importer.clean.phone import numbering_plan
from importer.clean.phone.libphonenumber import Number
from importer.clean.phone.number_rules import (
    PLUS_REPAIR,
    ZERO_REPAIR,
    Repair,
    dialled_abroad,
    number_findings,
    repair_by_library,
)
from importer.clean.phone.origin import (
    NOWHERE,
    SHORTEST_WITH_COUNTRY,
    Abroad,
    is_abroad,
    is_rather_abroad,
    may_have_lost_plus,
)
from importer.languages.cldr import country_name
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.model.choices import PhonePolicy

ReadNumber = Callable[[str, str | None], Number | None]
"""Reads a spelling as written with a plus or as dialled in a region; None where it is no number."""
E164 = regex(r"\+[1-9]\d{1,14}")
_NO_DIGIT = regex(r"\D+")
_LONGEST_SHORT_CODE = 6
FEWEST_WITH_CODE = 6  # such as +98 9601
"""No number has fewer digits with its country code."""
_ZERO = regex(r"(\D*(?:\+|00)\s*\d(?:[\s().-]*\d){0,2}[\s).-]*)\(\s*0\s*\)")
_CODE_AND_ZERO = regex(r"\s*([1-9]\d{0,2})[\s.-]*\(\s*0\s*\).*", re.DOTALL)
_NO_REPAIR: Repair = ("", "")
_TROUBLE = {
    ValidationResult.TOO_SHORT: ("phone-too-short", "is too short for a phone number"),
    ValidationResult.TOO_LONG: ("phone-too-long", "is too long for a phone number"),
    ValidationResult.INVALID_LENGTH: ("phone-not-valid", "has a number of digits that no phone number there has"),
    ValidationResult.INVALID_COUNTRY_CODE: ("phone-not-valid", "does not begin with a country code that exists"),
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: ("phone-no-area-code", "has no area code"),
    ValidationResult.IS_POSSIBLE: ("phone-unused", "has the length of a phone number, but no such number is in use"),
}


class Reading(NamedTuple):
    """What one spelling of a phone number was read as.

    `e164` is "" where it is no number; `repair` is rule and reason of a repair ("" where none was needed); `findings`
    are about the number, or say why there is none.
    """

    e164: str = ""
    repair: Repair = _NO_REPAIR
    findings: tuple[CellFinding, ...] = ()


class _Way(NamedTuple):
    """A way to read a spelling: the text, its region, and the repair that this way is."""

    text: str
    region: str | None
    repair: Repair = _NO_REPAIR
    guess: bool = False


def knows_region(region: str) -> bool:
    """Whether this is the code of a region that has phone numbers (ISO 3166-1 alpha-2, upper case)."""
    return region in phonenumbers.SUPPORTED_REGIONS


def region_of_code(code: int) -> str | None:
    """The main region of a country code, such as GB for 44; None where there is none."""
    region = phonenumbers.region_code_for_country_code(code)
    return str(region) if knows_region(region) else None


@cache
def _calling_code(region: str) -> str:
    return str(phonenumbers.country_code_for_region(region))


def country_of(e164: str) -> str:
    """The English name of a number's country, "" where its code is of no country."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    return country_name(region) if region and knows_region(region) else ""


def parse(
    text: str,
    region: str | None,
    policy: PhonePolicy = "strict",
    *,
    guess: bool = True,
    abroad: Abroad = NOWHERE,
    read: ReadNumber = numbering_plan.read,
) -> Reading:
    """Read one number, written in digits and punctuation with or without a plus, as E.164 (`+` and 2 to 15 digits).

    A number without a plus is read as dialled in `region`. Only where that gives no valid number (and `guess` is
    true) is it tried with a dialling prefix (`00`, `011`) or a lost plus, and taken as another country's only where
    its form or its column (`abroad`) shows that it is no number of the region with a slip. `strict` takes valid
    numbers; `lenient` also possible ones, with a warning.
    """
    if is_too_short(text, region):
        return _not_in_use(text, None, policy)
    return parse_by_ways(text, region, policy, guess=guess, abroad=abroad, read=read)


def parse_by_ways(
    text: str,
    region: str | None,
    policy: PhonePolicy,
    *,
    guess: bool = True,
    abroad: Abroad = NOWHERE,
    read: ReadNumber = numbering_plan.read,
) -> Reading:
    """What `parse` gives, without its short way for what has too few digits, which must always agree with this."""
    # "44 (0)20 7946 0101": only what was written with a country code has a zero in brackets behind one to three digits.
    if guess and (match := _CODE_AND_ZERO.fullmatch(text)):
        with_plus = parse(f"+{text.strip()}", None, policy, read=read)
        if with_plus.e164.startswith(f"+{match[1]}"):
            return with_plus._replace(repair=_plus_repair(with_plus.e164))
    ways = [*_ways(text, region, abroad)]
    # "+48 (0) 22 555 01 01": in most countries the zero is not dialled after the country code, in Italy it is needed.
    if (without_zero := _ZERO.sub(r"\1", text)) != text:
        ways += [way._replace(repair=ZERO_REPAIR) for way in _ways(without_zero, region, abroad)]
    readings = [(way, read(way.text, way.region)) for way in ways]
    own = _calling_code(region) if region and "+" not in text else ""
    if not readings:
        what = f"{shown(text)} has no country code, and no region is set for it."
        next_step = "Give --region (for example --region US), or write the number with + and its country code."
        return Reading(findings=(bad("phone-no-country", what, next_step),))
    way, number = _choice(text, own, region, abroad, [pair for pair in readings if guess or not pair[0].guess])
    if number is None:
        # What is wrong is said of the number as it was written, not of a guess at what was meant.
        as_written = next((each for other_way, each in readings if not other_way.repair[0]), readings[0][1])
        return _not_in_use(text, as_written, policy)
    if not E164.fullmatch(number.e164):
        return _not_in_use(text, None, "strict")

    findings = number_findings(text, number)
    repaired = [
        each.e164
        for other_way, each in readings
        if other_way.repair[0] and other_way.repair != ZERO_REPAIR and each is not None and each.in_use
    ]
    if not way.repair[0] and repaired and repaired[0] != number.e164:
        what = f"{shown(text)} was read as {number.e164}, as dialled in {way.region}; "
        what += f"with a plus before it, it would be {repaired[0]}."
        next_step = "Write the number with its plus and country code if that was meant."
        findings += (CellFinding("phone-ambiguous", what, next_step),)
    rule, why = way.repair if way.repair == ZERO_REPAIR else repair_by_library(number) or way.repair
    if rule == PLUS_REPAIR[0] and number.code != own:
        rule, why = _plus_repair(number.e164)
    return Reading(number.e164, (rule, why), findings)


def is_too_short(text: str, region: str | None) -> bool:
    """Whether a spelling has fewer digits than any number that is dialled in a region, or that begins with a plus."""
    if "+" not in text:
        return len(_NO_DIGIT.sub("", text)) < fewest_digits(region)
    return text.startswith("+") and len(_NO_DIGIT.sub("", text)) < FEWEST_WITH_CODE


@cache
def fewest_digits(region: str | None) -> int:
    """No number without a plus has fewer digits in a region, dialled there in any way; 7 at most, 0 where unknown."""
    if region is None or not knows_region(region):
        return 0
    plan = numbering_plan.named(region)
    # A rule may put an area code before what was dialled.
    if any(each.metadata.national_prefix_transform_rule for each in (plan, numbering_plan.main(plan.code))):
        return 0
    at_home = min(min(numbering_plan.named(name).possible) for name in numbering_plan.PLANS[plan.code])
    # With a country code, and what is dialled before it, every number has seven digits at least.
    return min(_LONGEST_SHORT_CODE + 1, at_home)


def _plus_repair(e164: str) -> Repair:
    """The repair of a number that had lost its plus, with the name of its country."""
    rule, why = PLUS_REPAIR
    country = country_of(e164)
    return rule, f"{why} ({country})" if country else why


def _choice(
    text: str, own: str, region: str | None, abroad: Abroad, readings: Sequence[tuple[_Way, Number | None]]
) -> tuple[_Way, Number | None]:
    """The first way that gives a number in use, and that number; no number of another country without a sign of it."""
    in_use = [(way, number) for way, number in readings if number and number.in_use]
    if not own or not region:
        return next(iter(in_use), (_Way(text, region), None))
    at_home = next(((way, number) for way, number in in_use if number.code == own), None)
    for way, number in in_use:
        if number.code == own:
            continue
        if (
            is_rather_abroad(text, at_home[1], number, region, abroad)
            if at_home
            else is_abroad(text, number, region, abroad)
        ):
            return way, number
    return at_home or (_Way(text, region), None)


def _ways(text: str, region: str | None, abroad: Abroad) -> Iterator[_Way]:
    """The ways to read a spelling, the most likely first."""
    digits = _NO_DIGIT.sub("", text)
    dialled = (_Way(number, None, repair) for number, repair in dialled_abroad(digits, region))
    if text.lstrip(" (").startswith("+"):
        yield _Way(text, None)
        yield from dialled
        return
    if region is None:
        if digits.startswith("00"):  # no country's own numbers begin so; 011 is also the area code of a few cities
            yield from dialled
        return

    # In Germany 4915112345678 is +49..., although the area code 04915 exists.
    code = _calling_code(region)
    begins_with_own_code = len(digits) >= SHORTEST_WITH_COUNTRY and code != "1" and digits.startswith(code)
    with_plus = _Way(f"+{digits}", None, PLUS_REPAIR, guess=not begins_with_own_code)
    if begins_with_own_code:
        yield with_plus
    yield _Way(text, region)
    yield from dialled
    if not begins_with_own_code and may_have_lost_plus(text, abroad):
        yield with_plus


def _not_in_use(text: str, number: Number | None, policy: PhonePolicy) -> Reading:
    """The reading of a number that is not valid: taken with a warning where it is possible and the policy lenient."""
    if len(_NO_DIGIT.sub("", text)) <= _LONGEST_SHORT_CODE:
        rule = "phone-too-short" if "+" in text else "phone-short-code"
        what = f"{shown(text)} is too short for a phone number with an area code (short codes cannot be contacts)."
        return Reading(findings=(bad(rule, what),))

    reason = ValidationResult.INVALID_COUNTRY_CODE
    if number:
        reason = numbering_plan.main(number.code).possibility(len(number.national))
    e164 = number.e164 if number else ""
    if policy == "lenient" and reason == ValidationResult.IS_POSSIBLE and E164.fullmatch(e164):
        what = f"{shown(text)} was taken as {e164}, which is possible but not known to be in use."
        return Reading(e164, findings=(CellFinding("phone-unverified", what, CHECK),))

    rule, trouble = _TROUBLE[reason]
    plus = "" if "+" in text else ", or write the number with + and its country code,"
    lenient = " Or use --phones lenient to send numbers that are merely possible." if rule == "phone-unused" else ""
    next_step = f"Correct the cell{plus} and run again.{lenient}"
    if reason in (ValidationResult.TOO_LONG, ValidationResult.TOO_SHORT):
        trouble += f": it has {len(_NO_DIGIT.sub('', text))} digits"
    return Reading(findings=(bad(rule, f"{shown(text)} {trouble}.", next_step),))

"""One phone number read by libphonenumber: the only door to that library."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeGuard

import phonenumbers
from phonenumbers import CountryCodeSource, NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

from importer.clean.finding import CHECK, Finding, bad, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.clean.rules import PhonePolicy

E164 = re.compile(r"\+[1-9]\d{1,14}")
_SHORTEST_WITH_COUNTRY = 11  # fewer digits may be a national number with a wrong one
_LONGEST_SHORT_CODE = 6
_NO_COUNTRY = re.compile(r"\D*(?:0|[2-689]\D)")  # one digit that stands apart, as in 9-1-415-..., is an outside line
_MEXICAN_MOBILE = 13  # digits of +52 1 and ten more; the 1 has not been dialled since 2019, but address books keep it
_COSTLY = {PhoneNumberType.PREMIUM_RATE: "a premium-rate number", PhoneNumberType.SHARED_COST: "a shared-cost number"}
_WHY_PREFIX = "an international dialling prefix stood for the plus"
_WHY_MEXICO = "the 1 that Mexican mobile numbers had until 2019 was cut"
_WHY_PLUS = "the plus of its country code was missing"
_TROUBLE = {
    ValidationResult.TOO_SHORT: ("phone-too-short", "is too short for a phone number"),
    ValidationResult.TOO_LONG: ("phone-too-long", "is too long for a phone number"),
    ValidationResult.INVALID_LENGTH: ("phone-not-valid", "has a number of digits that no phone number there has"),
    ValidationResult.INVALID_COUNTRY_CODE: ("phone-not-valid", "begins with no country code that exists"),
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: ("phone-no-area-code", "has no area code"),
    ValidationResult.IS_POSSIBLE: ("phone-unused", "has the length of a phone number, but no such number is in use"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one spelling of a phone number says.

    `e164` is "" where it says no number; `repair` is rule and reason of a repair ("" for none); `findings` tell about
    the number, and hold the one bad finding where there is no number.
    """

    e164: str = ""
    repair: tuple[str, str] = ("", "")
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Try:
    """A way to read a spelling: the text, its region, and the repair that this way is."""

    text: str
    region: str | None
    repair: tuple[str, str] = ("", "")
    guess: bool = False


def knows_region(region: str) -> bool:
    """Is this the code of a region that has phone numbers (ISO 3166-1 alpha-2, upper case)?"""
    return region in phonenumbers.SUPPORTED_REGIONS


def region_of_code(code: int) -> str | None:
    """The main region of a country code, such as GB for 44; None where there is none."""
    region = phonenumbers.region_code_for_country_code(code)
    return str(region) if knows_region(region) else None


def keypad_digits(text: str) -> str:
    """The text with letters as the digits of a phone's keys: only to see whether a number was meant so."""
    return str(phonenumbers.convert_alpha_characters_in_number(text))


def parse(text: str, region: str | None, policy: PhonePolicy = "strict", *, guess: bool = True) -> Reading:
    """Read one number, written in digits and punctuation with or without a plus, as E.164 (`+` and 2 to 15 digits).

    A number without a plus is read as dialled in `region`. Only where that gives no valid number (and `guess` is
    true) is it tried with a dialling prefix (`00`, `011`) or a lost plus, and never where ten digits or less may be a
    national number with a mistake. `strict` takes valid numbers; `lenient` also possible ones, with a warning.
    """
    read = [(way, _number(way)) for way in _tries(text, region)]
    if not read:
        return Reading(findings=(_no_country(text),))
    for way, number in read:
        if _is_valid(number) and (guess or not way.guess):
            return _valid(text, way, number, read)
    plain = next((number for way, number in read if not way.repair[0]), read[0][1])
    return _doubtful(text, plain, policy)


def _tries(text: str, region: str | None) -> Iterator[_Try]:
    """The ways to read a spelling, the one to be believed first."""
    digits = re.sub(r"\D", "", text)
    if text.lstrip(" (").startswith("+"):
        yield _Try(text, None)
        yield from _foreign_tries(digits)
    elif region is None:
        if digits.startswith(
            "00"
        ):  # no country's own numbers begin so, while 011 is also the area code of a few cities
            yield from _foreign_tries(digits)
    else:
        plus = _Try(f"+{digits}", None, ("repaired-plus", _WHY_PLUS), guess=True)
        own = _has_own_country(digits, region)
        if own:
            yield replace(plus, guess=False)
        yield _Try(text, region)
        yield from _foreign_tries(digits)
        if not own and len(digits) >= _SHORTEST_WITH_COUNTRY and not _NO_COUNTRY.match(text):
            yield plus


def _has_own_country(digits: str, region: str) -> bool:
    """Do the digits begin with the region's own country code? In Germany 4915112345678 is +49, though 04915 exists."""
    code = str(phonenumbers.country_code_for_region(region))
    return code != "1" and digits.startswith(code) and len(digits) >= _SHORTEST_WITH_COUNTRY


def _foreign_tries(digits: str) -> Iterator[_Try]:
    """What dialling prefixes and outdated habits make of a number."""
    if digits.startswith("00"):
        yield _Try(f"+{digits[2:]}", None, ("repaired-prefix", _WHY_PREFIX))
    elif digits.startswith("011"):
        yield _Try(f"+{digits[3:]}", None, ("repaired-prefix", _WHY_PREFIX))
    elif digits.startswith("521") and len(digits) == _MEXICAN_MOBILE:
        yield _Try(f"+52{digits[3:]}", None, ("repaired-mexico", _WHY_MEXICO))


def _number(way: _Try) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(way.text, way.region, keep_raw_input=True)
    except NumberParseException:
        return None


def _is_valid(number: PhoneNumber | None) -> TypeGuard[PhoneNumber]:
    return number is not None and phonenumbers.number_type(number) != PhoneNumberType.UNKNOWN


def _valid(text: str, way: _Try, number: PhoneNumber, read: list[tuple[_Try, PhoneNumber | None]]) -> Reading:
    e164 = _e164(number)
    if not E164.fullmatch(e164):
        return _doubtful(text, None, "strict")
    return Reading(e164, _repair(way, number), (*_costly(text, number), *_other_reading(text, way, e164, read)))


def _repair(way: _Try, number: PhoneNumber) -> tuple[str, str]:
    """The repair that reading took, also where the library made it by itself."""
    source = number.country_code_source
    if source == CountryCodeSource.FROM_NUMBER_WITH_IDD:
        return "repaired-prefix", _WHY_PREFIX
    if source == CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN and number.country_code != 1:
        return "repaired-plus", _WHY_PLUS
    return way.repair


def _costly(text: str, number: PhoneNumber) -> tuple[Finding, ...]:
    kind = _COSTLY.get(phonenumbers.number_type(number))
    return (Finding("phone-premium", f"{shown(text)} is {kind}: calling it may cost extra.", CHECK),) if kind else ()


def _other_reading(text: str, way: _Try, e164: str, read: list[tuple[_Try, PhoneNumber | None]]) -> tuple[Finding, ...]:
    """A warning where digits read as dialled in the region would be another number if a plus had been lost."""
    others = [_e164(number) for other, number in read if other.repair[0] and number and _is_valid(number)]
    if way.repair[0] or not others or others[0] == e164:
        return ()
    what = (
        f"{shown(text)} was read as {e164}, as dialled in {way.region}; with a plus before it, it would be {others[0]}."
    )
    return (Finding("phone-ambiguous", what, "Write the number with its plus and country code if that was meant."),)


def _doubtful(text: str, number: PhoneNumber | None, policy: PhonePolicy) -> Reading:
    """The reading of a number that is not valid: taken with a warning where it is possible and the policy lenient."""
    digits = re.sub(r"\D", "", text)
    if len(digits) <= _LONGEST_SHORT_CODE:
        rule = "phone-too-short" if "+" in text else "phone-short-code"
        what = f"{shown(text)} is too short for a phone number with an area code (short codes cannot be contacts)."
        return Reading(findings=(bad(rule, what),))
    reason = phonenumbers.is_possible_number_with_reason(number) if number else ValidationResult.INVALID_COUNTRY_CODE
    e164 = _e164(number) if number else ""
    if policy == "lenient" and reason == ValidationResult.IS_POSSIBLE and E164.fullmatch(e164):
        what = f"{shown(text)} was taken as {e164}, which is possible but not known to be in use."
        return Reading(e164, findings=(Finding("phone-unverified", what, CHECK),))
    rule, trouble = _TROUBLE[reason]
    plus = "" if "+" in text else ", or write the number with + and its country code,"
    lenient = " Or use --phones lenient to send numbers that are merely possible." if rule == "phone-unused" else ""
    next_step = f"Correct the cell{plus} and run again.{lenient}"
    return Reading(findings=(bad(rule, f"{shown(text)} {trouble}.", next_step),))


def _no_country(text: str) -> Finding:
    what = f"{shown(text)} has no country code, and no region is set for it."
    return bad(
        "phone-no-country",
        what,
        "Give --region (for example --region US), or write the number with + and its country code.",
    )


def _e164(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

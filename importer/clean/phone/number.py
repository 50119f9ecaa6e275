"""One phone number, in every way that its spelling can be read; the first that gives a number in use is believed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumberType, ValidationResult

from importer.clean.finding import CHECK, CellFinding, bad, shown
from importer.clean.phone import numbering_plan
from importer.clean.phone.libphonenumber import COSTLY, Number
from importer.clean.phone.prefixes import FOREIGN, LONGEST_E164, SHORTEST_WITH_COUNTRY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.clean.rules import PhonePolicy

Read = Callable[[str, str | None], Number | None]
"""A way to read one number: a spelling, and the region in which it is dialled."""
E164 = re.compile(r"\+[1-9]\d{1,14}")
_NO_DIGIT = re.compile(r"\D+")
_LONGEST_SHORT_CODE = 6
_NO_COUNTRY = re.compile(r"\D*(?:0|[2-689]\D)")  # one digit that stands apart, as in 9-1-415-..., is an outside line
_MEXICAN_MOBILE = 13  # digits of +52 1 and ten more; the 1 has not been dialled since 2019, but address books keep it
_WORTH_A_WORD = {*COSTLY, PhoneNumberType.UNKNOWN}
_IDD, _WITHOUT_PLUS = CountryCodeSource.FROM_NUMBER_WITH_IDD, CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN
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
    findings: tuple[CellFinding, ...] = ()


class _Try(NamedTuple):
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


def undoubted(text: str, region: str | None) -> str:
    """The E.164 that `judged` gives for a spelling of which there is nothing to say; "" where there may be."""
    spelt = text if text.isascii() and text.isdigit() else numbering_plan.bare(text)
    plus = spelt.startswith("+")
    if spelt.startswith(FOREIGN) or (plus and not text.startswith(("+", "(+"))):
        return ""
    number = numbering_plan.number_of(spelt, region)
    if number is None or number.kind in _WORTH_A_WORD or len(number.e164) > LONGEST_E164 or _supplied(number):
        return ""
    if plus or len(spelt) < SHORTEST_WITH_COUNTRY or spelt.startswith("0"):
        return number.e164
    with_plus = numbering_plan.number_of(f"+{spelt}", None) if number.code == "1" else None
    return number.e164 if with_plus and with_plus.e164 == number.e164 else ""


def parse(text: str, region: str | None, policy: PhonePolicy = "strict", *, guess: bool = True) -> Reading:
    """Read one number, written in digits and punctuation with or without a plus, as E.164 (`+` and 2 to 15 digits).

    A number without a plus is read as dialled in `region`. Only where that gives no valid number (and `guess` is
    true) is it tried with a dialling prefix (`00`, `011`) or a lost plus, and never where ten digits or less may be a
    national number with a mistake. `strict` takes valid numbers; `lenient` also possible ones, with a warning.
    """
    e164 = undoubted(text, region)
    return Reading(e164) if e164 else judged(text, region, policy, guess=guess)


def judged(
    text: str,
    region: str | None,
    policy: PhonePolicy = "strict",
    *,
    guess: bool = True,
    read: Read = numbering_plan.read,
) -> Reading:
    """What `parse` gives, from all the ways to read a spelling; `read` reads it in one of them."""
    tried = [(way, read(way.text, way.region)) for way in _tries(text, region)]
    if not tried:
        return Reading(findings=(_no_country(text),))
    for way, number in tried:
        if number and number.in_use and (guess or not way.guess):
            return _valid(text, way, number, tried)
    plain = next((number for way, number in tried if not way.repair[0]), tried[0][1])
    return _doubtful(text, plain, policy)


def _tries(text: str, region: str | None) -> Iterator[_Try]:
    """The ways to read a spelling, the one to be believed first."""
    digits = _NO_DIGIT.sub("", text)
    if text.lstrip(" (").startswith("+"):
        yield _Try(text, None)
        yield from _foreign_tries(digits)
    elif region is None:
        if digits.startswith("00"):  # no country's own numbers begin so; 011 is also the area code of a few cities
            yield from _foreign_tries(digits)
    else:
        plus = _Try(f"+{digits}", None, ("repaired-plus", _WHY_PLUS), guess=True)
        own = _has_own_country(digits, region)
        if own:
            yield plus._replace(guess=False)
        yield _Try(text, region)
        yield from _foreign_tries(digits)
        if not own and len(digits) >= SHORTEST_WITH_COUNTRY and not _NO_COUNTRY.match(text):
            yield plus


def _has_own_country(digits: str, region: str) -> bool:
    """Do the digits begin with the region's own country code? In Germany 4915112345678 is +49, though 04915 exists."""
    if len(digits) < SHORTEST_WITH_COUNTRY:
        return False
    code = str(phonenumbers.country_code_for_region(region))
    return code != "1" and digits.startswith(code)


def _foreign_tries(digits: str) -> Iterator[_Try]:
    """What dialling prefixes and outdated habits make of a number."""
    if digits.startswith("00"):
        yield _Try(f"+{digits[2:]}", None, ("repaired-prefix", _WHY_PREFIX))
    elif digits.startswith("011"):
        yield _Try(f"+{digits[3:]}", None, ("repaired-prefix", _WHY_PREFIX))
    elif digits.startswith("521") and len(digits) == _MEXICAN_MOBILE:
        yield _Try(f"+52{digits[3:]}", None, ("repaired-mexico", _WHY_MEXICO))


def _valid(text: str, way: _Try, number: Number, tried: list[tuple[_Try, Number | None]]) -> Reading:
    if not E164.fullmatch(number.e164):
        return _doubtful(text, None, "strict")
    findings = (*_costly(text, number), *_other_reading(text, way, number.e164, tried))
    return Reading(number.e164, _supplied(number) or way.repair, findings)


def _supplied(number: Number) -> tuple[str, str] | None:
    """The repair that the library makes by itself."""
    if number.source == _IDD:
        return "repaired-prefix", _WHY_PREFIX
    return ("repaired-plus", _WHY_PLUS) if number.source == _WITHOUT_PLUS and number.code != "1" else None


def _costly(text: str, number: Number) -> tuple[CellFinding, ...]:
    kind = COSTLY.get(number.kind)
    return (
        (CellFinding("phone-premium", f"{shown(text)} is {kind}: calling it may cost extra.", CHECK),) if kind else ()
    )


def _other_reading(text: str, way: _Try, e164: str, tried: list[tuple[_Try, Number | None]]) -> tuple[CellFinding, ...]:
    """A warning where digits read as dialled in the region would be another number if a plus had been lost."""
    others = [number.e164 for other, number in tried if other.repair[0] and number and number.in_use]
    if way.repair[0] or not others or others[0] == e164:
        return ()
    what = (
        f"{shown(text)} was read as {e164}, as dialled in {way.region}; with a plus before it, it would be {others[0]}."
    )
    return (CellFinding("phone-ambiguous", what, "Write the number with its plus and country code if that was meant."),)


def _doubtful(text: str, number: Number | None, policy: PhonePolicy) -> Reading:
    """The reading of a number that is not valid: taken with a warning where it is possible and the policy lenient."""
    digits = _NO_DIGIT.sub("", text)
    if len(digits) <= _LONGEST_SHORT_CODE:
        rule = "phone-too-short" if "+" in text else "phone-short-code"
        what = f"{shown(text)} is too short for a phone number with an area code (short codes cannot be contacts)."
        return Reading(findings=(bad(rule, what),))
    reason = numbering_plan.possibility(number) if number else ValidationResult.INVALID_COUNTRY_CODE
    e164 = number.e164 if number else ""
    if policy == "lenient" and reason == ValidationResult.IS_POSSIBLE and E164.fullmatch(e164):
        what = f"{shown(text)} was taken as {e164}, which is possible but not known to be in use."
        return Reading(e164, findings=(CellFinding("phone-unverified", what, CHECK),))
    rule, trouble = _TROUBLE[reason]
    plus = "" if "+" in text else ", or write the number with + and its country code,"
    lenient = " Or use --phones lenient to send numbers that are merely possible." if rule == "phone-unused" else ""
    next_step = f"Correct the cell{plus} and run again.{lenient}"
    return Reading(findings=(bad(rule, f"{shown(text)} {trouble}.", next_step),))


def _no_country(text: str) -> CellFinding:
    what = f"{shown(text)} has no country code, and no region is set for it."
    return bad(
        "phone-no-country",
        what,
        "Give --region (for example --region US), or write the number with + and its country code.",
    )

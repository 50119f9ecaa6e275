"""Prefixes: first digits of a number after which it makes no difference which digits follow, only how many.

They read the plain spellings of most sheets, in half the time that the plans take: without them, `check` misses its
speed target. The metadata's patterns prove each prefix once, with `_` for a digit not yet seen. Where only `\\d` of a
pattern takes `_`, and the pattern matches, it does so for all digits; where every part that takes some digit takes
`_`, and the pattern does not match, it does so for none.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from phonenumbers import SUPPORTED_REGIONS

from importer.clean.phone import number_rules, numbering_plan
from importer.clean.phone.origin import SHORTEST_WITH_COUNTRY
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.clean.phone.numbering_plan import NumberingPlan

_LONGEST_E164 = 16
_REMEMBERED = 50_000  # prefixes: of each way in which they are written, there are some 3,000 American ones
_UNSEEN = "_"
_SYNTAX = regex(r"(?:\\d|\[[0-9-]+\]|\{[0-9]+,?[0-9]*\}|\(\?:|[()|?*+$0-9])+")
_ATOM = regex(r"\{[0-9,]+\}|\[([0-9-]+)\]|(\\d|[0-9])")


def e164(bare: str, region: str | None) -> str:
    """The E.164 of a bare spelling (digits with or without a plus) whose prefix proves that no rule applies to it.

    "" where a rule may apply, or a prefix proves nothing: the spelling has to be read by itself.
    """
    return e164_of_each((bare,), region)[0]


def e164_of_each(spellings: Iterable[str], region: str | None) -> list[str]:
    """The same for many spellings, in two thirds of the time."""
    # Four digits of the national number are enough for nearly all, and the fewer they are, the fewer prefixes there
    # are. Cached by prefix, so that this is the only work for most numbers of a sheet.
    prefixes = []
    for bare in spellings:
        length = len(bare)
        if bare[:1] == "+":
            size = 6 if bare[1:2] == "1" else 7
            start = _proved(bare[:size], length, None)
        else:
            size = 4 if length < SHORTEST_WITH_COUNTRY else 5
            start = _proved(bare[:size], length, region)
        prefixes.append(start and start + bare[size:])
    return prefixes


@lru_cache(maxsize=_REMEMBERED)
def only_at_home(prefix: str, length: int, region: str) -> bool:
    """Whether all digits of a length that begin so are a number in use as dialled in a region, and none with a plus.

    Without the region's own country code in front.
    """
    digits = prefix.ljust(length, _UNSEEN)
    if region not in SUPPORTED_REGIONS or len(digits) not in numbering_plan.BARE_LENGTHS:
        return False
    home, code = numbering_plan.named(region), numbering_plan.code_of(prefix)
    if digits.startswith(home.code) or _possible(home.idd.pattern).match(digits) or not _number(digits, home):
        return False
    national = digits[len(code) :]
    if not code or _possible(numbering_plan.main(code).prefix.pattern).match(national):
        return False
    plans = map(numbering_plan.named, numbering_plan.PLANS[code])
    return not any(_patterns(plan, len(national))[1].fullmatch(national) for plan in plans)


@lru_cache(maxsize=_REMEMBERED)
def _proved(prefix: str, length: int, region: str | None) -> str:
    """What the prefix is in the E.164 of every bare spelling of a length that begins with it; "" if not proved."""
    digits = prefix.removeprefix("+").ljust(length - prefix.count("+"), _UNSEEN)
    is_long_enough = len(digits) in numbering_plan.BARE_LENGTHS and digits.endswith(_UNSEEN)
    if not is_long_enough or number_rules.may_be_habit(prefix, region):
        return ""
    if not prefix.startswith("+"):
        if region not in SUPPORTED_REGIONS:
            return ""
        home = numbering_plan.named(region)
        if _possible(home.idd.pattern).match(digits):
            return ""
        with_code = digits.startswith(home.code) and len(digits) > home.possible[-1]  # dialled without its plus
        if not with_code:
            # So many digits may be another number with a plus.
            with_plus = len(digits) >= SHORTEST_WITH_COUNTRY and numbering_plan.code_of(digits)
            return "" if with_plus else _number(digits, home).rstrip(_UNSEEN)
        # Only in North America is the code a usual thing to dial, and nothing to say.
        if home.code != "1" or _possible(home.prefix.pattern).match(digits[1:]):
            return ""

    code = numbering_plan.code_of(digits)
    return _number(digits[len(code) :], numbering_plan.main(code)).rstrip(_UNSEEN) if code else ""


def _number(digits: str, home: NumberingPlan) -> str:
    """The E.164 of digits as they are dialled in a country, or come after its code; "" where it is not sure."""
    dialled_before = _possible(home.prefix.pattern).match(digits)
    if dialled_before and (_UNSEEN in dialled_before[0] or dialled_before.lastindex):
        return ""
    national = digits[dialled_before.end() :] if dialled_before else digits
    begins_with_code, is_cut = digits.startswith(home.code), national != digits
    if begins_with_code and is_cut:
        return ""
    # Only of a national number it is sure that no more is cut, and no less.
    if (begins_with_code or is_cut) and not (
        len(national) in home.possible and re.fullmatch(_surely(home.general.pattern), national)
    ):
        return ""
    number = f"+{home.code}{national}"
    fits = len(number) <= _LONGEST_E164 and national.strip(f"0{_UNSEEN}")
    return number if fits and _needs_no_rule(national, home.code) else ""


def _needs_no_rule(national: str, code: str) -> bool:
    """Whether a national number is surely in use, and no rule can apply: the first plan that has it decides."""
    # An earlier plan may have the number too, with a type to which a rule applies.
    earlier: list[re.Pattern[str]] = []
    for name in numbering_plan.PLANS[code]:
        plan = numbering_plan.named(name)
        leading = _possible(plan.leading.pattern).match(national) if plan.leading else None
        if leading and _UNSEEN in leading[0]:
            return False
        if plan.leading and not leading:
            continue
        in_use, may_be_in_use, may_be_ruled = _patterns(plan, len(national))
        if in_use.fullmatch(national):
            return not any(pattern.fullmatch(national) for pattern in (may_be_ruled, *earlier))
        if leading:
            return False
        earlier.append(may_be_in_use)
    return False


@cache
def _patterns(plan: NumberingPlan, length: int) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What is sure to be a number in use, what may be one, and what may be one to which a rule applies."""
    types = numbering_plan.patterns(plan, length)
    sure = "|".join(dict.fromkeys(_surely(pattern) for _, pattern in types)) or numbering_plan.NEVER
    possible = "|".join(dict.fromkeys(_possibly(pattern) for _, pattern in types)) or numbering_plan.NEVER
    ruled = "|".join(
        rf"(?=(?:{_possibly(rule.national)})\Z){_possibly(pattern)}"
        for kind, pattern in types
        for rule in number_rules.rules_for(kind, plan.code)
    )
    in_use = rf"(?=(?:{_surely(plan.general.pattern)})\Z)(?:{sure})"
    return regex(in_use), regex(possible), regex(ruled or numbering_plan.NEVER)


@cache
def _possible(pattern: str) -> re.Pattern[str]:
    return regex(_possibly(pattern))


def _surely(pattern: str) -> str:
    """A pattern's text, so that it takes an unseen digit only where any digit does."""
    return pattern.replace(r"\d", rf"[\d{_UNSEEN}]") if _SYNTAX.fullmatch(pattern) else numbering_plan.NEVER


def _possibly(pattern: str) -> str:
    """A pattern's text, so that it takes an unseen digit wherever some digit does; all, if it cannot be understood."""
    if pattern == numbering_plan.NEVER:
        return pattern
    # A count such as {2} holds digits too, which are no part of a number and stay as they are.
    with_unseen = _ATOM.sub(lambda atom: f"[{atom[1] or atom[2]}{_UNSEEN}]" if atom[1] or atom[2] else atom[0], pattern)
    return with_unseen if _SYNTAX.fullmatch(pattern) else ".*"

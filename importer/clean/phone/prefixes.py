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

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.clean.phone.numbering_plan import NumberingPlan

SHORTEST_WITH_COUNTRY = 11  # fewer digits may be a national number with a wrong one
_LONGEST_E164 = 16
_REMEMBERED = 50_000  # prefixes: of each way in which they are written, there are some 3,000 American ones
_UNSEEN = "_"
_SYNTAX = re.compile(r"(?:\\d|\[[0-9-]+\]|\{[0-9]+,?[0-9]*\}|\(\?:|[()|?*+$0-9])+")
_ATOM = re.compile(r"\{[0-9,]+\}|\[([0-9-]+)\]|(\\d|[0-9])")


def e164(bare: str, region: str | None) -> str:
    """The E.164 of a bare spelling (digits with or without a plus) whose prefix proves that no rule applies to it.

    "" where a rule may apply, or a prefix proves nothing: the spelling has to be read by itself.
    """
    # Four digits of the national number are enough for nearly all, and the fewer they are, the fewer prefixes there
    # are. Cached by prefix, so that this is the only work for most numbers of a sheet.
    if bare.startswith("+"):
        size, region = 6 if bare.startswith("+1") else 7, None
    else:
        size = 4 if len(bare) < SHORTEST_WITH_COUNTRY else 5
    start = _proved(bare[:size], len(bare), region)
    return start and start + bare[size:]


@lru_cache(maxsize=_REMEMBERED)
def _proved(prefix: str, length: int, region: str | None) -> str:
    """What the prefix is in the E.164 of every bare spelling of a length that begins with it; "" if not proved."""
    digits = prefix.removeprefix("+").ljust(length - prefix.count("+"), _UNSEEN)
    is_long_enough = len(digits) in numbering_plan.BARE_LENGTHS and digits.endswith(_UNSEEN)
    if not is_long_enough or number_rules.may_be_habit(prefix):
        return ""
    if prefix.startswith("+"):
        return _international(digits).rstrip(_UNSEEN)
    return _dialled(digits, numbering_plan.named(region)).rstrip(_UNSEEN) if region in SUPPORTED_REGIONS else ""


def _international(digits: str) -> str:
    code = numbering_plan.code_of(digits)
    return _number(digits[len(code) :], numbering_plan.main(code)) if code else ""


def _dialled(digits: str, home: NumberingPlan) -> str:
    if _possible(home.idd.pattern).match(digits):
        return ""
    if digits.startswith(home.code) and len(digits) > home.possible[-1]:  # the code was dialled without a plus
        american = home.code == "1" and not _possible(home.prefix.pattern).match(digits[1:])
        return _international(digits) if american else ""
    if len(digits) >= SHORTEST_WITH_COUNTRY and numbering_plan.code_of(digits):
        return ""  # with a plus it may be another number
    return _number(digits, home)


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
        len(national) in home.possible and _sure(home.general.pattern).fullmatch(national)
    ):
        return ""
    number = f"+{home.code}{national}"
    fits = len(number) <= _LONGEST_E164 and national.strip(f"0{_UNSEEN}")
    return number if fits and _needs_no_rule(national, home.code) else ""


def _needs_no_rule(national: str, code: str) -> bool:
    """Whether a national number is surely in use, and no rule can apply: the first plan that has it decides."""
    earlier: list[NumberingPlan] = []
    for name in numbering_plan.PLANS[code]:
        plan = numbering_plan.named(name)
        leading = _possible(plan.leading.pattern).match(national) if plan.leading else None
        if leading and _UNSEEN in leading[0]:
            return False
        if plan.leading and not leading:
            continue
        in_use, ruled = _in_use_and_ruled(plan, len(national))
        if in_use.fullmatch(national):
            # An earlier plan may have the number too, with a type to which a rule applies.
            others = (_in_use_possibly(each, len(national)) for each in earlier)
            return not any(pattern.fullmatch(national) for pattern in (ruled, *others))
        if leading:
            return False
        earlier.append(plan)
    return False


@cache
def _in_use_and_ruled(plan: NumberingPlan, length: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is sure to be a number in use, and what may be one to which a rule applies."""
    types = numbering_plan.patterns(plan, length)
    in_use = dict.fromkeys(_surely(pattern) for _, pattern in types)
    ruled = [
        rf"(?=(?:{_possibly(rule.national)})\Z){_possibly(pattern)}"
        for kind, pattern in types
        for rule in number_rules.rules_for(kind, plan.code)
    ]
    return re.compile(rf"(?=(?:{_surely(plan.general.pattern)})\Z)(?:{_either(in_use)})"), re.compile(_either(ruled))


@cache
def _in_use_possibly(plan: NumberingPlan, length: int) -> re.Pattern[str]:
    """What may be a number of some type."""
    return re.compile(
        _either(dict.fromkeys(_possibly(pattern) for _, pattern in numbering_plan.patterns(plan, length)))
    )


@cache
def _sure(pattern: str) -> re.Pattern[str]:
    return re.compile(_surely(pattern))


@cache
def _possible(pattern: str) -> re.Pattern[str]:
    return re.compile(_possibly(pattern))


def _surely(pattern: str) -> str:
    """A pattern's text, so that it takes an unseen digit only where any digit does."""
    return pattern.replace(r"\d", rf"[\d{_UNSEEN}]") if _SYNTAX.fullmatch(pattern) else numbering_plan.NEVER


def _possibly(pattern: str) -> str:
    """A pattern's text, so that it takes an unseen digit wherever some digit does; all, if it cannot be understood."""
    if pattern == numbering_plan.NEVER:
        return pattern
    return _ATOM.sub(_or_unseen, pattern) if _SYNTAX.fullmatch(pattern) else ".*"


def _or_unseen(atom: re.Match[str]) -> str:
    digits = atom[1] or atom[2]
    return f"[{digits}{_UNSEEN}]" if digits else atom[0]


def _either(patterns: Iterable[str]) -> str:
    return "|".join(patterns) or numbering_plan.NEVER

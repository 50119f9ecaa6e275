"""Leads: first digits of a number after which it makes no difference which digits follow, only how many.

The metadata's patterns prove it, once for each lead, with `_` for a digit not yet seen. Where no part of a pattern but
`\\d` takes `_`, and the pattern matches, it does so for all digits; where every part that takes some digit takes `_`,
and the pattern does not match, it does so for none.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from phonenumbers import SUPPORTED_REGIONS

from importer.clean.phone import numbering_plan
from importer.clean.phone.libphonenumber import COSTLY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.clean.phone.numbering_plan import NumberingPlan

FOREIGN = ("00", "011", "521", "+0", "+521")
"""How bare spellings begin that may be meant in another way than they are written."""
SHORTEST_WITH_COUNTRY = 11  # fewer digits may be a national number with a wrong one
LONGEST_E164 = 16
_REMEMBERED = 50_000  # leads: of each way in which they are written, there are some 3,000 American ones
_UNSEEN = "_"
_SYNTAX = re.compile(r"(?:\\d|\[[0-9-]+\]|\{[0-9]+,?[0-9]*\}|\(\?:|[()|?*+$0-9])+")
_ATOM = re.compile(r"\{[0-9,]+\}|\[([0-9-]+)\]|(\\d|[0-9])")


def e164(spelt: str, region: str | None) -> str:
    """The E.164 of a bare spelling (digits with or without a plus) whose lead settles that nothing is to be said of it.

    "" where there may be something to say, or a lead settles nothing.
    """
    # Four digits of the national number are enough for nearly all, and the fewer they are, the fewer leads there are.
    if spelt.startswith("+"):
        size, region = 6 if spelt.startswith("+1") else 7, None
    else:
        size = 4 if len(spelt) < SHORTEST_WITH_COUNTRY else 5
    begun = _settled(spelt[:size], len(spelt), region)
    return begun and begun + spelt[size:]


@lru_cache(maxsize=_REMEMBERED)
def _settled(lead: str, length: int, region: str | None) -> str:
    """What the lead becomes in the E.164 of every bare spelling of a length that begins with it; "" if not proved."""
    digits = lead.removeprefix("+").ljust(length - lead.count("+"), _UNSEEN)
    if lead.startswith(FOREIGN) or len(digits) not in numbering_plan.SPELT or not digits.endswith(_UNSEEN):
        return ""
    if lead.startswith("+"):
        return _international(digits).rstrip(_UNSEEN)
    return _dialled(digits, numbering_plan.named(region)).rstrip(_UNSEEN) if region in SUPPORTED_REGIONS else ""


def _international(digits: str) -> str:
    code = numbering_plan.code_of(digits)
    return _number(digits[len(code) :], numbering_plan.main(code)) if code else ""


def _dialled(digits: str, home: NumberingPlan) -> str:
    if _possible(home.idd.pattern).match(digits):
        return ""
    if digits.startswith(home.code) and len(digits) > home.possible[-1]:  # the code was dialled without a plus
        own = home.code == "1" and not _possible(home.prefix.pattern).match(digits[1:])
        return _international(digits) if own else ""
    if len(digits) >= SHORTEST_WITH_COUNTRY and numbering_plan.code_of(digits):
        return ""  # with a plus it may be another number
    return _number(digits, home)


def _number(digits: str, home: NumberingPlan) -> str:
    """The E.164 of digits as they are dialled in a country, or come after its code; "" where it is not sure."""
    cut = _possible(home.prefix.pattern).match(digits)
    if cut and (_UNSEEN in cut[0] or cut.lastindex):
        return ""
    national = digits[cut.end() :] if cut else digits
    own, cuts = digits.startswith(home.code), national != digits
    if own and cuts:
        return ""
    if (own or cuts) and not (len(national) in home.possible and _sure(home.general.pattern).fullmatch(national)):
        return ""  # only of a national number it is sure that no more is cut, and no less
    number = f"+{home.code}{national}"
    fits = len(number) <= LONGEST_E164 and national.strip(f"0{_UNSEEN}")
    return number if fits and _is_quiet(national, home.code) else ""


def _is_quiet(national: str, code: str) -> bool:
    """Is it sure that a national number is in use, and of a type that needs no word? The first plan with it says so."""
    earlier: list[NumberingPlan] = []
    for name in numbering_plan.PLANS[code]:
        home = numbering_plan.named(name)
        led = _possible(home.leading.pattern).match(national) if home.leading else None
        if led and _UNSEEN in led[0]:
            return False
        if home.leading and not led:
            continue
        quiet, costly = _types(home, len(national))
        if quiet.fullmatch(national):
            others = (_any_type(each, len(national)) for each in earlier)
            return not any(pattern.fullmatch(national) for pattern in (costly, *others))
        if led:
            return False
        earlier.append(home)
    return False


@cache
def _types(home: NumberingPlan, length: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is sure to be a number that needs no word, and what may be a costly one."""
    known = numbering_plan.patterns(home, length)
    quiet = dict.fromkeys(_surely(pattern) for kind, pattern in known if kind not in COSTLY)
    costly = (_possibly(pattern) for kind, pattern in known if kind in COSTLY)
    general = _surely(home.general.pattern)
    return re.compile(rf"(?=(?:{general})\Z)(?:{_either(quiet)})"), re.compile(_either(costly))


@cache
def _any_type(home: NumberingPlan, length: int) -> re.Pattern[str]:
    """What may be a number of some type."""
    return re.compile(
        _either(dict.fromkeys(_possibly(pattern) for _, pattern in numbering_plan.patterns(home, length)))
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

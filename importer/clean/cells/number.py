"""Number cells: the decimal sign comes from the option or from the whole column, and no digit is lost on the way."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from importer.clean.characters.characters import ascii_digits
from importer.clean.characters.text_guard import unguarded_value
from importer.clean.finding import CORRECT, Cleaned, bad, placeholder, refused, repaired, shown
from importer.clean.placeholders import is_placeholder
from importer.clean.plain import plain_form
from importer.regex import regex

if TYPE_CHECKING:
    from importer.clean.rules import NumberStyle

_MINUS = str.maketrans("−–—‒﹣－", "------")
_SPACES = regex(r"(?<=\d)[ '’`](?=\d{3}(?!\d))")
_CURRENCY_SIGNS = "$€£¥₹₽₩₪₺₫₴₦₱฿₡₲₵₸₼₾¢円元원"
_CURRENCY = (
    rf"(?:US\$|CA\$|A\$|C\$|R\$|NZ\$|HK\$|S\$|[{_CURRENCY_SIGNS}]|\b(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|BRL|MXN|CNY"
    r"|ZAR|TRY|RUB|UAH|RON|ILS|SAR|AED|KRW|kr|zł|Kč|Ft|lei|TL|грн|руб|Fr|Rs|Euro|euros?|dollars?)\.?(?![^\W\d_]))"
)
_AROUND = regex(
    rf"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<before>{_CURRENCY})?\s*(?P<sign2>[+-])?\s*(?P<digits>[\d.,]*\d[.,]?(?:[eE][+-]?\d+)?)"
    rf"\s*(?P<after>{_CURRENCY})?\s*(?P<percent>%)?\s*(?P<sign3>[+-])?\s*(?P<close>\))?"
)
# Groups of two digits are India's: 12,34,567. They are never written with dots.
_DOT = regex(r"(?P<whole>\d*|[1-9]\d{0,2}(?:,\d{2,3})*,\d{3})(?:\.(?P<part>\d*))?(?P<power>[eE][+-]?\d+)?")
_COMMA = regex(r"(?P<whole>\d*|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(?P<part>\d*))?(?P<power>[eE][+-]?\d+)?")
# Whatever is more than a number with its separators: a currency, a percent sign, a minus at the end, leading zeros.
_ADDED = regex(r"[^\d\s.,'’`+−–-]|[-−–]\s*$|^[+−-]?0\d")
PLAIN = (
    plain_form(r"0|-?[1-9]\d{0,14}"),
    # Three digits after the sign could be a group of thousands, and decide nothing here.
    plain_form(r"-?(?:0|[1-9]\d{0,9})\.(?:\d?[1-9]|\d{3}[1-9])"),
    plain_form(r"(-?(?:0|[1-9]\d{0,9})\.[1-9])0", "%s"),
    plain_form(r"(0|-?[1-9]\d{0,9})\.00?", "%s"),
)
"""Numbers that are read alike in every column: whole, or with a dot and one, two or four digits after it."""
# No group of thousands has one, two or four digits.
_SURELY_DOT = plain_form(r"-?(?:0|[1-9]\d{0,9})\.(?:\d{1,2}|\d{4})")
PLAIN_EVIDENCE = ((_SURELY_DOT, "dot"), (plain_form(r"[0-9]+"), ""))
"""The usual ways of writing numbers, with what `evidence` says of each."""
_LONGEST = 320  # a double has at most 309 digits before its point
_LONGEST_POWER = 5  # characters, as in e-308: no double has a longer one


def clean(text: str, style: NumberStyle | None = None, *, decimal_comma: bool = False) -> Cleaned:
    """A number as JSON text: an integer keeps all its digits, a fraction is finite and plain.

    `style` is what the column's unambiguous cells show, `decimal_comma` the option; `1.234` and `1,234` are read by the
    option in a column that shows nothing, and are bad in a column that shows both. Thousands separators are normal; a
    currency, a percent sign, brackets for minus, leading zeros and powers of ten are cut, with a finding.
    """
    bare, findings = unguarded_value(ascii_digits(text))
    if not bare:
        return Cleaned("")
    if is_placeholder(bare):
        return Cleaned("", (placeholder(bare),))
    readings = _readings(bare) if len(bare) <= _LONGEST else {}
    if not readings:
        return refused(bad("number-not-valid", f"{shown(bare)} is not a number.", CORRECT))

    values = list(dict.fromkeys(readings.values()))
    contradicted = style == "mixed" or (decimal_comma and style == "dot")
    if len(values) > 1 and contradicted:
        both = " or ".join(map(_json, values))
        what = f"{shown(bare)} can be {both}: this column uses dot and comma for decimals."
        return refused(bad("number-ambiguous", what, "Write the number without thousands separators and run again."))
    sign: NumberStyle = style or ("comma" if decimal_comma else "dot")
    value = readings[sign] if len(values) > 1 else values[0]

    number = _json(value)
    why = ""
    if Decimal(number) != value:
        why = "a number field holds about 16 digits after the point"
    elif number != bare and (_ADDED.search(bare) or "--" in bare):
        why = "only the number itself can be sent"
    return Cleaned(number, (*findings, repaired("repaired-number", bare, number, why)) if why else findings)


def evidence(text: str) -> NumberStyle | Literal["either-style", ""]:
    """What a cell shows about its column: the only decimal sign it can have, or that both fit (`1.234`).

    "" where it shows nothing: a whole number, or not a number.
    """
    # Most numbers are whole, and the look at the whole column comes before every cell.
    if text.isdigit():
        return ""
    if _SURELY_DOT.pattern.fullmatch(text):
        return "dot"
    readings = _readings(unguarded_value(ascii_digits(text))[0])
    if len(set(readings.values())) > 1:
        return "either-style"
    return next(iter(readings)) if len(readings) == 1 and re.search(r"\d[.,]\d", text) else ""


def _readings(text: str) -> dict[NumberStyle, Decimal]:
    """The numbers that the text can be, by the decimal sign that reads it so."""
    match = _AROUND.fullmatch(_SPACES.sub("", text.translate(_MINUS)))
    if not match or bool(match["open"]) != bool(match["close"]):
        return {}
    signs = [sign for sign in (match["sign"], match["sign2"], match["sign3"], match["open"]) if sign]
    if len(signs) > 1:
        return {}
    readings: dict[NumberStyle, Decimal] = {}
    styles: tuple[tuple[NumberStyle, re.Pattern[str], str], ...] = (("dot", _DOT, ","), ("comma", _COMMA, "."))
    for style, pattern, group in styles:
        if not (part := pattern.fullmatch(match["digits"])):
            continue
        whole, fraction, power = part["whole"].replace(group, ""), part["part"] or "", part["power"] or ""
        if not whole + fraction or len(power) > _LONGEST_POWER:
            continue
        value = Decimal(f"{whole or 0}.{fraction or 0}{power}")
        if math.isfinite(float(value)):
            readings[style] = value.copy_negate() if signs and signs[0] in "-(" else value
    return readings


def _json(value: Decimal) -> str:
    """The number as JSON text without a power of ten where it is whole, else as the shortest text of its double."""
    if value == value.to_integral_value():
        return str(int(value))
    return repr(float(value))

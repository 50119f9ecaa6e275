"""Number cells: the decimal sign comes from the option or from the whole column, and no digit is lost on the way."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from importer.clean.characters.characters import ascii_digits
from importer.clean.characters.text_guard import bared
from importer.clean.finding import CORRECT, CellFinding, Cleaned, bad, placeholder, refused, repaired, shown
from importer.clean.placeholders import is_placeholder

if TYPE_CHECKING:
    from importer.clean.rules import NumberStyle

_MINUS = str.maketrans("−–—‒﹣－", "------")
_SPACES = re.compile(r"(?<=\d)[ '’`](?=\d{3}(?!\d))")
_CURRENCY_SIGNS = "$€£¥₹₽₩₪₺₫₴₦₱฿₡₲₵₸₼₾¢"
_CURRENCY = (
    rf"(?:US\$|CA\$|A\$|C\$|R\$|NZ\$|HK\$|S\$|[{_CURRENCY_SIGNS}]|\b(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|INR|BRL|MXN|CNY"
    r"|ZAR|TRY|RUB|kr|zł|Kč|Fr|Rs|Euro|euros?|dollars?)\.?(?![^\W\d_]))"
)
_AROUND = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<before>{_CURRENCY})?\s*(?P<sign2>[+-])?\s*(?P<digits>[\d.,]*\d[.,]?(?:[eE][+-]?\d+)?)"
    rf"\s*(?P<after>{_CURRENCY})?\s*(?P<percent>%)?\s*(?P<sign3>[+-])?\s*(?P<close>\))?"
)
_DOT = re.compile(r"(?P<whole>\d*|[1-9]\d{0,2}(?:,\d{2,3})*,\d{3})(?:\.(?P<part>\d*))?(?P<power>[eE][+-]?\d+)?")
_COMMA = re.compile(r"(?P<whole>\d*|[1-9]\d{0,2}(?:\.\d{3})+)(?:,(?P<part>\d*))?(?P<power>[eE][+-]?\d+)?")
_LONGEST = 320  # a double has at most 309 digits before its point
_LONGEST_POWER = 5


def clean(text: str, style: NumberStyle | None = None, *, decimal_comma: bool = False) -> Cleaned:
    """A number as JSON text: an integer keeps all its digits, a fraction is finite and plain.

    `style` is what the column's unambiguous cells show, `decimal_comma` the option; `1.234` and `1,234` are read by the
    option in a column that shows nothing, and are bad in a column that shows both. Thousands separators are normal; a
    currency, a percent sign, brackets for minus, leading zeros and powers of ten are cut, with a finding.
    """
    bare, findings = bared(ascii_digits(text))
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
    return _with_findings(bare, value, findings)


def style_shown(text: str) -> NumberStyle | None:
    """The only decimal sign that the cell can mean; None where it has none or could mean both."""
    readings = _readings(bared(ascii_digits(text))[0])
    if len(readings) != 1 or not re.search(r"\d[.,]\d", text):
        return None
    return next(iter(readings))


def is_ambiguous(text: str) -> bool:
    """Whether this is a number such as `1.234` that is another one when dot and comma change places."""
    return len(set(_readings(bared(ascii_digits(text))[0]).values())) > 1


def _readings(text: str) -> dict[NumberStyle, Decimal]:
    """The numbers that the text can be, by the decimal sign that reads it so."""
    match = _AROUND.fullmatch(_SPACES.sub("", text.translate(_MINUS)))
    if not match or bool(match["open"]) != bool(match["close"]):
        return {}
    signs = [sign for sign in (match["sign"], match["sign2"], match["sign3"], match["open"]) if sign]
    if len(signs) > 1:
        return {}
    readings: dict[NumberStyle, Decimal] = {}
    for style, pattern, group in (("dot", _DOT, ","), ("comma", _COMMA, ".")):
        if (part := pattern.fullmatch(match["digits"])) and (value := _value(part, group)) is not None:
            readings["dot" if style == "dot" else "comma"] = (
                value.copy_negate() if signs and signs[0] in "-(" else value
            )
    return readings


def _value(match: re.Match[str], group: str) -> Decimal | None:
    whole, part, power = match["whole"].replace(group, ""), match["part"] or "", match["power"] or ""
    if not whole + part or len(power) > _LONGEST_POWER:
        return None
    value = Decimal(f"{whole or 0}.{part or 0}{power}")
    return value if math.isfinite(float(value)) else None


def _with_findings(text: str, value: Decimal, findings: tuple[CellFinding, ...]) -> Cleaned:
    number = _json(value)
    if number == text:
        return Cleaned(number, findings)
    if Decimal(number) != value:
        findings = (
            *findings,
            repaired("repaired-number", text, number, "a number field holds about 16 digits after the point"),
        )
    elif re.search(r"[^\d\s.,'’`+−–-]|[-−–]\s*$|^[+−-]?0\d", text) or "--" in text:
        findings = (*findings, repaired("repaired-number", text, number, "only the number itself can be sent"))
    return Cleaned(number, findings)


def _json(value: Decimal) -> str:
    """The number as JSON text without a power of ten where it is whole, else as the shortest text of its double."""
    if value == value.to_integral_value():
        return str(int(value))
    return repr(float(value))

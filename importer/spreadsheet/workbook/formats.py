"""Number formats that add digits (zeros or a plus in front) or show that some were lost (ECMA-376 18.8.31)."""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<place>[0#])|(?P<plain>[-+() /\u00a0])')
_ROUNDED = "00000"


@lru_cache(maxsize=1024)
def shape(number_format: str) -> tuple[str, int]:
    """What a format puts in front of a whole number (digits or a plus), and how many digits it shows at least.

    A format that shows anything but the digits of a whole number gives ("", 0): it changes nothing.

    >>> shape("00000"), shape('"+"0'), shape('0#" "##" "##" "##" "##'), shape("#,##0.00"), shape("General")
    (('', 5), ('+', 1), ('', 10), ('', 0), ('', 0))
    """
    section = number_format.partition(";")[0]
    prefix, places, position = "", "", 0
    while position < len(section):
        token = _TOKEN.match(section, position)
        if token is None:
            return "", 0
        literal = token["quoted"] or token["escaped"] or token["plain"] or ""
        if places and any(character.isalnum() for character in literal):
            return "", 0
        prefix += "" if places else literal
        places += token["place"] or ""
        position = token.end()
    digits = re.sub(r"[-() /\u00a0]", "", prefix)
    return (digits, len(places.lstrip("#"))) if re.fullmatch(r"\+?[0-9]*", digits) and places else ("", 0)


def shown(text: str, number_format: str) -> str:
    """A whole number with the digits that its format adds, or as a power of ten where only that is known of it.

    >>> shown("123", "00000"), shown("412345678", '"0"#'), shown("123456789", "00 00 00 00 00"), shown("-5", "000")
    ('00123', '0412345678', '0123456789', '-5')
    >>> shown("14155600000", "0.00E+00"), shown("14155550101", "0.00E+00")
    ('1.41556E+10', '14155550101')
    """
    if not text.isdecimal():
        return text
    if "E+" in number_format and text.endswith(_ROUNDED):
        # Excel gives this format to a number that it read as 1.41556E+10: its zeros are lost digits.
        digits = text.rstrip("0") or "0"
        return f"{digits[0]}.{digits[1:]}".rstrip(".") + f"E+{len(text) - 1:02}"
    prefix, least = shape(number_format)
    return prefix + text.zfill(least)

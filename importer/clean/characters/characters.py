"""Invisible characters, and digits of other scripts."""

from __future__ import annotations

import unicodedata

from importer.regex import regex

_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"
    "\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_SPACES = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_EDGES = _SPACES + _INVISIBLE
_DROP_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE))
_CONTROLS = regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACE_RUN = regex(f"[{_SPACES}]+")
_ODD_SPACE = regex("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000\t\x0b\x0c\x85]")
# NFC would replace these by other ideographs, and a person's name is written with exactly one of them.
_COMPOSABLE = regex("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")


def trimmed(text: str) -> str:
    """The text without spaces and invisible characters at its edges."""
    return text.strip(_EDGES)


def visible(text: str) -> str:
    """The text without any invisible character (zero width, bidi marks, soft hyphens, BOM), every space a plain one."""
    if text.isascii():
        return text
    return _ODD_SPACE.sub(" ", text.translate(_DROP_INVISIBLE))


def one_spaced(text: str) -> str:
    """The text trimmed, with each run of spaces and line breaks as one space; joiners inside are kept."""
    return _SPACE_RUN.sub(" ", trimmed(text))


def printable(text: str) -> str:
    """The text without control characters; tabs and line breaks are kept."""
    return _CONTROLS.sub("", text)


def composed(text: str) -> str:
    """The text in Unicode's form NFC, compatibility ideographs left as they are."""
    if text.isascii():
        return text
    return _COMPOSABLE.sub(lambda run: unicodedata.normalize("NFC", run.group()), text)


def ascii_digits(text: str) -> str:
    """The text with the decimal digits of every script (full-width, Arabic-Indic, ...) as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)

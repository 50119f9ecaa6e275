"""What spreadsheet programs and copying do to a phone number, undone where no digit was lost."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from importer.clean.characters.characters import ascii_digits, trimmed, visible
from importer.clean.characters.text_guard import WHY, unguarded
from importer.clean.finding import CellFinding, bad, shown
from importer.clean.plain import plain_form
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

_PLUSES = regex("[＋﹢⁺➕]")
_DASHES = regex("[‐‑‒–—―−﹘﹣－ー﹣⁃]")
_BRACKETS = str.maketrans("（）［］．／，；：", "()[]./,;:")
_MINUS = regex(r"[-−]\s?(\d{7,}(?:\.0+)?)")
_OTHER_SIGNS = regex(r"[\d\s()+\-./\[\]_]+")
_AS_PLAIN = str.maketrans("[]_", "()-")
_DECIMAL = regex(r"([+]?\d{5,})[.,]0+")
_THOUSANDS = regex(r"\d{1,3}(?:([,'’])\d{3})(?:\1\d{3}){2,}(?:\.0+)?")
_SHORTENED = regex(r"([+]?\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_FRACTION = regex(r"[+-]?\d{7,}[.,]\d{1,4}")
_ROUND = regex(r"(?=\d{11})[1-9]\d{0,5}?0{5,}")  # six digits are what 1.41556E+10 keeps
_FORMULA = regex(r"=\s*([+\d(].*)", re.DOTALL)
_ZEROS = regex(r"[^\d+]*0[0\s()./_-]*")
_WITH_COUNTRY = regex(r"[^\d+]*(?:\+|00)")
_DECIMAL_SIGN = regex("[.,]")
PLAIN_EVIDENCE = (
    (plain_form(r"\+[0-9 ()./-]*"), "with-country"),
    (plain_form(r"\(?(?!00)[0-9](?:[ ()/-]{0,3}[0-9]){6,20}"), "without-country"),
    (plain_form(r"(?!00)[0-9]{1,4}\.[0-9]{2,4}\.[0-9]{4,6}"), "without-country"),
)
"""The usual ways of writing numbers, with what `evidence` says of each."""
# Digits, words and plain signs, in no form that a step below undoes: most cells that hold more than a number.
_UNDAMAGED = regex(r"(?!\+?[0-9][eE])[+(0-9A-Za-z][0-9A-Za-z ()+/:;#-]*")
_ENOUGH_DIGITS = regex(r"(?:\D*\d){7}")
_AS_TEXT = "Format the column as Text in the spreadsheet program, correct the number and export again."


def _first_group(pattern: re.Pattern[str], text: str) -> str:
    """The first group of a text that matches a pattern, else the text as it is."""
    # Not `sub`, which looks for the pattern at every character: all steps together took 1.7 times as long.
    match = pattern.fullmatch(text)
    return match.group(1) if match else text


def _written_out(text: str) -> str:
    """`1.4155550101E+10` as 14155550101: all digits are there. A shorter fraction has lost some and stays as it is."""
    match = _SHORTENED.fullmatch(text)
    if not match or len(match.group(2) or "") != int(match.group(3)):
        return text
    return f"{match.group(1)}{match.group(2)}"


# Each step sees what the one before it left: a guard around a number hides the minus of the number, and so on.
_STEPS: tuple[tuple[Callable[[str], str], str, str], ...] = (
    (unguarded, "repaired-guard", WHY),
    (partial(_first_group, _FORMULA), "repaired-guard", WHY),
    (visible, "repaired-spaces", "invisible characters were removed"),
    (ascii_digits, "repaired-digits", "digits of another script became 0 to 9"),
    # A minus before bare digits is a number cell below zero; a dash before spelt digits is punctuation.
    (partial(_first_group, _MINUS), "repaired-minus", "the minus sign of a number cell was removed"),
    (partial(_first_group, _DECIMAL), "repaired-decimal", "the .0 of a number cell was removed"),
    (
        lambda text: re.sub(r"\D", "", text.partition(".")[0]) if _THOUSANDS.fullmatch(text) else text,
        "repaired-thousands",
        "the thousands separators of a number cell were removed",
    ),
    (_written_out, "repaired-power", "a number cell's power of ten was written out"),
)


class RepairedCell(NamedTuple):
    """A phone cell with its damage undone: the text to read, and rule and reason of each repair."""

    text: str
    repairs: tuple[tuple[str, str], ...] = ()


def undo(text: str) -> RepairedCell:
    """Undo the damage that lost nothing: text guards, `.0`, thousands commas, invisible characters, other digits."""
    value = trimmed(text)
    return RepairedCell(value) if _UNDAMAGED.fullmatch(value) else undo_thoroughly(value)


def undo_thoroughly(value: str) -> RepairedCell:
    """What `undo` gives for a trimmed cell, without its short way, which must always agree with this."""
    repairs: list[tuple[str, str]] = []
    for step, rule, why in _STEPS:
        if (after := step(value)) != value:
            repairs.append((rule, why))
            value = after

    # Typographic pluses, dashes and brackets are punctuation of a number, so that nothing is said.
    plain = value if value.isascii() else _DASHES.sub("-", _PLUSES.sub("+", value)).translate(_BRACKETS)
    return RepairedCell(plain.translate(_AS_PLAIN) if _OTHER_SIGNS.fullmatch(plain) else plain, tuple(repairs))


def lost_digits(text: str) -> CellFinding | None:
    """The finding for a number in the short form `1.41556E+10`, whose last digits are lost, or with a fraction."""
    if _FRACTION.fullmatch(text):
        return bad("phone-not-valid", f"{shown(text)} is a number with a fraction, which no phone number has.")
    match = _SHORTENED.fullmatch(text)
    if not match:
        return None
    what = f"{shown(text)} was shortened by a spreadsheet program and has lost digits of the phone number."
    return bad("phone-digits-lost", what, _AS_TEXT)


def evidence(text: str) -> Literal["with-country", "without-country", ""]:
    """Whether a cell is a phone number with a country code, without one, or ("") perhaps no number at all."""
    if _WITH_COUNTRY.match(text):
        # Nothing but zeros stands for no number.
        return "" if _ZEROS.fullmatch(text) else "with-country"
    if not _ENOUGH_DIGITS.match(text):
        return ""
    # A number that lost its digits is not a number, and has a warning of its own.
    return "" if _DECIMAL_SIGN.search(text) and lost_digits(text) else "without-country"


def rounded(text: str) -> CellFinding | None:
    """The warning for a number that ends in zeros as 1.41556E+10 does once a workbook has stored it as 14155600000."""
    if not _ROUND.fullmatch(text):
        return None
    what = f"{shown(text)} ends in zeros like a number that a spreadsheet program has shortened to 6 digits."
    return CellFinding(
        "phone-rounded", what, "Compare it with where the sheet came from, and correct the cell if needed."
    )

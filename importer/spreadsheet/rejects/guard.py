"""Formula-looking cells in a CSV: harmless in a spreadsheet program, and the very same text when they are read back.

One apostrophe goes in front of a cell that begins with `= + - @` (full-width ones too), a tab or a line break, after
any apostrophes and spaces. Reading takes one off the same pattern, only in a file with the `_external_id` column, so:

- what is written and read is what it was, also for cells that begin with apostrophes (`'t Hooft` is left alone);
- a spreadsheet program shows the apostrophe as text and saves it again; where someone edits the cell and it is dropped,
  the plain text is what was meant.

Characters that control a terminal (escape sequences, marks that turn a line round) are written as `_x001B_`, the way of
Office Open XML, and read back as what they were. So is the separator in `x;=1+1` where the file has commas: a program
whose lists have semicolons splits the cell there, and runs what begins after it. The same holds for line breaks.

An external id is also guarded where a spreadsheet program would change it on opening (00123, 1E5, 20 digits, dates,
TRUE), because an id that changes makes a contact twice. Source of the list of signs: OWASP, CSV injection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.regex import regex
from importer.text import CONTROLS, formula_after, sign_after

if TYPE_CHECKING:
    import re

_SIGNS = r"[\t\r\n]|[\s\u200b\ufeff\x00]*[=+\-@＝＋－＠]"
_MONTH = "(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_CHANGED = (
    r"(?:0\d+|\d{12,}|\d+\.\d*|\.\d+|\d[\d,]*%|\d+(?:\.\d+)?[eE][+-]?\d+"
    r"|\d{1,4}[-/.:]\d{1,2}(?:[-/.:]\d{1,4})?(?: .*)?"
    rf"|\d{{1,2}}[-/ ]?{_MONTH}(?:[-/ ]?\d{{2,4}})?|{_MONTH}[-/ ]?\d{{1,4}}|(?i:true|false))\s*$"
)
_DANGER = regex(rf"'*(?:{_SIGNS})")
_FORMULA = regex(_SIGNS)
_PLUS_DIGITS = regex(r"\+\d+")
_GUARDED = regex(rf"'+(?:{_SIGNS})")
_CHANGING = regex(rf"'*(?:{_SIGNS}|{_CHANGED})")
_KEPT = regex(rf"'+(?:{_SIGNS}|{_CHANGED})")
_CONTROL = regex(f"[{CONTROLS}]")
_SEPARATORS = ";,\t\r\n"
_CODE = regex("_x([0-9A-F]{4})_")
# What looks like a code of ours keeps its underscore as a code, so that it stays a look-alike.
_LOOK_ALIKE = regex("_(?=x[0-9A-F]{4}_)")


def guarded(text: str, delimiter: str = ",", *, is_open: bool = True) -> str:
    """A cell of a file with this delimiter that no spreadsheet program runs and no terminal obeys.

    `is_open` as in `formula_after`.

    >>> guarded("=1+1"), guarded("+14155550101"), guarded("'-x"), guarded("'t Hooft"), guarded("x;=1+1")
    ("'=1+1", "'+14155550101", "''-x", "'t Hooft", 'x_x003B_=1+1')
    """
    text = _coded(text, delimiter, is_open=is_open)
    # Nearly every cell begins with a letter or a digit, and many a message quotes a value.
    return f"'{text}" if not text[:1].isalnum() and text[:1] != "“" and _DANGER.match(text) else text


def unguarded(text: str) -> str:
    """The cell that `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("''-x"), unguarded("'t Hooft")
    ('=1+1', "'-x", "'t Hooft")
    """
    return _decoded(text[1:] if text.startswith("'") and _GUARDED.match(text) else text)


def guarded_id(text: str, delimiter: str = ",") -> str:
    """An external id that a spreadsheet program leaves as it is.

    >>> guarded_id("00123"), guarded_id("oi1-4f2a"), guarded_id("1001")
    ("'00123", 'oi1-4f2a', '1001')
    """
    text = _coded(text, delimiter, is_open=True)
    return f"'{text}" if _CHANGING.match(text) else text


def unguarded_id(text: str) -> str:
    """The external id that `guarded_id` was given."""
    return _decoded(text[1:] if text.startswith("'") and _KEPT.match(text) else text)


def clean_guarded(text: str) -> str:
    """A clean cell that no spreadsheet program runs: reading any sheet takes the apostrophe off again.

    Unlike `guarded`, for a table that is no rejects file. A plus with digits stays: every program takes it for a
    number, and those that read phone numbers need it as it is.

    >>> clean_guarded("=1+1"), clean_guarded("+14155550101"), clean_guarded("'-x")
    ("'=1+1", '+14155550101', "'-x")
    """
    return f"'{text}" if _FORMULA.match(text) and not _PLUS_DIGITS.fullmatch(text) else text


def _coded(text: str, delimiter: str, *, is_open: bool) -> str:
    if "_x" in text:
        text = _LOOK_ALIKE.sub("_x005F_", text)
    # Most cells have only letters that can be seen, which is known much faster than searched for.
    if not text.isprintable():
        text = _CONTROL.sub(_code, text)
    elif (delimiter == ";" or ";" not in text) and (delimiter == "," or "," not in text):
        return text
    separators = _SEPARATORS.replace(delimiter, "")
    coded, count = formula_after(separators, is_open=is_open).subn(_code, text)
    # A number that ended where a code stands now goes on with that code, and is a formula itself.
    return sign_after(separators).sub(_code, coded) if count else coded


def _code(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"


def _decoded(text: str) -> str:
    if "_x" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        code = chr(int(match[1], 16))
        # A code of any other character is text of the person's own.
        return code if code == "_" or code in _SEPARATORS or _CONTROL.fullmatch(code) else match[0]

    return _CODE.sub(character, text)

"""Multi-select cells: the lists that exports write, as JSON text."""

from __future__ import annotations

import ast
import csv
import json
import re
from typing import TYPE_CHECKING, Literal

from importer.clean.cells.text import readable
from importer.clean.characters.characters import trimmed
from importer.clean.characters.mojibake import garble_finding
from importer.clean.finding import CORRECT, Cleaned, bad, oversized, placeholder, refused, repaired, shown
from importer.clean.placeholders import is_sign
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LINE_OR_COLONS = regex(r"\s+:::\s+|[\r\n]+")
_QUOTED_LIST = regex(r'"(?:[^"]|"")*"(?:\s*,\s*"(?:[^"]|"")*")*')
_LIST_START = regex(r"\[\s*(?:[\"'].*)?", re.DOTALL)
# Words and what may stand between options; no quote, bracket, colon or line break, which make a list of another kind.
_WORDS = regex(r"[A-Za-z0-9][A-Za-z0-9 ;,|/_.+-]*")
_HALF = regex("[\ud800-\udfff]")  # what a list may escape, and no file can hold


def clean(text: str, separator: str = ";") -> Cleaned:
    """The chosen options as a JSON list of text.

    Understands the separator (one character; quotes protect it), ` ::: ` and line breaks, JSON lists, Python lists and
    quoted lists (`"VIP","Blog"`). Options are trimmed and keep their case; an option given twice is sent once.
    """
    if too_long := oversized(text):
        return refused(too_long)
    # Most cells of most lists, in a fifth of the time of all that follows.
    if _WORDS.fullmatch(text) and not is_sign(text):
        words = [option for option in map(str.strip, text.split(separator)) if option]
        if words and len(set(words)) == len(words):
            return Cleaned('["' + '", "'.join(words) + '"]')
    bare, findings = readable(text)
    if not bare:
        return Cleaned("", findings)
    if is_sign(bare):
        return Cleaned("", (placeholder(bare),))
    options = _options(bare, separator)
    if options is None:
        return refused(bad("choice-broken-list", f"{shown(bare)} starts like a list but is not one.", CORRECT))
    if any(map(_HALF.search, options)):
        return refused(bad("choice-broken-list", f"{shown(bare)} holds half of a character.", CORRECT))
    # Google puts a star before a label that it made itself or that is the first: no part of the name.
    tidy = [tidied for option in options if (tidied := trimmed(trimmed(option).removeprefix("* ")))]
    if tidy != [option for option in map(trimmed, options) if option]:
        why = "Google puts a star before a label"
        findings += (repaired("repaired-star", bare, ", ".join(tidy), why),)
    distinct = list(dict.fromkeys(tidy))
    if len(distinct) < len(tidy):
        why = "an option that was given twice is sent once"
        findings += (repaired("repaired-choice", bare, ", ".join(distinct), why),)
    return Cleaned(json.dumps(distinct, ensure_ascii=False) if distinct else "", findings + garble_finding(bare))


def merge(lists: Iterable[str]) -> str:
    """Several cleaned cells (JSON lists, "" for none) as one list without doubles."""
    options = list(dict.fromkeys(option for text in lists if text for option in json.loads(text)))
    return json.dumps(options, ensure_ascii=False) if options else ""


def evidence(text: str, separator: str) -> Literal["separated", "with-comma", ""]:
    """What a cell shows about its column: it has the separator, or only commas, which may be meant as such; else ""."""
    if text[:1] in ("[", '"'):
        return ""
    if separator in text or " ::: " in text or "\n" in text:
        return "separated"
    return "with-comma" if "," in text else ""


def _options(text: str, separator: str) -> Sequence[str] | None:
    """The options of a cell, None where it begins like a list but is not one."""
    # Python reads what JSON does not: single quotes, as in `['VIP']`. An option may also begin with a bracket, as in
    # `[old] VIP`, but not with a bracket and a quote: that is a list with something wrong in it.
    for read in (json.loads, ast.literal_eval) if text.startswith("[") else ():
        try:
            items: object = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(items, list) and all(isinstance(item, str | int | float) for item in items):
            return [item if isinstance(item, str) else json.dumps(item) for item in items]
        break
    if _LIST_START.fullmatch(text):
        return None
    if _QUOTED_LIST.fullmatch(text):
        return _quoted(text, ",")
    return [option for part in _LINE_OR_COLONS.split(text) for option in _quoted(part, separator)]


def _quoted(text: str, separator: str) -> list[str]:
    # csv takes a separator of one character only, and quotes that do not close make no list of the text.
    if '"' not in text or len(separator) != 1:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return text.split(separator)

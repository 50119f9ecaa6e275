"""Multi-select cells: the lists that exports write, as JSON text."""

from __future__ import annotations

import ast
import csv
import json
import re
from typing import TYPE_CHECKING

from importer.clean.cells.text import control_finding
from importer.clean.characters.characters import printable, trimmed
from importer.clean.characters.text_guard import guard_finding, unguarded_words
from importer.clean.finding import CORRECT, Cleaned, bad, placeholder, refused, repaired, shown
from importer.clean.placeholders import is_sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LINE_OR_COLONS = re.compile(r"\s+:::\s+|[\r\n]+")
_QUOTED_LIST = re.compile(r'"(?:[^"]|"")*"(?:\s*,\s*"(?:[^"]|"")*")*')
_LIST_START = re.compile(r"\[\s*(?:[\"'].*)?", re.DOTALL)
_LONGEST_LIST = 100_000
_HALF = re.compile("[\ud800-\udfff]")  # what a list may escape, and no file can hold


def clean(text: str, separator: str = ";") -> Cleaned:
    """The chosen options as a JSON list of text.

    Understands the separator (one character; quotes protect it), ` ::: ` and line breaks, JSON lists, Python lists and
    quoted lists (`"VIP","Blog"`). Options are trimmed and keep their case; an option given twice is sent once.
    """
    value = trimmed(text)
    kept = trimmed(printable(value))
    bare = unguarded_words(kept)
    findings = control_finding(value, kept) + guard_finding(kept, bare)
    if not bare:
        return Cleaned("", findings)
    if is_sign(bare):
        return Cleaned("", (placeholder(bare),))
    options = _options(bare, separator)
    if options is None:
        return refused(bad("choice-broken-list", f"{shown(bare)} starts like a list but is not one.", CORRECT))
    if any(map(_HALF.search, options)):
        return refused(bad("choice-broken-list", f"{shown(bare)} holds half of a character.", CORRECT))
    tidy = [option for option in map(trimmed, options) if option]
    distinct = list(dict.fromkeys(tidy))
    if len(distinct) < len(tidy):
        why = "an option that was given twice is sent once"
        findings += (repaired("repaired-choice", bare, ", ".join(distinct), why),)
    return Cleaned(_json(distinct), findings)


def merge(lists: Iterable[str]) -> str:
    """Several cleaned cells (JSON lists, "" for none) as one list without doubles."""
    options = [option for text in lists if text for option in json.loads(text)]
    return _json(list(dict.fromkeys(options)))


def _json(options: Sequence[str]) -> str:
    return json.dumps(options, ensure_ascii=False) if options else ""


def _options(text: str, separator: str) -> Sequence[str] | None:
    """The options of a cell, None where it begins like a list but is not one."""
    if text.startswith("["):
        options = _list_items(text)
        if options is not None or _LIST_START.fullmatch(text):
            return options
    if _QUOTED_LIST.fullmatch(text):
        return _quoted(text, ",")
    return [option for part in _LINE_OR_COLONS.split(text) for option in _quoted(part, separator)]


def _list_items(text: str) -> list[str] | None:
    """The items of a JSON or Python list of words and numbers, None where the text is neither."""
    for read in (json.loads, ast.literal_eval) if len(text) <= _LONGEST_LIST else ():
        try:
            items: object = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if not isinstance(items, list) or not all(isinstance(item, str | int | float) for item in items):
            return None
        return [item if isinstance(item, str) else json.dumps(item) for item in items]
    return None


def _quoted(text: str, separator: str) -> list[str]:
    if '"' not in text or len(separator) != 1:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return text.split(separator)

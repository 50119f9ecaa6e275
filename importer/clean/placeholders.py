"""What people write into a cell to say that it is empty."""

from __future__ import annotations

from importer.clean.characters.characters import trimmed
from importer.clean.finding import CellFinding, shown
from importer.languages.words import without_marks, words
from importer.regex import regex

_FORMULA_ERRORS = frozenset(
    ("#N/A", "#NULL!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#DIV/0!", "#SPILL!", "#CALC!", "#FIELD!", "#ERROR!")
) | {"#GETTING_DATA"}
# No name, place or option is written like these, so they mean "empty" in every kind of cell but a name.
_SIGNS = (
    words("values", "empty_signs")
    | frozenset(("-", "--", "---", "–", "—", "−", "?", "??", "???", ".", "...", "…", "_", "/", "#", "*", "\\n"))
    | {"#n/a", "#null!", "#ref!", "#value!", "#name?", "#num!", "#div/0!"}
)
# These are also names of people, companies and places (Null, NA, None), so only a typed field takes them as empty.
_WORDS = words("values", "empty")
_NO_PERSONS = frozenset(map(without_marks, words("names", "no_persons")))
_FIRST_WORDS = frozenset(phrase.split()[0] for phrase in _NO_PERSONS)
_WORD = regex(r"[^\W\d_]+")


def formula_error(text: str) -> CellFinding | None:
    """The finding for what a spreadsheet program shows where a formula failed, such as `#REF!`: never a value."""
    if not text.startswith("#") or text.upper() not in _FORMULA_ERRORS:
        return None
    what = f"{shown(text)} is the error of a formula and was read as an empty cell."
    return CellFinding("formula-error", what, "Repair the formula and export again if there is a value.")


def is_sign(text: str) -> bool:
    """Whether this is a mark for "empty" that could not be a word, such as `N/A` or `-`."""
    return trimmed(text).casefold() in _SIGNS


def is_placeholder(text: str) -> bool:
    """Whether this is a mark or a word for "empty", such as `N/A` or `unknown`. Not for names: `Null` is a surname."""
    folded = trimmed(text).casefold()
    return folded in _SIGNS or folded in _WORDS


def is_no_person(name: str) -> bool:
    """Whether a whole name says that it is that of no person; signs and numbers in it do not count.

    >>> is_no_person("WALK-IN #2"), is_no_person("(Unknown Caller)"), is_no_person("Vacant Smith"), is_no_person("Null")
    (True, True, False, False)
    """
    if not may_be_no_person(name):
        return False
    return " ".join(_WORD.findall(without_marks(name))) in _NO_PERSONS


def may_be_no_person(text: str) -> bool:
    """Whether a name, or the first part of one, begins as one of no person does."""
    first = _WORD.search(text)
    return first is not None and without_marks(first.group()) in _FIRST_WORDS

"""What people write into a cell to say that it is empty."""

from __future__ import annotations

from importer.clean.characters.characters import trimmed
from importer.languages.words import words

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


def is_formula_error(text: str) -> bool:
    """Whether this is what a spreadsheet program shows for a formula that failed, such as `#REF!`: never a value."""
    return text.startswith("#") and text.upper() in _FORMULA_ERRORS


def is_sign(text: str) -> bool:
    """Whether this is a mark for "empty" that could not be a word, such as `N/A` or `-`."""
    return trimmed(text).casefold() in _SIGNS


def is_placeholder(text: str) -> bool:
    """Whether this is a mark or a word for "empty", such as `N/A` or `unknown`. Not for names: `Null` is a surname."""
    folded = trimmed(text).casefold()
    return folded in _SIGNS or folded in _WORDS

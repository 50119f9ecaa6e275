"""Names, compared as marks: are these two names of one person, of a household, or of strangers?

One function decides this wherever people are compared: rows with the contacts of a folder, contacts of the service with
rows, `verify`, and the search for people who are in a workspace twice.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from importer.regex import regex
from importer.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable

PAIR = 2
"""How many letters of two given names must agree before the names count as alike (Bob and Bobby, not Ann and Bob)."""


# Where a keyboard has no ä, ø or ß, people write ae, oe, ss; `folded` has made ss of ß and a of ä already.
_LETTERS = str.maketrans({"æ": "a", "œ": "o", "ø": "o"})
_SPELT_OUT = regex("(?<=[aou])e")


class NameKey(NamedTuple):
    """A name as marks (64-bit numbers, 0 for "not there"), so that a journal need not keep the name itself.

    `whole` is of the full name; `given`, `family` of its parts; `initial` and `pair` of the first one and two letters
    of the given name; `short` says that the given name is an initial; `words` are of every word of the name.
    A name with one part only, and a company's name, count as a given name.
    """

    whole: int = 0
    given: int = 0
    family: int = 0
    initial: int = 0
    pair: int = 0
    short: bool = False
    words: tuple[int, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether there is no name at all."""
        return not self.whole


BLANK = NameKey()
_MOST_NAMES = 1 << 12


# Thousands of rows may have one name, and then share its key in memory, too.
@lru_cache(maxsize=_MOST_NAMES)
def name_key(mark: Callable[[str], int], first: str, last: str, company: str = "") -> NameKey:
    """Return the key of a name; `mark` turns a text into a number (see `marks.marker`)."""
    given_name, family = name_parts(folded(first), folded(last), folded(company))
    if not given_name:
        return BLANK
    return NameKey(
        mark(f"whole {given_name} {family}".rstrip()),
        mark(f"given {given_name}"),
        mark(f"family {family}") if family else 0,
        mark(f"initial {given_name[0]}"),
        mark(f"pair {given_name[:PAIR]}"),
        len(given_name) == 1,
        tuple(sorted({mark(f"word {word}") for word in f"{given_name} {family}".split()})),
    )


def name_parts(first: str, last: str, company: str) -> tuple[str, str]:
    """Return the given and the family name of a person; of a company its name counts as a given one."""
    if first:
        return first, last
    return (last or company), ""


def respelled(name: str) -> str:
    """The folded name in one spelling of umlauts, so that Müller, Mueller and Muller are one (as are Joel and Jol).

    Only for names of one sheet: the marks of a journal are of names as `folded` gives them.
    """
    return _SPELT_OUT.sub("", folded(name).translate(_LETTERS))


def compatible(row: NameKey, contact: NameKey) -> bool:
    """Whether both may be names of one person.

    The given names are equal (the family name may have changed), or one is the initial of the other and the family
    names are equal, or both have the same words in another order (Ann Lee and Lee Ann). A shared family name alone is
    a household. A blank name is compatible with no name.
    """
    if row.is_blank or contact.is_blank:
        return False
    if row.given == contact.given:
        return True
    has_families = row.family != 0 != contact.family
    if has_families and len(row.words) > 1 and row.words == contact.words:
        return True
    one_is_initial = row.short or contact.short
    return one_is_initial and row.initial == contact.initial and row.family == contact.family != 0


def alike(row: NameKey, contact: NameKey) -> bool:
    """Whether the names may be spellings of one name: equal family names, given names that begin alike."""
    return row.family == contact.family != 0 and row.pair == contact.pair

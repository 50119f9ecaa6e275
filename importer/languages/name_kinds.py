"""Names that are no single person's: companies, which is certain or only likely, couples and households."""

from __future__ import annotations

import re
from enum import Enum

from importer.languages.words import words
from importer.regex import regex

_LATER = words("names", "companies")
_FIRST = words("names", "company_firsts")
_BEFORE_OF = words("names", "company_of")
# Written in small letters these are names of people (Maria Sa, Jane Co).
_CAPITALS = words("names", "company_capitals")
_ENDINGS = tuple(words("names", "company_endings"))
_SIGN = regex("|".join(map(re.escape, sorted(words("names", "company_signs")))))
_HINTS = words("names", "company_hints")
_KIN = words("names", "kin")
_CONNECTORS = words("names", "connectors")
_ARTICLES = words("names", "articles")
_HOUSEHOLDS = words("names", "households")
_HONORIFICS = words("values", "honorifics")
_TELLING = frozenset().union(
    *(_LATER, _FIRST, map(str.casefold, _CAPITALS), _HINTS, _KIN, _CONNECTORS, _ARTICLES, _HOUSEHOLDS, _BEFORE_OF)
)
_DOMAIN = regex(r"(?:[\w-]+\.)+(?:com|net|org|biz|info)", re.IGNORECASE)
_SEVERAL_COUPLED = 2
_UNSURE_CONNECTOR = 2  # letters: y, e, i, en, ja also stand within one name (José Ortega y Gasset)
# A company beside a person: Ann Lee (Acme Inc), Acme Inc - Ann Lee. Which is which cannot be told.
_BESIDE = regex(r"[()\[\]/|;:<>@]|\s[-–—]\s")
_HINTED_WORDS = 3
_LONGEST = 200  # characters, of a name that is looked at


class NameKind(Enum):
    """What a name is that is not simply one person's, as the rest of a sentence about it."""

    PERSON = ""
    COMPANY = "does not look like a person's name"
    MAYBE_COMPANY = "may be a company's name"
    WITH_COMPANY = "may name a company and a person"
    SEVERAL = "may name several people"


def kind_of_name(value: str) -> NameKind:
    """Whose name this is; COMPANY only where no person is called so. Church, Bank and Price are names of people.

    >>> [kind_of_name(name).name for name in ("Müller GmbH", "Smith & Sons", "Charlotte Church", "Ann and Bob Lee")]
    ['COMPANY', 'COMPANY', 'PERSON', 'SEVERAL']
    """
    # Most names are ordinary words, and every name of a sheet comes through here.
    if value.isascii() and value.replace(" ", "").isalpha() and _TELLING.isdisjoint(value.lower().split()):
        return NameKind.PERSON
    if len(value) > _LONGEST:
        return NameKind.PERSON
    if _SIGN.search(value) or _DOMAIN.fullmatch(value):
        return NameKind.COMPANY
    parts = value.split()
    if len(parts) < 2:
        return NameKind.PERSON
    plain = [part.replace(".", "").strip(",;()\"'“”„") for part in parts]
    folded = [word.casefold() for word in plain]
    joints = _joints(parts, folded)

    if _is_company(value, parts, plain, folded, joints):
        # After the comma of "Acme, Inc." is only the form of the company; in "Ann Lee, Acme Inc." there is all of it.
        words_left = " ".join(
            part
            for part, word in zip(parts, plain, strict=True)
            if not (word in _CAPITALS or part in _ENDINGS or word.casefold() in _LATER)
        )
        is_beside = _BESIDE.search(words_left) or ("," in words_left.rstrip(", ") and not joints)
        return NameKind.WITH_COMPANY if is_beside else NameKind.COMPANY
    if joints or is_household(value):
        return NameKind.SEVERAL
    is_hinted = len(parts) >= _HINTED_WORDS and not _HINTS.isdisjoint(folded[1:])
    # "The Rev. Ann Lee" is a person: behind "the" comes a form of address.
    is_headed = folded[0] in _ARTICLES and folded[1] not in _HONORIFICS
    return NameKind.MAYBE_COMPANY if is_hinted or is_headed else NameKind.PERSON


def is_household(value: str) -> bool:
    """Whether a name of several words begins or ends with a word for a family: `Familie Müller`."""
    folded = value.casefold().split()
    return not _HOUSEHOLDS.isdisjoint((folded[0], folded[-1]))


def _is_company(value: str, parts: list[str], plain: list[str], folded: list[str], joints: list[int]) -> bool:
    if not _LATER.isdisjoint(folded[1:]) or folded[0] in _FIRST or parts[0].casefold() in _FIRST:
        return True
    # In a name all in capitals, JANE CO may be a person too.
    if value.endswith(_ENDINGS) or not (value.isupper() or _CAPITALS.isdisjoint(plain[1:])):
        return True
    if any(word in _KIN for joint in joints for word in folded[joint + 1 : joint + 2]):
        return True
    # "Bank of Springfield", "The Pizza Place"; no person has such words after "the".
    is_of = len(folded) > 2 and "of" in folded[1:3] and not _BEFORE_OF.isdisjoint(folded[:2])
    return is_of or (folded[0] in _ARTICLES and not _HINTS.isdisjoint(folded[1:]))


def _joints(parts: list[str], folded: list[str]) -> list[int]:
    """The positions of words that join two names: "and", "&", "und"."""
    joints = []
    is_small = all(map(str.islower, parts))
    for index, part in enumerate(parts):
        if part.casefold() not in _CONNECTORS or not 0 < index < len(parts) - 1:
            continue
        after, last = len(parts) - index - 1, folded[index + 1] in _KIN
        is_sure = len(part) > _UNSURE_CONNECTOR or not part.isalpha() or last
        # A small letter between names joins two people only where both have names of their own.
        if is_sure or (part.islower() and after >= _SEVERAL_COUPLED and not is_small):
            joints.append(index)
    return joints

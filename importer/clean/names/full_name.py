"""A full name in one cell, split into a first and a last name only where that is safe."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from importer.clean.finding import CellFinding, Cleaned, shown
from importer.clean.names import name
from importer.clean.names.job import job_findings
from importer.clean.names.stand_ins import last_name_start, with_stand_ins
from importer.languages.name_kinds import NameKind, is_household, kind_of_name
from importer.languages.words import without_marks, words
from importer.text import may_hold_phone

_SUFFIXES = words("names", "suffixes")
_PARTICLES = words("names", "particles")
_GIVEN = frozenset(map(without_marks, words("names", "given")))
_MOST_WORDS = 4
_LONGEST = 200
_NOT_SPLIT = "Use columns for first and last name if it should be split."
_OWN_COLUMN = "Put it into a column of its own, or the contact gets it as part of the name."
_EMAIL_IN_IT, _PHONE_IN_IT = "has an email address in it", "has a phone number in it"


class FullName(NamedTuple):
    """The two parts of a name; a name that was not split is all `first`, one that no person has all `company`."""

    first: str
    last: str = ""
    findings: tuple[CellFinding, ...] = ()
    company: str = ""


def split(text: str, cleaned: Cleaned | None = None) -> FullName:
    """Split `Ada Lovelace` and `Lovelace, Ada`; one word and other scripts are kept whole, companies come out as such.

    No character is lost: the parts hold the cell's words in their order, titles with the first name and suffixes
    with the last. `Last, First` is swapped on exactly one comma. Two people are one contact, with a finding.
    `cleaned`: what `name.clean` makes of the cell, if that is known.
    """
    cleaned = name.clean(text) if cleaned is None else cleaned
    value, kind = cleaned.value, kind_of_name(cleaned.value)
    if job := job_findings(value):
        of_company = kind_of_name(value.partition(":")[0]) is NameKind.COMPANY
        return FullName("" if of_company else value, "", (*cleaned.findings, *job), value if of_company else "")
    if kind is NameKind.COMPANY:
        return FullName("", "", cleaned.findings, value)
    first, last, doubt = _parts(value)
    # "Ann Lee" over "Bob Lee": as one name it would be that of no person.
    if sum(len(line.split()) > 1 for line in text.splitlines()) > 1:
        first, last, doubt = value, "", "has a name on each of its lines"
    # A comma or a household's name does not show which parts are shared, as they are in `Ann and Bob Lee`.
    if kind is NameKind.SEVERAL and last and "," not in value and not is_household(value):
        what = f"{shown(value)} names several people, and became one contact: {shown(first)} {shown(last)}."
        next_step = "Give each person a row if they should be separate contacts."
        return FullName(first, last, (*cleaned.findings, CellFinding("name-several", what, next_step)))
    if kind is not NameKind.PERSON and not doubt:
        first, last, doubt = value, "", kind.value
    if not doubt:
        return FullName(first, last, cleaned.findings)
    what = f"{shown(value)} {doubt}, so the whole cell became the first name."
    next_step = _OWN_COLUMN if doubt in (_EMAIL_IN_IT, _PHONE_IN_IT) else _NOT_SPLIT
    return FullName(first, last, (*cleaned.findings, CellFinding("name-not-split", what, next_step)))


def _parts(value: str) -> tuple[str, str, str]:
    """First name, last name, and why it was not split although it has several words."""
    if not value or not re.search(r"[\s,]", value):
        return value, "", ""
    if len(value) > _LONGEST:
        return value, "", "is too long for one person's name"
    # In other scripts nothing shows whether the last name comes first, as in Chinese, or last.
    letters = () if value.isascii() else filter(str.isalpha, value)
    if not all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters):
        return value, "", "is not in Latin letters"
    if any(character.isdigit() or character in "&@/;|<>" for character in value):
        if re.search(r"\S@\S+\.\w", value):
            return value, "", _EMAIL_IN_IT
        return value, "", _PHONE_IN_IT if may_hold_phone(value) else "does not look like a person's name"

    if "," in value:
        before, _, after = (part.strip() for part in value.partition(","))
        if "," in after or not before or not after:
            return value, "", "has commas that do not show which part comes first"
        # `Ada Lovelace, PhD` is in its usual order: the comma is before a suffix, not after a last name.
        if all(_folded(word) in _SUFFIXES for word in after.split()):
            first, last, doubt = _parts(before)
            return (first, f"{last}, {after}", "") if last else (value, "", doubt)
        # Where the surname is on both sides, each side is a person: in `Lee, Bob` it is on one. So it is where each
        # side begins with a first name that is no surname: `Ann Lee, Bob Ray`, and not `García López, Juan Carlos`.
        sides = before.casefold().split(), after.casefold().split()
        if min(map(len, sides)) > 1 and (
            sides[0][-1] == sides[1][-1] or all(_begins_as_person(side) for side in sides)
        ):
            return value, "", NameKind.SEVERAL.value
        return after, before, ""

    # `van Gogh` alone is a last name, while Van Morrison has Van as his first.
    parts = value.split(" ")
    if _folded(parts[0]) in _PARTICLES and parts[0].islower():
        return value, "", "begins like a last name"
    start = last_name_start(with_stand_ins(parts))
    return (" ".join(parts[:start]), " ".join(parts[start:]), "") if start else (value, "", "")


def _begins_as_person(side: list[str]) -> bool:
    """Whether one side of a comma, in small letters, is a first name with another name behind it."""
    return len(side) <= _MOST_WORDS and without_marks(side[0]) in _GIVEN and len(side[-1].strip(".")) > 1


def _folded(word: str) -> str:
    return word.replace(".", "").strip(",;()").casefold()

"""A full name in one cell, split into a first and a last name only where that is safe."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from functools import cache, lru_cache

from importer.clean.finding import CellFinding, shown
from importer.clean.names import name
from importer.clean.words.vocabulary import words

_COMPANY = words(
    """
    inc llc llp ltd limited plc corp corporation company gmbh ohg mbh sarl srl aps pty lda ltda eurl group
    holdings university universität hospital clinic school restaurant hotel services solutions associates
    partners foundation institute
    """
)
# Written in small letters these are names of people (Maria Sa, Jane Co).
_COMPANY_CAPITALS = words(
    """
    AB AG AS BV CO KG NV OY SA SAS SL SPA UG
    """
)
_SUFFIXES = words(
    """
    jr sr ii iii iv v phd md dds dmd esq cpa mba rn dvm jd pe obe mbe qc kc
    """
)
_PARTICLES = words(
    """
    van von der den de di da del della dos du la le ten ter el al bin ibn 't
    """
)
_LONGEST = 200
_ORDINARY = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{2,}")
_STAND_INS = ("Qawxa", "Qawxe", "Qawxi", "Qawxo", "Qawxu", "Qawya")
_FEW_KINDS = 10_000  # of names that are remembered: most are two or three ordinary words
_NOT_SPLIT = "Use columns for first and last name if it should be split."


@dataclass(frozen=True, slots=True)
class FullName:
    """The two parts of a name; a name that was not split is all `first`."""

    first: str
    last: str = ""
    findings: tuple[CellFinding, ...] = ()


def split(text: str) -> FullName:
    """Split `Ada Lovelace` and `Lovelace, Ada`; keep what is one word, not in Latin letters, or seems a company.

    No character is lost: the parts hold the cell's words in their order, titles with the first name and suffixes
    with the last. `Last, First` is swapped on exactly one comma.
    """
    cleaned = name.clean(text)
    first, last, doubt = _parts(cleaned.value)
    return FullName(first, last, cleaned.findings + _doubt_finding(cleaned.value, doubt))


def _parts(value: str) -> tuple[str, str, str]:
    """First name, last name, and why it was not split although it has several words."""
    if not value or not re.search(r"[\s,]", value):
        return value, "", ""
    if len(value) > _LONGEST:
        return value, "", "is too long for one person's name"
    if not _is_latin(value):
        return value, "", "is not in Latin letters"
    if _is_company(value):
        return value, "", "seems to be no person's name"
    if "," in value:
        return _comma_parts(value)
    return _word_parts(value.split(" "))


def _comma_parts(value: str) -> tuple[str, str, str]:
    before, _, after = (part.strip() for part in value.partition(","))
    if "," in after or not before or not after:
        return value, "", "has commas that do not show which part comes first"
    if all(_plain(word) in _SUFFIXES for word in after.split()):
        first, last, doubt = _parts(before)
        return (first, f"{last}, {after}", "") if last else (value, "", doubt)
    return after, before, ""


def _word_parts(words: list[str]) -> tuple[str, str, str]:
    if _plain(words[0]) in _PARTICLES and words[0].islower():
        return " ".join(words), "", "begins like a last name"
    start = last_name_start(with_stand_ins(words))
    return (" ".join(words[:start]), " ".join(words[start:]), "") if start else (" ".join(words), "", "")


def with_stand_ins(words: list[str]) -> tuple[str, ...]:
    """The words of a name, the first ordinary one replaced by the same word in all names, and so the others.

    It leaves few different names, and to ask the library about one takes three times as long as all else for its row.
    """
    different = dict.fromkeys(words)
    if len(different) > len(_STAND_INS):
        return tuple(words)
    known = {
        word: stand_in if _ORDINARY.fullmatch(word) and word.lower() not in _listed() else word
        for word, stand_in in zip(different, _STAND_INS, strict=False)
    }
    return tuple(known[word] for word in words)


@cache
def _listed() -> frozenset[str]:
    """The words that the library knows; to it, all others that are written like a name are the same."""
    from nameparser import Lexicon

    lexicon = Lexicon.default()
    lists = (getattr(lexicon, one.name) for one in fields(lexicon))
    entries = [entry for one in lists for entry in one if isinstance(entry, str)]
    return frozenset(re.findall(r"\w+", " ".join(entries))) | {entry.replace(".", "") for entry in entries}


@lru_cache(_FEW_KINDS)
def last_name_start(words: tuple[str, ...]) -> int:
    """The position of the first word of the last name, 0 where there is no telling."""
    from nameparser import HumanName

    last = HumanName(" ".join(words)).last.split()
    found = [at for at in range(1, len(words)) if list(words[at : at + len(last)]) == last]
    return found[-1] if last and found else 0


def _is_latin(value: str) -> bool:
    letters = () if value.isascii() else filter(str.isalpha, value)
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def _is_company(value: str) -> bool:
    words = value.replace(".", "").replace(",", "").split()[1:]
    if any(character.isdigit() or character in "&@/" for character in value):
        return True
    return not _COMPANY.isdisjoint(map(str.casefold, words)) or not (
        value.isupper() or _COMPANY_CAPITALS.isdisjoint(words)
    )


def _plain(word: str) -> str:
    return word.replace(".", "").strip(",;()").casefold()


def _doubt_finding(value: str, doubt: str) -> tuple[CellFinding, ...]:
    if not doubt:
        return ()
    what = f"{shown(value)} {doubt}, so all of it became the first name."
    return (CellFinding("name-not-split", what, _NOT_SPLIT),)

"""A phone cell: every number in it as E.164, and a line for whatever was cut, repaired or not understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from importer.clean.finding import (
    CHECK,
    CORRECT,
    CellFinding,
    ContactPoint,
    ContactPoints,
    bad,
    placeholder,
    repaired,
    shown,
)
from importer.clean.phone import damage, numbering_plan, prefixes, split
from importer.clean.phone.number import Reading, keypad_digits, parse, undoubted
from importer.clean.phone.words import Phrase, Segment, joined_extensions, phrase
from importer.clean.words.placeholders import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from importer.clean.phone.region import Region
    from importer.clean.rules import PhonePolicy

_EMPTY = re.compile(r"[\W_]*|[0\s-]+|x{1,3}|no|no phone|no number|none given|not given", re.IGNORECASE)
_NUMBER = re.compile(r"[\d\s()+\-./]+")
_DIGIT = re.compile(r"\d")
_DATE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ].*)?$")
_LONGEST = 500
# No date, no point alone (4155550101.0 is a number cell), and no zeros at the end that rounding may have made.
_PLAIN = re.compile(
    r"""(?!(?:19|20)..-) \(?\+?[0-9(]
    (?: [0-9\ ()-]{5,29}+ | [0-9\ ()-]{0,9}+ \. [0-9\ ()-]{0,9}+ \. [0-9\ ().-]{1,9}+ ) (?<=[0-9]) (?<!00000)""",
    re.VERBOSE | re.DOTALL,
)
_SEVERAL = "Put each number into a cell of its own, or separate them by ; and run again."


class _Read(Protocol):
    def __call__(self, text: str, region: str | None, policy: PhonePolicy, *, guess: bool) -> Reading: ...


@dataclass(frozen=True, slots=True)
class _FoundNumber:
    """A number found in a cell (no point where none was understood), and what to say of it."""

    point: ContactPoint | None = None
    repairs: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    findings: tuple[CellFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class _CellReader:
    region: Region
    policy: PhonePolicy
    one: _Read

    def read(self, text: str, *, guess: bool = True) -> Reading:
        """The reading of one number; a row with an unknown country is told so."""
        reading = self.one(text, self.region.code, self.policy, guess=guess)
        if self.region.unknown and not reading.e164 and "+" not in text:
            what = (
                f"{shown(text)} has no country code, and the row's country {shown(self.region.unknown)} is not known."
            )
            return Reading(
                findings=(
                    bad(
                        "phone-unknown-country", what, "Write the country as US or United States, or the number with +."
                    ),
                )
            )
        return reading


def clean(text: str, region: Region, policy: PhonePolicy = "strict") -> ContactPoints:
    """The numbers of a phone cell as E.164, in order and none twice.

    What stands beside a number (`(home)`, `Cell:`, `ext 12`) goes into the point's label and extension and is said. A
    part that is no number is a bad finding; digits of different numbers are never glued together, letters never
    become keypad digits.
    """
    e164 = plainly(text, region)
    return ContactPoints((ContactPoint(e164),)) if e164 else thoroughly(text, region, policy)


def plainly(text: str, region: Region) -> str:
    """The E.164 of a cell that is one number with nothing beside it and needs no thought; "" where it may need some."""
    if not _PLAIN.fullmatch(text):
        return ""
    return prefixes.e164(numbering_plan.bare(text), region.code) or undoubted(text, region.code)


def plainly_all(texts: Collection[str], region: Region) -> dict[str, str]:
    """What `plainly` gives for many cells at once, which takes less time; those that may need thought are left out."""
    plain = [text for text in texts if _PLAIN.fullmatch(text)]
    spelt = numbering_plan.bare("\n".join(plain)).split("\n") if plain else []
    code = region.code
    read = zip(plain, spelt, strict=True)
    return {text: e164 for text, bare in read if (e164 := prefixes.e164(bare, code) or undoubted(text, code))}


def thoroughly(text: str, region: Region, policy: PhonePolicy, read: _Read = parse) -> ContactPoints:
    """What `clean` gives, without its short way for plain numbers, which must always agree with this."""
    undone = damage.undo(text)
    if not undone.text:
        return ContactPoints()
    if is_placeholder(undone.text) or _EMPTY.fullmatch(undone.text):
        return ContactPoints((), (placeholder(undone.text),))
    if lost := damage.lost_digits(undone.text):
        return ContactPoints((), (lost,))
    if len(undone.text) > _LONGEST or _DATE.match(undone.text):
        what = f"{shown(undone.text)} is a {'text' if len(undone.text) > _LONGEST else 'date'} and not a phone number."
        return ContactPoints((), (bad("phone-not-valid", what, CORRECT),))
    return _gathered(text, undone, _cell(undone.text, _CellReader(region, policy, read)))


def _gathered(text: str, undone: damage.RepairedCell, found: list[_FoundNumber]) -> ContactPoints:
    read = [each.point for each in found if each.point]
    findings = [finding for each in found for finding in each.findings]
    if not read:
        return ContactPoints(
            (), tuple(findings) or (bad("phone-no-digits", f"{shown(text)} holds no phone number.", CORRECT),)
        )
    kept = _once(read)
    after = ", ".join(point.value for point in kept)
    repairs = dict.fromkeys([*undone.repairs, *(repair for each in found for repair in each.repairs), *_cut(found)])
    said = [repaired(rule, text, after, why) for rule, why in repairs]
    rounded = damage.rounded(undone.text)
    return ContactPoints(tuple(kept), (*said, *_several(text, read, kept), *findings, *([rounded] if rounded else [])))


def _once(points: Iterable[ContactPoint]) -> list[ContactPoint]:
    kept: dict[str, ContactPoint] = {}
    for point in points:
        kept.setdefault(point.value, point)
    return list(kept.values())


def _cut(found: Iterable[_FoundNumber]) -> tuple[tuple[str, str], ...]:
    words = " ".join(dict.fromkeys(word.strip() for each in found for word in each.words))
    return (("repaired-words", f"{shown(words)} is no part of a number"),) if words else ()


def _several(text: str, read: list[ContactPoint], kept: list[ContactPoint]) -> Iterable[CellFinding]:
    if len(read) > len(kept):
        yield CellFinding("phone-repeated", f"{shown(text)} holds a number twice; it is sent once.", CHECK)
    if len(kept) > 1:
        numbers = ", ".join(point.value for point in kept)
        yield CellFinding("phone-several", f"{shown(text)} was read as {len(kept)} numbers: {numbers}.", CHECK)


def _cell(text: str, reader: _CellReader) -> list[_FoundNumber]:
    return [found for part in split.hard_parts(joined_extensions(text)) for found in _part(part, reader)]


def _part(part: str, reader: _CellReader) -> list[_FoundNumber]:
    softly = split.soft_parts(part)
    if len(softly) < 2 or sum(_DIGIT.search(soft) is not None for soft in softly) < 2:
        return _phrase(part, reader)
    found = [each for soft in softly for each in _phrase(soft, reader)]
    if all(each.point or not each.findings for each in found):
        return found
    if split.is_one_number(part):
        return _phrase(part, reader)
    return [_unclear(part)]


def _phrase(part: str, reader: _CellReader) -> list[_FoundNumber]:
    taken = phrase(part)
    if taken.segments and (taken.glued or _is_vanity(taken, part, reader)):
        what = f"{shown(part.strip())} has letters or masked digits in its number."
        return [_FoundNumber(findings=(bad("phone-letters", what, "Write the number in digits and run again."),))]
    if not taken.segments:
        return [_FoundNumber(words=taken.words)]
    guess = not taken.unknown and not taken.touching
    found = [each for segment in taken.segments for each in _segment(segment, reader, guess=guess)]
    if len(taken.segments) > 1 and not all(each.point for each in found):
        return [_unclear(part)]
    return [replace(each, words=taken.words) for each in found] if taken.words else found


def _is_vanity(taken: Phrase, part: str, reader: _CellReader) -> bool:
    """Could the capitals be meant as keys of the phone (1 800 FLOWERS)?"""
    capitals = [word for word in taken.unknown if word.isupper() and len(word) > 1]
    return bool(capitals) and bool(reader.read(keypad_digits(part), guess=False).e164)


def _segment(segment: Segment, reader: _CellReader, *, guess: bool) -> list[_FoundNumber]:
    if not _NUMBER.fullmatch(segment.digits):
        what = f"{shown(segment.digits)} holds signs that no phone number has."
        return [_FoundNumber(findings=(bad("phone-not-valid", what, CORRECT),))]
    reading = reader.read(segment.digits, guess=guess)
    if not reading.e164 and (pair := _pair(segment.digits, reader)):
        return [_found(replace(segment, extension=""), pair[0]), _found(segment, pair[1])]
    return [_found(segment, reading)]


def _pair(digits: str, reader: _CellReader) -> tuple[Reading, Reading] | None:
    """Two numbers with nothing but a space between them, where exactly one way to cut gives two valid numbers."""
    strict = replace(reader, policy="strict")
    valid = [
        (one, other)
        for left, right in split.halves(digits)
        if (one := strict.read(left, guess=False)).e164 and (other := strict.read(right, guess=False)).e164
    ]
    return valid[0] if len(valid) == 1 else None


def _found(segment: Segment, reading: Reading) -> _FoundNumber:
    if not reading.e164:
        return _FoundNumber(findings=reading.findings)
    repairs = (reading.repair,) if reading.repair[0] else ()
    point = ContactPoint(reading.e164, segment.label, segment.extension)
    return _FoundNumber(point, repairs, findings=(*reading.findings, *_extension(point)))


def _extension(point: ContactPoint) -> tuple[CellFinding, ...]:
    if not point.extension:
        return ()
    what = f"The extension {point.extension} of {point.value} was put into its label: a number has no place for it."
    return (CellFinding("phone-extension", what, "Nothing to do if that is right."),)


def _unclear(part: str) -> _FoundNumber:
    what = f"It is not clear which phone numbers {shown(part.strip())} holds."
    return _FoundNumber(findings=(bad("phone-unclear", what, _SEVERAL),))

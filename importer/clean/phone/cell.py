"""A phone cell: every number in it as E.164, and a finding for everything that was cut, repaired or not understood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from importer.clean.finding import CHECK, CellFinding, ContactPoint, ContactPoints, bad, placeholder, repaired, shown
from importer.clean.phone import damage, numbering_plan, prefixes, split, vanity
from importer.clean.phone.area_codes import without_area_code
from importer.clean.phone.cell_findings import not_to_be_used, unclear, with_letters
from importer.clean.phone.number import Reading, ReadNumber, is_too_short, parse
from importer.clean.phone.number_rules import LETTERS_REPAIR
from importer.clean.phone.part_reading import PartReading, with_area_codes, with_label
from importer.clean.phone.words import BEFORE_EXTENSION, Phrase, Segment, is_token, phrase, split_extension
from importer.clean.placeholders import is_placeholder
from importer.clean.plain import plain_cells, plain_form
from importer.languages.words import any_of, forbidden, forbidden_beside
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from importer.clean.phone.region import Region
    from importer.model.choices import PhonePolicy

# Masks and zeros count as empty, also behind a country code: (000) 000-0000, xxx-xxx-xxxx, +44 000 000.
_EMPTY = regex(
    rf"[\W_]*|[\W_0]+|[\W_x]+|\+?1[\W_0]{{10,}}|\+\d{{1,3}}[\W_]*(?:0[\W_]*){{6,}}|{any_of('phones', 'none')}",
    re.IGNORECASE,
)
_NUMBER = regex(r"[\d\s()+\-./]+")
_DIGIT = regex(r"\d")
_DATE = regex(r"(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ].*)?$")
_LONGEST = 500
# No date, no point alone (4155550101.0 is a number cell), and no zeros at the end that rounding may have made.
_PLAIN = plain_form(
    r"""(?xs: (?!(?:19|20)..-) \(?\+?[0-9(]
    (?: [0-9\ ()-]{5,29}+ | [0-9\ ()-]{0,9}+ \. [0-9\ ()-]{0,9}+ \. [0-9\ ().-]{1,9}+ ) (?<=[0-9]) (?<!00000))"""
)
_LETTER_AMONG_DIGITS = regex(r"\d[^\W\d_]\d")


class _NumberReader(NamedTuple):
    """Reads the numbers of one cell, all in the region of its row."""

    region: Region
    policy: PhonePolicy
    read_number: ReadNumber

    def read(self, text: str, *, guess: bool = True) -> Reading:
        """The reading of one number; without a country code it is bad where the row's country is not known."""
        region = self.region
        reading = parse(text, region.code, self.policy, guess=guess, abroad=region.abroad, read=self.read_number)
        if not region.unknown or reading.e164 or "+" in text:
            return reading
        what = f"{shown(text)} has no country code, and the row's country {shown(region.unknown)} is not known."
        next_step = "Write the country as US or United States, or the number with +."
        return Reading(findings=(bad("phone-unknown-country", what, next_step),))


def clean(text: str, region: Region, policy: PhonePolicy = "strict") -> ContactPoints:
    """The numbers of a phone cell as E.164, in order and none twice.

    Words beside a number (`(home)`, `Cell:`, `ext 12`) become the point's label and extension, with a finding. A
    part that is no number is a bad finding; digits of different numbers are never glued together, letters never
    become keypad digits.
    """
    if e164 := clean_plain(text, region):
        return ContactPoints((ContactPoint(e164),))
    if is_token(text) and _is_no_number(text, region):
        return ContactPoints((), (with_letters(text),))
    return clean_thoroughly(text, region, policy)


def clean_plain(text: str, region: Region) -> str:
    """The E.164 of a cell that is one number, about which there is nothing to say; "" where there may be something."""
    is_plain = _PLAIN.pattern.fullmatch(text) and _is_settled(text, region)
    return prefixes.e164(numbering_plan.bare(text), region.code) if is_plain else ""


def clean_plain_all(texts: Collection[str], region: Region) -> dict[str, str]:
    """What `clean_plain` gives for many cells at once, which is faster; cells that give "" are missing."""
    plain = plain_cells(texts, _PLAIN)
    if region.abroad.lost:
        plain = [text for text in plain if _is_settled(text, region)]
    bare = numbering_plan.bare("\n".join(plain)).split("\n") if plain else []
    numbers = prefixes.e164_of_each(bare, region.code)
    return {text: number for text, number in zip(plain, numbers, strict=True) if number}


def clean_plain_in(cells: Iterable[tuple[str, int]], regions: Sequence[Region]) -> dict[tuple[str, int], str]:
    """The same for cells with the number of their region among `regions`."""
    by_region: dict[int, list[str]] = {}
    for text, number in cells:
        by_region.setdefault(number, []).append(text)
    return {
        (text, number): e164
        for number, texts in by_region.items()
        for text, e164 in clean_plain_all(texts, regions[number]).items()
    }


def _is_no_number(token: str, region: Region) -> bool:
    """Whether all that there is to say of a token is that it has letters."""
    if len(token) > _LONGEST or forbidden(token) or is_placeholder(token) or _EMPTY.fullmatch(token):
        return False
    return (spelt := vanity.keyed(token)) is None or is_too_short(spelt.digits, region.code)


def _is_settled(text: str, region: Region) -> bool:
    """Whether digits alone decide: in a column of numbers that have lost their plus, any number may be one of them."""
    return not region.abroad.lost or text.startswith("+")


def clean_thoroughly(
    text: str, region: Region, policy: PhonePolicy, read_number: ReadNumber = numbering_plan.read
) -> ContactPoints:
    """What `clean` gives, without its short way for plain numbers, which must always agree with this."""
    repaired_cell = damage.undo(text)
    value = repaired_cell.text
    if not value:
        return ContactPoints()
    if is_placeholder(value) or _EMPTY.fullmatch(value):
        return ContactPoints((), (placeholder(value),))
    if lost := damage.lost_digits(value):
        return ContactPoints((), (lost,))
    if len(value) > _LONGEST or _DATE.match(value):
        what = f"{shown(value)} is a {'text' if len(value) > _LONGEST else 'date'} and not a phone number."
        return ContactPoints((), (bad("phone-not-valid", what),))
    reader = _NumberReader(region, policy, read_number)
    if value.isascii() and value.isdigit():
        # Nothing to split, and no words: a column of other numbers has nothing else.
        return _gather(text, repaired_cell, _read_segment(Segment(value), reader, guess=True))
    parts = split.parts(split.out_of_brackets(BEFORE_EXTENSION.sub(" ", value)), split.HARD)
    if any(map(_forbids_all, parts)):
        readings = [reading for part in parts if _DIGIT.search(part) for reading in _read_at_words(part, reader)]
        return ContactPoints((), (not_to_be_used(value),), _withheld(readings))
    # Words alone hold no number, however they are taken apart.
    if not _DIGIT.search(value):
        return _gather(text, repaired_cell, ())
    readings = [reading for part in parts for reading in _read_at_words(part, reader)]
    return _gather(text, repaired_cell, with_area_codes(readings, region.code))


def _gather(text: str, repaired_cell: damage.RepairedCell, readings: Sequence[PartReading]) -> ContactPoints:
    """The points of all parts of a cell, with the findings about the whole cell before those about its parts."""
    points = [reading.point for reading in readings if reading.point]
    findings = [finding for reading in readings for finding in reading.findings]
    if not points:
        nothing = bad("phone-no-digits", f"{shown(text)} does not hold a phone number.")
        return ContactPoints((), tuple(findings) or (nothing,), _withheld(readings))
    kept: dict[str, ContactPoint] = {}
    for point in points:
        kept.setdefault(point.value, point)
    numbers = ", ".join(kept)

    repairs = [*repaired_cell.repairs, *(repair for reading in readings for repair in reading.repairs)]
    if cut := " ".join(dict.fromkeys(word.strip() for reading in readings for word in reading.words)):
        repairs.append(("repaired-words", f"{shown(cut)} is not part of a number"))
    about_cell = [repaired(rule, text, numbers, why) for rule, why in dict.fromkeys(repairs)]
    if len(points) > len(kept):
        what = f"{shown(text)} holds a number twice; it is sent once."
        about_cell.append(CellFinding("phone-repeated", what, CHECK))
    if len(kept) > 1:
        what = f"{shown(text)} was read as {len(kept)} numbers: {numbers}."
        about_cell.append(CellFinding("phone-several", what, CHECK))

    rounded = damage.rounded(repaired_cell.text)
    all_findings = (*about_cell, *findings, *([rounded] if rounded else []))
    withheld = tuple(number for reading in readings for number in reading.withheld if number not in kept)
    return ContactPoints(tuple(kept.values()), all_findings, tuple(dict.fromkeys(withheld)))


def _forbids_all(part: str) -> bool:
    """Whether a part forbids all numbers beside it: words alone between two signs are about all of them."""
    return not _DIGIT.search(part) and bool(forbidden(part))


def _withheld(readings: Iterable[PartReading]) -> tuple[str, ...]:
    """All numbers that were read, of a cell or a part that says not to use them."""
    numbers = [number for each in readings for number in ([each.point.value] if each.point else each.withheld)]
    return tuple(dict.fromkeys(numbers))


def _read_at_words(part: str, reader: _NumberReader) -> list[PartReading]:
    """The numbers of a part, with words such as "or" between them if each of what stands beside these is a number."""
    # Words that forbid a number are about all of its part.
    pieces = [part] if forbidden(part) else split.at_words(part)
    if len(pieces) > 1:
        readings = [reading for piece in pieces for reading in _read_part(piece, reader)]
        if not any(reading.holds_none for reading in readings):
            return readings
    return _read_part(part, reader)


def _read_part(part: str, reader: _NumberReader) -> list[PartReading]:
    """The numbers of a part, which may be several with a sign between them that also stands within one number."""
    soft_parts = split.parts(part, split.SOFT)
    if len(soft_parts) < 2 or sum(_DIGIT.search(soft_part) is not None for soft_part in soft_parts) < 2:
        return _read_phrase(part, reader)
    if any(_forbids_all(soft_part) for soft_part in soft_parts):
        return _read_phrase(part, reader)
    readings: list[PartReading] = []
    for soft_part in soft_parts:
        part_readings = _read_phrase(soft_part, reader)
        # One that is no number shows that these signs do not stand between numbers, so that the rest is not read.
        if any(reading.holds_none for reading in part_readings):
            return _read_phrase(part, reader) if split.is_one_number(split_extension(part)[0]) else [_unclear(part)]
        readings += part_readings
    return readings


def _read_phrase(part: str, reader: _NumberReader) -> list[PartReading]:
    if words := forbidden(part):
        without_words = part
        while words and words in without_words:
            without_words = without_words.replace(words, " ")
            words = forbidden(without_words)
        # Words that are not found as they are written leave the number unread.
        forbidden_readings = [] if words else _read_at_words(without_words, reader)
        return [PartReading(findings=(not_to_be_used(part),), withheld=_withheld(forbidden_readings))]
    taken = phrase(part)
    if not taken.segments:
        return [PartReading(words=taken.words)]
    if vanity_number := _read_vanity(part, taken, reader):
        return [vanity_number]
    # Capitals may be meant as keys of the phone (212 FLOWERS), and then the digits beside them are half a number.
    capitals = [word for word in taken.unknown if word.isupper() and len(word) > 1]
    keyed = vanity.in_digits(part) if capitals else ""
    if taken.glued or (keyed and reader.read(keyed, guess=False).e164):
        return [PartReading(findings=(with_letters(part.strip()),))]

    is_several = len(taken.segments) > 1
    # The letter O for a zero: there is one number, with a slip in it.
    if is_several and _LETTER_AMONG_DIGITS.search(part):
        return [PartReading(findings=(with_letters(part.strip()),))]
    if any(forbidden_beside(segment.beside) for segment in taken.segments):
        return [
            PartReading(
                findings=(not_to_be_used(f"{segment.beside} {segment.digits}" if is_several else part),),
                withheld=_withheld((reading,)),
            )
            if forbidden_beside(segment.beside)
            else reading
            for segment in taken.segments
            for reading in _read_segment(segment, reader, guess=False)
        ]

    # Beside a word that is not known, or right at one, the digits may be something else, such as a date or a price.
    guess = not taken.unknown and not taken.touching
    readings: list[PartReading] = []
    for segment in taken.segments:
        readings += _read_segment(segment, reader, guess=guess)
        if is_several and not readings[-1].point:
            return [_unclear(part)]
    return [reading._replace(words=taken.words) for reading in readings] if taken.words else readings


def _read_vanity(part: str, taken: Phrase, reader: _NumberReader) -> PartReading | None:
    """The number of a part that is one only with its letters, as in 1-800-FLOWERS; None where it is not."""
    if not taken.unknown and not taken.glued:
        return None
    without_extension, extension = split_extension(part)
    spelt = vanity.keyed(without_extension)
    reading = reader.read(spelt.digits, guess=False) if spelt else Reading()
    if not spelt or not reading.e164 or not vanity.is_vanity(reading.e164):
        return None
    if any(reader.read(segment.digits, guess=False).e164 for segment in taken.segments):
        return None
    read = with_label(Segment(spelt.written, extension=extension), reading._replace(repair=LETTERS_REPAIR))
    return read._replace(words=(spelt.before,)) if spelt.before.strip() else read


def _read_segment(segment: Segment, reader: _NumberReader, *, guess: bool) -> list[PartReading]:
    if not _NUMBER.fullmatch(segment.digits):
        what = f"{shown(segment.digits)} has characters that are not part of a phone number."
        return [PartReading(findings=(bad("phone-not-valid", what),))]
    reading = reader.read(segment.digits, guess=guess)
    if not reading.e164:
        # Two numbers with only a space between them, where exactly one way to cut gives two valid numbers.
        strict = reader._replace(policy="strict")
        valid: list[tuple[Reading, Reading]] = []
        for halves in split.halves(segment.digits):
            # Mostly the shorter one has too few digits, which is known without reading it.
            shorter = min(halves, key=len)
            if not is_too_short(shorter, reader.region.code) and strict.read(shorter, guess=False).e164:
                first, second = (strict.read(half, guess=False) for half in halves)
                if first.e164 and second.e164 and not without_area_code(halves, reader.region.code):
                    valid.append((first, second))
        if len(valid) == 1:
            first, second = valid[0]
            return [with_label(segment._replace(extension=""), first), with_label(segment, second)]
    return [with_label(segment, reading)]


def _unclear(part: str) -> PartReading:
    return PartReading(findings=(unclear(part),))

"""Phone and email columns, read word by word from their headers.

A header is a phone or an email column only when every word of it is understood, so that "Email opt out" and
"Phone verified" are not.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from importer.languages.words import tables
from importer.mapping.suggest.header_key import fold, words
from importer.mapping.suggest.names import whose_name
from importer.mapping.suggest.value_types import share
from importer.mapping.suggest.vocabulary import OTHER_PERSON, RELATIVE, vocabulary
from importer.model import Target
from importer.model.fields import NAME_HALVES
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import ColumnMapping

# "Ph (W)": a letter is a label only beside a word for a phone.
_INITIALS = {letter: label for label in ("work", "home", "mobile") for letter in tables("phones.initials")[label]}
_OFFICE = "office"
_SECOND = "co"  # a prefix in many languages: Co-Borrower, Co-titular
_HALF = 0.5
_LONGEST_NAME = 60
_NO_NAME = regex(r"[\d@]")
_NAMES = (*NAME_HALVES, "full_name")
_SHORTEST_PART = 4
_LONGEST_COUNT = 2  # digits
_SHORTEST_WITHOUT_SPACES = 1
# Chinese characters, kana and Hangul: in these scripts the words of a header stand together without spaces.
_NO_SPACES = regex("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


@lru_cache(maxsize=4096)
def contact_point(header: str) -> Target | None:
    """The phone or email that a header names, with its label: "Mobile Phone" is `phone:mobile`, else None."""
    terms = vocabulary()
    header_words = parts(header)
    if header_words is None:
        return None
    is_email = any(word in terms.email for word in header_words)
    is_phone = any(word in terms.phone or word in terms.kinds for word in header_words)
    # "Work" is neither, and "Phone or Email" is both.
    if is_email == is_phone:
        return None
    labels = {**terms.labels, **terms.kinds} if is_phone else terms.labels
    label = dict.fromkeys(labels[word] for word in header_words if word in labels)
    return Target("email" if is_email else "phone", " ".join(filter(None, label)))


def parts(header: str) -> tuple[str, ...] | None:
    """The words of a header, compounds such as `workphone` taken apart; None if one is not a phone or email word."""
    known_words: list[str] = []
    terms, header_words = vocabulary(), _joined(words(header))
    has_point = any(word in terms.phone or word in terms.kinds or word in terms.email for word in header_words)
    for word in header_words:
        if has_point and word in _INITIALS:
            known_words.append(_INITIALS[word])
            continue
        # "Phone 2" is a phone; the number in "Phone 20240" is something else.
        if word.isdecimal() and len(word) <= _LONGEST_COUNT:
            continue
        pieces = _split(word)
        if not pieces:
            return None
        known_words += pieces
    return tuple(known_words)


def _joined(header_words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a header, two that mean one thing as one: "iPhone"; those for a head office ("H/O") as "office"."""
    terms, taken = vocabulary(), list[str]()
    for word in header_words:
        pair = f"{taken[-1]}{word}" if taken else ""
        if pair in terms.head_offices or pair in terms.kinds:
            taken[-1] = pair
        else:
            taken.append(word)
    return tuple(_OFFICE if word in terms.head_offices else word for word in taken)


def is_anothers(header: str) -> bool:
    """Whether a header counts persons, so that it may be another person's: "Contact 2 Phone", "Other Contact Email".

    >>> is_anothers("Co-Borrower Cell"), is_anothers("Co. Phone"), is_anothers("Contact Phone")
    (True, False, False)
    """
    terms, header_words = vocabulary(), words(header)
    # "Co Phone" is that of a company; before any other word it is said of a second person.
    known_words = terms.point_words | terms.bare["whole"]
    if any(word == _SECOND and after not in known_words for word, after in pairwise(header_words)):
        return True
    # "Contact Phone" is the contact's own number: a person counts only with a number behind or "other" before it.
    neighbours = zip(("", *header_words), header_words, (*header_words[1:], ""), strict=False)
    return any(
        word in terms.persons and (after.isdecimal() or terms.labels.get(before) in terms.others)
        for before, word, after in neighbours
    )


def which_person(header: str, person: str) -> str:
    """Which of several persons a header tells of, by the number or "other" at the word for them; "" for the first.

    >>> which_person("Parent 2 Cell", "parent"), which_person("2nd Parent Cell", "parent")
    ('2', '2')
    >>> which_person("Parent Phone 2", "parent"), which_person("Parent 1 Phone", "parent")
    ('', '')
    """
    terms, header_words = vocabulary(), words(header)
    place = header_words.index(person)
    before, after = header_words[:place][::-1], header_words[place + 1 :]
    # "2nd" is two words.
    number = next(filter(str.isdecimal, (*after[:1], *before[:2])), "")
    other = next((word for word in before[:1] if terms.labels.get(word) in terms.others), "")
    return other if number in ("", "1") else number


def points_of_person(name: str, headers: Sequence[str]) -> dict[int, Target]:
    """The phones and emails, by position, of a person whose names have this header, such as "Owner" or "Parent 1".

    Empty for a header that names no other person than the contact.

    >>> {place: target.typed for place, target in points_of_person("Owner Name", ["Owner Phone", "Fax"]).items()}
    {0: 'phone'}
    """
    left, name_words = vocabulary().left, words(name)
    persons = {word for word in name_words if left.get(word) in (OTHER_PERSON, RELATIVE)}
    points: dict[int, Target] = {}
    for position, header in enumerate(headers) if persons else ():
        header_words = words(header)
        target = contact_point(" ".join(word for word in header_words if word not in name_words))
        if target is None or not persons.issubset(header_words):
            continue
        # Those of "Parent 2" are not those of "Parent 1"; "Parent Phone" may be.
        if all(which_person(header, person) in (which_person(name, person), "") for person in persons):
            points[position] = target
    return points


def counted_persons(header: str, headers: Sequence[str]) -> list[int]:
    """The positions of the headers of persons that have the number of a phone's or email's: "Contact 2" for "Phone 2".

    >>> counted_persons("Phone 2", ["Contact 1", "Phone 1", "Contact 2"]), counted_persons("Phone 2", ["Name"])
    ([2], [])
    """
    terms, (own_words, numbers) = vocabulary(), _counted(header)
    if not numbers:
        return []
    names = terms.bare["whole"] | {key for key, field in (terms.fields | terms.doubtful).items() if field in _NAMES}
    persons = terms.persons | {word for word, why in terms.left.items() if why in (OTHER_PERSON, RELATIVE)}
    positions = []
    for position, name_header in enumerate(headers):
        name_words, name_numbers = _counted(name_header)
        if not name_words or name_numbers != numbers or contact_point(name_header) is not None:
            continue
        # "Adult 2" beside "Adult 2 Cell": whatever the word means, the number is that person's. So is "Parent 2 Name".
        whose = {word for word in whose_name(name_header).whose.split() if not word.isdecimal()}
        is_within = set(name_words) < set(own_words) or (bool(whose) and whose < set(own_words))
        if is_within or "".join(name_words) in names or persons.issuperset(name_words):
            positions.append(position)
    return positions


def further_persons(header: str, headers: Sequence[str]) -> list[int]:
    """The positions of the headers of further persons that a phone's or email's header names by the same word.

    >>> further_persons("Alternate Phone", ["Name", "Alternate Contact"])
    [1]
    >>> further_persons("Other Phone", ["Other Names"])
    []
    """
    terms = vocabulary()
    labels = {word for word in words(header) if terms.labels.get(word) in terms.others}
    positions = []
    for position, name_header in enumerate(headers) if labels else ():
        name_words = words(name_header)
        named = tuple(word for word in name_words if word not in labels)
        if not named or len(named) == len(name_words):
            continue
        # "Other Names" beside "First Name" are the same person's; "Secondary Name" beside "Primary Name" is not.
        wholes = (other for other in headers if other != name_header and fold(other) not in terms.fields)
        has_first_name = any(words(other)[-len(named) :] == named for other in wholes)
        is_second_name = has_first_name and "".join(named) in terms.bare["whole"]
        if terms.persons.issuperset(named) or is_second_name:
            positions.append(position)
    return positions


def other_person(headers: Sequence[str], samples: Sequence[Sequence[str]], column: ColumnMapping) -> str:
    """The header of the column of names of the person whose phones or emails a column seems to hold; "" without one.

    `samples`: the first cells of each column.
    """
    for position in (*counted_persons(column.header, headers), *further_persons(column.header, headers)):
        if share(samples[position], lambda text: len(text) <= _LONGEST_NAME and not _NO_NAME.search(text)) > _HALF:
            return headers[position].strip()
    return ""


@lru_cache(maxsize=4096)
def _counted(header: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a header without its numbers, and those of its numbers that are above 1, as in "Phone 2"."""
    header_words = words(header)
    numbers = tuple(word for word in header_words if word.isdecimal() and len(word) <= _LONGEST_COUNT and int(word) > 1)
    return tuple(word for word in header_words if not word.isdecimal()), numbers


def is_companion(header: str, value_header: str) -> bool:
    """Whether `header` says what kind `value_header` is: "Phone 1 - Type" beside "Phone 1 - Value", "Typ telefonu"."""
    stem = [word for word in words(value_header) if word != "value"]
    header_words, companion = words(header), vocabulary().companion
    # Japanese and Finnish write both as one word.
    if any("".join(header_words) == f"{''.join(stem)}{word}" for word in companion):
        return bool(stem)
    if not stem or companion.isdisjoint(header_words):
        return False
    if list(header_words[:-1]) == stem and header_words[-1] in companion:
        return True
    # In other languages the word comes first, and the phone has another form: "Typ telefonu", "Tipo de teléfono".
    point_words = " ".join(word for word in header_words if word not in companion)
    numbers = [word for word in header_words if word.isdecimal()] == [word for word in stem if word.isdecimal()]
    point = contact_point(point_words)
    return numbers and point is not None and point == contact_point(value_header)


@lru_cache(maxsize=4096)
def _split(word: str) -> tuple[str, ...]:
    """The known words that a compound consists of: `workphone` is `work phone`; () if it is not a compound of them."""
    known_words = vocabulary().point_words
    if word in known_words:
        return (word,)
    # Parts have four letters at least: shorter ones are in too many other words ("tel" in "hotel").
    # Nearly all words are plain letters, and the pattern takes a millisecond to compile.
    has_no_spaces = not word.isascii() and _NO_SPACES.fullmatch(word)
    shortest = _SHORTEST_WITHOUT_SPACES if has_no_spaces else _SHORTEST_PART
    for length in range(shortest, len(word) - shortest + 1):
        if word[:length] in known_words and (pieces := _split(word[length:])):
            return (word[:length], *pieces)
    return ()

"""Phone and email columns, read word by word from their headers.

A header is a phone or an email column only when every word of it is understood, so that "Email opt out" and
"Phone verified" are not.
"""

from __future__ import annotations

from functools import lru_cache

from importer.languages.words import tables
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import Target
from importer.regex import regex

# "Ph (W)": a letter is a label only beside a word for a phone.
_INITIALS = {letter: label for label in ("work", "home", "mobile") for letter in tables("phones.initials")[label]}
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
    terms, header_words = vocabulary(), words(header)
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


def is_anothers(header: str) -> bool:
    """Whether a header counts persons, so that it may be another person's: "Contact 2 Phone", "Other Contact Email"."""
    terms, header_words = vocabulary(), words(header)
    # "Contact Phone" is the contact's own number: a person counts only with a number behind or "other" before it.
    neighbours = zip(("", *header_words), header_words, (*header_words[1:], ""), strict=False)
    return any(
        word in terms.persons and (after.isdecimal() or terms.labels.get(before) in terms.others)
        for before, word, after in neighbours
    )


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
    shortest = _SHORTEST_WITHOUT_SPACES if _NO_SPACES.fullmatch(word) else _SHORTEST_PART
    for length in range(shortest, len(word) - shortest + 1):
        if word[:length] in known_words and (pieces := _split(word[length:])):
            return (word[:length], *pieces)
    return ()

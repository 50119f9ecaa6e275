"""Phone and email columns, read word by word from their headers.

A header is a phone or an email column only when every word of it is understood, so that "Email opt out" and
"Phone verified" are not.
"""

from __future__ import annotations

from functools import lru_cache

from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import Target

_SHORTEST_PART = 4
_LARGEST_COUNT = 99


@lru_cache(maxsize=4096)
def contact_point(header: str) -> Target | None:
    """The phone or email that a header names, with its label: "Mobile Phone" is `phone:mobile`, else None."""
    known = vocabulary()
    found = parts(header)
    if found is None:
        return None
    email = any(word in known.email for word in found)
    phone = any(word in known.phone or word in known.kinds for word in found)
    if email == phone:
        return None
    labels = {**known.labels, **known.kinds} if phone else known.labels
    label = dict.fromkeys(labels[word] for word in found if word in labels)
    return Target("email" if email else "phone", " ".join(label))


def parts(header: str) -> tuple[str, ...] | None:
    """The words of a header, compounds such as `workphone` taken apart; None where one is no phone or email word."""
    found: list[str] = []
    for word in words(header):
        if word.isdecimal() and int(word) <= _LARGEST_COUNT:
            continue
        split = _split(word)
        if not split:
            return None
        found += split
    return tuple(found)


def is_anothers(header: str) -> bool:
    """Whether a header counts persons, so that it may be of another one: "Contact 2 Phone", "Other Contact Email"."""
    known, found = vocabulary(), words(header)
    return any(
        one in known.persons and (after.isdecimal() or known.labels.get(before) in known.others)
        for before, one, after in zip(("", *found), found, (*found[1:], ""), strict=False)
    )


def is_companion(header: str, value_header: str) -> bool:
    """Whether `header` says what kind `value_header` is: "Phone 1 - Type" beside "Phone 1 - Value"."""
    stem = [word for word in words(value_header) if word != "value"]
    found = words(header)
    return bool(stem) and list(found[:-1]) == stem and found[-1] in vocabulary().companion


@lru_cache(maxsize=4096)
def _split(word: str) -> tuple[str, ...]:
    known = _vocabulary()
    if word in known:
        return (word,)
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        if word[:cut] in known and (rest := _split(word[cut:])):
            return (word[:cut], *rest)
    return ()


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    known = vocabulary()
    return known.phone | known.email | known.filler | known.kinds.keys() | known.labels.keys()

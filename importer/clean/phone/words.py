"""Words, extensions and comments beside phone numbers: taken out before parsing, so that no letter becomes a digit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from importer.languages.words import any_of, is_fax, is_fax_word, phone_words, tables, words
from importer.regex import regex

_LABELS = words("phones", "labels")
_NEUTRAL = phone_words()
# A single letter between two numbers says nothing of the fax behind it: "Tel. 030 1234567 u. Fax 030 1234568".
_NOT_ONLY_FAX = frozenset(word for word in _NEUTRAL if len(word) > 1 or word not in words("phones", "between"))
_INITIALS = {letter: label for label, letters in tables("phones.initials").items() for letter in letters}
_EXTENSION_WORD = rf"(?<![^\W\d_])(?:{any_of('phones', 'extension')})\.?(?![^\W\d_])"
# Only at the end of a part: digits after it would be another number. That is asked first, since words take longer.
_EXTENSION = regex(
    rf"(?<=\d)(?=\D+\d{{1,7}}\D*$)[\s().,;-]*(?:{_EXTENSION_WORD}|#)\s*[:=.#]?\s*(\d{{1,7}})\s*\)?", re.IGNORECASE
)
_EXTENSION_AFTER_LETTERS = regex(
    rf"[\s().,;-]+(?:{_EXTENSION_WORD}|#)\s*[:=.#]?\s*(\d{{1,7}})\s*\)?\s*$", re.IGNORECASE
)
BEFORE_EXTENSION = regex(rf"[,;]\s*(?={_EXTENSION_WORD}\s*[:=.#]?\s*\d)", re.IGNORECASE)
"""The sign between a number and its extension (`, ext 5`, `;ext=5`), which does not separate two numbers."""
_COMMENT = r"[(\[{<][^()\[\]{}<>]*[^\W\d_][^()\[\]{}<>]*[)\]}>]"
_COMMENTED = regex(_COMMENT)
_DIGIT = regex(r"\d")
_LETTERS = regex(r"[^\W\d_]+")
_WORD = r"[^\W\d_]+(?:[.'’-]?[^\W\d_]+)*['’.:]*"
# Also with a dash between (415-FLOW), but a space makes it a word beside the number.
_GLUED = regex(r"(?<=\d)[-.]?([^\W\d_]+)|([^\W\d_]+)[-.]?(?=\d)")
# A telephone sign or an emoji beside a number is cut like a word.
_SYMBOLS = r"[^\w\s()+\-./*#,:;&|\\~\"'“”‘’?!=@$%<>\[\]{}^`]+"
_TOKEN = regex(f"({_COMMENT}|{_WORD}|{_SYMBOLS})")
# Times of the day behind a number: "call after 5 pm", "mornings 9-11". A word before them shows what they are.
_HOUR = r"\d{1,2}(?:[:.h]\d\d)?\s*(?:[ap]\.?m\.?|h|uhr)?"
_REMARK = regex(
    r"(?P<number>[\s(+]*\d(?:[\s().+/-]*\d){6,})"
    r"(?P<remark>[),;:\s-]*(?P<words>(?:[^\s\d]+\s+)*?(?P<last>[^\s\d]+)\s+)"
    rf"{_HOUR}(?:\s*(?:-|–|[^\W\d_]{{1,5}})\s*{_HOUR})?\D*)",
    re.IGNORECASE,
)
_NUMBER_ONLY = regex(r"[\d\s()+\-./]*")
# Letters and digits with nothing between them; 1E5 may be a number that a spreadsheet program has shortened.
_RUN = regex(r"(?!\+?[0-9][eE])\+?(?:[0-9]+[A-Za-z]|[A-Za-z]+[0-9])[0-9A-Za-z]*")
_REMEMBERED = 1000  # words: a column has the same few beside all its numbers
_QUOTES = " \t\"'“”‘’:;,.!=<>~_-"


class Segment(NamedTuple):
    """One run of digits and punctuation, with the label and the extension that belong to it.

    `beside`: the words from which the label comes.
    """

    digits: str
    label: str = ""
    extension: str = ""
    beside: str = ""


class Phrase(NamedTuple):
    """A part of a phone cell, taken apart.

    `words` were cut, as written; `unknown` are those of them that say nothing about phones; `glued` is the first
    unknown word that touches a digit, which cannot be part of a number; `touching`: a word touches a digit.
    """

    segments: tuple[Segment, ...]
    words: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    glued: str = ""
    touching: bool = False


def split_extension(part: str) -> tuple[str, str]:
    """A part of a cell and the extension at its end, "" where it has none; letters may stand before it."""
    match = _EXTENSION_AFTER_LETTERS.search(part)
    return (part[: match.start()], match[1]) if match else (part, "")


def is_token(text: str) -> bool:
    """Whether this is one run of letters and digits that names something: its `phrase` has glued letters.

    >>> is_token("4b7q"), is_token("4155550101x12"), is_token("cell4155550101")
    (True, False, False)
    """
    if _RUN.fullmatch(text) is None or _EXTENSION.search(text):
        return False
    return not all(map(_is_known, _LETTERS.findall(text)))


def phrase(part: str) -> Phrase:
    """Take a part of a cell apart into runs of digits, words and an extension."""
    if _NUMBER_ONLY.fullmatch(part):
        return Phrase((Segment(part.strip()),) if _DIGIT.search(part) else ())
    match = _EXTENSION.search(part)
    extension = match.group(1) if match else ""
    if match:
        part = part[: match.start()] + part[match.end() :]
    remark = _REMARK.fullmatch(part)
    if remark and not extension and not _is_known(remark["last"]) and not _NUMBER_ONLY.fullmatch(remark["words"]):
        taken = phrase(f"{remark['number']} {remark['words']}")
        return taken._replace(words=(remark["remark"].strip(),))
    pieces = _TOKEN.split(part)
    cut = tuple(pieces[1::2])
    unknown = tuple(word for word in cut if word[0].isalpha() and not _is_known(word))
    bare = _COMMENTED.sub(" ", part)
    touching = [match.group(1) or match.group(2) for match in _GLUED.finditer(bare)]
    glued = next((word for word in touching if not _is_known(word)), "")

    # Each run of digits has the label before it where the part begins with words, else that after it.
    runs = [index for index in range(0, len(pieces), 2) if _DIGIT.search(pieces[index])]
    ends = [-1, *runs] if runs and runs[0] > 0 else [*runs, len(pieces)]
    segments = tuple(
        Segment(
            pieces[run].strip(_QUOTES),
            _label(tuple(pieces[start + 1 : end])),
            extension if run == runs[-1] else "",
            " ".join(pieces[index] for index in range(start + 1, end) if index % 2),
        )
        for run, start, end in zip(runs, ends, ends[1:], strict=False)
    )
    return Phrase(segments, cut, unknown, glued, bool(touching))


@lru_cache(maxsize=_REMEMBERED)
def _label(beside: tuple[str, ...]) -> str:
    """The label that the words and comments beside a number give, "" where they give none."""
    plain = [letters for word in beside for letters in _LETTERS.findall(word.casefold())]
    labels = [word for word in plain if word in _LABELS or is_fax_word(word)]
    if any(map(is_fax, labels)) and not _NOT_ONLY_FAX.isdisjoint(plain):
        labels = [word for word in labels if not is_fax(word)]
    initials = [_INITIALS[word] for word in plain if word in _INITIALS]
    return next(iter(labels or initials), "")


@lru_cache(maxsize=_REMEMBERED)
def _is_known(word: str) -> bool:
    pieces = re.split(r"[.'’:-]", word.casefold())
    return all(
        is_fax_word(piece) or piece in _LABELS or piece in _NEUTRAL or piece in _INITIALS for piece in pieces if piece
    )

"""Notes in the cell of a name that forbid the row's numbers: "Ann Lee (DO NOT CALL)"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from importer.clean.finding import CellFinding, shown
from importer.languages.words import forbidden

if TYPE_CHECKING:
    from collections.abc import Sequence

_BRACKETED = re.compile(r"[(\[{<（【][^()\[\]{}<>（）【】]*[)\]}>）】]?")
_AROUND = "*!"
# What sets a note apart from a name: asterisks, a dash between spaces, a colon and the like.
_SIGNS = re.compile(r"(\s[-–—]+\s|[–—]+|[*]+|!+|[;:,/|]+)")
_MAYBE = re.compile(r"[()\[{<（【*!;:,/|–—]|\s-|-\s|[^\W\d_a-z]{2}")
_LETTER = re.compile(r"[^\W\d_]")
_EDGES = " \t-–—;:,/|"
_LONG_PHRASE = 3  # words: "do not call" is no name


class NameNote(NamedTuple):
    """A name without the note that stood beside it, and the words of the note that forbid a number."""

    name: str
    words: str


def without_notes(texts: Sequence[str]) -> tuple[Sequence[str], dict[int, NameNote]]:
    """A column of names without the notes that forbid a number, and these notes by the index of their row."""
    # Nearly all names are nothing but words with a capital.
    odd = {text for text in texts if not (text.istitle() and text.replace(" ", "").isalpha())}
    notes = {text: note for text in odd if _MAYBE.search(text) and (note := name_note(text))}
    if not notes:
        return texts, {}
    names = [notes[text].name if text in notes else text for text in texts]
    return names, {index: notes[text] for index, text in enumerate(texts) if text in notes}


def name_note(text: str) -> NameNote | None:
    """Take a note that forbids a number out of a name; None where there is none, or nothing else.

    >>> name_note("Lee, Ann - DNC"), name_note("Do Not Disturb LLC")
    (NameNote(name='Lee, Ann', words='DNC'), None)
    """
    if not forbidden(text):
        return None
    for match in _BRACKETED.finditer(text):
        if words := forbidden(match.group()):
            return _without(words, text[: match.start()], text[match.end() :])
    pieces = _SIGNS.split(text)
    for index in range(0, len(pieces), 2):
        piece = pieces[index]
        words = forbidden(piece)
        if not words:
            continue
        left, right = "".join(pieces[: max(index - 1, 0)]), "".join(pieces[index + 1 :])
        if _is_note(piece, words, is_first=index == 0):
            signs = [sign[:1] for sign in (pieces[index - 1] if index else "", *pieces[index + 1 : index + 2])]
            if index == 0 or (len(signs) == 2 and all(sign and sign in _AROUND for sign in signs)):
                right = "".join(pieces[index + 2 :])
            return _without(words, left, right)
        rest = piece.replace(words, "", 1)
        if rest.strip() and piece.rstrip(" .").endswith(words) and _stands_out(words, rest):
            # Without a sign between them, at the end of a name.
            return _without(words, "".join(pieces[:index]) + rest, right)
    return None


def _without(words: str, left: str, right: str) -> NameNote | None:
    """The name that is left on both sides of a note, None where it is none."""
    name = " ".join(f"{left} {right}".split()).strip(_EDGES)
    return NameNote(name, words) if _LETTER.search(name) and not forbidden(name) else None


def _is_note(piece: str, words: str, *, is_first: bool) -> bool:
    """Whether a piece between two signs is nothing but a note: "DNC", "do not call after 5", not "Blocked Drains"."""
    if piece.strip(" .") == words:
        return True
    is_long = len(words.split()) >= _LONG_PHRASE or (" " in words and not is_first)
    return is_long and piece.lstrip().startswith(words)


def _stands_out(words: str, rest: str) -> bool:
    """Whether words differ from the rest of a name by their capitals, or are too many for a part of one."""
    is_by_case = words.isupper() and not rest.strip().isupper()
    return is_by_case or len(words.split()) >= _LONG_PHRASE


def note_finding(text: str, note: NameNote) -> CellFinding:
    """The finding for a name with such a note: what became of the name, and of the numbers of its row."""
    name = shown(note.name)
    what = f"{shown(text)} says {shown(note.words)}: the name is sent as {name}, and no phone number of the row is."
    next_step = "Nothing to do if that is right; else take these words out of the cell and run again."
    return CellFinding("phone-forbidden", what, next_step)

"""Notes in the cell of a name that forbid the row's numbers: "Ann Lee (DO NOT CALL)"."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from importer.clean.finding import IF_SENT_BEFORE, CellFinding, shown
from importer.languages.words import forbidden, phone_words, without_marks
from importer.languages.words import words as words_of
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_BRACKETED = regex(r"[(\[{<（【][^()\[\]{}<>（）【】]*[)\]}>）】]?")
_AROUND = "*!"
# What sets a note apart from a name: asterisks, a dash between spaces, a colon and the like.
_SIGNS = regex(r"(\s[-–—]+\s|[–—]+|[*]+|!+|[;:,/|]+)")
_MAYBE = regex(r"[()\[{<（【*!;:,/|–—]|\s-|-\s|[^\W\d_a-z]{2}")
_LETTER = regex(r"[^\W\d_]")
_LETTERS = regex(r"[^\W\d_]+")
_AROUND_WORD = "*!.,;:()[]{}<>\"'"
_BEFORE_WORD = f"{_AROUND_WORD} \t-–—"
_EDGES = " \t-–—;:,/|"
_LONG_PHRASE = 3  # words: "do not call" is no name


class NameNote(NamedTuple):
    """A name without the note that stood beside it, and the words of the note that forbid a number."""

    name: str
    words: str


class NotedNames(NamedTuple):
    """The columns of names without notes, what is said of each note, and the rows whose numbers are not to be used.

    A finding has the index of its row and the position of its column.
    """

    texts: dict[int, Sequence[str]]
    findings: list[tuple[int, int, CellFinding]]
    rows: frozenset[int]


def notes_of(columns: Sequence[Sequence[str]], person: Mapping[str, int], positions: Collection[int]) -> NotedNames:
    """Take the notes out of the columns of names at `positions`; `person` has those of a person's name, by field."""
    texts = {position: columns[position] for position in positions}
    findings: list[tuple[int, int, CellFinding]] = []
    lone = lone_notes({field: texts[position] for field, position in person.items()})
    for index, name in lone.items():
        first = next(position for position in person.values() if texts[position][index].strip())
        findings.append((index, first, lone_finding(name)))
    for position in person.values() if lone else ():
        texts[position] = ["" if index in lone else text for index, text in enumerate(texts[position])]
    rows = set(lone)
    for position, column in texts.items():
        texts[position], with_note = without_notes(column)
        findings += [(index, position, note_finding(column[index], note)) for index, note in with_note.items()]
        rows |= with_note.keys()
    return NotedNames(texts, findings, frozenset(rows))


def without_notes(texts: Sequence[str]) -> tuple[Sequence[str], dict[int, NameNote]]:
    """A column of names without the notes that forbid a number, and these notes by the index of their row."""
    # Nearly all names are nothing but words with a capital.
    odd = {text for text in set(texts) if not (text.istitle() and text.replace(" ", "").isalpha())}
    notes = {text: note for text in odd if _MAYBE.search(text) and (note := name_note(text))}
    if not notes:
        return texts, {}
    names = [notes[text].name if text in notes else text for text in texts]
    return names, {index: notes[text] for index, text in enumerate(texts) if text in notes}


def lone_notes(columns: Mapping[str, Sequence[str]]) -> dict[int, str]:
    """The rows whose names are nothing but words that forbid a number, by index: "DNC", "Opted" | "Out".

    `columns` has the texts of the columns of a person's name by their field. A family name that is such a word
    ("Nix") stays one.
    """
    rows: set[int] = set()
    for texts in columns.values():
        if candidates := {text for text in set(texts) if _begins_phrase(text)}:
            rows |= {index for index, text in enumerate(texts) if text in candidates}
    notes: dict[int, str] = {}
    is_note = cache(is_lone_note)  # rows without end may have the same name
    for index in sorted(rows):
        parts = {field: text for field, texts in columns.items() if (text := texts[index].strip())}
        name = " ".join(parts.values())
        is_family_name = list(parts) == ["last_name"] and name.istitle() and " " not in name
        if is_note(name) and not is_family_name:
            notes[index] = name
    return notes


def is_lone_note(text: str) -> bool:
    """Whether a text says that a number is not to be used, and nothing else that could be a name.

    >>> is_lone_note("DNC"), is_lone_note("Opted out 3/4/2024"), is_lone_note("Do Not Disturb LLC")
    (True, True, False)
    """
    remaining, is_note = text, False
    while phrase := forbidden(remaining):
        remaining, is_note = remaining.replace(phrase, " ", 1), True
    about_phones = phone_words() | words_of("phones", "labels")
    return is_note and about_phones.issuperset(_LETTERS.findall(remaining.casefold()))


def _begins_phrase(text: str) -> bool:
    first = text.lstrip(_BEFORE_WORD).split(maxsplit=1)
    return bool(first) and first[0].rstrip(_AROUND_WORD).casefold() in _first_words()


@cache
def _first_words() -> frozenset[str]:
    """The first word of every phrase, also without its marks, and what has no spaces."""
    first = {phrase.split()[0].strip(_AROUND_WORD).casefold() for phrase in words_of("phones", "forbidden")}
    return frozenset(first | {without_marks(word) for word in first})


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
        before, after = "".join(pieces[: max(index - 1, 0)]), "".join(pieces[index + 1 :])
        if _is_note(piece, words, is_first=index == 0):
            signs = [sign[:1] for sign in (pieces[index - 1] if index else "", *pieces[index + 1 : index + 2])]
            if index == 0 or (len(signs) == 2 and all(sign and sign in _AROUND for sign in signs)):
                after = "".join(pieces[index + 2 :])
            return _without(words, before, after)
        remaining = piece.replace(words, "", 1)
        if remaining.strip() and piece.rstrip(" .").endswith(words) and _stands_out(words, remaining):
            # Without a sign between them, at the end of a name.
            return _without(words, "".join(pieces[:index]) + remaining, after)
    return None


def _without(words: str, before: str, after: str) -> NameNote | None:
    """The name that is left on both sides of a note, None if that is not a name."""
    name = " ".join(f"{before} {after}".split()).strip(_EDGES)
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


def lone_finding(text: str) -> CellFinding:
    """The finding for a row whose name is nothing but such words."""
    what = f"{shown(text)} is not a name but says not to use the numbers, so no name and no phone number is sent."
    return CellFinding(
        "phone-forbidden", what, f"{IF_SENT_BEFORE}; if the row has a name, write it into the cell and run again."
    )


def note_finding(text: str, note: NameNote) -> CellFinding:
    """The finding for a name with such a note: what became of the name, and of the numbers of its row."""
    name = shown(note.name)
    what = (
        f"{shown(text)} says {shown(note.words)}: the name is sent as {name}, and no phone number of the row is sent."
    )
    next_step = f"{IF_SENT_BEFORE}; if they may be called, take these words out of the cell and run again."
    return CellFinding("phone-forbidden", what, next_step)

"""Whether rows that may be headings or notes are left out for good, without a change of the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.derived.filter import parse
from importer.model import MAYBE_HEADING, Choice, Question, QuestionKind
from importer.questions.column import WITHOUT_THEM
from importer.text import counted, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model import SourceChunk
    from importer.questions.asked_sheet import AskedSheet

_MOST = 20  # a command line with more could not be read, and so many notes are no notes
_MOST_SHOWN = 3
_SIGN = "!="


def ask_notes(sheet: AskedSheet) -> Iterator[Question]:
    """Ask about rows with a single text, each of which is handed back until a person says what it is."""
    conditions: dict[str, str] = {}
    rows = 0
    for position, text in sheet.reader.found("notes", _lone_texts, whole=sheet.whole):
        if position >= sheet.width:
            continue
        condition = f"{sheet.mapping.names[position]} {_SIGN} {text}"
        if condition not in sheet.settings.only and _says(sheet, condition, position, text):
            rows += 1
            conditions[condition] = text
    if not 0 < len(conditions) <= _MOST:
        return
    shown = [f"“{shorten(text)}”" for text in conditions.values()]
    more = [f"{len(shown) - _MOST_SHOWN} more"] if len(shown) > _MOST_SHOWN else []
    yield Question(
        QuestionKind.NOTES,
        "Are rows with a single text notes, not contacts? Leave these out for good?",
        f"{counted(rows, 'row')} would be left out now, and later rows that say just the same: "
        f"{', '.join([*shown[:_MOST_SHOWN], *more])}.",
        (
            Choice(WITHOUT_THEM, "yes, leave them out", {"only": [*sheet.settings.only, *conditions]}),
            Choice("hand-back", "no, hand them back in the rejects"),
        ),
    )


def _lone_texts(chunk: SourceChunk) -> Iterator[tuple[int, str]]:
    """The only text of each row that may be a note, with the position of its column."""
    doubtful = {problem.row for problem in chunk.problems if problem.rule == MAYBE_HEADING}
    if not doubtful:
        return
    for index, row in enumerate(chunk.rows):
        if row in doubtful:
            cells = [" ".join(column[index].split()) for column in chunk.columns]
            yield from [(position, text) for position, text in enumerate(cells) if text][:1]


def _says(sheet: AskedSheet, condition: str, position: int, text: str) -> bool:
    """Whether a condition, read as it will be written, leaves out this text of this column."""
    names = sheet.mapping.names
    found = {name: place for place, name in enumerate(names)}
    try:
        read = parse(condition, found.get, tuple(names), tuple(names))
    except ValueError:
        return False
    return read.position == position and read.holds(text) is False

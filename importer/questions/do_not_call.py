"""Whether the rows are imported of which a column says that they are not to be called."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from importer.languages.words import forbidden
from importer.languages.yes_no import says_yes
from importer.mapping.suggest.do_not_call import allows_calls, forbidding_words, permitting_words
from importer.mapping.suggest.value_types import likely_type
from importer.model import Choice, FieldType, Fit, Question, QuestionKind
from importer.questions.column import LEAVE_OUT, WITHOUT_THEM
from importer.text import counted, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.questions.asked_sheet import AskedSheet

_MOST_TEXTS = 3
_MOST_COUNTED = 1000  # different texts: a column of remarks has another one in each row
_LONGEST_TEXT = 40
_OTHERS = "…"


def ask_do_not_call(sheet: AskedSheet) -> Iterator[Question]:
    """Ask about each column that is not sent and says who is not to be called."""
    for column in sheet.columns(Fit.UNMAPPED):
        if not column.call_conditions:
            continue
        name, header = sheet.name(column), column.header
        # The whole column: the first rows need not have every text that forbids a call, or any.
        left_out = sheet.reader.counted("do not call", (column.position,), partial(_count_left_out, header))
        if not left_out and not sheet.first_values(column):
            continue
        # A note such as "old number?" may be about one number of several, and a remark may be about something else.
        is_plain = all(says_yes(text) or forbidden(text) or likely_type([text]) is FieldType.DATE for text in left_out)
        if permitting_words(header):
            text, label = f"{name!r} says who may be called. Leave the others out?", "yes, leave the others out"
            rule = "Only rows in which it is a plain yes, or the date of one, are imported."
        else:
            text, label = f"{name!r} says who is not to be called. Leave these people out?", "yes, leave them out"
            rule = "So would later rows in which it says the same in other words, such as “do not call”."
        if forbidding_words(header):
            rule = "Only rows in which it is empty or a plain no are imported."
        yield Question(
            QuestionKind.DO_NOT_CALL,
            text,
            f"{_evidence(left_out)} {rule}",
            (
                Choice(WITHOUT_THEM, label, {"only": [*sheet.settings.only, *column.call_conditions]}),
                Choice(LEAVE_OUT, "no, import all rows", {"map": {name: LEAVE_OUT}}),
            ),
            proposal=WITHOUT_THEM if forbidding_words(header) and is_plain else "",
            column=column.position,
            column_name=name,
            samples=sheet.examples(column),
        )


def _count_left_out(header: str, chunks: Iterator[list[Sequence[str]]]) -> Counter[str]:
    """Count the texts of a column that do not allow calls; of many different ones those beyond the first together."""
    texts: Counter[str] = Counter()
    for (cells,) in chunks:
        for cell in cells:
            text = " ".join(cell.split())
            if not allows_calls(header, text):
                texts[text if text in texts or len(texts) < _MOST_COUNTED else _OTHERS] += 1
    return texts


def _evidence(left_out: Counter[str]) -> str:
    """Which rows would be left out now."""
    named = []
    for text, number in left_out.most_common(_MOST_TEXTS):
        cell = f"“{shorten(text, _LONGEST_TEXT)}”" if text else "empty"
        named.append(f"{cell} ({number:,})")
    named += ["other texts"] if len(left_out) > len(named) else []
    now = f"{counted(left_out.total(), 'row')} would be left out now"
    return f"{now}: {', '.join(named)}." if named else f"{now}."

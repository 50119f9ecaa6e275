"""What a person at a terminal is asked: the questions that a sheet raises, whose rows are, and whether to send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.terminal.console import BOLD, NO_ANSWER
from importer.errors import Interrupted
from importer.model import Status
from importer.pipeline.reading.asked_people import PeopleAnswer
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.cli.terminal.console import Console
    from importer.model import Question
    from importer.pipeline.reading.asked_people import AskedRow
    from importer.settings.model import Settings


def ask_question(console: Console) -> Callable[[Question], str]:
    """Ask about the sheet; the answer is the value of a choice, what was typed instead, or "" to leave it open.

    The end of input (Ctrl-D) is no answer, so nothing may be done after it: Interrupted is raised.
    """

    def ask(question: Question) -> str:
        samples = f" ({', '.join(map(repr, question.samples))})" if question.samples else ""
        console.line("")
        console.line(f"{question.text}{samples}", BOLD)
        if question.evidence:
            console.line(f"  {question.evidence}")
        for number, choice in enumerate(question.choices, 1):
            example = f" - {choice.example}" if choice.example else ""
            console.line(f"  {number} = {choice.label}{example}")

        proposed = question.proposed
        enter = f"Enter = {question.choices.index(proposed) + 1}" if proposed else "Enter = decide it later"
        numbers = "a number" if len(question.choices) > 1 else "1"
        other_choices = {
            "region": f"{numbers}, or any country",
            "map": f"{numbers}, or the name of a field" if question.column_name else f"{numbers}, or another column",
        }
        answer = console.ask(f"  {other_choices.get(question.typed, numbers)} ({enter}): ")
        if answer == NO_ANSWER:
            raise Interrupted.before_sending()
        if not answer:
            return question.proposal
        if answer.isdecimal() and 1 <= int(answer) <= len(question.choices):
            return question.choices[int(answer) - 1].value
        # What people type without reading on.
        if answer.lower() in {"y", "yes"}:
            return question.proposal or answer
        if answer.lower() in {"n", "no"} and len(question.choices) > 1:
            return question.choices[-1].value
        return answer

    return ask


_PEOPLE_ANSWERS = {"t": PeopleAnswer.SAME, "n": PeopleAnswer.NEW, "l": PeopleAnswer.LEAVE}


def ask_people(console: Console) -> Callable[[Sequence[AskedRow], PeopleAnswer], PeopleAnswer]:
    """One question about all rows that may be people who are there already; Enter takes what is proposed."""

    def ask(rows: Sequence[AskedRow], proposed: PeopleAnswer) -> PeopleAnswer:
        enter = next(key for key, answer in _PEOPLE_ANSWERS.items() if answer is proposed)
        subject = "1 row may be a person who is" if len(rows) == 1 else f"{len(rows):,} rows may be people who are"
        question = f"{subject} there already: (s)how, (t)hey are, (n)ew people, (l)eave [{enter}] "
        while True:
            answer = console.ask(question).lower()[:1] or enter
            if answer == NO_ANSWER:
                raise Interrupted.before_sending()
            if answer in _PEOPLE_ANSWERS:
                return _PEOPLE_ANSWERS[answer]
            if answer == "s":
                for row in rows:
                    console.note(f"Row {row.row} ({row.name or 'no name'}) {row.candidate}.")

    return ask


def confirm_run(console: Console, settings: Settings) -> Callable[[Mapping[Status, int], str], bool]:
    """The last question before the first write."""

    def confirm(counts: Mapping[Status, int], workspace: str) -> bool:
        to_send = counts.get(Status.UNFINISHED, 0)
        parts = [f"{count:,} {status.value}" for status, count in counts.items() if count and status != "unfinished"]
        # The rate is the limit, so it takes at least this long.
        minutes = to_send / settings.rate / 60
        time = f"about {minutes:,.0f} minutes" if minutes >= 1.5 else "about a minute or less"
        not_sent = f" ({', '.join(parts)})" if parts else ""
        where = f"{workspace}, at {settings.base_url}" if workspace else settings.base_url
        question = f"Send {counted(to_send, 'contact')} to {where}{not_sent}, {time}? [y/N] "
        return to_send == 0 or console.ask(question).lower() in {"y", "yes"}

    return confirm

"""What a person has to decide about a sheet, as it is printed: above everything that is about single rows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from importer.report.findings import Shade, TextLine
from importer.shell import shell_join, shell_quote, shell_split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.model import Question

CODE = "CC"
"""Stands for a country's code of two letters in a command that a person has to complete."""
_CONDITION = "--only"  # the option whose values add up: each answer repeats those that were given before


def question_lines(questions: Sequence[Question], *, names_values: bool) -> Iterator[TextLine]:
    """Each question with what speaks for which answer, and the option to type for each.

    Values of cells are shown only with `names_values`, to a person at a terminal: logs are kept.
    """
    if not questions:
        return
    yield TextLine("To decide (add the option of your answer to the command; a run remembers it):", Shade.ERROR)
    for question in questions:
        yield TextLine(f"  {question.text}")
        samples = f" Values: {', '.join(question.samples)}." if names_values and question.samples else ""
        yield TextLine(f"      {question.evidence}{samples}", Shade.SOFT)
        answers = []
        for choice in question.choices:
            proposed = " (proposed)" if choice.value == question.proposal else ""
            example = f" - {choice.example}" if names_values and choice.example else ""
            answers.append((choice.option, f"{choice.label}{proposed}{example}"))
        answers += [_any_other(question)] if question.typed else []
        width = max((len(option) for option, _ in answers), default=0)
        for option, label in answers:
            if option:
                yield TextLine(f"      {option:<{width}}  {label}")


def as_proposed(questions: Sequence[Question]) -> str:
    """The options to type for what is proposed; a country that nothing speaks for is left to be filled in."""
    options = []
    for question in questions:
        if (proposed := question.proposed) is not None and proposed.option:
            options.append(proposed.option)
        elif question.typed == "region" and proposed is None:
            options.append(f"--region {CODE}")
    return " ".join(options)


def then_as_proposed(questions: Sequence[Question], command: str) -> str:
    """How a line goes on behind what is to be decided: with `command`, and with the options that are proposed."""
    decided = _unsaid(as_proposed(questions), command)
    proposed = f"then, with its code of two letters for {CODE}" if CODE in decided.split() else "as proposed"
    return f"; {proposed}: {command} {decided}" if decided else f"; then: {command}"


def _unsaid(options: str, command: str) -> str:
    """The options without conditions that the command has already, or that an option before them has."""
    said = {word for before, word in pairwise(shell_split(command)) if before == _CONDITION}
    words: list[str] = []
    for word in shell_split(options):
        if words and words[-1] == _CONDITION and word in said:
            words.pop()
            continue
        if words and words[-1] == _CONDITION:
            said.add(word)
        words.append(word)
    return shell_join(words)


def _any_other(question: Question) -> tuple[str, str]:
    """The option for an answer that is not among the choices."""
    if question.typed == "region":
        words = "another country" if question.proposed is not None else "the country"
        return f"--region {CODE}", f"{words}, by its code of two letters"
    column = question.column_name or "COLUMN"
    return f"--map {shell_quote(f'{column}=FIELD')}", "another field"

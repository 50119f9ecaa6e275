"""A question that a sheet raises: one decision about a whole column or the whole sheet, which a person can take."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from importer.shell import shell_join

if TYPE_CHECKING:
    from collections.abc import Mapping


class QuestionKind(StrEnum):
    """What a question is about, in the order in which questions are asked: what decides about others comes first."""

    PERSON_NAME = "person-name"
    COLUMN = "column"
    PEOPLE_OR_COMPANIES = "people-or-companies"
    NOTES = "notes"
    CUSTOMER_JOBS = "customer-jobs"
    OWN_NUMBER = "own-number"
    DO_NOT_CALL = "do-not-call"
    COUNTRY_COLUMN = "country-column"
    COUNTRY = "country"
    DATE_ORDER = "date-order"
    LIST_SEPARATOR = "list-separator"


ABOUT_COUNTRY = (QuestionKind.COUNTRY, QuestionKind.COUNTRY_COLUMN)

DECIDE_NOTES = "decide-notes"

# Four of these were found before they were questions, and scripts know their rules.
_RULES = {
    QuestionKind.PERSON_NAME: "decide-person-name",
    QuestionKind.COLUMN: "column-unsure",
    QuestionKind.PEOPLE_OR_COMPANIES: "decide-people-or-companies",
    QuestionKind.NOTES: DECIDE_NOTES,
    QuestionKind.CUSTOMER_JOBS: "decide-customer-jobs",
    QuestionKind.OWN_NUMBER: "decide-own-number",
    QuestionKind.DO_NOT_CALL: "column-forbids-calls",
    QuestionKind.COUNTRY_COLUMN: "decide-country-column",
    QuestionKind.COUNTRY: "decide-country",
    QuestionKind.DATE_ORDER: "date-order-unknown",
    QuestionKind.LIST_SEPARATOR: "choice-separator-unclear",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question.

    `value` names it among the choices of its question ("US", "full_name"), `label` is for people. `settings` are the
    options that answering it means, by their names in `Settings`: `{"region": "US"}`, `{"map": {"KdNr":
    "external_id"}}`. Without any, things stay as they are. `example` shows on a value of the sheet what it means.
    """

    value: str
    label: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    example: str = ""

    @property
    def option(self) -> str:
        """The answer as it is typed on the command line: `--region US`, `--map KdNr=external_id`."""
        words: list[str] = []
        for name, value in self.settings.items():
            option = f"--{name.replace('_', '-')}"
            values = [str(value)] if not isinstance(value, list | tuple) else [*map(str, value)]
            values = [f"{column}={target}" for column, target in value.items()] if name == "map" else values
            words += [word for text in values for word in (option, text)]
        return shell_join(words)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what speaks for the answer.

    `text` is the question in plain English, `evidence` what was counted in the sheet (no values of it). `proposal` is
    the value of the choice that Enter takes, "" where nothing speaks for one. `column` is the position of the column
    that it is about (from 0), `column_name` its name, `samples` a few of its values. `typed`: a typed answer that is
    none of the choices fills this option ("region" takes a country, "map" the name of a field), "" if only the choices
    count. `required`: nothing is read, and nothing sent, before it is answered.
    """

    kind: QuestionKind
    text: str
    evidence: str
    choices: tuple[Choice, ...]
    proposal: str = ""
    column: int | None = None
    column_name: str = ""
    samples: tuple[str, ...] = ()
    typed: str = ""
    required: bool = False

    @property
    def id(self) -> str:
        """By what an answer names its question: `country`, `own-number:3`."""
        return self.kind.value if self.column is None else f"{self.kind.value}:{self.column}"

    @property
    def rule(self) -> str:
        """The slug of the rule under which it stands in `problems.csv` while it is open."""
        return _RULES[self.kind]

    @property
    def proposed(self) -> Choice | None:
        """The choice that Enter takes, None where nothing speaks for one."""
        return self.choice(self.proposal)

    def choice(self, value: str) -> Choice | None:
        """Return the choice with a value."""
        return next((choice for choice in self.choices if choice.value == value), None) if value else None

    def kept(self) -> dict[str, object]:
        """JSON-ready: as much as says later, to `recalled`, which options were proposed."""
        proposed = None if self.proposed is None else dict(self.proposed.settings)
        return {"kind": self.kind.value, "typed": self.typed, "proposed": proposed}

    @classmethod
    def recalled(cls, facts: Mapping[str, Any]) -> Question:
        """Return the question that `facts` is of, without its words."""
        settings, value = facts["proposed"], "proposed"
        choices = () if settings is None else (Choice(value, "", settings),)
        return cls(QuestionKind(facts["kind"]), "", "", choices, value if choices else "", typed=facts["typed"])

    def facts(self) -> dict[str, object]:
        """JSON-ready, without values of cells: what a log may keep."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "column": self.column_name or None,
            "question": self.text,
            "proposal": self.proposal or None,
            "choices": [
                {"value": choice.value, "label": choice.label, "option": choice.option} for choice in self.choices
            ],
            "required": self.required,
        }

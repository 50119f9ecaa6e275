"""Sheets that raise rules, and the same sheets corrected as the rules advise; they are in `advice.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# As it is, or as it is before and after a person has corrected it.
Line = str | list[str]


@dataclass(frozen=True)
class AdvisedSheet:
    """A sheet, the rules that its rows and columns raise, and what a person changes; the words are in `advice.toml`."""

    name: str
    header: Line
    good: Sequence[Line]
    rules: dict[str, Line] = field(default_factory=dict)
    columns: Sequence[str] = ()
    given: Sequence[str] = ()
    options: Sequence[str] = ()
    rejects: bool = False
    asked: bool = False

    def text(self, *, corrected: bool) -> str:
        """The sheet as it raises the rules, or as a person has corrected it."""
        lines = (self.header, *self.good, *self.rules.values())
        text = "".join(f"{line if isinstance(line, str) else line[corrected]}\n" for line in lines)
        # A cell of 10,500 characters would fill the table.
        return text.replace("LONG", "a" * 10_500)

    def raised(self) -> Iterator[tuple[str, str]]:
        """Each row by its number, "" for a whole column, and the rule that it raises."""
        number = 2 + len(self.good)
        for rule, row in self.rules.items():
            yield str(number), rule
            number += 1 + (row if isinstance(row, str) else row[0]).count("\n")
        for rule in self.columns:
            yield "", rule

    def people(self) -> int:
        """How many people are in the corrected sheet."""
        return self.text(corrected=True).count("\n") - 1


def advised_sheets() -> list[AdvisedSheet]:
    """All sheets of the table."""
    table = tomllib.loads(Path(__file__).with_name("advice.toml").read_text(encoding="utf-8"))
    return [AdvisedSheet(**entry) for entry in table["sheet"]]

"""What a rule means in words, for people who see it counted; the words are in `rules.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple


class RuleText(NamedTuple):
    """A rule in words, to be read after a number of rows: "1,204 rows: WHAT - NEXT_STEP"."""

    what: str
    next_step: str

    @property
    def title(self) -> str:
        """What is wrong, as a heading."""
        return self.what[:1].upper() + self.what[1:]


def rule_text(rule: str) -> RuleText:
    """The words of a rule; a rule of the person's own schema is described by its name."""
    if rule in all_rule_texts():
        return all_rule_texts()[rule]
    name = rule.removeprefix("schema-").replace("-", " ").replace("_", " ").strip()
    return RuleText(name or "a rule without a name", "see its lines in problems.csv")


@cache
def all_rule_texts() -> dict[str, RuleText]:
    """The words of all our own rules."""
    tables = tomllib.loads(resources.files(__package__).joinpath("rules.toml").read_text("utf-8"))
    return {rule: RuleText(*words) for table in tables.values() for rule, words in table.items()}

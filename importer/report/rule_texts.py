"""What a rule means in words, for whoever sees it counted; the words are in `rules.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple


class Words(NamedTuple):
    """A rule told after a number of rows: "1,204 rows: WHAT - NEXT_STEP"."""

    what: str
    next_step: str

    @property
    def title(self) -> str:
        """What is wrong, as a heading."""
        return self.what[:1].upper() + self.what[1:]


def words_of(rule: str) -> Words:
    """The words of a rule; a rule of the person's own schema is told by its name."""
    return _known().get(rule) or Words(_spoken(rule), "see its lines in problems.csv")


@cache
def _known() -> dict[str, Words]:
    tables = tomllib.loads(resources.files(__package__).joinpath("rules.toml").read_text("utf-8"))
    return {rule: Words(*words) for table in tables.values() for rule, words in table.items()}


def _spoken(rule: str) -> str:
    return rule.removeprefix("schema-").replace("-", " ").replace("_", " ").strip() or "a rule without a name"

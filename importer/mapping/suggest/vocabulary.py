"""What headers are called, read once from `words.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from importer.mapping.suggest.header_key import fold


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`words.toml` turned over: each dictionary leads from a folded header or a word to its meaning.

    `fields` and `doubtful`: folded header -> target text (`company`, `phone:direct`). `labels`: word -> label.
    `kinds`: word that is a phone by itself -> label. `left`: word -> why such a column is left out; `of_points`: those
    of the reasons that only phones and emails have. `bare`: set name -> folded headers. `persons`: words for somebody,
    `others`: labels that make it somebody else. `spellings`: the headers as written, to compare a misspelt one with.
    """

    fields: dict[str, str]
    spellings: tuple[str, ...]
    doubtful: dict[str, str]
    bare: dict[str, frozenset[str]]
    phone: frozenset[str]
    email: frozenset[str]
    kinds: dict[str, str]
    labels: dict[str, str]
    persons: frozenset[str]
    others: frozenset[str]
    filler: frozenset[str]
    companion: frozenset[str]
    left: dict[str, str]
    of_points: frozenset[str]
    ids: frozenset[str]
    not_slips: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The words, read on first use."""
    data = tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))
    return Vocabulary(
        fields=_turned(data["fields"]),
        spellings=(*(name for names in data["fields"].values() for name in names), *data["slips"]["also"]),
        doubtful=_turned(data["doubtful"]),
        bare={name: _folds(names) for name, names in data["bare"].items()},
        phone=_folds(data["phone"]["words"]),
        email=_folds(data["email"]["words"]),
        kinds=_turned(data["phone"]["kinds"]),
        labels=_turned(data["labels"]),
        persons=_folds(data["persons"]["words"]),
        others=frozenset(data["persons"]["others"]),
        filler=_folds(data["filler"]["words"]),
        companion=_folds(data["companion"]["words"]),
        left=_turned(data["leave"] | data["leave_points"]),
        of_points=frozenset(data["leave_points"]),
        ids=_folds(data["ids"]["words"]),
        not_slips=_folds(data["slips"]["not"]),
    )


def _turned(table: dict[str, Any]) -> dict[str, str]:
    return {fold(name): meaning for meaning, names in table.items() for name in names}


def _folds(names: list[str]) -> frozenset[str]:
    return frozenset(map(fold, names))

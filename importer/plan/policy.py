"""What may be done to a contact that is already there: as a whole (`--on-match`), and field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class OnMatch(StrEnum):
    """What `--on-match` allows to do with a contact that is already there and differs from its row."""

    CREATE_ONLY = "create-only"
    UPDATE = "update"
    FILL_BLANK = "fill-blank"


class Rule(StrEnum):
    """What the table `[on-match]` may say of a field.

    `never`: not written to a contact that is there, and no word of it; `clear`: as update, and an empty cell empties
    the field.
    """

    CREATE_ONLY = "create-only"
    UPDATE = "update"
    FILL_BLANK = "fill-blank"
    NEVER = "never"
    CLEAR = "clear"


_OVERWRITING = frozenset({Rule.UPDATE, Rule.CLEAR})
_WRITING = _OVERWRITING | {Rule.FILL_BLANK}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rule of every field: `default`, but for `fields`, whose keys are names as in `--map` (`custom:KEY`)."""

    default: OnMatch = OnMatch.CREATE_ONLY
    fields: Mapping[str, Rule] = field(default_factory=dict)

    @classmethod
    def of(cls, on_match: OnMatch | Policy) -> Policy:
        """Return a policy; an `OnMatch` alone is the rule of all fields."""
        return on_match if isinstance(on_match, Policy) else cls(OnMatch(on_match))

    def rule(self, name: str) -> Rule:
        """Return the rule of a field."""
        return self.fields.get(name, Rule(self.default))

    @property
    def writes(self) -> bool:
        """Whether anything at all may be written to a contact that is there."""
        return not self._rules.isdisjoint(_WRITING)

    @property
    def overwrites(self) -> bool:
        """Whether a value that is there may be replaced."""
        return not self._rules.isdisjoint(_OVERWRITING)

    @property
    def mark(self) -> str:
        """A short text that tells this policy from others, for the journal."""
        if not self.fields:
            return str(self.default)
        named = json.dumps({name: str(rule) for name, rule in self.fields.items()}, sort_keys=True)
        return f"{self.default}+{blake2b(named.encode(), digest_size=4).hexdigest()}"

    @property
    def _rules(self) -> set[Rule]:
        return {Rule(self.default), *self.fields.values()}

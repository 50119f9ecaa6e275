"""What may be done to a contact that is already there: as a whole (`--on-match`), and field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

from importer.text import nearest

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


FIELDS = ("first_name", "last_name", "company", "role", "phone", "email", "source_url")
_OVERWRITING = frozenset({Rule.UPDATE, Rule.CLEAR})
_WRITING = _OVERWRITING | {Rule.FILL_BLANK}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rule of every field: `default`, but for `fields`, whose keys are names as in `--map` (`custom:KEY`).

    `names`: what custom fields are called, by key, to speak of them.
    """

    default: OnMatch = OnMatch.CREATE_ONLY
    fields: Mapping[str, Rule] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict, compare=False)

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


def read_rules(value: object) -> str | dict[str, str]:
    """Return what `on-match` says, checked: one rule for all fields, or a table of `field = rule` with a `default`.

    Raises ValueError, naming what is wrong.
    """
    if not isinstance(value, dict):
        if wrong := _not_one_of(value, OnMatch):
            raise ValueError(f"must be {wrong}")
        return str(value)
    if mistakes := rule_mistakes(value):
        raise ValueError("; ".join(mistakes.values()))
    return {str(name): str(rule) for name, rule in value.items()}


def rule_mistakes(table: Mapping[str, object]) -> dict[str, str]:
    """Return what is wrong with each entry of the table `[on-match]` that is wrong, by its name."""
    return {name: wrong for name, rule in table.items() if (wrong := _mistake(name, rule))}


def _mistake(name: str, rule: object) -> str:
    if name != "default" and name not in FIELDS and name.removeprefix("custom:") in ("", name):
        near = nearest(name, FIELDS)
        hint = f", did you mean {near!r}?" if near else f"; fields are {', '.join(FIELDS)} and custom:NAME"
        return f"{name!r} is no field{hint}"
    wrong = _not_one_of(rule, OnMatch if name == "default" else Rule)
    return f"{name} must be {wrong}" if wrong else ""


def _not_one_of(value: object, kind: type[StrEnum]) -> str:
    known = [str(one) for one in kind]
    return "" if value in known else f"one of {', '.join(known)}, got {value!r}"


def policy_of(rules: str | Mapping[str, str], custom_fields: Mapping[str, str]) -> Policy:
    """Return the policy that checked rules stand for; `custom_fields` has the key of each by its name."""
    names = {key: name for name, key in custom_fields.items()}
    if isinstance(rules, str):
        return Policy(OnMatch(rules), names=names)
    named = {name: Rule(rule) for name, rule in rules.items() if name != "default"}
    fields = {_keyed(name, custom_fields) or name: rule for name, rule in named.items()}
    return Policy(OnMatch(rules.get("default", OnMatch.CREATE_ONLY)), fields, names)


def unknown_fields(rules: str | Mapping[str, str], custom_fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of rules that are for none of the custom fields."""
    return () if isinstance(rules, str) else tuple(name for name in rules if _keyed(name, custom_fields) == "")


def _keyed(name: str, custom_fields: Mapping[str, str]) -> str:
    """Return `custom:KEY` for `custom:NAME`, "" where there is no such field; other names as they are."""
    own = name.removeprefix("custom:")
    if own == name or own in custom_fields.values():
        return name
    key = {one.casefold(): key for one, key in custom_fields.items()}.get(own.casefold())
    return "" if key is None else f"custom:{key}"

"""What may be done to a contact that is already there: as a whole (`--on-match`), and field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

from importer.model.fields import COMPARED_FIELDS
from importer.text import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class OnMatch(StrEnum):
    """What `--on-match` allows to do with a contact that exists already and differs from its row."""

    CREATE_ONLY = "create-only"
    UPDATE = "update"
    FILL_BLANK = "fill-blank"


class Rule(StrEnum):
    """What the table `[on-match]` may say of a field.

    `never`: not written to a contact that exists, and differences are not reported; `clear`: as update, and an empty
    cell empties the field.
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
    """The rule of every field: that of `fields`, whose keys are names as in `--map` (`custom:KEY`), else `default`.

    `names`: the names of custom fields by key, for messages. `recreates`: a contact that was deleted in the workspace
    is created again (`--on-missing create`).
    """

    default: OnMatch = OnMatch.CREATE_ONLY
    fields: Mapping[str, Rule] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict, compare=False)
    recreates: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, on_match: OnMatch | Policy) -> Policy:
        """Return a policy; an `OnMatch` alone is the rule of all fields."""
        return on_match if isinstance(on_match, Policy) else cls(OnMatch(on_match))

    def rule(self, name: str) -> Rule:
        """Return the rule of a field."""
        return self.fields.get(name, Rule(self.default))

    @property
    def writes(self) -> bool:
        """Whether anything at all may be written to a contact that exists."""
        return not {Rule(self.default), *self.fields.values()}.isdisjoint(_WRITING)

    @property
    def overwrites(self) -> bool:
        """Whether a value that the contact has may be replaced."""
        return not {Rule(self.default), *self.fields.values()}.isdisjoint(_OVERWRITING)

    @property
    def reports(self) -> bool:
        """Whether a person is told of a value that the contact has otherwise."""
        return Rule.CREATE_ONLY in {Rule(self.default), *self.fields.values()}

    @property
    def gives_ids(self) -> bool:
        """Whether a contact gets the id of an id column that was named after it was made."""
        return Rule(self.default) in _OVERWRITING

    @property
    def mark(self) -> str:
        """A short text by which the journal sees that the policy has changed."""
        if not self.fields:
            return str(self.default)
        # A hash of the rules, not the rules: the names of custom fields do not belong in the journal.
        named = json.dumps({name: str(rule) for name, rule in self.fields.items()}, sort_keys=True)
        return f"{self.default}+{blake2b(named.encode(), digest_size=4).hexdigest()}"


def read_rules(value: object) -> str | dict[str, str]:
    """Return what `on-match` says, checked: one rule for all fields, or a table of `field = rule` with a `default`.

    Raises ValueError, naming what is wrong.
    """
    if not isinstance(value, dict):
        # `never` and `clear` for all fields at once would import nothing, or empty whole contacts.
        if wrong := _wrong_choice(value, OnMatch):
            raise ValueError(f"must be {wrong}")
        return str(value)
    if mistakes := rule_mistakes(value):
        raise ValueError("; ".join(mistakes.values()))
    return {str(name): str(rule) for name, rule in value.items()}


def rule_mistakes(table: Mapping[str, object]) -> dict[str, str]:
    """Return what is wrong with the table `[on-match]`: a message by the name of each wrong entry."""
    mistakes: dict[str, str] = {}
    for name, rule in table.items():
        # Whether a custom field exists is known only once the workspace was asked (`unknown_fields`).
        is_custom = name.removeprefix("custom:") not in ("", name)
        if name != "default" and name not in COMPARED_FIELDS and not is_custom:
            near = nearest(name, COMPARED_FIELDS)
            hint = f", did you mean {near!r}?" if near else f"; fields are {', '.join(COMPARED_FIELDS)} and custom:NAME"
            mistakes[name] = f"{name!r} is not a field{hint}"
        elif wrong := _wrong_choice(rule, OnMatch if name == "default" else Rule):
            mistakes[name] = f"{name} must be {wrong}"
    return mistakes


def _wrong_choice(value: object, choices: Iterable[StrEnum]) -> str:
    texts = list(map(str, choices))
    return "" if value in texts else f"one of {', '.join(texts)}, got {value!r}"


def policy_of(rules: str | Mapping[str, str], custom_fields: Mapping[str, str]) -> Policy:
    """Return the policy for checked rules; `custom_fields` has the key of each custom field by its name."""
    names = {key: name for name, key in custom_fields.items()}
    if isinstance(rules, str):
        return Policy(OnMatch(rules), names=names)
    fields = {_by_key(name, custom_fields) or name: Rule(rule) for name, rule in rules.items() if name != "default"}
    return Policy(OnMatch(rules.get("default", OnMatch.CREATE_ONLY)), fields, names)


def unknown_fields(rules: str | Mapping[str, str], custom_fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of rules for custom fields that do not exist."""
    return () if isinstance(rules, str) else tuple(name for name in rules if _by_key(name, custom_fields) == "")


def _by_key(name: str, custom_fields: Mapping[str, str]) -> str:
    """Return `custom:KEY` for `custom:NAME`, "" where there is no such field; any other name as it is."""
    custom_name = name.removeprefix("custom:")
    if custom_name == name or custom_name in custom_fields.values():
        return name
    # A rule may name the key itself, which is handled above; else the name counts in any case.
    keys = {field_name.casefold(): key for field_name, key in custom_fields.items()}
    key = keys.get(custom_name.casefold())
    return "" if key is None else f"custom:{key}"

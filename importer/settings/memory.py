"""What a folder remembers of how its sheet is read: given to a run once, it holds for later commands too."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from importer.settings.layers import Origin
from importer.text import read_json

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from importer.settings.layers import Layers


@dataclass(frozen=True, slots=True)
class ReadingMemory:
    """The options that were given to runs about reading the sheet, by their names; the journal keeps this as JSON.

    `of_files`: those that hold for one FILE alone, by its path. `saved`: what `mapping.toml` held in the last run, by
    which a later edit of it is known. `date` is that of the last run.
    """

    date: str
    given: Mapping[str, Any] = field(default_factory=dict)
    of_files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    saved: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> ReadingMemory | None:
        """Return what the text of a journal says; None if it is not a memory, since a journal may come from outside."""
        try:
            document = read_json(text)
            date, *tables = (document[name] for name in ("date", "given", "of_files", "saved"))
        except (ValueError, TypeError, KeyError):
            return None
        return cls(date, *tables) if all(isinstance(table, dict) for table in tables) else None

    @property
    def text(self) -> str:
        """The text for the journal."""
        # TOML knows dates, JSON does not.
        return json.dumps(asdict(self), ensure_ascii=False, default=str)

    def about(self, file: str) -> ReadingMemory:
        """Return what is remembered for one FILE, by its path."""
        of_file = self.of_files.get(file)
        return replace(self, given={**self.given, **of_file} if isinstance(of_file, dict) else self.given, of_files={})

    def without(self, names: Collection[str]) -> ReadingMemory:
        """Return the memory without some options (`list-separator`), or single columns (`map.Phone`)."""
        values = dict(self.given)
        for name in names:
            option, _, key = name.partition(".")
            option = option.replace("-", "_")
            if not key:
                values.pop(option, None)
            elif isinstance(values.get(option), dict):
                values[option] = {column: value for column, value in values[option].items() if column != key}
        return replace(self, given=values)

    def before(self, tables: Collection[str]) -> ReadingMemory:
        """Return how the last run read its sheet: what was given to it, over what `mapping.toml` held then."""
        merged = {**self.saved, **self.given}
        for name in tables:
            if all(isinstance(part.get(name), dict) for part in (self.saved, self.given)):
                merged[name] = {**self.saved[name], **self.given[name]}
        return replace(self, given=merged, saved={})

    def add_to(self, layers: Layers, names: Collection[str], tables: Collection[str]) -> None:
        """Add the options `names` over those of `mapping.toml`, but for what was edited in that since the last run."""
        origin = Origin(f"remembered from the run of {self.date}", remembered=True)
        for name in self.given.keys() & names:
            value, saved = self.given[name], self.saved.get(name)
            if name not in tables or not isinstance(value, dict):
                if name not in layers.values or _same(layers.values[name], saved):
                    layers.put(name, value, {(name,): origin})
                continue
            table = layers.values.get(name, {})
            if not isinstance(table, dict):
                continue
            saved = saved if isinstance(saved, dict) else {}
            remembered = {
                key: entry
                for key, entry in value.items()
                if key not in table or (key in saved and _same(table[key], saved[key]))
            }
            layers.put(
                name, {**table, **remembered}, {(name, key): origin for key in remembered}, replacing=set(remembered)
            )


def _same(value: object, remembered: object) -> bool:
    """Whether a value of a TOML file is the one that was remembered as JSON."""
    return bool(json.loads(json.dumps(value, default=str)) == remembered)

"""The exports of known programs, recognised by the headers that only they have."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from importer.mapping.suggest.header_key import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

QUO = "Quo contact export"
"""The name of the export that the app itself makes."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One known export; headers are folded. See the top of `presets.toml` for what each part means.

    `columns` is its header row as the program writes it.
    """

    name: str
    headers: frozenset[str]
    signature: frozenset[str]
    need: int
    exact: bool
    split: bool
    fields: dict[str, str]
    leave: dict[str, str]
    after: str
    after_fields: dict[str, str]
    columns: tuple[str, ...]


@lru_cache(maxsize=1)
def presets() -> tuple[Preset, ...]:
    """Every known export, read on first use from `presets.toml`."""
    document = tomllib.loads(resources.files(__package__).joinpath("presets.toml").read_text("utf-8"))
    exports = []
    for data in document["preset"]:
        tables: dict[str, dict[str, str]] = {
            name: {fold(header): meaning for header, meaning in data.get(name, {}).items()}
            for name in ("fields", "leave", "after_fields")
        }
        preset = Preset(
            name=data["name"],
            headers=frozenset(map(fold, data["header"].split(","))),
            signature=frozenset(map(fold, data["signature"])),
            # Two headers in common happen by chance; three of those that only one export has do not.
            need=data.get("need", 3),
            exact=data.get("exact", False),
            split=data.get("split", False),
            after=fold(data.get("after", "")),
            columns=tuple(data["header"].split(",")),
            **tables,
        )
        exports.append(preset)
    return tuple(exports)


def recognise(headers: Sequence[str]) -> Preset | None:
    """The known export that a header row comes from, or None."""
    keys = frozenset(fold(header) for header in headers) - {""}
    best, most = None, 0.0
    for preset in presets():
        count = len(preset.signature & keys)
        share = count / len(preset.signature)
        if share > most and count >= preset.need and (not preset.exact or keys == preset.headers):
            best, most = preset, share
    return best


@lru_cache(maxsize=1)
def known_headers() -> frozenset[str]:
    """Every header of every known export, folded."""
    return frozenset().union(*(preset.headers | preset.signature for preset in presets()))

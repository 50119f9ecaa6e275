"""The settings of the run, and how its file was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.html.page import Cell, Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.model import ReadDecision


def section(settings: Mapping[str, object], chosen_names: Iterable[str], decisions: Iterable[ReadDecision]) -> Section:
    """How the file was read, then the settings: those in `chosen_names` were given, the others are defaults."""
    names = set(chosen_names)
    chosen: list[tuple[Cell, Cell]] = []
    defaults: list[tuple[Cell, Cell]] = []
    for name, value in settings.items():
        # Options that are neither set nor have a default would only make the list longer.
        if value in (None, "", (), [], {}):
            continue
        entries = ", ".join(map(_text, value)) if isinstance(value, list | tuple) else _text(value)
        row = (cell(f"--{name.replace('_', '-')}"), cell(entries))
        (chosen if name in names else defaults).append(row)
    answers = tuple((cell(decision.what), cell(decision.value)) for decision in decisions)
    blocks = (
        Table("How the file was read", ("Question", "Decision"), answers),
        Table("Options that were given", ("Option", "Value"), tuple(chosen)),
        Table("Options at their defaults", ("Option", "Value"), tuple(defaults), folded=True),
    )
    lead = "The API key is not on this page."
    return Section("settings", "Settings", tuple(block for block in blocks if block.rows), lead)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return f"{len(value):,} entries"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "=".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

"""The settings of the run, and how its file was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.html.page import Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.model import ReadDecision


def section(settings: Mapping[str, object], chosen_names: Iterable[str], decisions: Iterable[ReadDecision]) -> Section:
    """How the file was read, then the settings: those in `chosen_names` were given, the others are defaults."""
    names = set(chosen_names)
    # Options that are neither set nor have a default would only make the list longer.
    texts = {name: _text(value) for name, value in settings.items() if value not in (None, "", (), [], {})}
    rows = {name: (cell(f"--{name.replace('_', '-')}"), cell(text)) for name, text in texts.items()}
    chosen = tuple(row for name, row in rows.items() if name in names)
    defaults = tuple(row for name, row in rows.items() if name not in names)
    answers = tuple((cell(decision.what), cell(decision.value)) for decision in decisions)
    blocks = (
        Table("How the file was read", ("Question", "Decision"), answers),
        Table("Options that were given", ("Option", "Value"), chosen),
        Table("Options at their defaults", ("Option", "Value"), defaults, folded=True),
    )
    lead = "The API key is not on this page."
    return Section("settings", "Settings", tuple(block for block in blocks if block.rows), lead)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return f"{len(value):,} entries"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(
            "=".join(map(str, entry)) if isinstance(entry, list | tuple) else _text(entry) for entry in value
        )
    return str(value)

"""What was chosen: the settings of the run, and what was decided about the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.html.page import Cell, Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.model import ReadDecision


def section(settings: Mapping[str, object], given: Iterable[str], decisions: Iterable[ReadDecision]) -> Section:
    """The file's decisions, then the settings; those in `given` were chosen, the others are defaults."""
    named = set(given)
    rows = {name: (_option(name), _value(value)) for name, value in settings.items() if not _is_empty(value)}
    chosen = tuple(row for name, row in rows.items() if name in named)
    left = tuple(row for name, row in rows.items() if name not in named)
    read = tuple((cell(one.what), cell(one.value)) for one in decisions)
    blocks = (
        Table("How the file was read", ("Question", "Decision"), read),
        Table("Options that were given", ("Option", "Value"), chosen),
        Table("Options left as they are", ("Option", "Value"), left, folded=True),
    )
    lead = "The API key is not on this page."
    return Section("settings", "Settings", tuple(block for block in blocks if block.rows), lead)


def _option(name: str) -> Cell:
    return cell(f"--{name.replace('_', '-')}")


def _value(value: object) -> Cell:
    return cell(", ".join(map(_plain, value)) if isinstance(value, list | tuple) else _plain(value))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return f"{len(value):,} entries"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "=".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _is_empty(value: object) -> bool:
    return value in (None, "", (), [], {})

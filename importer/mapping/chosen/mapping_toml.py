"""The text of `mapping.toml`: a new one, or a person's own brought up to date with everything they wrote kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import tomlkit

from importer.errors import MappingError
from importer.mapping.chosen.lock import OURS
from importer.mapping.chosen.overrides import column_position
from importer.model import ColumnMapping, Fit, Mapping, column_names

if TYPE_CHECKING:
    from collections.abc import Mapping as Table
    from collections.abc import Sequence

    from tomlkit.items import InlineTable
    from tomlkit.items import Table as TomlTable

    from importer.mapping.chosen.lock import MappingLock

QUESTION, NOT_SENT = "# ? ", "# - "
"""How the comment lines begin that this program writes, and takes away again when it writes the next time."""
_OWN_LINES = re.compile(rf"^(?:{re.escape(QUESTION)}|{re.escape(NOT_SENT)}).*\n?", re.MULTILINE)
_GAP = re.compile(r"\n*\n\[lock\]")
_HEAD = (
    "Which column of the sheet fills which field. Saved by openphone-import map; edit it as you like.",
    "Fields: first_name last_name full_name company role email phone (phone:mobile sets the label) external_id",
    "source_url created_by ignore, and custom:NAME for the workspace's own fields.",
)
_LOCK = "What the mapping was made for. A run stops where this changed, until --accept-changes."


def saved_text(
    former: str, mapping: Mapping, width: int, lock: MappingLock, options: Table[str, Any], *, seen: bool
) -> str:
    """The file as it should be; `former` is its text now, "" where there is none.

    `width`: how many columns are the sheet's own. `options`: keys for the top, taken up where the file has none of
    them. `seen`: a person has looked at the mapping, so that what is not sent is meant so; else it is said in comments,
    as every open question is in either case. Comments and keys of the person stay.
    """
    document = tomlkit.parse(_GAP.sub("\n[lock]", _OWN_LINES.sub("", former)))
    if not former.strip():
        for line in _HEAD:
            document.add(tomlkit.comment(line))
    for key, value in options.items():
        if key not in document and key.replace("-", "_") not in document:
            document[key] = value
    if "map" not in document:
        document["map"] = tomlkit.table()
    own = [column for column in mapping.columns[:width] if column.header.strip() not in OURS]
    _fill(document["map"], own, mapping.columns[:width], seen=seen)
    document["lock"] = _lock(lock)
    return _GAP.sub("\n\n[lock]", tomlkit.dumps(document))


def _fill(table: TomlTable, own: Sequence[ColumnMapping], columns: Sequence[ColumnMapping], *, seen: bool) -> None:
    names = column_names(tuple(column.header for column in columns))
    keys = _keys(table, [column.header for column in columns])
    for key in [key for key in table if key not in keys.values()]:
        table.remove(key)
    for column in own:
        key, value = keys.get(column.position, names[column.position]), _field(column, seen=seen)
        if not value:
            table.pop(key, None)
        elif table.get(key) != value:
            _set(table, key, value, column.reason)
    for column in own:
        if line := _comment(column, names[column.position], seen=seen):
            table.add(tomlkit.comment(line.removeprefix("# ")))


def _keys(table: TomlTable, headers: list[str]) -> dict[int, str]:
    """The key by which the file already names each column; a header goes before a number, which may be a stale one."""
    found: dict[int, str] = {}
    for key in sorted(table, key=lambda key: not key.startswith("#")):
        try:
            found[column_position(headers, key)] = key
        except MappingError:
            continue
    return found


def _field(column: ColumnMapping, *, seen: bool) -> str:
    """What the file should say of a column, "" where nothing."""
    if column.fit is Fit.MAPPED and column.target:
        label = "" if column.label_position is not None else column.target.label
        return f"{column.target.name}:{label}" if label else column.target.name
    said = column.fit is Fit.IGNORED and column.reason == "You said so."
    return "ignore" if said or (seen and column.fit is Fit.UNMAPPED) else ""


def _set(table: TomlTable, key: str, value: str, reason: str) -> None:
    item = tomlkit.string(value)
    if reason and reason != "You said so.":
        item.comment(_line(reason))
    table[key] = item


def _comment(column: ColumnMapping, name: str, *, seen: bool) -> str:
    reason = _line(column.reason)
    key = tomlkit.string(name).as_string()
    if column.fit is Fit.UNSURE:
        guess = column.target.name if column.target else "FIELD"
        return f"{QUESTION}{key} = {tomlkit.string(guess).as_string()}  # {reason}"
    if column.fit is Fit.UNMAPPED and not seen:
        return f'{NOT_SENT}{key} = "FIELD"  # {reason}'
    return ""


def _line(text: str) -> str:
    """A text that may stand in a comment of TOML: one line, no control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _lock(lock: MappingLock) -> TomlTable:
    table = tomlkit.table()
    table.comment(_LOCK)
    columns = tomlkit.array()
    columns.extend(lock.columns)
    table["columns"] = columns.multiline(len(lock.columns) > 1)
    if lock.custom:
        custom = tomlkit.table()
        for key, one in lock.custom.items():
            custom[key] = _inline(one.name, one.type.value, one.options)
        table["custom"] = custom
    return table


def _inline(name: str, kind: str, options: Sequence[str]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update({"name": name, "type": kind})
    if options:
        table["options"] = list(options)
    return table


def questions(mapping: Mapping) -> int:
    """How many columns nobody has decided about."""
    return sum(column.fit is Fit.UNSURE for column in mapping.columns)

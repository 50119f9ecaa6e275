"""The text of `mapping.toml`: a new one, or a person's own brought up to date with everything they wrote kept."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

import tomlkit

from importer.errors import MappingError
from importer.mapping.chosen.overrides import column_position
from importer.mapping.suggest.columns import CHOSEN, rival_slots, same_slot
from importer.model import ColumnMapping, Fit, Mapping, column_names
from importer.model.added_columns import ADDED_COLUMNS
from importer.model.fields import MAP_FIELDS_HELP
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping as Table
    from collections.abc import Sequence

    from tomlkit.items import Table as TomlTable

    from importer.mapping.chosen.lock import MappingLock

QUESTION, NOT_SENT = "# ? ", "# - "
"""How the comment lines begin that this program writes, and removes when it writes the file the next time."""
_OWN_LINES = regex(rf"^(?:{re.escape(QUESTION)}|{re.escape(NOT_SENT)}).*\n?", re.MULTILINE)
_GAP = regex(r"\n*\n\[lock\]")
_HEAD = (
    "Which column of the sheet fills which field. Saved by openphone-import map; edit it as you like.",
    *textwrap.wrap(f"Fields: {MAP_FIELDS_HELP}, and custom:NAME for the workspace's own fields.", 110),
)
_LOCK = "What the mapping was made for. A run stops where this changed, until --accept-changes."


def saved_text(
    text: str, mapping: Mapping, width: int, lock: MappingLock, options: Table[str, Any], *, seen: bool
) -> str:
    """The file as it should be; `text` is what it holds now, "" where there is no file yet.

    `width`: how many columns are the sheet's own. `options`: keys for the top, written where the file has none of
    them. `seen`: a person has looked at the mapping, so columns that are not sent are saved as `ignore`; else they
    become comments, as open questions always do. The person's own comments and keys stay.
    """
    # Our own comments are written fresh each time, since the questions in them may be settled by now.
    document = tomlkit.parse(_GAP.sub("\n[lock]", _OWN_LINES.sub("", text)))
    if not text.strip():
        for line in _HEAD:
            document.add(tomlkit.comment(line))
    for key, value in options.items():
        if key not in document and key.replace("-", "_") not in document:
            document[key] = value
    if "map" not in document:
        document["map"] = tomlkit.table()
    _fill(document["map"], mapping.columns[:width], seen=seen)
    document["lock"] = table = tomlkit.table()
    table.comment(_LOCK)
    locked_columns = tomlkit.array()
    locked_columns.extend(lock.columns)
    table["columns"] = locked_columns.multiline(len(lock.columns) > 1)
    if lock.custom:
        custom = tomlkit.table()
        for key, field in lock.custom.items():
            # One line for each field, with the options only where they were learned.
            custom[key] = tomlkit.inline_table()
            custom[key].update({"name": field.name, "type": field.type.value})
            if field.options:
                custom[key]["options"] = list(field.options)
        table["custom"] = custom
    # tomlkit puts the table right under the line before it; people expect a blank line there.
    return _GAP.sub("\n\n[lock]", tomlkit.dumps(document))


def with_column(text: str, column: str, field: str) -> str:
    """The text of a file with one more column in `[map]`, by the name or `#N` that `--map` takes."""
    document = tomlkit.parse(text)
    if "map" not in document:
        document["map"] = tomlkit.table()
    document["map"][column] = field
    return tomlkit.dumps(document)


def with_options(text: str, options: Table[str, Any]) -> str:
    """The text of a file with other options in it, by their names in `Settings`; without those that are None."""
    document = tomlkit.parse(text)
    for name, value in options.items():
        # A person may have written it either way.
        key = name if name in document else name.replace("_", "-")
        if value is None:
            document.pop(key, None)
        else:
            document[key] = value
    return tomlkit.dumps(document)


def for_another_workspace(text: str) -> str:
    """The text of a file without what belongs to one workspace: its custom fields, and the lock on them."""
    document = tomlkit.parse(text)
    document.pop("lock", None)
    table = document.get("map", {})
    for column in [column for column, field in table.items() if str(field).startswith("custom:")]:
        table.remove(column)
    return tomlkit.dumps(document)


def _fill(table: TomlTable, columns: Sequence[ColumnMapping], *, seen: bool) -> None:
    """Bring the table `[map]` up to date: the fields of columns first, then the comments."""
    headers = [column.header for column in columns]
    names = column_names(tuple(headers))
    of_sheet = [column for column in columns if column.header.strip() not in ADDED_COLUMNS]

    # The key by which the file names each column already. Headers go before numbers, which may be stale.
    keys: dict[int, str] = {}
    for key in sorted(table, key=lambda key: not key.startswith("#")):
        try:
            keys[column_position(headers, key)] = key
        except MappingError:
            continue
    for key in [key for key in table if key not in keys.values()]:
        table.remove(key)

    for column in of_sheet:
        # "" where the file should not name the column.
        field = ""
        if column.fit is Fit.MAPPED and column.target:
            # A label from a column beside it is found again by itself; writing it down would fix one for all rows.
            label = "" if column.label_position is not None else column.target.label
            field = f"{column.target.name}:{label}" if label else column.target.name
        elif (column.fit is Fit.IGNORED and column.reason == CHOSEN) or (seen and column.fit is Fit.UNMAPPED):
            field = "ignore"
        key = keys.get(column.position, names[column.position])
        if not field:
            table.pop(key, None)
        elif table.get(key) != field:
            item = tomlkit.string(field)
            if column.reason and column.reason != CHOSEN:
                item.comment(_one_line(column.reason))
            table[key] = item
    # A line that becomes an entry of the table once the person takes away the sign at its beginning. All such lines
    # together must then fill no field twice.
    filled = {same_slot(column.target) for column in of_sheet if column.fit is Fit.MAPPED}
    for column in of_sheet:
        key = tomlkit.string(names[column.position]).as_string()
        if column.fit is Fit.UNSURE:
            slot = same_slot(column.target)
            field = column.target.name if column.target else "FIELD"
            if filled & rival_slots(slot):
                field = "ignore"
            else:
                filled.add(slot)
            line = f"{QUESTION}{key} = {tomlkit.string(field).as_string()}  # {_one_line(column.reason)}"
        elif column.fit is Fit.UNMAPPED and not seen:
            line = f'{NOT_SENT}{key} = "FIELD"  # {_one_line(column.reason)}'
        else:
            continue
        table.add(tomlkit.comment(line.removeprefix("# ")))


def _one_line(text: str) -> str:
    """A text as a comment of TOML may hold it: on one line, without control characters."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def count_undecided(mapping: Mapping) -> int:
    """The number of columns that a person still has to decide about."""
    return sum(column.fit is Fit.UNSURE for column in mapping.columns)

"""Two lists side by side: a row holds two people, who must never become one contact."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from importer.errors import MappingError
from importer.mapping.suggest.columns import CHOSEN
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.suggest import suggest
from importer.mapping.suggest.value_types import ENOUGH, share
from importer.model import Fit
from importer.model.fields import ARRAYS, PERSON_NAMES
from importer.regex import regex
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import ColumnMapping, Mapping, SourceTable

_NAME = regex(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3}")
_NAMES = {*PERSON_NAMES, "full_name"}
_SENT = (Fit.MAPPED, Fit.UNSURE)


def refuse_two_lists(table: SourceTable, mapping: Mapping, samples: Sequence[Sequence[str]]) -> None:
    """Raise MappingError where columns of two lists are sent, each with names and numbers of its own.

    A person who has said of every column of the second list what it is for is believed.
    """
    blocks = _blocks(table)
    if len(blocks) == 1:
        return
    lists = [block for block in blocks if _is_list(table, block, samples)]
    sent = [
        [column for column in mapping.columns if column.position in block and column.fit in _SENT] for block in lists
    ]
    active = [(block, columns) for block, columns in zip(lists, sent, strict=True) if columns]
    later = [column for _, columns in active[1:] for column in columns]
    if not later or all(column.reason == CHOSEN for column in later):
        return

    names = mapping.names
    shown = [f"{names[block[0]]} to {names[block[-1]]}" for block, _ in active]
    guesses = suggest([_plain(table.headers[position]) for position in active[0][0]]).columns
    first = [
        f"--map {shell_quote(f'{names[position]}={guess.target.field}')}"
        for position, guess in zip(active[0][0], guesses, strict=True)
        if guess.fit is Fit.MAPPED and guess.target and mapping.columns[position].fit is not Fit.MAPPED
    ]
    options = [f"--map {shell_quote(f'{names[column.position]}=ignore')}" for column in later]
    raise MappingError(
        f"{table.file} has {len(active)} lists side by side (columns {' and '.join(shown)}), so that every row holds "
        "several people.",
        "Move one list below the other, under the same column names, and import the sheet again. To import the first "
        f"list alone: {' '.join([*first, *options])}.",
    )


def _blocks(table: SourceTable) -> list[tuple[int, ...]]:
    """The groups of columns that may be lists: those between columns without a name, else repeats of the same names."""
    groups = groupby(range(len(table.headers)), lambda position: bool(table.headers[position].strip()))
    blocks = [tuple(positions) for has_name, positions in groups if has_name]
    if len(blocks) == 1:
        # Without the numbers of "Name 1, Phone 1, Name 2, Phone 2".
        keys = [_plain(table.headers[position]) for position in blocks[0]]
        for size in range(2, len(keys) // 2 + 1):
            if len(keys) % size == 0 and keys == keys[:size] * (len(keys) // size):
                return [blocks[0][start : start + size] for start in range(0, len(keys), size)]
    return blocks


def _is_list(table: SourceTable, block: Sequence[int], samples: Sequence[Sequence[str]]) -> bool:
    """Whether columns by themselves have a name and a phone or email."""
    columns: Sequence[ColumnMapping] = suggest(
        [_plain(table.headers[position]) for position in block], samples=[samples[position] for position in block]
    ).columns
    fields = {column.target.field for column in columns if column.target and column.fit in _SENT}
    # Of a list that begins with "Supplier" only the values show that these are names.
    has_names = (
        columns[0].fit not in _SENT
        and share(samples[block[0]], lambda text: _NAME.fullmatch(text) is not None) >= ENOUGH
    )
    return (has_names or not fields.isdisjoint(_NAMES)) and not fields.isdisjoint(ARRAYS)


def _plain(header: str) -> str:
    """The header without a number: "Name 2" is a name."""
    return " ".join(word for word in words(header) if not word.isdecimal())

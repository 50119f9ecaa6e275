"""A TOML text that may come from outside, with the line of each of its keys, which tomllib does not tell."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

# Reading a key of so many parts takes the square of their number, and its lines as much memory. No part is entered in
# its middle, so that this takes no longer than the text is long.
_KEY_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP_KEY = regex(rf"(?<![A-Za-z0-9_-]){_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART}){{200}}")
# Python makes no number of more than 4,300 digits, and no text of such a number that is written as 0xfff.
_LONG_NUMBER = regex(r"(?<![\w\"'])[+-]?(?:0[xob])?[0-9A-Fa-f_]{3500}")
MOST_KEYS = 20_000
"""More than a sheet has columns."""
_MOST_TRIED = 1_000_000
_ENDS = ("]", '"""', "'''")
_POSITION = regex(r"\(at (?:line (\d+), column \d+|end of document)\)")
KeyPath = tuple[str, ...]
"""A key and the tables around it: `("map", "Mobile")`."""


def read_toml(text: str) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    """Return what a TOML text says, and the line of every key (from 1).

    Raises ValueError for a text that is not valid or larger than settings are, in words to go after the file's name.
    """
    if deep := _DEEP_KEY.search(text):
        raise ValueError(f"{_line_at(text, deep.start())}: this key has too many parts to be one of settings.")
    if number := _LONG_NUMBER.search(text):
        raise ValueError(f"{_line_at(text, number.start())}: this number has too many digits.")
    try:
        values, lines = tomllib.loads(text), lines_of(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(_not_toml(str(error), text)) from None
    except RecursionError:
        raise ValueError(": has lists or tables within each other, too deep to be settings.") from None
    if len(lines) > MOST_KEYS:
        raise ValueError(f": has more than {MOST_KEYS:,} keys, as no settings have.")
    return values, lines


def _line_at(text: str, place: int) -> str:
    line = text.count("\n", 0, place) + 1
    return f", line {line}"


def _not_toml(error: str, text: str) -> str:
    match = _POSITION.search(error)
    line = match[1] if match and match[1] else len(text.splitlines())
    reason = _POSITION.sub("", error).strip()
    # tomllib words a repeated key in three ways, depending on what is repeated.
    if "overwrite" in reason or "twice" in reason or "uplicate" in reason:
        return f", line {line}: this key or table is in the file twice. Remove one of them."
    return f', line {line}: is not valid TOML: {reason}. Text needs quotes, as in key = "text".'


def lines_of(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every key and table of a valid TOML text by its path; not much more than `MOST_KEYS`.

    The tables of a list `[[name]]` are told apart by their number: `("name", "0", "key")`.
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    lengths: Counter[KeyPath] = Counter()
    for line, statement in _statements(text):
        if statement.startswith("["):
            table = next(_paths(tomllib.loads(statement)), ())
            if statement.startswith("[["):
                lengths[table] += 1
                table = (*table, str(lengths[table] - 1))
            elif number := lengths[table[:1]]:
                # A table in the latest table of a list: [workspace.map] after [[workspace]].
                table = (table[0], str(number - 1), *table[1:])
            paths = [table]
        else:
            paths = [(*table, *path) for path in _paths(tomllib.loads(statement))]
        for path in paths:
            for length in range(1, len(path) + 1):
                lines.setdefault(path[:length], line)
        if len(lines) > MOST_KEYS:
            break
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement of a TOML text with the line it begins on.

    tomllib tells no line numbers. A statement ends where the lines since its start are valid TOML by themselves, since
    lists and quoted text can go over several lines.
    """
    statement, start, tried = "", 0, 0
    for number, line in enumerate(text.splitlines(), 1):
        if not statement and (not line.strip() or line.lstrip().startswith("#")):
            continue
        start = start if statement else number
        statement += f"{line}\n"
        # A list or a text of several lines ends in a line with one of these. To try each line with all before it takes
        # the square of their number, which a file from outside must not cost.
        if start < number and not any(end in line for end in _ENDS):
            continue
        tried += len(statement) if start < number else 0
        if tried > _MOST_TRIED:
            raise tomllib.TOMLDecodeError(f"this value goes on for too many lines (at line {start}, column 1)")
        try:
            tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        yield start, statement.strip()
        statement = ""


def _paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of every key in a table and the tables inside it."""
    # A statement `[[name]]` is read as a list of one table.
    inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
    if not isinstance(inner, dict) or not inner:
        if path:
            yield path
        return
    for key, below in inner.items():
        yield from _paths(below, (*path, key))

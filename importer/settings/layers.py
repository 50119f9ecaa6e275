"""The layers of settings: TOML files with the line of every key, the environment, the options."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from importer.text import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

# Reading a key of so many parts takes the square of their number, and its lines as much memory. No part is entered in
# its middle, so that this takes no longer than the text is long.
_KEY_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART}){{200}}")
MOST_CHARACTERS = 5_000_000
"""A longer file is refused: no settings are as long, and the file may come from outside."""
_MOST_TRIED = 1_000_000
_ENDS = ("]", '"""', "'''")
_POSITION = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
KeyPath = tuple[str, ...]
"""A key and the tables around it: `("map", "Mobile")`."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: an option, an environment variable, a file and its line, or an earlier run."""

    what: str
    line: int | None = None
    remembered: bool = False
    """It was given to an earlier run of the folder."""
    owner: str = ""
    """Whose part of the file it is, such as the workspace of a fleet."""

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}"
        return f"{self.what}{line}{f', {self.owner}' if self.owner else ''}"


@dataclass(slots=True)
class Layers:
    """All layers merged so far: `values` by the names of `Settings`, and the origin of each by its path.

    A later layer wins: key by key in `[map]` and `[values]`, otherwise as a whole.
    """

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)
    """The names of options with a mistake."""

    def mistake(self, name: str, text: str) -> None:
        """Note what is wrong with an option."""
        self.wrong.add(name)
        self.mistakes.append(text)

    def add_file(self, file: Path, keys: Collection[str], tables: Collection[str]) -> None:
        """Add a TOML file. `keys`: those it may have (`header-row`); `tables`: those merged key by key."""
        self.add_table(*self.read(file), file, keys, tables)

    def add_table(
        self,
        raw: Mapping[str, Any],
        lines: Mapping[KeyPath, int],
        file: Path,
        keys: Collection[str],
        tables: Collection[str],
        owner: str = "",
    ) -> None:
        """Add what stands in a TOML file, or in a table of it that is its `owner`'s, with the line of each key."""
        for key, value in raw.items():
            name = key.replace("-", "_")
            origin = {path: Origin(str(file), line, owner=owner) for path, line in lines.items() if path[0] == key}
            if key.replace("_", "-") not in keys:
                near = did_you_mean(key.replace("_", "-"), keys)
                self.mistake(name, f"{origin.get((key,), file)}: unknown key {key!r}{near}")
            elif name in tables and isinstance(value, dict):
                self.values[name] = {**self.values.get(name, {}), **value}
                self._set_origins(name, origin, replacing=set(value))
            else:
                self.values[name] = value
                self._set_origins(name, origin)

    def add(self, name: str, value: object, origin: str) -> None:
        """Add one value of the environment or of an option."""
        self.put(name, value, {(name,): Origin(origin)})

    def put(
        self, name: str, value: object, origins: Mapping[KeyPath, Origin], replacing: set[str] | None = None
    ) -> None:
        """Set an option and the origins of its parts; `replacing`: only these keys of its table are new."""
        self.values[name] = value
        self._set_origins(name, origins, replacing)

    def _set_origins(self, name: str, origins: Mapping[KeyPath, Origin], replacing: set[str] | None = None) -> None:
        """Replace the origins of an option, or those of the keys `replacing` in its table."""
        for path in list(self.origins):
            if path[0] == name and (replacing is None or path[1:2] == () or path[1] in replacing):
                del self.origins[path]
        self.origins |= {(name, *path[1:]): origin for path, origin in origins.items()}

    def origin(self, path: KeyPath) -> Origin | None:
        """Return the origin of a path, or of the nearest table around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return None

    def read(self, file: Path) -> tuple[dict[str, Any], dict[KeyPath, int]]:
        """Return what stands in a TOML file, and the line of every key; nothing for one that cannot be read."""
        text = ""
        try:
            # Windows editors put a byte order mark first, which TOML does not allow.
            with file.open(encoding="utf-8-sig") as stream:
                text = stream.read(MOST_CHARACTERS + 1)
            if len(text) > MOST_CHARACTERS:
                self.mistakes.append(f"{file}: is longer than {MOST_CHARACTERS:,} characters, as no settings are.")
                return {}, {}
            if _DEEP_KEY.search(text):
                raise RecursionError
            return tomllib.loads(text), lines_of(text)
        except OSError as error:
            self.mistakes.append(f"{file}: cannot be read ({error.strerror}).")
        except UnicodeDecodeError:
            self.mistakes.append(f"{file}: is not UTF-8 text.")
        except tomllib.TOMLDecodeError as error:
            self.mistakes.append(f"{file}{_not_toml(str(error), text)}")
        except RecursionError:
            self.mistakes.append(f"{file}: has lists or tables within each other, too deep to be settings.")
        return {}, {}


class SettingsLayer(Protocol):
    """Settings that are read elsewhere, such as those of a workspace of a fleet."""

    def add_to(self, layers: Layers) -> None:
        """Add them over the layers so far."""


def _not_toml(error: str, text: str) -> str:
    match = _POSITION.search(error)
    line = match[1] if match and match[1] else len(text.splitlines())
    reason = _POSITION.sub("", error).strip()
    # tomllib words a repeated key in three ways, depending on what is repeated.
    if "overwrite" in reason or "twice" in reason or "uplicate" in reason:
        return f", line {line}: this key or table is in the file twice. Remove one of them."
    return f', line {line}: is not valid TOML: {reason}. Text needs quotes, as in key = "text".'


def lines_of(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every key and table of a valid TOML text, by its path.

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


def did_you_mean(name: str, known: Collection[str]) -> str:
    """`, did you mean 'region'?`, or a full stop where nothing is near."""
    near = nearest(name, known)
    return f", did you mean {near!r}?" if near else "."


def sentence(text: str) -> str:
    """Return the text with a full stop, unless it ends like a sentence."""
    return text if text.endswith((".", "?")) else f"{text}."


# In the words of the person who wrote the value; pydantic speaks to programmers.
_RULES = {
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le:g} or less",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "string_too_long": "must have {max_length} characters or fewer",
    "string_type": "must be text in quotes",
    "path_type": "must be a path in quotes",
    "int_parsing": "must be a whole number without quotes",
    "int_type": "must be a whole number without quotes",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number without quotes",
    "float_type": "must be a number without quotes",
    "bool_parsing": "must be true or false, without quotes",
    "bool_type": "must be true or false, without quotes",
    "tuple_type": "must be a list in square brackets",
    "dict_type": "must be a table",
    "mapping_type": "must be a table",
    "dataclass_type": "must be a table",
    "finite_number": "must be a number",
    "missing": "is missing",
}
_SCALAR = "must be text, a number, a date, true or false"


def mistakes_of(errors: Sequence[Mapping[str, Any]], layers: Layers, parts: Mapping[str, Collection[str]]) -> list[str]:
    """Return the mistakes that pydantic reported, one for each value, with its place and its rule.

    `parts` are the keys of the tables in a table, such as those of a recipe, by the name of the outer one.
    """
    paths = [tuple(str(part) for part in error["loc"][: 3 if error["loc"][0] in parts else 1]) for error in errors]
    mistakes: dict[KeyPath, str] = {}
    for error, path in zip(errors, paths, strict=True):
        # pydantic reports a value once for every type that it could have had.
        several = sum(tuple(map(str, each["loc"][: len(path)])) == path for each in errors) > 1
        mistakes.setdefault(path, _mistake(error, path, layers, parts, several=several))
    return list(mistakes.values())


def _mistake(
    error: Mapping[str, Any], path: KeyPath, layers: Layers, parts: Mapping[str, Collection[str]], *, several: bool
) -> str:
    origin = layers.origin(path)
    name = ".".join((path[0].replace("_", "-"), *path[1:]))
    where = f"{origin or f'--{name}'}: " if origin is None or origin.line is None else f"{origin}: {name} "
    if origin is not None and origin.remembered:
        where = f"--{name}, {origin} (--forget {name} unsets it): "
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        table, place = ".".join(path[:-1]), where.removesuffix(f"{name} ")
        near = did_you_mean(path[-1], parts.get(path[0], ()))
        return f"{place}[{table}] has an unknown key {path[-1]!r}{near}"
    if error["type"] == "value_error":
        return sentence(f"{where}{error['ctx']['error']}")
    rule = _RULES.get(error["type"], str(error["msg"])).format(**error.get("ctx", {}))
    if several and path[0] in parts:
        rule = _SCALAR
    value = error["input"]
    return f"{where}{rule}, got {str(value).lower() if isinstance(value, bool) else repr(value)}."

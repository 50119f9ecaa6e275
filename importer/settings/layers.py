"""The layers of settings: TOML files with the line of every key, the environment, the options."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from importer.disk import given_text
from importer.settings.toml_lines import KeyPath, read_toml
from importer.text import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

_MOST_UNKNOWN = 20


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
        origins: defaultdict[str, dict[KeyPath, Origin]] = defaultdict(dict)
        for path, line in lines.items():
            origins[path[0]][path] = Origin(str(file), line, owner=owner)
        unknown = [key for key in raw if key.replace("_", "-") not in keys]
        for key in unknown[:_MOST_UNKNOWN]:
            where, near = origins[key].get((key,), file), did_you_mean(key.replace("_", "-"), keys)
            self.mistake(key.replace("-", "_"), f"{where}: unknown key {key!r}{near}")
        if len(unknown) > _MOST_UNKNOWN:
            self.mistakes.append(f"{file}: {len(unknown) - _MOST_UNKNOWN:,} more unknown keys.")
        for key, value in raw.items():
            if key.replace("_", "-") not in keys:
                continue
            name, origin = key.replace("-", "_"), origins[key]
            if name in tables and isinstance(value, dict):
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
        try:
            # Windows editors put a byte order mark first, which TOML does not allow.
            return read_toml(given_text(file, "utf-8-sig"))
        except OSError as error:
            self.mistakes.append(f"{file}: cannot be read ({error.strerror}).")
        except UnicodeDecodeError as error:
            self.mistakes.append(f"{file}, line {error.object.count(10, 0, error.start) + 1}: is not UTF-8 text.")
        except ValueError as error:
            self.mistakes.append(f"{file}{error}")
        return {}, {}


class SettingsLayer(Protocol):
    """Settings that are read elsewhere, such as those of a workspace of a fleet."""

    def add_to(self, layers: Layers) -> None:
        """Add them over the layers so far."""


def did_you_mean(name: str, names: Collection[str]) -> str:
    """`, did you mean 'region'?`, or a full stop where nothing is near."""
    near = nearest(name, names)
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
    # pydantic reports a value once for every type that it could have had.
    times = Counter(place for error in errors for place in {tuple(map(str, error["loc"][:end])) for end in (1, 3)})
    for error, path in zip(errors, paths, strict=True):
        if path not in mistakes:
            mistakes[path] = _mistake(error, path, layers, parts, several=times[path] > 1)
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

"""`fleet.toml`: the sheets and workspaces of a fleet, each with its settings; every mistake has its line."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from importer.errors import SettingsError
from importer.fleet.file_values import (
    NAME,
    WrongValue,
    database_value,
    fleet_name_value,
    folders_value,
    results_value,
    schedule_value,
    timezone_value,
)
from importer.fleet.results_place import PLACEHOLDER, address_of, folder_of
from importer.fleet.workspace import KEY_OPTIONS, Fleet, FleetWorkspace, SettingsTable, owner_of
from importer.regex import regex
from importer.settings.layers import Layers, Origin, did_you_mean
from importer.settings.model import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from importer.settings.toml_lines import KeyPath

TOP_KEYS = ("name", "database", "results", "shared-folders", "timezone", "defaults", "workspace")
OWN_KEYS = ("name", "sheet", "mapping", "schedule", "aliases")
SHEET_NAME = "sheet-name"
"""The option `sheet` of a run, which names a sheet of a workbook: in a fleet `sheet` is the file."""
# A fleet decides these itself, or they are about a single command.
REFUSED = {
    "out": "the results of a workspace are in a folder of its name; `results` says where.",
    "json": "it is an option of the command: openphone-import fleet run FILE --json.",
    "forget": "it is for one command over one sheet.",
}
# Names under which people write down a key itself.
_KEYS = regex(r"(?:openphone|quo)?_?(?:api)?_?(?:key|token|secret)", re.IGNORECASE)
_Value = TypeVar("_Value")
_FILES = frozenset({"fleet.json", "fleet.html"})
_PATHS = ("api-key-file", "fields")


def read_fleet(file: Path) -> Fleet:
    """Read `fleet.toml`; its relative paths begin at its own folder. Raises SettingsError with every mistake in it."""
    fleet, mistakes = survey_fleet(file)
    if mistakes:
        raise SettingsError(" ".join(text for texts in mistakes.values() for text in texts), correct_step(file))
    return fleet


def survey_fleet(file: Path) -> tuple[Fleet, dict[str, list[str]]]:
    """Return what is right in `fleet.toml`, and the mistakes by the name of the workspace ("" for what is of none).

    Raises SettingsError for a file that is no TOML.
    """
    layers = Layers()
    raw, lines = layers.read(file)
    if layers.mistakes:
        step = "Name a file such as fleet.toml (openphone-import guide fleet shows one)."
        raise SettingsError(" ".join(layers.mistakes), correct_step(file) if file.is_file() else step)
    parser = _FleetParser(file, raw, lines)
    return parser.fleet(), parser.mistakes


def correct_step(file: Path) -> str:
    """Return the next step after a mistake in the file."""
    return f"Correct {file} (openphone-import guide fleet describes its keys) and run the command again."


handed_over: ContextVar[FleetWorkspace | None] = ContextVar("handed_over", default=None)
"""The workspace that a fleet has read for its lane: that does not read the file again, which may have changed since."""


def read_workspace(file: Path, name: str) -> FleetWorkspace:
    """Return one workspace of a fleet. Raises SettingsError."""
    workspace = handed_over.get()
    if workspace is not None and (workspace.file, workspace.name) == (file, name):
        return workspace
    return read_fleet(file).workspace(name)


class _FleetParser:
    """Reads one file; `mistakes` is what is wrong with it, by the name of the workspace."""

    def __init__(self, file: Path, raw: Mapping[str, Any], lines: Mapping[KeyPath, int]) -> None:
        self._file, self._raw, self._lines = file, raw, lines
        self.mistakes: dict[str, list[str]] = {}
        # Looked up for each key of each workspace, so not searched each time.
        self._below: defaultdict[KeyPath, list[KeyPath]] = defaultdict(list)
        for path in lines:
            for length in range(1, len(path) + 1):
                self._below[path[:length]].append(path)
        self._notes: list[str] = []
        self._has_key_itself = False

    def fleet(self) -> Fleet:
        """What the file says, as far as it is right."""
        for key in self._raw:
            if key not in TOP_KEYS:
                moved = " An option of all workspaces belongs under [defaults]." if key in names() else ""
                self._mistake((key,), f"unknown key {key!r}{did_you_mean(key, TOP_KEYS)}{moved}")
        raw = self._raw
        stem = self._file.stem
        name = self._value(("name",), fleet_name_value, raw.get("name"), None) or stem
        database = self._value(("database",), database_value, raw.get("database"), None)
        usual = f"{stem}.results"
        results = self._value(("results",), results_value, raw.get("results", usual), usual)
        # What is for an address is written here first.
        address, results = (results, usual) if "://" in results else ("", results)
        results = self._path(results)
        defaults = self._table(("defaults",), self._raw.get("defaults", {}), ())
        entries = self._raw.get("workspace", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._mistake(("workspace",), "workspaces are written as [[workspace]], each with its keys below.")
            entries = []
        elif not entries:
            text = f"{self._file}: has no [[workspace]]. Add one with name, sheet and api-key-file (or sandbox = true)."
            self.mistakes.setdefault("", []).append(text)
        parsed = self._workspaces(entries, results, defaults, database)
        workspaces = tuple(replace(each, published_to=address_of(address, each.out), fleet=name) for each in parsed)
        # The figures of all are above the first folder that is named after a workspace.
        parts = Path(results).parts
        common = next((number for number, part in enumerate(parts) if PLACEHOLDER in part), len(parts))
        none: list[str] = []
        folders = self._value(("shared-folders",), folders_value, raw.get("shared-folders", none), none)
        zone = self._value(("timezone",), timezone_value, raw.get("timezone", "UTC"), "UTC")
        shared = tuple(Path(self._path(folder)) for folder in folders)
        return Fleet(self._file, name, Path(*parts[:common]), workspaces, tuple(self._notes), database, shared, zone)

    def _value(self, path: KeyPath, read: Callable[[Any], _Value], given: Any, otherwise: _Value) -> _Value:
        """A single value, or what takes its place where it is wrong."""
        try:
            return read(given)
        except WrongValue as wrong:
            self._mistake(path, str(wrong))
            return otherwise

    def _path(self, value: str) -> str:
        """A path of the file, from the folder that it lies in; `~` is the person's home, as in a shell."""
        return str(self._file.parent / os.path.expanduser(value))  # noqa: PTH111 (that of Path fails without a home)

    def _workspaces(
        self, entries: list[dict[str, Any]], results: str, defaults: SettingsTable, database: str | None
    ) -> Iterator[FleetWorkspace]:
        taken: dict[str, str] = {}
        folders: dict[Path, str] = {}
        for number, entry in enumerate(entries):
            path = ("workspace", str(number))
            own = self._table(path, entry, OWN_KEYS)
            name, sheet = self._name(path, entry), self._sheet(path, entry)
            mapping = self._text((*path, "mapping"), entry.get("mapping"))
            aliases = self._aliases(path, entry)
            schedule = self._value((*path, "schedule"), schedule_value, entry.get("schedule"), "")
            if schedule and database is None:
                note = "fleet run follows no schedule: start it from cron or another scheduler."
                self._notes.append(f"{self._where((*path, 'schedule'))}: {note}")
            self._check_key(path, own, defaults)
            if name is None or sheet is None:
                continue
            is_taken = False
            for workspace_name in (name, *aliases):
                # Folders are named after workspaces, and some disks do not tell capitals from small letters.
                if workspace_name.casefold() in taken:
                    self._mistake(
                        (*path, "name"), f"the name {workspace_name!r} is taken ({taken[workspace_name.casefold()]})."
                    )
                    is_taken = True
                taken[workspace_name.casefold()] = self._where((*path, "name"))
            sandbox = own.values.get("sandbox", defaults.values.get("sandbox")) is True
            out = folder_of(results, (name, *aliases), sandbox=sandbox)
            if out in folders:
                self._mistake((*path, "name"), f"its folder {out} is that of {folders[out]!r}, too.")
            if is_taken or out in folders:
                continue
            folders[out] = name
            yield FleetWorkspace(
                name,
                sheet,
                out,
                self._file,
                self._line(path),
                defaults,
                own,
                Path(self._path(mapping)) if mapping else None,
                schedule=schedule,
                database=database,
                aliases=tuple(aliases),
            )

    def _table(self, path: KeyPath, raw: Any, own_keys: tuple[str, ...]) -> SettingsTable:
        """The options of a table, by their names in a settings file; those that are wrong are left out."""
        if not isinstance(raw, dict):
            self._mistake(path, 'must be a table of options, such as [defaults] with region = "US" below it.')
            return SettingsTable({}, {})
        allowed = (*own_keys, SHEET_NAME, *(name for name in names() if name != "sheet" and name not in REFUSED))
        values: dict[str, Any] = {}
        lines: dict[KeyPath, int] = {}
        for key, value in raw.items():
            plain = key.replace("_", "-")
            if plain in own_keys and plain == key:
                continue
            if plain in REFUSED:
                self._mistake((*path, key), f"{plain} does not belong in a fleet: {REFUSED[plain]}")
            elif plain not in allowed and _KEYS.fullmatch(plain.replace("-", "_")):
                self._has_key_itself = True
                self._mistake((*path, key), f"{key!r}: a key itself does not belong in this file. {_KEY_ADVICE}")
            elif plain not in allowed:
                self._mistake((*path, key), f"unknown key {key!r}{did_you_mean(plain, allowed)}")
            else:
                option = "sheet" if plain == SHEET_NAME else plain
                values[option] = self._resolved(plain, value)
                lines |= {(option, *at[len(path) + 1 :]): self._lines[at] for at in self._below[*path, key]}
                lines.setdefault((option,), self._line((*path, key)))
        table = SettingsTable(values, lines)
        name = self._name_at(path)
        if texts := table.mistakes(self._file, owner_of(name)):
            self.mistakes.setdefault(name, []).extend(texts)
        return table

    def _resolved(self, option: str, value: Any) -> Any:
        """The value of an option that names a file, from the folder of the fleet's file."""
        if not isinstance(value, str):
            return value
        is_file = option in _PATHS or (option == "schema" and value.partition(":")[0].endswith(".py"))
        return self._path(value) if is_file else value

    def _name(self, path: KeyPath, entry: Mapping[str, Any]) -> str | None:
        if "name" not in entry:
            self._mistake(path, 'this workspace has no name. Add name = "acme"; it names the folder of its results.')
            return None
        name = self._text((*path, "name"), entry["name"])
        if name is not None and (not NAME.fullmatch(name) or name.casefold() in _FILES):
            self._mistake(
                (*path, "name"),
                f"name must have letters, digits, - _ and . only (at most 64, no . at either end), got {name!r}.",
            )
            return None
        return name

    def _sheet(self, path: KeyPath, entry: Mapping[str, Any]) -> str | None:
        if "sheet" not in entry:
            self._mistake(path, 'there is no sheet. Add sheet = "contacts.csv", the file to import.')
            return None
        sheet = self._text((*path, "sheet"), entry["sheet"])
        if sheet == "-":
            self._mistake((*path, "sheet"), "sheet must be a file or an address; standard input cannot be shared.")
            return None
        return sheet if sheet is None or "://" in sheet else self._path(sheet)

    def _aliases(self, path: KeyPath, entry: Mapping[str, Any]) -> list[str]:
        aliases = entry.get("aliases", [])
        if not isinstance(aliases, list) or not all(isinstance(name, str) and NAME.fullmatch(name) for name in aliases):
            self._mistake((*path, "aliases"), f'must be a list of former names, such as ["old"], got {aliases!r}.')
            return []
        return aliases

    def _check_key(self, path: KeyPath, own: SettingsTable, defaults: SettingsTable) -> None:
        for table, where in ((own, path), (defaults, ("defaults",))):
            if all(option in table.values for option in KEY_OPTIONS):
                self._mistake((*where, KEY_OPTIONS[1]), "there is an api-key-file already. Delete one of the two.")
        options = {**defaults.values, **own.values}
        # `sandbox = "yes"` is a mistake of its own.
        has_key = options.get("sandbox", False) is not False or any(option in options for option in KEY_OPTIONS)
        if not has_key and not self._has_key_itself:
            self._mistake(path, f"there is no key. {_KEY_ADVICE} Or rehearse: sandbox = true.")

    def _text(self, path: KeyPath, value: Any) -> str | None:
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self._mistake(path, f"{path[-1]} must be text in quotes, got {value!r}.")
        return None

    def _line(self, path: KeyPath) -> int:
        return next((self._lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._lines), 1)

    def _name_at(self, path: KeyPath) -> str:
        """The name of the workspace in whose entry a key is, "" for none."""
        name = self._raw["workspace"][int(path[1])].get("name") if path[0] == "workspace" and len(path) > 1 else ""
        return name if isinstance(name, str) else ""

    def _where(self, path: KeyPath) -> str:
        return str(Origin(str(self._file), self._line(path), owner=owner_of(self._name_at(path))))

    def _mistake(self, path: KeyPath, text: str) -> None:
        self.mistakes.setdefault(self._name_at(path), []).append(f"{self._where(path)}: {text}")


_KEY_ADVICE = (
    'Put the key on the first line of a file that only you can read and add api-key-file = "PATH", or add '
    'api-key-env = "NAME" with the name of an environment variable.'
)

"""A fleet and its workspaces: each a sheet, a folder, and the settings of its run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.delivery.journal_place import USUAL_TIMES, LeaseTimes
from importer.disk import real_path
from importer.errors import SettingsError
from importer.settings.layers import Layers, Origin, did_you_mean
from importer.settings.load import load, survey
from importer.settings.model import OPTIONS, TABLES, Settings, names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from importer.settings.toml_lines import KeyPath

KEY_OPTIONS = ("api-key-file", "api-key-env")
"""The two ways to name a key, of which a workspace has one."""
SANDBOX_ENDING = ".sandbox"
"""What the journal of a rehearsal in a database has behind the name of its workspace."""


def owner_of(name: object) -> str:
    """Return how a message names a workspace whose entry has this name; "" for one without."""
    return f"workspace {name!r}" if isinstance(name, str) and name.strip() else ""


@dataclass(frozen=True, slots=True)
class SettingsTable:
    """A table of the file, without what is the fleet's own: options of a run, and the line of each."""

    values: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def mistakes(self, file: Path, owner: str) -> list[str]:
        """Return what is wrong with it by itself, so that this is said once and not for each workspace."""
        return survey(_TableAlone(self, file, owner), {})[0]


@dataclass(frozen=True, slots=True)
class _TableAlone:
    """A table as the only layer of settings."""

    table: SettingsTable
    file: Path
    owner: str

    def add_to(self, layers: Layers) -> None:
        layers.add_table(self.table.values, self.table.lines, self.file, names(), TABLES, self.owner)


@dataclass(frozen=True, slots=True)
class FleetWorkspace:
    """One sheet on its way into one workspace: `sheet` is a path or an address, `out` the folder of its results."""

    name: str
    sheet: str
    out: Path
    file: Path
    line: int
    defaults: SettingsTable
    own: SettingsTable
    mapping: Path | None = None
    left_out: frozenset[str] = frozenset()
    """Options, by their names in `Settings`, that are not taken from here."""
    published_to: str = ""
    """The address to which its results are brought; "" where they stay in `out`."""
    schedule: str = ""
    """When workers queue it by themselves, as a line of cron; "" for never."""
    database: str | None = None
    """Where the address of the database with its journal is: `env:NAME`; None for a file in `out`."""
    fleet: str = ""
    """The name of its fleet."""
    aliases: tuple[str, ...] = ()
    """Former names."""
    former: str = ""
    """That of these under which the database has its journal; "" for its own name."""
    unmade: frozenset[str] | None = None
    """Its journals by other names that the database does not have, while it has this one; None before it was asked."""

    @property
    def owner(self) -> str:
        """How a message about its part of a file names it."""
        return owner_of(self.name)

    @property
    def place(self) -> str:
        """Where the file names it, as a message begins."""
        return f"{self.file}, line {self.line}"

    def has_flag(self, option: str) -> bool:
        """Whether the file gives it a flag, such as `sandbox`."""
        return self.own.values.get(option, self.defaults.values.get(option)) is True

    @property
    def seconds_a_request(self) -> float:
        """How long the rate that the file gives has a request wait; 0 where it gives none."""
        rate = self.own.values.get("rate", self.defaults.values.get("rate"))
        return 1 / rate if isinstance(rate, int | float) and rate > 0 else 0.0

    @property
    def journal_name(self) -> str:
        """The name of its journal in a database."""
        return f"{self.fleet}/{self.former or self.name}{SANDBOX_ENDING if self.has_flag('sandbox') else ''}"

    def with_journal(self, known: Collection[str]) -> FleetWorkspace:
        """Return the workspace with the first of its names, the latest first, of which a journal is `known`."""
        names = [replace(self, former=name) for name in ("", *self.aliases)]
        for named in names:
            if named.journal_name in known:
                return replace(named, unmade=frozenset(each.journal_name for each in names).difference(known))
        return replace(self, unmade=frozenset())

    @property
    def key_variable(self) -> str | None:
        """The environment variable of its key; None for a key in a file."""
        if any(option in self.own.values for option in KEY_OPTIONS):
            return self.own.values.get("api-key-env")
        return self.defaults.values.get("api-key-env")

    def for_file(self, file: str) -> FleetWorkspace:
        """Return the workspace for a FILE: for another than its sheet, such as rejects, what is about that is left out.

        That is where its header is, how it is written, and what holds for all of its rows.
        """
        if file == self.sheet or ("://" not in file and real_path(Path(file)) == real_path(Path(self.sheet))):
            return self
        apart = (name for name, option in OPTIONS.items() if option.one_file or option.repeat != "always")
        return replace(self, left_out=self.left_out | frozenset(apart))

    def add_to(self, layers: Layers) -> None:
        """Add its settings: the defaults of the fleet, then its mapping, then its own."""
        own = self.own.values
        # A workspace that names its key by one of the two has no other.
        other_key = KEY_OPTIONS if any(option in own for option in KEY_OPTIONS) else ()
        defaults = {key: value for key, value in self.defaults.values.items() if key not in other_key}
        layers.add_table(self._taken(defaults), self.defaults.lines, self.file, names(), TABLES)
        if self.mapping is not None:
            self._add_mapping(layers, self.mapping)
        layers.add_table(self._taken(own), self.own.lines, self.file, names(), TABLES, self.owner)
        layers.put("out", str(self.out), {("out",): Origin(str(self.file), self.line, owner=self.owner)})

    def _taken(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in options.items() if key.replace("-", "_") not in self.left_out}

    def _add_mapping(self, layers: Layers, mapping: Path) -> None:
        raw, lines = layers.read(mapping)
        taken = self._taken(raw)
        for key in taken:
            name = key.replace("-", "_")
            if name in OPTIONS and not OPTIONS[name].in_folder:
                where = Origin(str(mapping), lines.get((key,)), owner=self.owner)
                layers.mistake(name, f"{where}: {key} is not about the mapping; move it into {self.file}.")
        layers.add_table(taken, lines, mapping, names(), TABLES, self.owner)

    def settings(self, environment: Mapping[str, str]) -> Settings:
        """Return the settings of its run. Raises SettingsError, above all for its mapping."""
        return load({}, environment, workspace=self)

    def without_mistakes(self) -> tuple[FleetWorkspace, list[str]]:
        """Return the workspace without the options that are wrong, and what is wrong with them."""
        mistakes, wrong = survey(self, {})
        return replace(self, left_out=self.left_out | wrong), mistakes


@dataclass(frozen=True, slots=True)
class Fleet:
    """What `fleet.toml` says: `folder` is where the figures of all go, `notes` what a person should know of it.

    Fleets of one `name` share their journals and their queue in a database.
    """

    file: Path
    name: str
    folder: Path
    workspaces: tuple[FleetWorkspace, ...]
    notes: tuple[str, ...] = ()
    database: str | None = None
    shared_folders: tuple[Path, ...] = ()
    """Folders that all workers have under the same path."""
    timezone: str = "UTC"
    """The zone of the schedules."""
    times: LeaseTimes = USUAL_TIMES
    """How soon a worker of the fleet counts as dead; a file does not say it."""

    def workspace(self, name: str) -> FleetWorkspace:
        """Return the workspace of a name. Raises SettingsError if there is none."""
        for workspace in self.workspaces:
            if workspace.name == name:
                return workspace
        names = [workspace.name for workspace in self.workspaces]
        raise SettingsError(
            f"{self.file} has no workspace {name!r}{did_you_mean(name, names)}",
            f"Name one of these: {', '.join(names[:20])}{' ...' if len(names) > 20 else ''}.",
        )

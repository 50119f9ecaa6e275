"""Settings from layers: defaults < `mapping.toml` < what the folder remembers < `--config` < environment < options.

Every layer is a plain dict of the names of options. A later layer wins, and the mistakes of all layers are reported at
once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from importer.errors import SettingsError
from importer.plan.policy import rule_mistakes
from importer.settings.layers import Layers, Origin, mistakes_of, sentence
from importer.settings.model import OPTIONS, READING, TABLES, Settings, inner_keys, names
from importer.settings.option import variable_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from importer.settings.layers import SettingsLayer
    from importer.settings.memory import ReadingMemory


def load(
    options: Mapping[str, Any],
    environment: Mapping[str, str],
    *files: Path,
    saved: Path | None = None,
    memory: ReadingMemory | None = None,
    workspace: SettingsLayer | None = None,
) -> Settings:
    """Return the settings made of the TOML `files` (later ones win), the environment and the options given.

    `saved`, below all of them, is a file that lies in a folder: it may hold only what a folder may decide. `memory` is
    what the folder remembers; what was edited in `saved` since then wins over it. `workspace`: what a
    fleet says of one of its workspaces, above both. Raises SettingsError with every mistake of every layer in one
    message, each with its file and line.
    """
    layers = Layers()
    settings = _merged(layers, options, environment, files, saved, memory, workspace)
    if layers.mistakes:
        raise SettingsError(" ".join(layers.mistakes), "Correct this and run the command again.")
    settings._origins.update(layers.origins)
    return settings


def survey(layer: SettingsLayer, environment: Mapping[str, str]) -> tuple[list[str], frozenset[str]]:
    """Return every mistake in settings that are read elsewhere, and the names of the options that are wrong."""
    layers = Layers()
    _merged(layers, {}, environment, (), None, None, layer)
    return layers.mistakes, frozenset(layers.wrong)


def _merged(
    layers: Layers,
    options: Mapping[str, Any],
    environment: Mapping[str, str],
    files: Sequence[Path],
    saved: Path | None,
    memory: ReadingMemory | None,
    workspace: SettingsLayer | None,
) -> Settings:
    """The settings of all layers, which are added to `layers`; the default ones if there is a mistake."""
    if saved is not None:
        layers.add_file(saved, [name.replace("_", "-") for name, option in OPTIONS.items() if option.in_folder], TABLES)
    if memory is not None:
        memory.add_to(layers, READING, TABLES)
    if workspace is not None:
        workspace.add_to(layers)
    for file in files:
        layers.add_file(file, names(), TABLES)
    for name, option in OPTIONS.items():
        if option.environment and (value := environment.get(variable := variable_of(name))):
            layers.add(name, value, variable)

    # Mistakes in an [on-match] table are reported here, each with its own line; pydantic would report one of them.
    rules = layers.values.get("on_match")
    if isinstance(rules, dict) and (wrong := rule_mistakes(rules)):
        for name, mistake in wrong.items():
            layers.mistake("on_match", sentence(f"{layers.origin(('on_match', name))}: [on-match] {mistake}"))
        rules = layers.values["on_match"] = {}

    for name, value in options.items():
        if value is not None and value != () and name != "map":
            layers.add(name, value, f"--{name.replace('_', '-')}")
    _add_map(layers, tuple(options.get("map", ())))
    if isinstance(rules, dict) and isinstance(layers.values["on_match"], str):
        # --on-match is the rule of all fields that the table does not name.
        layers.values["on_match"] = {**rules, "default": layers.values["on_match"]}

    try:
        return Settings.validated(layers.values)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        layers.mistakes += mistakes_of(errors, layers, inner_keys())
        layers.wrong |= {str(wrong["loc"][0]) for wrong in errors}
        return Settings()


def _add_map(layers: Layers, pairs: tuple[tuple[str, str], ...]) -> None:
    """Put the columns of `--map` over those of the `[map]` tables."""
    table = layers.values.pop("map", {})
    if not isinstance(table, dict) or not all(isinstance(field, str) for field in table.values()):
        wrong = [key for key, field in table.items() if not isinstance(field, str)] if isinstance(table, dict) else [""]
        for key in wrong:
            layers.mistake("map", f'{layers.origin(("map", key))}: [map] must be a table of "Header" = "field".')
        table = {}
    columns = {column for column, _ in pairs}
    layers.values["map"] = (*((column, field) for column, field in table.items() if column not in columns), *pairs)
    layers.origins |= {("map", column): Origin("--map") for column in columns}

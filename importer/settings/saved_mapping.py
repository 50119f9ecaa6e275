"""What a `mapping.toml` that lies in a folder may not decide: whatever acts, sends or answers is said by the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.errors import SettingsError
from importer.settings.command_line import repeated
from importer.settings.layers import Layers
from importer.settings.model import FLAGS, OPTIONS, TABLES, Settings, names
from importer.shell import shell_join, shell_split

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def check_saved(file: Path, command_line: str, takes: Collection[str], typed: Collection[str]) -> None:
    """Refuse a saved mapping with options that no folder may hold.

    `takes` are the options of the command that was typed as `command_line`, `typed` those that it was typed with.
    Raises SettingsError, whose next step is the command line that says the same.
    """
    layers = Layers()
    layers.add_file(file, names(), TABLES)
    refused = {name: value for name, value in layers.values.items() if not OPTIONS[name].in_folder}
    if not refused:
        return
    origins = [(name, layers.origin((name,))) for name in refused]
    lines = sorted({origin.line for _, origin in origins if origin is not None and origin.line is not None})
    mistakes = [
        *layers.mistakes,
        *(
            f"{origin}: {name.replace('_', '-')} is not taken from a file in a folder, which may come from "
            "another person."
            for name, origin in origins
        ),
    ]
    place = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}"
    step = f"Delete {place} of {file}."
    # What is typed already is said already.
    missing = {name: value for name, value in refused.items() if name not in typed}
    options = [option for name, value in missing.items() for option in _as_typed(name, value)]
    if options:
        is_known = set(missing) <= set(takes)
        step += f" To use these settings, give them yourself: {_typed(command_line, options, known=is_known)}"
    if any(isinstance(value, dict) for value in missing.values()):
        step += " To keep a table, move it into a file of your own and name that with --config."
    raise SettingsError(" ".join(mistakes), step)


def _as_typed(name: str, value: Any) -> list[str]:
    """An option as it is typed; nothing for a table, which has no such form."""
    option = f"--{name.replace('_', '-')}"
    if name in FLAGS:
        is_default = Settings.model_validate({}).model_dump(by_alias=True)[name] is value
        return [] if is_default else [option if value else f"--no-{option.removeprefix('--')}"]
    if isinstance(value, dict):
        return []
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return [f"{option}={text}"] if text.startswith("-") else [option, text]


def _typed(command_line: str, options: list[str], *, known: bool) -> str:
    """The command line with `options`; those that its command does not know are for `run`."""
    if known:
        return f"{command_line} {shell_join(options)}"
    tokens = shell_split(repeated(command_line, command="run"))
    # `config` shows settings and is nothing to repeat over a sheet.
    words = {"config": "run"}
    return shell_join([*(words.get(word, word) if index < 3 else word for index, word in enumerate(tokens)), *options])

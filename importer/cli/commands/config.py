"""`openphone-import config [FILE]`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.cli.command import SheetFile, command
from importer.cli.options import ServiceOptions, SheetOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.cli.command import CommandContext
    from importer.settings.model import Settings

Fact = tuple[str, str, str]
"""A setting: its name, its value as in TOML, where that comes from."""


@command(SheetOptions, ServiceOptions)
def config(context: CommandContext, file: SheetFile = "-", /) -> int:
    """Show every setting that a run of FILE would use, and where each comes from; secrets are hidden.

    Parameters
    ----------
    file
        The sheet, whose folder may hold a mapping.toml; it does not have to exist.
    """
    from importer.cli.jobs import load_sheet_settings

    # Set here because the default of FILE is not among the arguments.
    context.file = file
    settings = load_sheet_settings(context, file)
    facts = [*_facts(settings, file), _key(settings)]
    width = min(max(len(name) for name, _, _ in facts), 40)
    context.console.result(f"{name:<{width}} = {value}   # {origin}" for name, value, origin in facts)
    entries = [{"name": name, "value": value, "origin": origin} for name, value, origin in facts]
    context.console.summary({"settings": entries, "exit_code": 0})
    return 0


def _facts(settings: Settings, file: str) -> Iterator[Fact]:
    from dataclasses import asdict

    from importer.settings.model import OPTIONS, TABLES

    for attribute, field in type(settings).model_fields.items():
        value, name = getattr(settings, attribute), field.alias or attribute
        shown, origin = name.replace("_", "-"), str(settings.origin(name) or "default")
        if name in TABLES:
            table: dict[str, Any] = dict(value)
            if not table:
                yield name, "{}", "default"
            # Key by key, since each may come from another file.
            for key, entry in table.items():
                if isinstance(entry, str):
                    text = _as_toml(entry)
                else:
                    chosen = {part: option for part, option in asdict(entry).items() if option not in (None, (), {})}
                    text = json.dumps(chosen, ensure_ascii=False, default=str)
                yield (
                    f"{name}.{json.dumps(key, ensure_ascii=False)}",
                    text,
                    str(settings.origin(name, key) or "default"),
                )
        elif name == "out" and value is None:
            yield shown, _as_toml(settings.out_folder(file)), "default"
        elif name == "lock":
            columns = f"{len(value.columns)} columns, {len(value.custom)} custom fields" if value else "none"
            yield shown, columns, origin
        elif OPTIONS[name].notifies and value is not None:
            # As the journal and the log have it: it may hold a token.
            yield shown, _as_toml(settings.model_dump(mode="json")[attribute]), origin
        else:
            yield shown, _as_toml(value), origin


def _as_toml(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, (Path, str)):
        # An address may hold a user and a password: https://user:password@host/path.
        scheme, separator, address = str(value).partition("://")
        host, slash, path = address.partition("/")
        has_password = separator and "@" in host
        value = f"{scheme}://***@{host.rpartition('@')[2]}{slash}{path}" if has_password else str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _key(settings: Settings) -> Fact:
    from importer.errors import KeyMissing
    from importer.settings.api_key import key_variable, load_key

    try:
        load_key(settings, os.environ)
    except KeyMissing as missing:
        return "api key", "none", missing.message.rstrip(".")
    if settings.sandbox:
        return "api key", "********", "the sandbox's own"
    return "api key", "********", str(settings.api_key_file or key_variable(settings))

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

    context.file = file
    settings = load_sheet_settings(context, file)
    facts = [*_facts(settings, file), _key(settings)]
    width = min(max(len(name) for name, _, _ in facts), 40)
    context.console.result(f"{name:<{width}} = {value}   # {origin}" for name, value, origin in facts)
    entries = [{"name": name, "value": value, "origin": origin} for name, value, origin in facts]
    context.console.summary({"settings": entries, "exit_code": 0})
    return 0


def _facts(settings: Settings, file: str) -> Iterator[Fact]:
    from importer.settings.model import TABLES

    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = (field.alias or name).replace("_", "-")
        if name in TABLES:
            yield from _table_facts(settings, name, dict(value))
        elif name == "out" and value is None:
            yield shown, _as_toml(settings.out_folder(file)), "default"
        elif name == "lock":
            columns = f"{len(value.columns)} columns, {len(value.custom)} custom fields" if value else "none"
            yield shown, columns, _origin(settings, name)
        else:
            yield shown, _as_toml(value), _origin(settings, field.alias or name)


def _table_facts(settings: Settings, name: str, table: dict[str, Any]) -> Iterator[Fact]:
    from dataclasses import asdict

    if not table:
        yield name, "{}", "default"
    for key, value in table.items():
        if isinstance(value, str):
            text = _as_toml(value)
        else:
            chosen = {part: option for part, option in asdict(value).items() if option not in (None, (), {})}
            text = json.dumps(chosen, ensure_ascii=False, default=str)
        yield f"{name}.{json.dumps(key, ensure_ascii=False)}", text, _origin(settings, name, key)


def _origin(settings: Settings, *path: str) -> str:
    return str(settings.origin(*path) or "default")


def _as_toml(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, (Path, str)):
        # An address may hold a user and a password: https://user:password@host/path.
        scheme, separator, rest = str(value).partition("://")
        host, slash, path = rest.partition("/")
        has_password = separator and "@" in host
        value = f"{scheme}://***@{host.rpartition('@')[2]}{slash}{path}" if has_password else str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _key(settings: Settings) -> Fact:
    from importer.errors import KeyMissing
    from importer.settings.api_key import load_key

    try:
        load_key(settings, os.environ)
    except KeyMissing as missing:
        return "api key", "none", missing.message.rstrip(".")
    if settings.sandbox:
        return "api key", "********", "the sandbox's own"
    return "api key", "********", str(settings.api_key_file or "OPENPHONE_API_KEY")

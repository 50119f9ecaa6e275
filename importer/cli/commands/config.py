"""`openphone-import config [FILE]`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from importer.cli.options import ConsoleOptions, ServiceOptions, SheetOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.cli.terminal.screen import Screen
    from importer.settings.model import Settings

Fact = tuple[str, str, str]
"""A setting: its name, its value as in TOML, where that comes from."""


def config(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)] = "-",
    /,
    *,
    sheet: SheetOptions | None = None,
    service: ServiceOptions | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Show every setting that a run of FILE would use, and where each comes from; secrets are hidden.

    Parameters
    ----------
    file
        The sheet, whose folder may hold a mapping.toml; it need not be there.
    """
    from importer.cli.failure import perform
    from importer.cli.jobs import settings_of
    from importer.cli.terminal.screen import Screen

    console = console or ConsoleOptions()
    screen = Screen(console)
    return perform(
        screen,
        file,
        lambda: _show(screen, settings_of(screen, sheet, file, service or ServiceOptions(), console), file),
    )


def _show(screen: Screen, settings: Settings, file: str) -> int:
    facts = [*_facts(settings, file), _key(settings)]
    width = min(max(len(name) for name, _, _ in facts), 40)
    screen.result(f"{name:<{width}} = {value}   # {origin}" for name, value, origin in facts)
    entries = [{"name": name, "value": value, "origin": origin} for name, value, origin in facts]
    screen.summary({"settings": entries, "exit_code": 0})
    return 0


def _facts(settings: Settings, file: str) -> Iterator[Fact]:
    from importer.settings.model import TABLES

    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = (field.alias or name).replace("_", "-")
        if name in TABLES:
            yield from _table(settings, name, dict(value))
        elif name == "out" and value is None:
            yield shown, _text(settings.out_folder(file)), "default"
        elif name == "lock":
            columns = f"{len(value.columns)} columns, {len(value.custom)} custom fields" if value else "none"
            yield shown, columns, _origin(settings, name)
        else:
            yield shown, _text(value), _origin(settings, field.alias or name)


def _table(settings: Settings, name: str, table: dict[str, Any]) -> Iterator[Fact]:
    if not table:
        yield name, "{}", "default"
    for key, value in table.items():
        text = _text(value) if isinstance(value, str) else _recipe(value)
        yield f"{name}.{json.dumps(key, ensure_ascii=False)}", text, _origin(settings, name, key)


def _recipe(recipe: Any) -> str:
    from dataclasses import fields

    given = {one.name: getattr(recipe, one.name) for one in fields(recipe)}
    return json.dumps(
        {name: value for name, value in given.items() if value not in (None, (), {})}, ensure_ascii=False, default=str
    )


def _origin(settings: Settings, *path: str) -> str:
    return str(settings.origin(*path) or "default")


def _text(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, Path):
        value = str(value)
    return json.dumps(_unmarked(value) if isinstance(value, str) else value, ensure_ascii=False, default=str)


def _unmarked(text: str) -> str:
    """An address without the user and password that may stand in it."""
    scheme, found, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{found}***@{host.rpartition('@')[2]}{slash}{path}" if found and "@" in host else text


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

"""`openphone-import fields`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.options import ConsoleOptions, ServiceOptions

if TYPE_CHECKING:
    from importer.cli.terminal.screen import Screen


def fields(*, service: ServiceOptions | None = None, console: ConsoleOptions | None = None) -> int:
    """List the workspace's custom fields: name, type and key. They are kept for `check`."""
    from importer.cli.failure import perform
    from importer.cli.terminal.screen import Screen

    console = console or ConsoleOptions()
    screen = Screen(console)
    return perform(screen, "", lambda: _list(screen, service or ServiceOptions(), console))


def _list(screen: Screen, service: ServiceOptions, console: ConsoleOptions) -> int:
    import asyncio
    import os

    from importer.cli.options import given
    from importer.settings.model import load, load_key

    settings = load(given(service, console), os.environ)
    key = load_key(settings, os.environ)
    from importer.pipeline.job import Hooks, Job
    from importer.pipeline.workspace.custom_fields import list_fields

    found = asyncio.run(list_fields(Job(file="-", settings=settings, key=key, hooks=Hooks(notify=screen))))
    if screen.json:
        fields = [{"name": one.name, "key": one.key, "type": one.type.value} for one in found]
        screen.summary({"fields": fields, "exit_code": 0})
        return 0
    width = max((len(one.name) for one in found), default=4)
    lines = [f"{one.name:<{width}}  {one.type.value:<12}  {one.key}" for one in found]
    screen.result(lines or ["No custom fields. They are made in the app: Settings > Contacts."])
    return 0

"""`openphone-import fields`."""

from __future__ import annotations

from importer.cli.options import ConsoleOptions, ServiceOptions


def fields(*, service: ServiceOptions | None = None, console: ConsoleOptions | None = None) -> int:
    """List the workspace's custom fields: name, type and key. They are kept for `check`."""
    import asyncio
    import os

    from importer.cli.options import given
    from importer.cli.screen import Screen
    from importer.pipeline.fields import list_fields
    from importer.pipeline.job import Hooks, Job
    from importer.settings import load, load_key

    console = console or ConsoleOptions()
    screen = Screen(console)
    settings = load(given(service or ServiceOptions(), console), os.environ)
    job = Job(file="-", settings=settings, key=load_key(settings, os.environ), hooks=Hooks(notify=screen))
    found = asyncio.run(list_fields(job))
    if console.json:
        screen.summary({"fields": [{"name": one.name, "key": one.key, "type": one.type.value} for one in found]})
        return 0
    width = max((len(one.name) for one in found), default=4)
    screen.result([f"{one.name:<{width}}  {one.type.value:<12}  {one.key}" for one in found] or ["No custom fields."])
    return 0

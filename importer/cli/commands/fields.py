"""`openphone-import fields`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.command import command
from importer.cli.options import ServiceOptions, WaitOptions

if TYPE_CHECKING:
    from importer.cli.command import CommandContext


@command(ServiceOptions, WaitOptions)
def fields(context: CommandContext) -> int:
    """List the workspace's custom fields: name, type and key. They are kept for `check`."""
    import asyncio
    import os

    from importer.cli.jobs import load_settings
    from importer.settings.api_key import load_key

    console = context.console
    settings = load_settings(context)
    key = load_key(settings, os.environ)
    from importer.pipeline.job import Hooks, Job
    from importer.pipeline.workspace.custom_fields import list_fields

    custom_fields = asyncio.run(list_fields(Job(file="-", settings=settings, key=key, hooks=Hooks(notify=console))))
    if console.json:
        facts = [{"name": field.name, "key": field.key, "type": field.shown_type} for field in custom_fields]
        console.summary({"fields": facts, "exit_code": 0})
        return 0
    width = max((len(field.name) for field in custom_fields), default=4)
    lines = [f"{field.name:<{width}}  {field.shown_type:<12}  {field.key}" for field in custom_fields]
    console.result(lines or ["No custom fields. They are made in the app: Settings > Contacts."])
    return 0

"""`run --plan`: the sheet and the settings come from the plan; only how the run is watched can still be chosen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.cli.options import SETTINGS_FILES, SheetOptions, given
from importer.delivery.journal_place import SANDBOX_ADDRESS
from importer.errors import SettingsError
from importer.pipeline.job import sheet_identity
from importer.pipeline.preflight.saved_plan import SavedPlan
from importer.settings.command_line import with_option
from importer.settings.load import load
from importer.settings.model import OPTIONS, Settings

if TYPE_CHECKING:
    from importer.cli.command import CommandContext

# A plan remembers nothing of earlier runs, so there is nothing to forget.
_BESIDE_PLAN = frozenset(name for name, option in OPTIONS.items() if option.beside_plan) - {"forget"}


def load_plan_settings(
    context: CommandContext, file: str | None, path: Path, command_line: str
) -> tuple[str, Settings, SavedPlan]:
    """Return the sheet of the plan at `path`, its settings, and the plan; `command_line` is what was typed.

    Raises SettingsError if the file is not a plan, or an option would change what is done.
    """
    plan = SavedPlan.open(path)
    options: dict[str, Any] = given(*context.groups)
    refused = [f"--{name.replace('_', '-')}" for name in options if name not in _BESIDE_PLAN]
    sheet_options = [group for group in context.groups if isinstance(group, SheetOptions)]
    refused += [f"--{name}" for name in SETTINGS_FILES if any(getattr(group, name) for group in sheet_options)]
    if refused:
        raise SettingsError(
            f"--plan brings its own settings and cannot be combined with {', '.join(refused)}.",
            "Leave that option out, or make a new plan with it.",
        )
    planned_file = plan.header.file
    if file is not None and sheet_identity(file) != planned_file:
        raise SettingsError(
            f"--plan: {path} is for {planned_file}, not for {file}.", "Leave FILE out, or make a new plan."
        )

    # Another person may have made the plan: it decides nothing that a plan does not hold.
    planned: dict[str, Any] = {
        name: value for name, value in plan.header.settings if name in OPTIONS and OPTIONS[name].in_plan
    }
    planned.setdefault("out", Path(plan.header.out or path.parent))
    # A sandbox has another port at each start, so a plan notes only that it was one.
    planned["sandbox"] = plan.header.address == SANDBOX_ADDRESS
    settings = load({**planned, **options}, os.environ)
    context.console.json = settings.json_events
    # Before the key is sent anywhere.
    address, schema = plan.header.address, plan.header.user_schema
    if address not in (SANDBOX_ADDRESS, settings.base_url):
        raise SettingsError(
            f"--plan: {path} was made for {address}, not for {settings.base_url}.",
            f"Make a new plan, or if that is your service: {with_option(command_line, '--base-url', str(address))}",
        )
    if schema != settings.user_schema:
        raise SettingsError(
            f"--plan: {path} was made {f'with --schema {schema}' if schema else 'without --schema'}.",
            f"Make a new plan, or if that is your own file: {with_option(command_line, '--schema', str(schema))}"
            if schema
            else "Leave --schema out, or make a new plan with it.",
        )
    return planned_file, settings, plan

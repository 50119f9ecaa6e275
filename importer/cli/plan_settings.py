"""`run --plan`: the sheet and the settings come from the plan; only how the run is watched over is given anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.cli.options import given
from importer.errors import SettingsError
from importer.pipeline.job import identity
from importer.pipeline.preflight.saved_plan import SavedPlan
from importer.pipeline.workspace.connection import SANDBOX_ADDRESS
from importer.settings.model import Settings, load

if TYPE_CHECKING:
    from importer.cli.options import SheetOptions
    from importer.cli.terminal.screen import Screen

# What may be said beside --plan: none of it changes what is done.
FREE = frozenset(
    {
        *("yes", "out", "json", "api_key_file", "rate", "wait_for_service", "mask", "base_url", "sandbox"),
        *("on_finish", "notify_url"),
    }
)


def of_plan(
    screen: Screen, file: str | None, path: Path, sheet: SheetOptions | None, *groups: object
) -> tuple[str, Settings, SavedPlan]:
    """Return the sheet of the plan at `path`, its settings, and the plan.

    Raises SettingsError where the file is no plan, or an option would change what is done.
    """
    plan = SavedPlan.open(path)
    options: dict[str, Any] = given(*groups, *([sheet] if sheet else []))
    own = [f"--{name.replace('_', '-')}" for name, value in options.items() if name not in FREE and value != ()]
    if sheet and sheet.config:
        own.append("--config")
    if own:
        raise SettingsError(
            f"--plan brings its own settings, so {', '.join(own)} cannot be given beside it.",
            "Leave it out, or make a new plan with it.",
        )
    planned = str(plan.header["file"])
    if file is not None and identity(file) != planned:
        raise SettingsError(f"--plan: {path} is for {planned}, not for {file}.", "Leave FILE out, or make a new plan.")
    base: dict[str, Any] = dict(plan.header["settings"])
    base["map"] = tuple((str(column), str(target)) for column, target in base.get("map", ()))
    base.setdefault("out", Path(str(plan.header.get("out") or path.parent)))
    base["sandbox"] = plan.header["address"] == SANDBOX_ADDRESS
    chosen = {name: value for name, value in options.items() if name in FREE}
    settings = load({**base, **chosen}, os.environ)
    screen.json = settings.json_events
    return planned, settings, plan

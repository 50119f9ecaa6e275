"""What is being done in an import, who else is at work in it, and what a person may say to that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.errors import ImporterError, SettingsError
from importer.settings.model import OPTIONS
from importer.web.words import count_facts

if TYPE_CHECKING:
    from importer.web.call import Call
    from importer.web.sheets import SheetImport

# What the command line lets a person accept with an option, for this time only.
ACCEPTABLE = frozenset(name for name in OPTIONS if name.startswith("accept_"))


def state(call: Call) -> dict[str, Any]:
    """How far the import is, what runs, and why nothing may be changed, if so."""
    return state_facts(call.sheet, call.tab)


def state_facts(sheet: SheetImport, tab: str) -> dict[str, Any]:
    """The same, for a tab."""
    task = sheet.task
    facts: dict[str, Any] = {
        "task": task.facts() if task is not None else None,
        "elsewhere": not sheet.lease(tab),
        "holder": sheet.holder(),
        "carried": sheet.carried,
        "folder": str(sheet.out),
    }
    try:
        state = sheet.state()
    except ImporterError:
        # The step that opens the journal says what is wrong with it.
        return facts
    if state is None:
        # The task itself tells how far it is.
        return facts
    return {
        **facts,
        "left": state.left,
        "has_run": bool(state.file),
        "counts": count_facts(state.counts),
        "exit_code": state.exit_code,
        "runs": state.runs,
    }


def take_over(call: Call) -> dict[str, Any]:
    """Work in this tab from now on, and not in the other one."""
    call.sheet.lease(call.tab, take=True)
    return state(call)


def leave(call: Call) -> dict[str, Any]:
    """Note that this tab is closed."""
    call.sheet.leave(call.tab)
    return {}


def accept(call: Call) -> dict[str, Any]:
    """Accept what a command stopped at, as its option does. Raises SettingsError."""
    sheet, option = call.writing(), call.text("option").removeprefix("--").replace("-", "_")
    if option not in ACCEPTABLE:
        raise SettingsError(f"{option} cannot be accepted here.", "Load the page again.")
    sheet.accepted[option] = True
    sheet.session.tasks.forget(sheet.task_name)
    return state(call)


def stop(call: Call) -> dict[str, Any]:
    """Stop what runs, in good order."""
    if (task := call.sheet.task) is not None:
        task.stop()
    return state(call)

"""Which function answers which question: `module.function`, imported with the first question of its kind.

The first screen must not wait for what reads sheets, which takes seconds to import.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.web.call import Call

_SHEET = "/api/{mode:str}/{name:str}"

ANSWERS: tuple[tuple[str, str, str], ...] = (
    ("GET", "/api/home", "home.home"),
    ("GET", "/api/{mode:str}/account", "workspace.account"),
    ("POST", "/api/new-version", "versions.new_version"),
    ("POST", "/api/key", "workspace.take_key"),
    ("POST", "/api/forget-key", "workspace.forget_key"),
    ("GET", f"{_SHEET}/state", "work.state"),
    ("POST", f"{_SHEET}/lease", "work.take_over"),
    ("POST", f"{_SHEET}/leave", "work.leave"),
    ("POST", f"{_SHEET}/accept", "work.accept"),
    ("GET", f"{_SHEET}/sheet", "sheet.first_rows"),
    ("POST", f"{_SHEET}/sheet", "sheet.read_otherwise"),
    ("GET", f"{_SHEET}/questions", "sheet.ask"),
    ("POST", f"{_SHEET}/answer", "sheet.answer"),
    ("GET", f"{_SHEET}/columns", "columns.columns"),
    ("POST", f"{_SHEET}/columns", "columns.choose"),
    ("GET", f"{_SHEET}/rows", "fix.rows"),
    ("GET", f"{_SHEET}/find", "fix.find"),
    ("POST", f"{_SHEET}/edit", "fix.edit"),
    ("POST", f"{_SHEET}/undo", "fix.undo"),
    ("POST", f"{_SHEET}/redo", "fix.redo"),
    ("POST", f"{_SHEET}/replace", "fix.replace_all"),
    ("POST", f"{_SHEET}/check", "fix.check_again"),
    ("GET", f"{_SHEET}/repairs", "fix.list_repairs"),
    ("POST", f"{_SHEET}/repair", "fix.repair"),
    ("POST", f"{_SHEET}/plan", "review.plan"),
    ("POST", f"{_SHEET}/people", "review.answer_people"),
    ("POST", f"{_SHEET}/policy", "review.choose_policy"),
    ("POST", f"{_SHEET}/run", "review.run"),
    ("POST", f"{_SHEET}/go-on", "review.go_on"),
    ("POST", f"{_SHEET}/stop", "work.stop"),
    ("GET", f"{_SHEET}/done", "done.done"),
    ("POST", f"{_SHEET}/verify", "done.verify"),
    ("POST", f"{_SHEET}/look-back", "done.look_back"),
    ("POST", f"{_SHEET}/take-back", "done.take_back"),
    ("GET", f"{_SHEET}/file", "done.file"),
)


@cache
def function_of(name: str) -> Callable[[Call], Any]:
    """Return the function of a name in `ANSWERS`."""
    module, _, function = name.partition(".")
    answer: Callable[[Call], Any] = getattr(import_module(f"importer.web.answers.{module}"), function)
    return answer

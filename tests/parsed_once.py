"""What the options of a command are is worked out once in a process, not for each of the thousand lines that tests run.

A start of the program parses one line, for which cyclopts reads the types of some seventy options: half of what a small
run takes. The tests that call `main` did so for every line. What a line says is still parsed each time.
"""

from __future__ import annotations

import sys
from copy import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cyclopts import App, ArgumentCollection
from cyclopts.argument import _argument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cyclopts import Argument

assemble_each_time = App.assemble_argument_collection
_ASSEMBLED: dict[Callable[..., Any], ArgumentCollection] = {}


def remember_options() -> None:
    """Have cyclopts assemble the options of each command once in this process."""
    App.assemble_argument_collection = _assemble  # type: ignore[assignment, method-assign]
    # It validates with pydantic where that is loaded, as it never is when a start of the program parses its line.
    vars(_argument)["sys"] = SimpleNamespace(modules={})


def forget_options() -> None:
    """Have cyclopts do as by itself."""
    App.assemble_argument_collection = assemble_each_time  # type: ignore[method-assign]
    vars(_argument)["sys"] = sys


def _assemble(app: App, *, parse_docstring: bool = False, **options: Any) -> ArgumentCollection:
    command = app.default_command
    if parse_docstring or options or command is None:
        return assemble_each_time(app, parse_docstring=parse_docstring, **options)
    if command not in _ASSEMBLED:
        _ASSEMBLED[command] = assemble_each_time(app)
    return _unused(_ASSEMBLED[command])


def _unused(assembled: ArgumentCollection) -> ArgumentCollection:
    """The same options for a line to fill: an argument keeps what a line said of it."""
    copies = {id(argument): copy(argument) for argument in assembled}
    for argument in copies.values():
        argument.tokens = []
        argument.children = _collection(copies[id(child)] for child in argument.children)
    return _collection(copies.values())


def _collection(arguments: Iterable[Argument]) -> ArgumentCollection:
    collection = ArgumentCollection()  # type: ignore[no-untyped-call]
    collection.extend(arguments)
    return collection

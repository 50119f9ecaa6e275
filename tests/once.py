"""What comes out the same each time is worked out once in a process, and not for each of the commands that tests run.

A start of the program parses one line, for which cyclopts reads the types of some seventy options, and hashes its key
three times, slowly on purpose. That was more than half of what a small run takes, and the tests that call `main` did it
for every line. What a line says is still parsed each time.
"""

from __future__ import annotations

import hashlib
import sys
import typing
from copy import copy
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from cyclopts import App, ArgumentCollection, field_info
from cyclopts.argument import _argument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cyclopts import Argument

assemble_each_time = App.assemble_argument_collection
SLOW_HASHES: dict[str, Callable[..., Any]] = {"pbkdf2_hmac": hashlib.pbkdf2_hmac, "scrypt": hashlib.scrypt}
_ASSEMBLED: dict[Callable[..., Any], ArgumentCollection] = {}


def work_out_once() -> None:
    """Have the options of each command, and the hash of each key, worked out once in this process."""
    App.assemble_argument_collection = _assemble  # type: ignore[assignment, method-assign]
    vars(field_info)["get_type_hints"] = cache(typing.get_type_hints)
    # It validates with pydantic where that is loaded, as it never is when a start of the program parses its line.
    vars(_argument)["sys"] = SimpleNamespace(modules={})
    vars(hashlib).update({name: cache(slow) for name, slow in SLOW_HASHES.items()})


def work_out_each_time() -> None:
    """Have all of that done as a start of the program does it."""
    App.assemble_argument_collection = assemble_each_time  # type: ignore[method-assign]
    vars(field_info)["get_type_hints"] = typing.get_type_hints
    vars(_argument)["sys"] = sys
    vars(hashlib).update(SLOW_HASHES)


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

"""What every command has in common: its groups of options, its console, and an end in words."""

from __future__ import annotations

import inspect
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from importer.cli.completion import file_names
from importer.cli.options import ConsoleOptions, ReportOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.cli.terminal.console import Console

# A file may well be called `-data.csv`, and `-` alone is stdin.
SheetFile = Annotated[str, Parameter(allow_leading_hyphen=True, completer=file_names)]
SheetToRead = Annotated[
    SheetFile,
    Parameter(help="The sheet: CSV, Excel or a similar format, a folder of such files, or - for stdin."),
]
# A mistyped option is no file; such a file is named by `./-data.csv`.
MoreFiles = Annotated[
    str, Parameter(help="More files with the same columns, imported as one sheet.", completer=file_names)
]
Folder = Annotated[Path, Parameter(allow_leading_hyphen=True)]

typed_arguments: ContextVar[tuple[str, ...]] = ContextVar("typed_arguments", default=())
"""What the person typed after the program's name."""


def command_line() -> str:
    """The command as it was typed, quoted for a shell: the advice to run it again repeats it."""
    # Imported late: help and shell completion must not wait for the settings.
    from importer.settings.command_line import typed_line

    return typed_line(typed_arguments.get())


class InsteadOfCommand(Exception):
    """Something else was asked for in place of the command, and is done: the command ends with this exit code."""

    def __init__(self, exit_code: int) -> None:
        super().__init__()
        self.exit_code = exit_code


def sheet_of(file: str, more_files: Sequence[str]) -> str:
    """The one text by which a job calls the files that were named."""
    from importer.sheet_files import joined

    return joined((file, *more_files)) if more_files else file


@dataclass
class CommandContext:
    """What a command was called with: the groups of its options, and the console it writes to.

    `file` is the sheet or folder it is about, which the summary of a command that fails still names.
    """

    console: Console
    groups: tuple[object, ...]
    file: str


def show_page(context: CommandContext, page: Path) -> None:
    """Open the page that a command has written, where `--open` says so."""
    from importer.cli.terminal.links import open_in_browser

    is_asked = any(isinstance(group, ReportOptions) and group.open for group in context.groups) and page.is_file()
    if is_asked and not open_in_browser(page):
        context.console.note(f"No browser could be started. Open this file in one: {page.absolute()}", warning=True)


def command(*groups: type) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Make a command for cyclopts out of `function(context, ...)`, which returns the exit code.

    It takes the options of `groups` and of the console beside its own, and ends with a message and an exit code
    whatever the function raises.
    """
    parameters = {group.__name__: group for group in (*groups, ConsoleOptions)}

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        @wraps(function)
        def call(*arguments: Any, **options: Any) -> int:
            # Imported with the first real call: help and shell completion need the signature alone.
            from importer.cli.failure import describe_failure
            from importer.cli.terminal.console import Console
            from importer.report.summary import Summary

            chosen = tuple(options.pop(name, None) or group() for name, group in parameters.items())
            file = next((str(value) for value in reversed(arguments) if value is not None), "")
            console = Console(chosen[-1])
            context = CommandContext(console, chosen, file)
            try:
                return function(context, *arguments, **options)
            except InsteadOfCommand as done:
                return done.exit_code
            except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (no traceback ever reaches a user)
                failure = describe_failure(error)
                console.error(failure.message, failure.next_step, failure.exit_code, failure.kind)
                # Under --json the last event is a summary even then.
                console.summary(Summary("", context.file, None, exit_code=failure.exit_code).as_dict())
                return failure.exit_code
            finally:
                console.close()

        # cyclopts reads names and defaults from the signature, and types from the annotations: both must have the
        # shared ones.
        first, *arguments_of_function = inspect.signature(function).parameters.values()
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=group | None)
            for name, group in parameters.items()
        ]
        call.__signature__ = inspect.Signature([*arguments_of_function, *shared], return_annotation=int)  # type: ignore[attr-defined]
        call.__annotations__ = {
            **{name: hint for name, hint in function.__annotations__.items() if name != first.name},
            **{parameter.name: parameter.annotation for parameter in shared},
        }
        return call

    return decorate

"""The command line: which command is where. Commands are imported only when they are called."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError, UnusedCliTokensError

from importer.cli.command import typed_arguments
from importer.cli.failure import FailureMessage, describe_failure
from importer.cli.options import ConsoleOptions
from importer.version import program_version

if TYPE_CHECKING:
    from collections.abc import Sequence

# Here and not beside each command, because the list of commands must not import any of them.
COMMANDS = {
    "demo": "Import a sample sheet into the sandbox and show the result; needs no key.",
    "check": "Read, map and validate FILE and report every problem; sends nothing.",
    "plan": "Show what a run of FILE would do, row by row, and write it to plan.json; writes nothing else.",
    "run": "Import FILE; running it again continues where it stopped and does nothing twice.",
    "verify": "Read every contact of FILE back and compare it field by field; writes nothing to the workspace.",
    "undo": "Undo the latest run: delete contacts it created, restore those it changed, keep what was changed since.",
    "runs": "List the runs of a folder: when, what, and how each ended; works offline.",
    "show": "Show one run, or the history of one of its rows; works offline.",
    "bug-report": "Bundle what helps to find a bug into a zip, without any contact data.",
    "map": "Propose which column of FILE fills which field and save it; in a terminal you can change it.",
    "whoami": "Show which workspace the key opens and what the key may do; reads only.",
    "doctor": "Find out how the service treats this workspace, with one contact of its own, which it deletes.",
    "fields": "List the workspace's custom fields.",
    "template": "Write an empty sheet with exactly this workspace's fields.",
    "config": "Show every setting that a run of FILE would use, and where each comes from.",
    "schema": "Print the JSON Schema of mapping.toml and --config files, for editors, or of the events of --json.",
    "sandbox": "Run a local stand-in for the API until you stop it.",
    "guide": "Show the manual, page by page.",
}
USAGE = 2
GLOBAL_FLAGS = frozenset({"-q", "--quiet", "-v", "--verbose"})


def build() -> App:
    """The application with every command registered by its import path."""
    app = App(
        name="openphone-import",
        version=program_version,
        help="Bring a CSV or Excel sheet of contacts into an OpenPhone (Quo) workspace.",
        help_epilogue="Exit codes: 0 all rows are in; 1 some rows rejected or in conflict; 2 could not start; "
        "3 stopped early, run again to continue; 70 a bug in the program.",
        help_format="plaintext",
        result_action="return_value",
        print_error=False,  # `main` prints errors itself, as events too
        suppress_keyboard_interrupt=False,
    )
    for name, text in COMMANDS.items():
        module = name.replace("-", "_")
        app.command(f"importer.cli.commands.{module}:{module}", name=name, help=text)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; no exception leaves, no traceback is shown."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    # As typed, since the advice to run a command again repeats it.
    typed_arguments.set(tuple(typed))
    tokens = _flags_after_command(typed)
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe whose encoding lacks a character gets its code; that must not fail a command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        result = build()(tokens, exit_on_error=False)
    except CycloptsError as error:
        failure = _usage_failure(error)
    except (BrokenPipeError, SystemExit):
        return 0  # the reader of the help text has closed the pipe (`| head`); rich turns that into SystemExit
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (no traceback ever reaches a user)
        failure = describe_failure(error)
    else:
        return result if isinstance(result, int) else 0

    # No command could be called, or it ended before it had a console of its own.
    from importer.cli.terminal.console import Console
    from importer.report.summary import Summary

    console = Console(ConsoleOptions(json="--json" in tokens))
    console.error(failure.message, failure.next_step, failure.exit_code)
    console.summary(Summary("", "", None, exit_code=failure.exit_code).as_dict())
    return failure.exit_code


def _flags_after_command(tokens: list[str]) -> list[str]:
    """`-q run FILE` means `run FILE -q`: the global flags may stand before the command."""
    leading = 0
    while leading < len(tokens) and tokens[leading] in GLOBAL_FLAGS:
        leading += 1
    if leading == 0 or leading == len(tokens):
        return tokens
    return [tokens[leading], *tokens[:leading], *tokens[leading + 1 :]]


def _usage_failure(error: CycloptsError) -> FailureMessage:
    """What to say if the arguments do not fit a command."""
    command = " ".join(error.command_chain or ())
    message, next_step = str(error), f"see {' '.join(f'openphone-import {command} --help'.split())}"
    if isinstance(error, UnusedCliTokensError):
        unused = [repr(token) for token in error.unused_tokens or ()]
        message = f"Unexpected argument{'' if len(unused) == 1 else 's'} {', '.join(unused)}."
    elif not command and (first := next(iter(typed_arguments.get()), "")).startswith("-"):
        message = f"{first} comes before the command."
        next_step = f"put it after the command, as in openphone-import run FILE {first}"
    return FailureMessage(message, next_step, USAGE)

"""The command line: which command is where. Commands are imported only when they are called."""

from __future__ import annotations

import io
import os
import sys
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError, Group, UnusedCliTokensError

from importer.cli.command import typed_arguments
from importer.cli.double_click import is_double_click, page_folder
from importer.cli.failure import FailureMessage, describe_failure
from importer.cli.first_screen import first_screen, with_command
from importer.cli.options import ConsoleOptions
from importer.errors import DiskFailed
from importer.text import is_unicode
from importer.version import PROGRAM, program_version

if TYPE_CHECKING:
    from collections.abc import Sequence

THE_PROGRAM = "The program itself"
# Here and not beside each command, because the list of commands must not import any of them.
COMMANDS = {
    "Import a sheet": {
        "ui": "Open a page in your browser that does all of this without a terminal.",
        "check": "Read, map and validate FILE and report every problem; sends nothing.",
        "run": "Import FILE; running it again continues where it stopped and does nothing twice.",
        "verify": "Read every contact of FILE back and compare it field by field; writes nothing to the workspace.",
        "undo": "Undo the latest run: delete contacts it created, restore those it changed, keep later changes.",
        "demo": "Import a sample sheet into the sandbox and show the result; needs no key.",
    },
    "Tidy up": {
        "dedupe": "Merge contacts of the workspace that are the same person; asks first, and can be undone.",
    },
    "Many workspaces": {
        "fleet": "Import many sheets into many workspaces, as listed in a fleet.toml (openphone-import guide fleet).",
    },
    "Before you send": {
        "map": "Propose which column of FILE fills which field and save it; in a terminal you can change it.",
        "repair": "Correct many cells of FILE at once: list the corrections on offer, or make one of them.",
        "plan": "Show what a run of FILE would do, row by row, and write it to plan.json; changes no contact.",
        "export": "Write the contacts of FILE, cleaned and validated, as a file for other programs; sends nothing.",
        "fields": "List the workspace's custom fields.",
        "template": "Write an empty sheet with exactly this workspace's fields, to fill in and import.",
        "whoami": "Show which workspace the key opens and what the key may do; reads only.",
        "doctor": "Test how the service treats this workspace, with one contact that is deleted at the end.",
    },
    "Every night": {
        "schedule": "Print what runs FILE every night (cron, systemd, Task Scheduler, GitHub); --install sets it up.",
    },
    "Look back": {
        "runs": "List the runs of a folder: when, what, and how each ended; works offline.",
        "show": "Show one run, or the history of one of its rows; works offline.",
        "explain": "Say what a rule of problems.csv means and what to do about it.",
        "forget": "Remove a person from a folder of results: from its journal, outputs and logs; sends nothing.",
        "bug-report": "Collect what helps to find a bug in a zip, without any contact data.",
    },
    THE_PROGRAM: {
        "guide": "Show the manual, page by page.",
        "config": "Show every setting that a run of FILE would use, and where each comes from.",
        "schema": "Print a JSON Schema: of settings files or fleet.toml (for editors), or of the events of --json.",
        "completion": "Print the script that lets your shell complete commands, options and columns with Tab.",
        "sandbox": "Run a copy of the API on this computer, for practice, until you stop it.",
    },
}
"""The commands and what each does, by the group that `--help` shows them in."""

USAGE = 2
GLOBAL_FLAGS = frozenset({"-q", "--quiet", "-v", "--verbose"})


def build() -> App:
    """The application with every command registered by its import path."""
    groups = {title: Group(title, sort_key=place) for place, title in enumerate(COMMANDS)}
    app = App(
        name=PROGRAM,
        version=program_version,
        help="Bring a CSV or Excel sheet of contacts into an OpenPhone (Quo) workspace.",
        help_epilogue="Exit codes: 0 all rows are in; 1 some rows rejected or in conflict; 2 could not start; "
        "3 stopped early, run again to continue; 70 a bug in the program.",
        help_format="plaintext",
        group_commands=groups[THE_PROGRAM],  # where --help and --version stand
        result_action="return_value",
        print_error=False,  # `main` prints errors itself, as events too
        suppress_keyboard_interrupt=False,
    )
    for title, commands in COMMANDS.items():
        for order, (name, text) in enumerate(commands.items()):
            home = f"importer.cli.commands.{(module := name.replace('-', '_'))}:{module}"
            app.command(home, name=name, help=text, group=groups[title], sort_key=order)
    return app


def main(arguments: Sequence[str] | None = None, shown: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; no exception leaves, no traceback is shown.

    `shown` are the arguments that the advice to run a command again repeats, where they are not those that were typed.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe whose encoding lacks a character gets its code; that must not fail a command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    typed = list(sys.argv[1:] if arguments is None else arguments)
    if not typed and is_double_click():
        os.chdir(page_folder(Path.cwd(), Path(sys.argv[0]).resolve(), Path.home()))
        typed = ["ui"]
    if not typed:
        return _show_first_screen()
    if broken := [token for token in typed if not is_unicode(token)]:
        # Journals, pages and the commands that are printed are UTF-8, and could not name it.
        message = f"{broken[0]!r} has bytes that are no letters in UTF-8."
        step = "Rename the file or folder with plain letters, or correct the option, and run again."
        return _ended_early(FailureMessage(message, step, USAGE), typed)
    names = {name for commands in COMMANDS.values() for name in commands}
    tokens = with_command(_flags_after_command(typed), names)
    # As typed, since the advice to run a command again repeats it; a file alone is repeated with its command.
    typed_arguments.set(tuple(shown or (typed if set(tokens) == set(typed) else tokens)))
    try:
        # The context of one command must not reach another that a program runs after it.
        result = copy_context().run(build(), tokens, exit_on_error=False)
    except CycloptsError as error:
        failure = _usage_failure(error)
    except (BrokenPipeError, SystemExit):
        return 0  # the reader of the help text has closed the pipe (`| head`); rich turns that into SystemExit
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (no traceback ever reaches a user)
        failure = describe_failure(error)
    else:
        return result if isinstance(result, int) else 0

    return _ended_early(failure, tokens)


def _show_first_screen() -> int:
    try:
        sys.stdout.write(first_screen(Path.cwd()))
        sys.stdout.flush()
    except BrokenPipeError:
        return 0
    except OSError as error:
        # The folder has been removed, or there is no room for what is shown.
        reason = f"The first screen could not be shown ({error.strerror})."
        failure = describe_failure(DiskFailed(reason, "Make room, or change to another folder, and run it again."))
        return _ended_early(failure, ())
    return 0


def _ended_early(failure: FailureMessage, tokens: Sequence[str]) -> int:
    """Tell of a command that could not be called, or that ended before it had a console of its own."""
    from importer.cli.terminal.console import Console
    from importer.report.summary import Summary

    console = Console(ConsoleOptions(json="--json" in tokens))
    console.error(failure.message, failure.next_step, failure.exit_code, failure.kind)
    console.summary(Summary("", "", None, exit_code=failure.exit_code).as_dict())
    return failure.exit_code


def _flags_after_command(tokens: list[str]) -> list[str]:
    """`-q run FILE` means `run FILE -q`: the global flags may stand before the command."""
    leading = 0
    while leading < len(tokens) and tokens[leading] in GLOBAL_FLAGS:
        leading += 1
    if leading == 0 or leading == len(tokens):
        return tokens
    # `fleet` has commands of its own, which take the flags.
    first = leading + (2 if tokens[leading] == "fleet" else 1)
    return [*tokens[leading:first], *tokens[:leading], *tokens[first:]]


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

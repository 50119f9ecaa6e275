"""The command line: which command is where. Commands are imported only when they are called."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError, UnusedCliTokensError

from importer.cli.failure import failure_of
from importer.cli.line import spoken
from importer.version import program_version

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "demo": "Import a sample sheet into the sandbox and show the result; needs no key.",
    "check": "Read, map and validate FILE and report every problem; sends nothing.",
    "plan": "Show what a run of FILE would do, row by row, and write it to plan.json; writes nothing else.",
    "run": "Import FILE; running it again goes on where it stopped and does nothing twice.",
    "verify": "Read every contact of FILE back and compare it field by field; writes nothing to the workspace.",
    "undo": "Take the latest run back: delete what it made, restore what it changed, keep what somebody changed since.",
    "runs": "List the runs of a folder: when, what, how it ended; asks nobody.",
    "show": "Show one run, or the story of one of its rows; asks nobody.",
    "bug-report": "Bundle what helps to find a bug into a zip without a single value of a contact.",
    "map": "Propose which column of FILE fills which field and save it; on a terminal you can change it.",
    "fields": "List the workspace's custom fields.",
    "template": "Write an empty sheet with exactly this workspace's fields.",
    "config": "Show every setting that a run of FILE would use, and where each comes from.",
    "schema": "Print the JSON Schema of mapping.toml and --config files, for editors; or of the events of --json.",
    "sandbox": "Serve the local stand-in of the API until stopped.",
    "guide": "Show the manual, page by page.",
}
GLOBAL_FLAGS = frozenset({"-q", "--quiet", "-v", "--verbose"})


def build() -> App:
    """The application with every command registered by its import path."""
    app = App(
        name="openphone-import",
        version=program_version,
        help="Bring a CSV or Excel sheet of contacts into an OpenPhone (Quo) workspace.",
        help_epilogue="Exit codes: 0 every row is in; 1 some rows rejected or in conflict; 2 could not start; "
        "3 stopped early, run again to go on; 70 a bug in the program.",
        help_format="plaintext",
        result_action="return_value",
        print_error=False,  # `main` says it in its own way, as an event too
        suppress_keyboard_interrupt=False,
    )
    for name, text in COMMANDS.items():
        place = name.replace("-", "_")
        app.command(f"importer.cli.commands.{place}:{place}", name=name, help=text)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; no exception leaves, no traceback is shown."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    spoken.set(tuple(given))
    tokens = _flags_after_command(given)
    _bear_any_text()
    try:
        result = build()(tokens, exit_on_error=False)
    except CycloptsError as error:
        return _ended(tokens, _complaint(error), 2)
    except (BrokenPipeError, SystemExit):
        return 0  # of the help text somebody has read enough (`| head`); rich answers that with SystemExit
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (no traceback ever reaches a user)
        failure = failure_of(error)
        return _ended(tokens, (failure.message, failure.next_step), failure.exit_code)
    return result if isinstance(result, int) else 0


def _bear_any_text() -> None:
    """A terminal or pipe whose encoding lacks a character gets its code instead; it is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _ended(tokens: Sequence[str], told: tuple[str, str], exit_code: int) -> int:
    """Tell why no command could be called, or why one ended before it had a screen of its own."""
    from importer.cli.options import ConsoleOptions
    from importer.cli.terminal.screen import Screen
    from importer.report.summary import Summary

    screen = Screen(ConsoleOptions(json="--json" in tokens))
    screen.error(*told, exit_code)
    screen.summary(Summary("", "", None, exit_code=exit_code).as_dict())
    return exit_code


def _flags_after_command(tokens: list[str]) -> list[str]:
    """`-q run FILE` means `run FILE -q`: the global flags may stand before the command."""
    leading = 0
    while leading < len(tokens) and tokens[leading] in GLOBAL_FLAGS:
        leading += 1
    if leading == 0 or leading == len(tokens):
        return tokens
    return [tokens[leading], *tokens[:leading], *tokens[leading + 1 :]]


def _complaint(error: CycloptsError) -> tuple[str, str]:
    command = " ".join(error.command_chain or ())
    message, step = str(error), f"see {' '.join(f'openphone-import {command} --help'.split())}"
    if isinstance(error, UnusedCliTokensError):
        message = f"{' '.join(error.unused_tokens or ())!r} is more than {command} can do with."
    elif not command and (first := next(iter(spoken.get()), "")).startswith("-"):
        message, step = f"{first} stands before the command.", f"put it behind, as in openphone-import run FILE {first}"
    return message, step

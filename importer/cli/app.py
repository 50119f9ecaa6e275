"""The command line: which command is where. Commands are imported only when they are called."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError

from importer.errors import ImporterError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "demo": "Import a sample sheet into the sandbox and show the result; needs no key.",
    "check": "Read, map and validate FILE and report every problem; sends nothing.",
    "run": "Import FILE; running it again goes on where it stopped and does nothing twice.",
    "fields": "List the workspace's custom fields.",
    "sandbox": "Serve the local stand-in of the API until stopped.",
}
GLOBAL_FLAGS = frozenset({"-q", "--quiet", "-v", "--verbose"})


def build() -> App:
    """The application with every command registered by its import path."""
    app = App(
        name="openphone-import",
        version=lambda: version("openphone-import"),
        help="Bring a CSV or Excel sheet of contacts into an OpenPhone (Quo) workspace.",
        help_epilogue="Exit codes: 0 every row is in; 1 some rows rejected or in conflict; 2 could not start; "
        "3 stopped early, run again to go on.",
        help_format="plaintext",
        result_action="return_value",
        error_formatter=_complaint,
    )
    for name, text in COMMANDS.items():
        app.command(f"importer.cli.{name}:{name}", name=name, help=text)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; no exception leaves, no traceback is shown."""
    tokens = _flags_after_command(list(sys.argv[1:] if arguments is None else arguments))
    try:
        result = build()(tokens, exit_on_error=False)
    except CycloptsError:
        return 2  # cyclopts has printed `_complaint`
    except ImporterError as error:
        _say_error(error.message, error.next_step)
        return error.exit_code
    except KeyboardInterrupt:
        _say_error("Stopped.", "Run the same command again to go on.")
        return 3
    except BrokenPipeError:
        _silence_stdout()
        return 3
    except Exception as error:  # noqa: BLE001 (no traceback ever reaches a user)
        return _bug(error)
    return result if isinstance(result, int) else 0


def _flags_after_command(tokens: list[str]) -> list[str]:
    """`-q run FILE` means `run FILE -q`: the global flags may stand before the command."""
    leading = 0
    while leading < len(tokens) and tokens[leading] in GLOBAL_FLAGS:
        leading += 1
    if leading == 0 or leading == len(tokens):
        return tokens
    return [tokens[leading], *tokens[:leading], *tokens[leading + 1 :]]


def _complaint(error: CycloptsError) -> str:
    command = " ".join(error.command_chain or ())
    ask = f"openphone-import {command} --help".replace("  ", " ")
    return f"error: {error}\n next: see {ask}"


def _say_error(message: str, next_step: str) -> None:
    print(f"error: {message}\n next: {next_step}", file=sys.stderr)  # noqa: T201 (the terminal is this room's business)


def _bug(error: Exception) -> int:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_globals.get('__name__', '?')}:{frame.tb_lineno}" if frame else "?"
    # The exception's text may quote a cell or the key, so only its kind and place are shown.
    _say_error(
        f"A bug in openphone-import: {type(error).__name__} at {where}.",
        "Nothing is lost: running again goes on. Please report this line together with the command.",
    )
    return 70


def _silence_stdout() -> None:
    """Keep the interpreter from complaining about the closed pipe when it flushes at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""The command line to type next, ready to be copied."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from importer.settings.model import FLAGS, OPTIONS
from importer.sheet_files import split
from importer.shell import shell_join, shell_split
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

COMMANDS = frozenset({"run", "check", "map", "plan", "verify"})
# Options of single commands, which are no settings: --visibility of verify, --all and --left-out of undo, and --plan
# of run, which brings the sheet of the plan along.
_NEVER = ("visibility", *(name for name, option in OPTIONS.items() if option.repeat == "never"))
_SAME_SHEET = ("plan", *(name for name, option in OPTIONS.items() if option.repeat == "same-sheet"))
# Where a command looks for the workspace, and with which key: true of what is done about its contacts afterwards, too.
_SERVICE = ("base_url", "api_key_file", "api_key_env", "sandbox", "rate", "fleet", "workspace")
_NOTICES = tuple(name for name, option in OPTIONS.items() if option.notifies)
_FLAGS = FLAGS | {"visibility", "all", "left_out"}

UPDATE = ("--on-match", "update")
"""What brings the contacts of a sheet in line with it."""


@lru_cache(maxsize=16)
def repeated(
    command_line: str,
    *,
    command: str | None = None,
    file: str | None = None,
    rejects: str | None = None,
    out: Path | None = None,
) -> str:
    """Return the command line once more, as `command`; over `rejects` in `out` instead of `file`, if they are given.

    Options that were for one time only are left out, and for rejects also those that describe the original sheet: a
    rejects file has its header in row 1 and is imported whole. "" where nothing was typed, as by a program.
    """
    # Kept, since a command names the same lines in its record, on its page and on the terminal.
    if not command_line:
        return ""
    tokens: Sequence[str] = _lasting_words(command_line)
    if command is not None:
        # The command is among the first words, behind flags such as -q; further on the word may be a value.
        tokens = [command if index < 3 and token in COMMANDS else token for index, token in enumerate(tokens)]
    if rejects is None or out is None:
        return shell_join(tokens)
    return _over_files([str(out / rejects)], tokens, file, out)


def over_sheet(command_line: str, file: str, sheet: str, out: Path) -> str:
    """Return the command line over the `sheet` that the rejects in `file` come from, with the same results in `out`."""
    return _over_files(split(sheet), _lasting_words(command_line), file, out)


def _over_files(files: Sequence[str], tokens: Sequence[str], file: str | None, out: Path) -> str:
    """The command over `files` in place of those of `file`, without the options that describe those."""
    former = split(file) if file is not None else []
    words = _without(tokens, _SAME_SHEET)
    first = next((place for place, word in enumerate(words) if word in former), None)
    if first is not None:
        words = [*words[:first], *files, *(word for word in words[first:] if word not in former)]
    if not _gives(words, "out"):
        words += ["--out", str(out)]
    return shell_join(words)


def other_command(command_line: str, command: str, *words: str, folder: Path | None = None) -> str:
    """Return the line of another `command` about the same workspace, such as `undo` of what this one has done.

    `folder` is that of the results; a workspace of a fleet is named by --fleet and --workspace, which bring it along.
    """
    _, of_service = _parted(shell_split(command_line), _SERVICE)
    names = [str(folder)] if folder is not None and not _gives(of_service, "workspace") else []
    return shell_join([PROGRAM, command, *names, *words, *of_service])


def planned_line(command_line: str, file: str, typed: str) -> str:
    """Return the line that made a plan over `file`, as far as a plan may hold it; `typed` is that of its run.

    Another person may have made the plan, and the line is printed to be pasted into a shell. So what runs a program or
    names a service, a key or another file comes from what was typed now.
    """
    try:
        words = shell_split(command_line)
    except ValueError:
        words = []
    _, of_run = _parted(shell_split(typed), (*_SERVICE, "schema"))
    names = [name for name, option in OPTIONS.items() if option.in_plan and not _gives(of_run, name.replace("_", "-"))]
    _, of_plan = _parted(words, names)
    return shell_join([PROGRAM, "plan", *split(file), *of_plan, *of_run])


def with_option(command_line: str, option: str, value: str) -> str:
    """Return the command line with a value of an option, in place of the one that was typed."""
    name = option.removeprefix("--").replace("-", "_")
    return shell_join([*_without(shell_split(command_line), (name,)), option, value])


def as_setting(option: str, value: str) -> str:
    """Return an option and its value as a program that uses the library writes them."""
    return f"{option.removeprefix('--').replace('-', '_')}={value!r}"


def undo_again(command_line: str, folder: Path, *words: str) -> str:
    """Return the line of an `undo` once more, for the runs that `words` name; a person is asked before it writes."""
    # A program that uses the library has typed nothing.
    tokens = shell_split(command_line) or [PROGRAM, "undo", str(folder)]
    return shell_join([*_without(tokens, ("run", "all", "left_out", "yes")), *words])


def typed_line(arguments: Sequence[str]) -> str:
    """Return the command as it was typed, quoted for a shell, without options whose value may hold a token."""
    return shell_join([PROGRAM, *_without(list(arguments), _NOTICES)])


@lru_cache(maxsize=16)
def _lasting_words(command_line: str) -> tuple[str, ...]:
    """The words of a line without the options that are for one time only."""
    return tuple(_without(shell_split(command_line), _NEVER))


def _gives(tokens: Sequence[str], option: str) -> bool:
    return any(token.partition("=")[0] == f"--{option}" for token in tokens)


def _without(tokens: Sequence[str], options: Collection[str]) -> list[str]:
    return _parted(tokens, options)[0]


def _parted(tokens: Sequence[str], options: Collection[str]) -> tuple[list[str], list[str]]:
    """The words without some options, and those options with their values."""
    words: list[str] = []
    chosen: list[str] = []
    is_value = False
    for token in tokens:
        name, equals, _ = token.removeprefix("--").replace("-", "_").removeprefix("no_").partition("=")
        if is_value:
            is_value = False
            chosen.append(token)
        elif token.startswith("--") and name in options:
            is_value = name not in _FLAGS and not equals
            chosen.append(token)
        else:
            words.append(token)
    return words, chosen

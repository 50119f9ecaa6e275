"""The command line to type next, ready to be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.settings.model import FLAGS, OPTIONS
from importer.sheet_files import split
from importer.shell import shell_join, shell_split

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

COMMANDS = frozenset({"run", "check", "map", "plan", "verify"})
# Two options of single commands, which are no settings: --visibility of verify, and --plan of run, which brings the
# sheet of the plan along.
_NEVER = ("visibility", *(name for name, option in OPTIONS.items() if option.repeat == "never"))
_SAME_SHEET = ("plan", *(name for name, option in OPTIONS.items() if option.repeat == "same-sheet"))
_NOTICES = tuple(name for name, option in OPTIONS.items() if option.notifies)
_FLAGS = FLAGS | {"visibility"}


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
    rejects file has its header in row 1 and is imported whole.
    """
    tokens = _without(shell_split(command_line), _NEVER)
    if command is not None:
        # The command is among the first words, behind flags such as -q; further on the word may be a value.
        tokens = [command if index < 3 and token in COMMANDS else token for index, token in enumerate(tokens)]
    if rejects is None or out is None:
        return shell_join(tokens)

    own = split(file) if file is not None else []
    kept = _without(tokens, _SAME_SHEET)
    first = next((token for token in kept if token in own), None)
    tokens = [str(out / rejects) if token == first else token for token in kept if token == first or token not in own]
    if not any(token.partition("=")[0] == "--out" for token in tokens):
        tokens += ["--out", str(out)]
    return shell_join(tokens)


def typed_line(arguments: Sequence[str]) -> str:
    """Return the command as it was typed, quoted for a shell, without options whose value may hold a token."""
    return shell_join(["openphone-import", *_without(list(arguments), _NOTICES)])


def _without(tokens: list[str], options: Collection[str]) -> list[str]:
    kept: list[str] = []
    is_value = False
    for token in tokens:
        name, equals, _ = token.removeprefix("--").replace("-", "_").partition("=")
        if is_value:
            is_value = False
        elif token.startswith("--") and name in options:
            is_value = name not in _FLAGS and not equals
        else:
            kept.append(token)
    return kept

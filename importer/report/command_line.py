"""The command that goes on from here, ready to be copied."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# They speak of the sheet as it was; a rejects file has its header in row 1 and is imported whole.
OF_THE_SHEET = frozenset({"--limit", "--header-row", "--expect-rows", "--newer-than", "--max-deletes", "--plan"})
FLAGS_OF_THE_SHEET = frozenset({"--mirror"})
# What was accepted is saved: the next run is to look again. The other is an option of one command alone.
ONCE = frozenset({"--accept-changes", "--visibility"})
# Whoever goes on by hand need not be told how it ended, and the address may hold a secret.
OF_THE_SCHEDULER = frozenset({"--on-finish", "--notify-url"})
COMMANDS = frozenset({"run", "check", "map", "plan", "verify"})


def repeated(
    command_line: str,
    *,
    command: str | None = None,
    file: str | None = None,
    rejects: str | None = None,
    out: Path | None = None,
) -> str:
    """The command line once more, as `command`; over `rejects` in `out` instead of `file`, where that is given."""
    tokens = [token for token in _without(shlex.split(command_line), OF_THE_SCHEDULER) if token not in ONCE]
    if command is not None:
        tokens = [command if place < 3 and token in COMMANDS else token for place, token in enumerate(tokens)]
    if rejects is None or out is None:
        return shlex.join(tokens)
    tokens = [
        str(out / rejects) if token == file else token
        for token in _without(tokens, OF_THE_SHEET)
        if token not in FLAGS_OF_THE_SHEET
    ]
    if not any(token.partition("=")[0] == "--out" for token in tokens):
        tokens += ["--out", str(out)]
    return shlex.join(tokens)


def _without(tokens: list[str], options: frozenset[str]) -> list[str]:
    kept: list[str] = []
    skip = False
    for token in tokens:
        if skip:
            skip = False
        elif token in options:
            skip = True
        elif token.partition("=")[0] not in options:
            kept.append(token)
    return kept

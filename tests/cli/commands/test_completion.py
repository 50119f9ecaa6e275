"""What the shells offer at Tab; each shell is the real one."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.commands.completion import HOW_TO, completion

if TYPE_CHECKING:
    from tests.cli.conftest import Command

BASH = """
source completion
offered() {
    COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); COMPREPLY=()
    _openphone_import
    printf '%s\\n' "${COMPREPLY[@]}"
}
"""
# What is typed is echoed: the prompt is written in two parts, so that only the real one matches.
ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -D; PS1="REA""DY>"'
zpty -r -m shell shown '*READY>*'
zpty -w -n shell $'%s\t'
zpty -r -m shell shown '*%s*'
print -r -- $shown
zpty -d shell
"""


def offered(shell: str, folder: Path, words: list[str]) -> list[str]:
    """What `shell` offers for the last of `words`."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    line = " ".join(words)
    script = BASH + f"offered {' '.join(words)}" if shell == "bash" else f'source completion; complete -C "{line}"'
    done = subprocess.run(
        [shell, "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [found.split("\t")[0] for found in done.stdout.splitlines() if found]


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_commands_files_columns_fields_and_rules_are_offered(command: Command, home: Path, shell: str) -> None:
    """In the shell itself: commands, sheets, choices, the columns of the sheet with the fields, rules, topics."""
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}")
    (home / "completion").write_text(command("completion", shell).out)
    (home / "sheets").mkdir()

    def offers(*words: str) -> list[str]:
        return offered(shell, home, ["openphone-import", *words])

    assert offers("ver") == ["verify"]
    assert offers("check", "peo") == ["people.csv"]
    assert offers("check", "shee") == ["sheets/"]
    assert {"create-only", "update"} <= set(offers("run", "people.csv", "--on-match", "''"))
    assert "Phone=email" in offers("check", "people.csv", "--map", "Pho")
    assert offers("explain", "phone-too-s") == ["phone-too-short"]
    assert offers("guide", "map") == ["mapping"]
    assert offers("check", "no-such.csv", "--map", "Pho") == []


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
@pytest.mark.parametrize(
    ("typed", "completed"), [("check peo", "check people.csv"), ("explain phone-too-s", "explain phone-too-short")]
)
def test_zsh_completes_what_is_typed(command: Command, home: Path, typed: str, completed: str) -> None:
    """Typed in a real zsh with the function in a folder of $fpath, as is advised, Tab completes the word."""
    (home / "functions").mkdir()
    (home / "functions" / Path(HOW_TO["zsh"].split()[-1]).name).write_text(command("completion", "zsh").out)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["zsh", "-f", "-c", ZSH % (f"openphone-import {typed}", completed)],
        cwd=home,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert completed in done.stdout


def test_powershell_gets_a_script(command: Command) -> None:
    """The script of PowerShell registers a completer for the program's name."""
    done = command("completion", "powershell")
    assert (done.code, "Register-ArgumentCompleter" in done.out, "openphone-import" in done.out) == (0, True, True)


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("shell", HOW_TO)
def test_on_a_terminal_it_says_what_to_do(shell: str) -> None:
    """Nobody gets thousands of lines of a script to look at, but the line to type or to add."""
    terminal = Terminal()
    with redirect_stdout(terminal):
        assert completion(shell) == 0  # type: ignore[arg-type]
    assert terminal.getvalue() == f"{HOW_TO[shell]}\n"
    assert f"openphone-import completion {shell}" in terminal.getvalue()


def test_an_unknown_shell_is_named(command: Command) -> None:
    """The message names the shell that was typed and those there are."""
    done = command("completion", "tcsh")
    assert (done.code, "tcsh" in done.err, "fish" in done.err) == (2, True, True), done.err

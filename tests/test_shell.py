"""Command lines that are printed can be pasted: the program gets the words back, in whichever shell."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importer.shell import Shell, shell_at_hand, shell_join, shell_quote, shell_split

ROOT = Path(__file__).parents[1] / "importer"

# What a name of a file, a column or a value may have in it; no shell takes the end of a line in a word.
WORDS = st.lists(
    st.text(st.sampled_from("ab é\u00a0\"'`$%^&|<>(){}[];,!@#~*?=:+-./\\‘’"), max_size=8), min_size=1, max_size=4
)


@pytest.mark.parametrize("shell", Shell)
@given(words=WORDS)
@example(words=["C:\\a b\\", "", "-a.b", 'He "x" %PATH%', "it's", 'a\\\\"b'])
def test_words_come_back(shell: Shell, words: list[str]) -> None:
    """A line is taken apart into the very words that it was made of, under the rules of its shell."""
    assert shell_split(shell_join(words, shell), shell) == words


@given(words=WORDS)
def test_cmd_takes_nothing_for_a_sign_of_its_own(words: list[str]) -> None:
    """No variable is put in, nothing is piped or redirected: every sign of cmd is quoted or has a caret."""
    line = shell_join(words, Shell.CMD)
    is_quoted = False
    place = 0
    while place < len(line):
        sign = line[place]
        if sign == "^" and not is_quoted:
            place += 2
            continue
        is_quoted ^= sign == '"'
        # Quotes keep everything but these two, which are put in before cmd looks for quotes.
        assert sign not in "%!"
        assert is_quoted or sign not in "&|<>()^"
        place += 1


@given(words=st.lists(st.text(st.sampled_from('ab \t"\\-./:'), max_size=8), min_size=1, max_size=4))
def test_programs_read_lines_as_python_writes_them(words: list[str]) -> None:
    """What the standard library writes for a Windows program is read as that program reads it."""
    assert shell_split(subprocess.list2cmdline(words), Shell.CMD) == words


@given(words=WORDS)
def test_posix_is_as_ever(words: list[str]) -> None:
    """For POSIX shells nothing is decided here."""
    assert shell_join(words, Shell.POSIX) == shlex.join(words)
    assert shell_split(shell_join(words, Shell.POSIX), Shell.POSIX) == shlex.split(shlex.join(words))


@pytest.mark.parametrize(
    ("word", "posix", "cmd", "powershell"),
    [
        ("contacts.csv", "contacts.csv", "contacts.csv", "contacts.csv"),
        ("--on-match", "--on-match", "--on-match", "--on-match"),
        ("my contacts.csv", "'my contacts.csv'", '"my contacts.csv"', "'my contacts.csv'"),
        ("C:\\Users\\Ann\\a.csv", "'C:\\Users\\Ann\\a.csv'", "C:\\Users\\Ann\\a.csv", "C:\\Users\\Ann\\a.csv"),
        ("Cust #=external_id", "'Cust #=external_id'", '"Cust #=external_id"', "'Cust #=external_id'"),
        ("20%", "20%", '^"20^%^"', "'20%'"),
        ("it's", "'it'\"'\"'s'", '"it\'s"', "'it''s'"),
        ("$HOME", "'$HOME'", '"$HOME"', "'$HOME'"),
        ("--rate=1.5", "--rate=1.5", "--rate=1.5", "'--rate=1.5'"),
    ],
)
def test_each_shell_has_its_own_quotes(word: str, posix: str, cmd: str, powershell: str) -> None:
    """Plain words stay as they are, all others get what their shell takes for quotes."""
    assert [shell_quote(word, shell) for shell in (Shell.POSIX, Shell.CMD, Shell.POWERSHELL)] == [
        posix,
        cmd,
        powershell,
    ]


def test_the_shell_is_told_by_its_surroundings() -> None:
    """Outside of Windows it is a POSIX shell; there PROMPT is what cmd alone sets."""
    assert shell_at_hand("posix", {"PROMPT": "%n"}) is Shell.POSIX
    assert shell_at_hand("nt", {"PROMPT": "$P$G"}) is Shell.CMD
    assert shell_at_hand("nt", {"PSModulePath": "C:\\x"}) is Shell.POWERSHELL


@pytest.mark.parametrize("shell", Shell)
def test_a_quote_that_does_not_end_is_said(shell: Shell) -> None:
    """A line that was cut off is not taken for something else."""
    with pytest.raises(ValueError, match="No closing quotation"):
        shell_split('run "a b' if shell is not Shell.POWERSHELL else "run 'a b", shell)


def test_no_message_quotes_by_hand() -> None:
    """Values of options in messages and in the manual are in no single quotes, which cmd takes for letters."""
    quoted = re.compile(r"(?:--[a-z-]+[ =]|pip install |openphone-import \w+ )'")
    texts = {
        f"{path.name}:{node.lineno}": node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    texts |= {path.name: path.read_text(encoding="utf-8") for path in (*ROOT.rglob("*.toml"), *ROOT.glob("guide/*.md"))}
    assert len(texts) > 5000
    found = {place: quoted.findall(text) for place, text in texts.items() if quoted.search(text)}
    # A line that only a POSIX shell can take: a command in a command.
    assert {place: len(matches) for place, matches in found.items()} in ({}, {"schedule.md": 1}), found

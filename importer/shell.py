"""Command lines as a person types them: words quoted for the shell at hand, and a line taken apart into words.

What is printed is pasted into a shell, of which Windows has two that quote in ways of their own. What a program writes
for another computer (a crontab, a workflow) takes the shell of that one. Three rules are at work:

- POSIX shells: `shlex`.
- cmd: quotes keep everything but `"`, `%` and `!` as it is; a word with one of these has a caret before each sign
  that cmd knows. The program then takes the line apart (Microsoft, "Parsing C++ command-line arguments").
- PowerShell: single quotes keep everything as it is. Its version 5.1, which Windows brings along, puts the words into
  a line again and leaves a quote in a word as it is, so that it gets its backslash here.
"""

from __future__ import annotations

import os
import re
import shlex
from enum import StrEnum
from typing import TYPE_CHECKING

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Shell(StrEnum):
    """The kind of shell that a command line is for."""

    POSIX = "posix"
    CMD = "cmd"
    POWERSHELL = "powershell"


def shell_at_hand(platform: str = os.name, environment: Mapping[str, str] = os.environ) -> Shell:
    """Return the shell that this program was most likely typed into; `platform` as `os.name` has it."""
    if platform != "nt":
        return Shell.POSIX
    # cmd sets PROMPT for itself and what it starts, PowerShell does not.
    return Shell.CMD if "PROMPT" in environment else Shell.POWERSHELL


HERE = shell_at_hand()
"""The shell that this program was typed into."""

_PLAIN_CMD = regex(r"[\w./\\:@+-][\w./\\:@+=-]*", re.ASCII)
# PowerShell takes `-a.b` for two words.
_PLAIN_POWERSHELL = regex(r"-{1,2}[\w-]*|[\w./\\:+=][\w./\\:+=-]*", re.ASCII)
_CMD_SIGNS = regex(r'([()%!^"<>&|])')
_BACKSLASHES_AND_QUOTE = regex(r'(\\*)"')
_BACKSLASHES_AT_END = regex(r"(\\+)\Z")
# PowerShell takes the quotes of word processors for its own.
_SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b"


def shell_quote(word: str, shell: Shell = HERE) -> str:
    """Return a word as it is typed in a shell."""
    if shell is Shell.POSIX:
        return shlex.quote(word)
    if shell is Shell.CMD:
        if _PLAIN_CMD.fullmatch(word):
            return word
        text = f'"{_escaped(word, ends_in_quote=True)}"'
        return _CMD_SIGNS.sub(r"^\1", text) if any(sign in word for sign in '"%!') else text
    if _PLAIN_POWERSHELL.fullmatch(word):
        return word
    if not word:
        return "'\"\"'"
    text = _escaped(word, ends_in_quote=any(sign.isspace() for sign in word))
    return "'" + "".join(sign * 2 if sign in _SINGLE_QUOTES else sign for sign in text) + "'"


def shell_join(words: Iterable[str], shell: Shell = HERE) -> str:
    """Return words as the line that is typed in a shell."""
    return " ".join(shell_quote(word, shell) for word in words)


def shell_split(line: str, shell: Shell = HERE) -> list[str]:
    """Return the words of a line as `shell_join` writes it. Raises ValueError for a quote that does not end."""
    if shell is Shell.POSIX:
        return shlex.split(line)
    return list(_program_words(_without_carets(line) if shell is Shell.CMD else _without_single_quotes(line)))


def program_words(line: str, platform: str = os.name) -> list[str]:
    """Return the words of a line that no shell takes apart. Raises ValueError for a quote that does not end.

    Windows hands a program its line whole, and there a backslash is no escape.
    """
    return list(_program_words(line)) if platform == "nt" else shlex.split(line)


def _escaped(word: str, *, ends_in_quote: bool) -> str:
    """A word with a backslash before each quote, and each backslash before a quote twice."""
    word = _BACKSLASHES_AND_QUOTE.sub(r'\1\1\\"', word)
    return _BACKSLASHES_AT_END.sub(r"\1\1", word) if ends_in_quote else word


def _without_carets(line: str) -> str:
    """The line that cmd hands to a program."""
    text, is_quoted, place = "", False, 0
    while place < len(line):
        sign = line[place]
        if sign == "^" and not is_quoted:
            place += 1
            sign = line[place : place + 1]
        elif sign == '"':
            is_quoted = not is_quoted
        text, place = text + sign, place + 1
    return text


def _without_single_quotes(line: str) -> str:
    """The line that PowerShell 5.1 hands to a program: a word with a blank in it gets double quotes."""
    words: list[str] = []
    word, is_quoted, is_word, place = "", False, False, 0
    while place < len(line):
        sign = line[place]
        if sign in _SINGLE_QUOTES:
            is_word = True
            if is_quoted and line[place + 1 : place + 2] and line[place + 1] in _SINGLE_QUOTES:
                word, place = word + sign, place + 1
            else:
                is_quoted = not is_quoted
        elif sign.isspace() and not is_quoted:
            words += [word] if is_word else []
            word, is_word = "", False
        else:
            word, is_word = word + sign, True
        place += 1
    if is_quoted:
        raise ValueError("No closing quotation")
    words += [word] if is_word else []
    return " ".join(f'"{text}"' if any(sign.isspace() for sign in text) else text for text in words)


def _program_words(line: str) -> Iterator[str]:
    """The words that a program finds in its line (Microsoft, "Parsing C++ command-line arguments")."""
    word, is_quoted, is_word, place = "", False, False, 0
    while place < len(line):
        backslashes = 0
        while line[place : place + 1] == "\\":
            backslashes, place, is_word = backslashes + 1, place + 1, True
        if backslashes:
            if line[place : place + 1] == '"':
                word += "\\" * (backslashes // 2)
                if backslashes % 2:
                    word, place = f'{word}"', place + 1
            else:
                word += "\\" * backslashes
            continue
        sign = line[place]
        if sign == '"':
            is_quoted, is_word = not is_quoted, True
        elif sign in " \t" and not is_quoted:
            if is_word:
                yield word
            word, is_word = "", False
        else:
            word, is_word = word + sign, True
        place += 1
    if is_quoted:
        raise ValueError("No closing quotation")
    if is_word:
        yield word

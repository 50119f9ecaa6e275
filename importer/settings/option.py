"""What is true of an option, written beside its field in `Settings`; every list of options is computed from this."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """The traits of one option.

    Every default is the careful answer: an option that says nothing about itself is private, is never repeated for the
    person, and makes the sheet be read again.
    """

    rows: Literal["none", "sheet", "outside"] = "outside"
    """What a row becomes: the option has no part in it, or decides it together with the sheet and the journal alone, or
    (`outside`) brings in something that can change between two runs: the workspace, or the person's own code."""

    # Where its value may come from.
    environment: bool = False
    """The variable OPENPHONE_<NAME> may give it."""
    table: bool = False
    """A table of a TOML file, merged key by key with that of another file."""
    reading: bool = False
    """Says how the sheet is read, so that a later run over the same folder needs it too."""
    one_file: bool = False
    """Says how one FILE is written, so it does not hold for its rejects."""
    in_folder: bool = False
    """A `mapping.toml` that lies in a folder may hold it: it runs no code, sends nothing anywhere, deletes nothing,
    answers no question, and does not change what is done to contacts that exist."""
    saved_by_map: bool = False
    """`map` saves it with the mapping."""

    # What remembers it.
    in_plan: bool = False
    """A plan holds its value."""
    beside_plan: bool = False
    """It can be given with `run --plan`, since it does not change what is done."""
    replayed: bool = False
    """It is used again when `show` reads a row as an earlier run read it."""
    repeat: Literal["never", "same-sheet", "always"] = "never"
    """Whether the commands to copy have it: not at all, not for a rejects file, or always."""
    notifies: bool = False
    """Runs a command or sends a message when the outputs are written."""

    # What is shown of its value, beside the report and the journal, which stay with the person.
    log: Literal["given", "size", "value"] = "given"
    """What the log shows: that it was given, how many entries it has, or its value with phones and addresses masked."""
    bug_report: str = ""
    """A bug report shows the value if it matches this regular expression, otherwise only that it was given."""


WORK = Option(rows="sheet", in_plan=True, replayed=True, repeat="always", log="value")
"""Decides what becomes of the rows; a plan holds it."""
SHEET = replace(WORK, reading=True, in_folder=True)
"""Says how the sheet is to be understood."""
SAVED = replace(SHEET, saved_by_map=True)
"""Belongs to one sheet, so `map` saves it with the mapping."""
ONE_FILE = replace(SAVED, one_file=True)
"""Says how one FILE is written."""
GUARD = replace(WORK, in_folder=True)
"""Can only stop a run before its first write."""
CONSOLE = Option(rows="none", beside_plan=True, repeat="always", log="value")
"""Says how the command is run and what it shows; no row is different because of it."""

NUMBER = r"\d{1,9}(?:\.\d{1,17})?(?:e-\d\d)?"
SHARE = r"[\d.]+%?"
"""A number of rows, or a percentage of them."""


def one_of(choices: Any) -> str:
    """Return the regular expression for the values of a `Literal`, none of which is a person's own word."""
    return "|".join(get_args(choices))


def variable_of(name: str) -> str:
    """Return the variable of the environment that may give an option its value, if its trait `environment` is set."""
    return f"OPENPHONE_{name.upper()}"

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Any

import pytest
from cyclopts import CycloptsError

from importer.cli.app import build
from tests.once import SLOW_HASHES, work_out_each_time, work_out_once

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = (
    ("run", "people.csv"),
    ("run", "people.csv", "--yes", "--map", "Cell=phone:mobile", "--map", "Name=firstName", "--rate", "2.5"),
    ("run", "people.csv", "more.csv", "--bad-cells", "reject", "--no-dry-run"),
    ("run", "--plan", "plan.json", "--json"),
    ("run", "people.csv", "--rate", "fast"),
    ("run", "people.csv", "--ratio", "2"),
    ("check", "-data.csv", "-q", "--header-row", "3"),
    ("check",),
    ("undo", "people.import", "--yes"),
    ("fleet", "run", "fleet.toml", "--workspace", "acme"),
    ("sandbox", "--port", "0"),
    ("verify", "people.csv", "--visibility"),
    ("check", "people.csv", "--help"),
    ("chek", "people.csv"),
)


def understood(line: tuple[str, ...]) -> str:
    """What cyclopts makes of a line."""
    try:
        command, bound, _ = build().parse_args(line, print_error=False, exit_on_error=False)
    except CycloptsError as error:
        return f"{type(error).__name__}: {error}"
    # Other objects each time, with an address in their text.
    arguments = {name: value for name, value in bound.arguments.items() if name != "console"}
    return f"{command.__module__}.{command.__qualname__} {arguments}"


@pytest.fixture
def by_itself() -> Iterator[dict[tuple[str, ...], str]]:
    """What cyclopts makes of each line if nothing is remembered, and pydantic not loaded."""
    work_out_each_time()
    loaded = sys.modules.pop("pydantic", None)
    try:
        yield {line: understood(line) for line in LINES}
    finally:
        if loaded is not None:
            sys.modules["pydantic"] = loaded
        work_out_once()


def test_a_line_means_what_it_means_at_a_start(by_itself: dict[tuple[str, ...], str]) -> None:
    """With the options remembered, each line is understood as by a start of the program, in any order."""
    work_out_once()
    for line in (*LINES, *reversed(LINES)):
        assert understood(line) == by_itself[line]


@pytest.mark.parametrize(
    ("name", "first", "costs"),
    [("pbkdf2_hmac", ("sha256", b"key"), {"iterations": 10}), ("scrypt", (b"key",), {"n": 16, "r": 8, "p": 1})],
)
def test_a_key_has_the_hash_that_it_has_at_a_start(name: str, first: tuple[Any, ...], costs: dict[str, int]) -> None:
    """A hash that was worked out before is that of these very values."""
    for salt in (b"one", b"two", b"one"):
        assert getattr(hashlib, name)(*first, salt=salt, **costs) == SLOW_HASHES[name](*first, salt=salt, **costs)

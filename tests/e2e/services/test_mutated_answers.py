"""A service whose answers are right but for some parts, under every command: no part of an answer is believed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from importer.cli.app import main
from tests.delivery.engine.hostile import Asked, Hostile, honest, reply
from tests.e2e.services.odd_service import KEY, OddService
from tests.e2e.services.test_any_service import (
    COMMANDS,
    ENDPOINTS,
    Rig,
    assert_balanced,
    assert_nobody_twice,
    operation,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EXAMPLES = int(os.environ.get("MUTATED_ANSWER_EXAMPLES", "2"))
ESCAPE, SCRIPT = "\x1b[31mred\x1b]0;title\x07", "<script>alert(1)</script>"
DEEP = json.loads("[" * 40 + "]" * 40)
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 2**70, 10**290, float("inf"), float("nan"), {}, [], [None], [[]], [{}], {"a": 1}, DEEP),
    *("", " ", "\ud800", "\x00", ESCAPE, SCRIPT, "../../x", "a/b?c#d", "x" * 100_000, "=cmd|' /C calc'!A0", "\u202e"),
    *("\r\nX-Evil: 1", "p1", "9" * 5000, "0000-00-00T00:00:00Z", "10000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
)
Mutation = tuple[int, int]
"""Which part of a document is replaced, as a number to be taken by its count, and by which of `ODD`."""
mutations = st.lists(st.tuples(st.integers(0, 500), st.integers(0, len(ODD) - 1)), min_size=1, max_size=3)
changes = st.none() | mutations
mutated = st.dictionaries(st.sampled_from(ENDPOINTS), st.lists(changes, min_size=1, max_size=4), min_size=1)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The ways to every part of a document."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


def replaced(value: Any, path: Sequence[str | int], odd: Any) -> Any:
    """The document with the part at `path` replaced."""
    if not path:
        return odd
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], odd)
    return copy


class MutatingService:
    """Answers as the API does, but for the first answers of some endpoints, in which parts are replaced."""

    def __init__(self, chosen: dict[str, list[list[Mutation] | None]]) -> None:
        self._turns = {name: iter(turns) for name, turns in chosen.items()}

    def __call__(self, service: Hostile, asked: Asked) -> bytes | None:
        assert isinstance(service, OddService)
        changes = next(self._turns.get(operation(asked), iter(())), None)
        if changes is None:
            return None
        answer = service.carry_out(asked)
        document = json.loads(answer.body or b"null")
        for place, odd in changes:
            ways = list(places(document))
            document = replaced(document, ways[place % len(ways)], ODD[odd])
        return reply(answer.status, body=json.dumps(document).encode() if answer.body else b"")


def assert_tame(shown: str) -> None:
    """Nothing on the screen or in a file to read controls a terminal or a browser, or tells the key."""
    texts = {"the screen": shown}
    for folder in Path.cwd().glob("*.import"):
        files = [file for file in folder.iterdir() if not file.name.startswith("journal.sqlite")]
        texts |= {file.name: file.read_text(encoding="utf-8") for file in files}
    assert [name for name, text in texts.items() if "\x1b" in text or KEY in text] == []
    assert [name for name, text in texts.items() if name.endswith(".html") and SCRIPT in text] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_mutated_answers(name: str, rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """No command breaks on an answer with odd parts; all is tame, rows balance, and nobody is there twice."""

    # One example takes seconds, so a failure is not made smaller: that would take minutes.
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None, phases=[Phase.generate])
    @given(mutated)
    def law(chosen: dict[str, list[list[Mutation] | None]]) -> None:
        rig.reset()
        arguments = [*COMMANDS[name], "--base-url", rig.service.url]
        rig.service.script = MutatingService(chosen)
        code = main(arguments)
        shown = capsys.readouterr()
        assert code in {0, 1, 2, 3}, shown.err
        assert "Traceback" not in shown.err
        assert_tame(shown.out + shown.err)
        for folder in Path.cwd().glob("*.import"):
            assert_balanced(folder)
        assert_nobody_twice(rig)
        if name in ("map", "verify", "plan"):
            return

        rig.service.script = honest
        for file in Path("home").rglob("pace-*"):
            file.unlink()
        assert main(arguments) in {0, 1, 2}, capsys.readouterr().err
        assert_nobody_twice(rig)

    law()

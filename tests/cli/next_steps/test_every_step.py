"""A next step is right only if a test takes exactly that step: none is printed that is not in `steps.toml`."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tests.cli.next_steps.proposed import proposed_steps
from tests.paths import ROOT

TABLE = tomllib.loads(Path(__file__).with_name("steps.toml").read_text(encoding="utf-8"))
FOLLOWED = {(file, test): steps for file, tests in TABLE.items() for test, steps in tests.items()}
NO_STEP = "nothing to "


def test_every_step_is_in_the_table_once() -> None:
    """A new step, or other words for an old one, are followed by a test that the table names; nothing else is in it."""
    known = [words for steps in FOLLOWED.values() for words in steps]
    proposed = proposed_steps()
    named = {step: [words for words in known if step.startswith(words)] for step in proposed}
    missing = {step: proposed[step] for step, words in named.items() if not words and not step.startswith(NO_STEP)}
    assert missing == {}
    assert {*known} - {words for found in named.values() for words in found} == set()


@pytest.mark.parametrize(("file", "test"), FOLLOWED)
def test_a_step_is_followed_where_the_table_says(file: str, test: str) -> None:
    """The test that takes a step is there under its name."""
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

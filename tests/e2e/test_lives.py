"""Short lives of a folder: commands die and the service fails while people use the workspace; nothing goes wrong."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Sandbox
from tests.e2e.lives import Life, in_child, in_process

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", range(3))
def test_lives_in_this_process(tmp_path: Path, seed: int) -> None:
    """Whatever dies among run, update, mirror, plan, verify and undo: none is doubled or lost, and each edit stays."""
    with Sandbox.start(rate=0) as sandbox:
        life = Life(tmp_path, sandbox, in_process, seed, Counter(), rows=6)
        assert life.live(6) == [], f"seed {seed}: {life.history}"
        assert life.figures["deaths"] > 0


def test_a_life_of_killed_processes(tmp_path: Path) -> None:
    """The same with the real command line, killed for good."""
    with Sandbox.start(rate=0, latency_ms=10) as sandbox:
        life = Life(tmp_path, sandbox, in_child, 5, Counter(), rows=6)
        assert life.live(5) == [], f"seed 5: {life.history}"
        assert life.figures["deaths"] > 0

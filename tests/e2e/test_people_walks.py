"""People through the whole program: what happens to sheets between two runs makes nobody twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Sandbox
from tests.e2e.people import Walk

if TYPE_CHECKING:
    from pathlib import Path

# A walk takes some four seconds; `python -m tests.benchmarks.people` takes many.
SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_harms_nobody(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each run every person is there at most once, and every row has its own person's contact or says why not."""
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    with Sandbox.start(rate=0) as sandbox:
        walk = Walk(sandbox, tmp_path, seed)
        assert walk.walk(events=6) == [], walk.happened

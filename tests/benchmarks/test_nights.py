"""The benchmark of nights in its short form: what a scheduler does with a sheet that changes a little."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.benchmarks.nights import walked

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_nights_of_a_sheet_that_changes_a_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People leave, come and get other phones: no night stops or asks, and each has exactly one contact."""
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    counted = walked(tmp_path, 4, 150, random.Random(3))
    assert counted.is_clean, counted
    assert counted.nights == 4

"""Whole workers over the real queue meet with everything: a short walk; `tests/benchmarks/engine_walks.py` goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.database import Server
from tests.fleet.engine_walk import walk

if TYPE_CHECKING:
    from pathlib import Path

SEED = 1


def test_whole_workers_may_meet_with_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They die, freeze, wake and lose the database and their journals: each row is made once, each night done once."""
    server = Server.start()
    try:
        if not server.is_own:
            pytest.skip("the given server is not ours to stop")
        monkeypatch.setenv("OPENPHONE_DATABASE_URL", server.url)
        figures = walk(tmp_path, server, SEED, 9)
    finally:
        server.remove()
    assert figures["attempts"] > figures["occasions"] >= 3

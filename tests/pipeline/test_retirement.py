"""A service that announces its end says so once a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pipeline.conftest import Desk, MakeRow


def test_deprecation_and_sunset_are_told_once(desk: Desk, row: MakeRow, tmp_path: Path) -> None:
    """The headers `Deprecation` and `Sunset` are told once a run, and stand in summary.json; else there is no word."""
    headers = {"deprecation": "@1798761600", "sunset": "Fri, 01 Jan 2027 00:00:00 GMT"}
    desk.write([row(number) for number in range(1, 6)])
    desk.run()
    assert "retirement" not in json.loads((desk.out / "summary.json").read_text(encoding="utf-8"))

    with Sandbox.start(rate=0, headers=headers) as sandbox:
        desk.run(base_url=sandbox.url, out=tmp_path / "retired")
    assert sum("2027" in line for line in desk.said) == 1
    summary = json.loads((tmp_path / "retired" / "summary.json").read_text(encoding="utf-8"))
    assert summary["retirement"] == "Deprecation: @1798761600; Sunset: Fri, 01 Jan 2027 00:00:00 GMT"

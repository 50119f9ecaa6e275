"""The workspace in which `dedupe` finds people twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.sandbox import KEY, Sandbox

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    with Sandbox.start(rate=0, key=KEY) as running:
        running.options.fields["tags"] = {"key": "tags", "name": "Tags", "type": "multi-select"}
        running.options.fields["mail"] = {"key": "mail", "name": "Mail", "type": "string"}
        monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
        monkeypatch.setenv("OPENPHONE_BASE_URL", running.url)
        yield running

"""A key is kept on the computer only where the person says so, and in its keyring alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Sandbox
from tests.e2e.process import KEY, Process
from tests.web.client import inside
from tests.web.rig import PageProgram

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("keyring", reason="the extra keyring is not installed")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home whose keyring is that of the tests."""
    config = tmp_path / "home" / ".config" / "python_keyring"
    config.mkdir(parents=True)
    (config / "keyringrc.cfg").write_text(
        "[backend]\ndefault-keyring=tests.web.file_keyring.FileKeyring\n", encoding="utf-8"
    )
    yield tmp_path / "home"
    for process in list(Process.open):
        process.kill()


def test_a_key_is_kept_where_the_person_says_so(home: Path, tmp_path: Path) -> None:
    """Remembered, it opens the workspace the next time; forgotten, or not remembered, it is asked for again."""
    store = home / "keyring.json"
    with Sandbox.start(rate=0) as service:
        for remember, expected in ((False, {}), (True, {f"openphone-import {service.url}": KEY})):
            program = PageProgram.start(tmp_path / "work", home, "--base-url", service.url)
            with inside(program) as client:
                assert client.get("/api/real/account").json() == {"can_remember": True, "is_remembered": False}
                facts = client.post("/api/key", json={"key": KEY, "remember": remember}).json()
                assert (facts["is_remembered"], facts["not_kept"]) == (remember, None)
            program.end()
            assert (json.loads(store.read_text("utf-8")) if store.exists() else {}) == expected
        program = PageProgram.start(tmp_path / "work", home, "--base-url", service.url)
        with inside(program) as client:
            facts = client.get("/api/real/account").json()
            assert (facts["address"], facts["is_remembered"]) == (service.url, True)
            assert KEY not in json.dumps(facts)
            assert not client.post("/api/forget-key", json={}).json()["is_remembered"]
            assert "address" not in client.get("/api/real/account").json()
        program.end()
    assert json.loads(store.read_text("utf-8")) == {}
    written = [path for path in (tmp_path / "work").rglob("*") if path.is_file()]
    assert all(KEY.encode() not in path.read_bytes() for path in written)

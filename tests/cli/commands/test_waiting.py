"""Commands without a sheet that get no usable answer: they say what is wrong and how long they go on, and end then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from tests.delivery.engine.hostile import Asked, Hostile, reply

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = {"empty": reply(204, body=b""), "nonsense": reply(200, body=b"\x00nonsense")}
WAIT = ("--wait-for-service", "0.05")


def answering(answer: bytes) -> Hostile:
    def script(_: Hostile, __: Asked) -> bytes:
        return answer

    return Hostile(script)


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("line", ["whoami", "template t.csv", "fields", "doctor --yes", "dedupe --yes"])
def test_it_ends_in_words(
    line: str,
    answer: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A command says what the service answered and how long it asks again, and ends with 3 by --wait-for-service."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("OPENPHONE_API_KEY", "any-key")
    with answering(ANSWERS[answer]) as service:
        monkeypatch.setenv("OPENPHONE_BASE_URL", service.url)
        started = time.monotonic()
        code = main([*line.split(), *WAIT])
        assert time.monotonic() - started < 30
    told = " ".join(capsys.readouterr().err.split())
    assert code == 3, told
    assert "Waiting for it, 3 s at most (--wait-for-service)" in told
    assert "answered 20" in told
    assert told.count("error: ") == told.count(" next: ") == 1

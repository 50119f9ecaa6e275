"""Commands without a sheet that get no usable answer: they say what is wrong and how long they go on, and end then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.delivery.engine.hostile import Asked, Hostile, reply
from tests.e2e.process import Process

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = {"empty": reply(204, body=b""), "nonsense": reply(200, body=b"\x00nonsense")}
LINES = ("whoami", "template t.csv", "fields", "doctor --yes", "dedupe --yes")
WAIT = ("--wait-for-service", "0.05")


def answering(answer: bytes) -> Hostile:
    def script(_: Hostile, __: Asked) -> bytes:
        return answer

    return Hostile(script)


@pytest.mark.parametrize("answer", ANSWERS)
def test_it_ends_in_words(answer: str, tmp_path: Path) -> None:
    """A command says what the service answered and how long it asks again, and ends with 3 by --wait-for-service."""
    with answering(ANSWERS[answer]) as service:
        to_service = {"OPENPHONE_BASE_URL": service.url}
        started = time.monotonic()
        # All at once, since each waits for most of its time.
        commands = [Process((*line.split(), *WAIT), tmp_path, tmp_path, variables=to_service) for line in LINES]
        ended = [command.end() for command in commands]
        assert time.monotonic() - started < 30
    for line, done in zip(LINES, ended, strict=True):
        told = " ".join(done.err.split())
        assert done.code == 3, (line, told)
        assert "Waiting for it, 3 s at most (--wait-for-service)" in told, line
        assert "answered 20" in told, line
        assert told.count("error: ") == told.count(" next: ") == 1, line

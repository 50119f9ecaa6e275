"""The pace of a real run follows what the service tells of its limit."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import SecretStr

from importer.pipeline.job import Hooks, Job, Places
from importer.pipeline.run import run
from importer.sandbox import KEY, Sandbox
from importer.settings.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from importer.model import Event

ROWS = 40


@pytest.mark.parametrize("quota", [5, 50])
def test_a_run_keeps_the_limit_of_its_key(tmp_path: Path, quota: int) -> None:
    """A run at `--rate 50` against a key with a limit of 5 or 50 a second gets hardly a 429, and says once why."""
    events: list[Event] = []
    with Sandbox.start(rate=quota, key=KEY, rate_headers=True) as sandbox:
        summary = asyncio.run(run(job_of(tmp_path, sandbox, events))).summary
        assert len(sandbox.contacts()) == ROWS
    assert summary.exit_code == 0
    # On a busy machine a request can leave late and arrive among those of the next second.
    assert summary.rate_limited <= ROWS // 20
    texts = [event.facts["text"] for event in events if event.name == "pace"]
    assert len(texts) == (1 if quota < 50 else 0)


def test_a_run_leaves_others_their_share(tmp_path: Path) -> None:
    """While another program uses half of the limit, a run takes the other half, says so, and is whole."""
    events: list[Event] = []
    with Sandbox.start(rate=10, key=KEY, rate_headers=True) as sandbox:
        is_over = threading.Event()

        def ask() -> None:
            with httpx.Client(headers={"Authorization": KEY}, trust_env=False, timeout=60) as client:
                while not is_over.wait(0.2):
                    client.get(f"{sandbox.url}/v1/contact-custom-fields")

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(1)
        summary = asyncio.run(run(job_of(tmp_path, sandbox, events, rate=10.0))).summary
        is_over.set()
        thread.join()
        assert len(sandbox.contacts()) == ROWS
    assert summary.exit_code == 0
    # The share of the others is known a moment after the first burst, which has no answers to go by.
    assert summary.rate_limited * 4 <= summary.requests
    texts = [event.facts["text"] for event in events if event.name == "pace"]
    assert texts == ["Other programs use this API key too; this one leaves them their share."]


def job_of(folder: Path, sandbox: Sandbox, events: list[Event], rate: float = 50.0) -> Job:
    lines = [f"P{number},Ada{number},+1415555{number:04d}" for number in range(ROWS)]
    (folder / "people.csv").write_text("\n".join(["ID,First Name,Phone", *lines]), encoding="utf-8")
    options = {"base_url": sandbox.url, "rate": rate, "out": folder / "out", "yes": True, "region": "US"}
    settings = load({**options, "map": (("ID", "external_id"),)}, {})
    places = Places(cache=folder / "cache", state=folder / "state")
    return Job(str(folder / "people.csv"), settings, "x", SecretStr(KEY), Hooks(notify=events.append), places)

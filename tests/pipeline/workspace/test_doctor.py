"""`doctor` finds out how a service behaves, and leaves nothing behind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from importer.errors import Interrupted, ServiceUnreachable
from importer.pipeline.job import Hooks, Job, Places
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.doctor import Diagnosis, doctor, kept_diagnosis
from importer.sandbox import KEY, Fault, Sandbox
from importer.settings.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from importer.model import Event


def job_of(folder: Path, sandbox: Sandbox, hooks: Hooks | None = None, **options: float) -> Job:
    settings = load({"base_url": sandbox.url, "rate": 200.0, "yes": True, **options}, {})
    places = Places(cache=folder / "cache", state=folder / "state")
    return Job("doctor", settings, "x", SecretStr(KEY), hooks or Hooks(), places)


SWITCHES: dict[str, tuple[dict[str, Any], str, str]] = {
    "merges": ({"patch": "merge"}, "patch", "merges"),
    "replaces": ({"patch": "replace"}, "patch", "replaces"),
    "identity kept": ({"patch": "merge"}, "identity", "kept"),
    "id alone": ({"unique": "external_id"}, "taken_id", "409 for any source"),
    "pair": ({"unique": "pair"}, "taken_id", "409 for the same source alone"),
    "free": ({"reuse_deleted": True}, "deleted_id", "free at once"),
    "not free": ({"reuse_deleted": False}, "deleted_id", "not free at once"),
    "file": ({"error_form": "file"}, "errors", "file"),
    "wire": ({"error_form": "wire"}, "errors", "wire"),
    "limit": ({"rate": 50, "rate_headers": True}, "limit", "50 in 1 s"),
    "no limit": ({"rate_headers": False}, "limit", "no headers"),
    "listed": ({}, "listed", "at once"),
    "listed later": ({"list_delay_seconds": 1.0}, "listed", "later"),
}


@pytest.mark.parametrize("case", SWITCHES)
def test_each_answer_is_found(tmp_path: Path, case: str) -> None:
    """However the service is switched, the answer is found and kept, and no contact is left."""
    options, field, expected = SWITCHES[case]
    with Sandbox.start(key=KEY, **{"rate": 0, **options}) as sandbox:
        job = job_of(tmp_path, sandbox)
        diagnosis, left = asyncio.run(doctor(job))
        assert getattr(diagnosis, field) == expected
        assert (left, sandbox.contacts()) == ((), [])

        async def kept() -> Diagnosis | None:
            async with connect(job) as connection:
                return kept_diagnosis(job, connection)

        known = asyncio.run(kept())
        assert known is not None
        assert getattr(known, field) == expected


@pytest.mark.parametrize("writes", [1, 2, 3])
def test_a_stop_leaves_no_contact(tmp_path: Path, writes: int) -> None:
    """Ctrl-C in the middle ends it, and the contact is deleted all the same."""
    with Sandbox.start(key=KEY, rate=0) as sandbox:
        seen = 0

        async def main() -> None:
            stop = asyncio.Event()

            def notify(event: Event) -> None:
                nonlocal seen
                seen += event.name == "request" and event.facts["method"] == "POST"
                if seen >= writes:
                    stop.set()

            await doctor(job_of(tmp_path, sandbox, Hooks(notify=notify, stop=stop)))

        with pytest.raises(Interrupted):
            asyncio.run(main())
        assert sandbox.contacts() == []


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_pause_without_end_ends_it(tmp_path: Path, method: str) -> None:
    """However long a pause the service asks for, doctor ends, and names the contact that it could not delete."""
    with Sandbox.start(key=KEY, rate=0) as sandbox:
        sandbox.add_faults(Fault("429", method=method, retry_after=10**9))
        asked = doctor(job_of(tmp_path, sandbox, wait_for_service=0.02))
        with pytest.raises(ServiceUnreachable):
            asyncio.run(asyncio.wait_for(asked, 60))

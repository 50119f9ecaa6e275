"""A run that dies while it deletes a contact leaves it to the next one to say so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from importer.pipeline.job import Hooks
from importer.pipeline.run import run

if TYPE_CHECKING:
    from importer.model import Event
    from tests.pipeline.conftest import Desk, MakeRow

MIRROR: dict[str, Any] = {"source": "crm", "mirror": True, "max_deletes": 5}


class DeathError(BaseException):
    """The process ends."""


def test_a_deletion_of_a_dead_run_is_told_by_the_next(desk: Desk, row: MakeRow) -> None:
    """`--mirror` deleted a contact and died before it could say so: the next run has the line."""

    def die(event: Event) -> None:
        if event.name == "request" and event.facts["method"] == "DELETE":
            raise DeathError

    desk.write([row(1), row(2), row(3)])
    desk.run(**MIRROR)
    desk.write([row(1), row(2)])
    with pytest.raises(DeathError):
        asyncio.run(run(desk.job(Hooks(notify=die), **MIRROR)))
    assert len(desk.sandbox.contacts()) == 2
    desk.run(**MIRROR)
    told = [line["value"] for line in desk.problems() if line["rule"] == "contact-deleted"]
    assert told == ["P3"]

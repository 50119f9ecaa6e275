"""What the events and the summary of a fleet hold, beside those of each run: types for `schema events`."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field

from importer.cli.event_facts import Count, NoteFacts
from importer.cli.summary_facts import EffortFacts, EndFacts, RowCountFacts, RunEndFacts

WORKSPACE = {"type": "string", "description": "The workspace of a fleet that an event of `fleet` is about."}


class WorkspaceEndedFacts(RowCountFacts, EffortFacts, NoteFacts):
    workspace: Annotated[str, Field(description="Its name in the fleet.")]
    run_id: str
    file: str
    sheet: str | None
    retirement: NotRequired[str]
    out: str
    problem: str
    next_step: str


class WorkspaceResultFacts(RunEndFacts):
    name: str
    out: str
    problem: str
    next_step: str


class FleetEndFacts(RowCountFacts, EffortFacts):
    run_id: str
    file: str
    started_at: str
    workspaces: list[WorkspaceResultFacts]


class AdoptEndFacts(EndFacts):
    name: str
    out: str
    runs: Count

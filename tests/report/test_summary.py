"""`summary.json`: no figure is lost on the way through it, and each is described."""

from __future__ import annotations

from dataclasses import fields

from importer.cli.summary_facts import RunEndFacts
from importer.model import Status
from importer.report.summary import THIS_RUN, Summary, parse_summary

FULL = Summary(
    run_id="20260101-120000-abcd",
    file="people.csv",
    sheet="People",
    counts={status: number for number, status in enumerate(Status, start=1)},
    this_run={name: number for number, name in enumerate(THIS_RUN, start=1)},
    warnings=1,
    requests=2,
    retries=3,
    rate_limited=4,
    seconds=5.5,
    retirement="2027-01-01",
    exit_code=3,
    workspace={"name": "Example", "subscription": "active"},
)


def test_every_figure_is_in_the_example() -> None:
    """A figure that is added to the summary is added to the example of these tests too."""
    empty = Summary("", "", None)
    assert [field.name for field in fields(Summary) if getattr(FULL, field.name) == getattr(empty, field.name)] == []


def test_a_summary_is_read_back_whole() -> None:
    """A fleet reads from `summary.json` all that the run has written into it."""
    assert parse_summary(FULL.as_dict()) == FULL


def test_a_summary_is_described_whole() -> None:
    """`schema events` describes each figure of a run's summary, and no other."""
    assert set(FULL.as_dict()) == set(RunEndFacts.__annotations__)

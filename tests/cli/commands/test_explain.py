"""`explain RULE`: what a rule of problems.csv means."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from importer.report.rule_texts import all_rule_texts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command


def test_every_rule_that_a_sheet_raises_is_explained(command: Command, home: Path) -> None:
    """The word in the column "rule" is what `explain` takes; the answer has the meaning and the next step."""
    (home / "bad.csv").write_text("Name,Phone,Email\nAnn Lee,12,no\n,,\nBob Kim,,bob@example.com\n")
    assert command("check", "bad.csv").code == 1
    with (home / "bad.import" / "problems.csv").open(newline="", encoding="utf-8-sig") as stream:
        rules = {line["rule"] for line in csv.DictReader(stream)}
    assert rules
    for rule in rules:
        done = command("explain", rule)
        assert done.code == 0
        assert done.out == f"{rule}: {all_rule_texts()[rule].title}.\nNext: {all_rule_texts()[rule].next_step}.\n"


def test_without_a_rule_all_are_listed(command: Command) -> None:
    """One line a rule."""
    done = command("explain")
    assert [line.split()[0] for line in done.out.splitlines()] == list(all_rule_texts())


def test_an_unknown_rule_has_a_near_one(command: Command) -> None:
    """A slip in the rule is met with the rule that was probably meant."""
    done = command("explain", "phone-to-short")
    assert (done.code, 'Did you mean "phone-too-short"?' in done.err) == (2, True), done.err

"""The last lines of plan, verify and undo: what to do next, with the very command."""

from __future__ import annotations

from pathlib import Path

import pytest

from importer.model import Problem, Severity, Status
from importer.report.findings import Finding
from importer.report.html.differences import MOST, DifferenceCounter, planned
from importer.report.html.page import CountBars, Table
from importer.report.html.render import command
from importer.report.plan import PlanSummary, headline, next_line
from importer.report.summary import Summary
from importer.report.summary_lines import Closing, five_lines
from importer.report.undo import undo_lines
from importer.report.verify import VerifyCommands, VerifyCounts, next_step
from importer.settings.command_line import repeated

RUN = "openphone-import run f.csv --sandbox"
COMMANDS = VerifyCommands(RUN, f"{RUN} --on-match update", f"{RUN} --no-trust-journal", "openphone-import dedupe")


def test_ids_that_stay_taken_need_another_command() -> None:
    """The same command would end with the same conflicts, so the line says what is to be added to it."""
    taken = Problem(2, None, "1", "id-kept-taken", Severity.ERROR, "Row 2: the id stays taken.")
    line = five_lines(
        Summary("r", "f.csv", None, {Status.CONFLICT: 1}, exit_code=1),
        (Finding("id-kept-taken", Severity.ERROR, 1, taken, 1),),
        Closing(Path("f.import"), go_on=RUN),
    )[3]
    assert "give --id-prefix (without an id column, another --source)" in line
    assert line.endswith(f"; add that to: {RUN}")


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ({"there": 5}, "nothing to do; every row is there"),
        ({"there": 3, "never-arrived": 2, "rejected": 1}, f"import 2 rows not there yet: {RUN}"),
        ({"there": 3, "doubled": 1, "rejected": 1}, "keep one contact for each of 1 row"),
        (
            {"there": 3, "rejected": 1, "conflict": 1},
            f"correct 2 rows not imported (see problems.csv), then: {RUN}",
        ),
        ({"there": 3, "not-sent": 2}, f"if the sheet is right: {RUN} --on-match update"),
        ({"there": 3, "changed-since": 2}, "nothing, if those changes are intended"),
    ],
)
def test_a_verification_says_what_to_do(kinds: dict[str, int], words: str) -> None:
    """What is missing is imported first; then come doubles, rejects, what was not sent, and what people changed."""
    line = next_step(VerifyCounts("f.csv", sum(kinds.values()), kinds), COMMANDS)
    assert line.startswith("Next:    ")
    assert words in line


def test_the_import_of_a_verification_is_the_same_command() -> None:
    """The command that imports has the options of the verification, but for the one that only verify knows."""
    line = "openphone-import verify 'f x.csv' --visibility --region US"
    assert repeated(line, command="run") == "openphone-import run 'f x.csv' --region US"


@pytest.mark.parametrize(
    ("counts", "left", "words"),
    [
        ((3, 0, 0), 0, "nothing to do; running the import again sends its rows again"),
        ((3, 2, 0), 0, "decide in the app about the 2 that were kept"),
        ((3, 2, 1), 0, "try the 1 that failed again: openphone-import undo f.import"),
        ((3, 0, 0), 4, "4 contacts are left to undo; go on with: openphone-import undo f.import"),
        ((3, 2, 1), 1200, "1,200 contacts are left to undo; go on with: openphone-import undo f.import"),
    ],
)
def test_an_undo_says_what_to_do(counts: tuple[int, int, int], left: int, words: str) -> None:
    """A stopped undo is gone on with, what failed is tried again, what was kept is for a person; else nothing to do."""
    facts = {"file": "", "again": "openphone-import undo f.import", "left": left, "requests": 1, "seconds": 1.0}
    lines = undo_lines(dict(zip(("reversed", "kept", "failed"), counts, strict=True)), (), facts)
    assert words in lines[-1]


def test_an_undo_is_not_repeated_in_vain() -> None:
    """What no further undo can bring back is not tried again: a person is told where to read what to do."""
    facts = {"file": "", "again": "openphone-import undo f.import", "left": 0, "requests": 1, "seconds": 1.0}
    counts = {"reversed": 2, "kept": 1, "failed": 1}
    assert undo_lines(counts, (), facts | {"by_hand": 1})[-1] == (
        "Next:    see in undo.csv how to bring back 1 contact that undo cannot"
    )
    assert "try the 2 that failed again" in undo_lines(counts | {"failed": 3}, (), facts | {"by_hand": 1})[-1]


def test_a_plan_says_how_to_go_on() -> None:
    """A plan with something to do names the command that does it; an empty one names none."""
    some = PlanSummary("f.csv", 2, 1, 0, 0, {"rejected": 1}, 3, 1.0)
    assert headline(some) == "Planned: 2 to create, 1 to update"
    assert next_line(some, "my out/plan.json") == "Next:    openphone-import run --plan 'my out/plan.json'"
    none = PlanSummary("f.csv", 0, 0, 0, 0, {"created": 1}, 0, 0.0)
    assert (headline(none), next_line(none, "p")) == ("Planned: nothing to do", "Next:    nothing to do")


def test_the_command_is_told_from_the_words_before_it() -> None:
    """The page sets the command of a line apart, and words without one stay whole."""
    assert command(f"correct it, then: {RUN}") == ("correct it, then: ", RUN)
    assert command("nothing; keep id_map.csv") == ("nothing; keep id_map.csv", "")


def test_differences_are_counted_by_field() -> None:
    """Every difference counts for its field; of very many the first stand on the page, and it says how many more."""
    found = DifferenceCounter()
    for row in range(MOST + 5):
        found.feed(row, "Ann Lee", "role" if row % 5 else "company", "a", "b")
    bars, table = found.blocks("Row by row", ("Now", "Then"), "plan.json")
    assert isinstance(bars, CountBars)
    assert isinstance(table, Table)
    assert {bar.label: bar.count for bar in bars.bars} == {"role": 404, "company": 101}
    assert (len(table.rows), table.left_out, table.rest_in) == (MOST, 5, "plan.json")
    assert planned(()).blocks == ()

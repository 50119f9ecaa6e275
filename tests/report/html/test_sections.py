"""From problems, outcomes and settings to the sections of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.model import ColumnMapping, Fit, Outcome, Problem, ReadDecision, Reject, Severity, Status, Target
from importer.plan import OnMatch, other_name, stranger
from importer.plan.compare import Difference, Differences
from importer.plan.resolve import resolve
from importer.report.html import balance, columns, duplicates, rejects
from importer.report.html import settings as choices
from importer.report.html.chart import WIDTH, strip
from importer.report.html.conflicts import MOST as MOST_CONFLICTS
from importer.report.html.conflicts import Conflicts, sides
from importer.report.html.findings import Findings, parted
from importer.report.html.page import Balance, BalancePart, CellMark, CountBars, RejectsTable, Table, Tone, cell
from importer.report.html.rejects import RejectColumn
from importer.report.html.verdict import verdict
from importer.report.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.report.html.page import Block

VALUES = st.none() | st.text(max_size=80) | st.lists(st.text(max_size=30), max_size=3)


def problem(row: int | None = 2, column: str | None = "Tel", rule: str = "phone-no-country", **more: Any) -> Problem:
    given = {"value": "12", "severity": Severity.ERROR, "message": "“12” is short. The row is rejected. Correct it."}
    positions = {"Tel": 1, "Mail": 2, "C15": 15}
    return Problem(row, column, rule=rule, position=positions.get(column or ""), **{**given, **more})


def texts(block: Block, width: int | None = None) -> list[list[str]]:
    """The texts of a table, of its first `width` columns."""
    assert isinstance(block, Table)
    return [[entry.text for entry in row[:width] if not isinstance(entry, tuple)] for row in block.rows]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(list(Status)), st.integers(0, 10**7)))
def test_the_bar_is_the_balance(counts: dict[Status, int]) -> None:
    """The page's rows in are the sum of the eight statuses, and the bar shows every one that is not 0, side by side."""
    (block,) = balance.section(counts).blocks
    assert isinstance(block, Balance)
    assert block.total == sum(counts.values()) == Summary("r", "f", None, counts).rows
    boxes = strip(block.parts)
    assert [box.name for box in boxes] == [status.value for status in Status if counts.get(status)]
    if boxes:
        assert boxes[0].x == 0
        assert boxes[-1].x + boxes[-1].width == pytest.approx(WIDTH, abs=0.1)


def test_a_tiny_part_can_be_seen() -> None:
    """One conflict among a million rows is still a visible piece of the bar."""
    small = strip([BalancePart("created", 10**6, "created"), BalancePart("conflict", 1, "conflict")])[1]
    assert small.width >= 5


def test_messages_part_into_what_and_next_step() -> None:
    """The last sentence of a message is its next step; that the row is rejected goes without saying among rejects."""
    assert parted("“12” is short. The row is rejected. Correct it.") == ("“12” is short.", "Correct it.")
    assert parted("Give --region (for example --region US).") == ("Give --region (for example --region US).", "")
    assert parted("The row is rejected. Correct it.") == ("The row is rejected.", "Correct it.")


@settings(deadline=None)
@given(st.text())
def test_parting_loses_no_word(message: str) -> None:
    """What is said and the next step are the message, but for the sentence that goes without saying."""
    what, step = parted(message)
    assert "".join(f"{what}{step}".split()) == "".join(message.replace("The row is rejected.", "").split()) or (
        "The row is rejected." in message
    )


def test_rejects_are_grouped_under_their_next_step() -> None:
    """Rows of one rule stand together, the most frequent first; the step they share is said once, others beside."""
    rows = [
        (Reject(2, "a", (problem(2),)), ("Ann", "12")),
        (Reject(3, "b", (problem(3, message="“x” is short. Ask Bob."),)), ("Bob", "x")),
        (Reject(4, "c", (problem(4),)), ("Cem", "13")),
        (Reject(5, "d", (problem(5, column=None, rule="empty-contact", message="Empty. Fill it."),)), ("", "")),
    ]
    section = rejects.section(
        rows, [RejectColumn(0, "Name", "full_name", 0), RejectColumn(1, "Tel", "phone", 1)], 4, "rejects.csv"
    )
    (block,) = section.blocks
    assert isinstance(block, RejectsTable)
    assert [(group.rule, group.next_step, len(group.lines)) for group in block.groups] == [
        ("phone-no-country", "Correct it.", 3),
        ("empty-contact", "Fill it.", 1),
    ]
    assert [line.problems[0].next_step for line in block.groups[0].lines] == ["", "Ask Bob.", ""]
    assert [one.mark for one in block.groups[0].lines[0].cells] == [CellMark.NONE, CellMark.ERROR]


def test_the_columns_shown_are_those_at_fault_and_those_that_tell_who_it_is() -> None:
    """Of a wide sheet five columns are shown, in its own order, none of them empty in all rows."""
    wide = [RejectColumn(number, f"C{number}", "", number) for number in range(20)]
    wide[7], wide[9], wide[12] = (
        RejectColumn(7, "Tel", "phone", 7),
        RejectColumn(9, "Surname", "last_name", 9),
        RejectColumn(12, "Fax", "phone", 12),
    )
    cells = ["x"] * 20
    cells[12] = ""
    rows = [(Reject(2, "a", (problem(2, column="C15"),)), cells)]
    (block,) = rejects.section(rows, rejects.candidates(wide, {15: 1}), 1, "rejects.csv").blocks
    assert isinstance(block, RejectsTable)
    assert block.columns == ("C0", "C1", "Tel", "Surname", "C15")


def test_of_very_many_rejects_the_first_are_shown() -> None:
    """A million rejects cost the page no more than the first of them, and it says how many there are."""
    taken = 0

    def rows() -> Iterator[tuple[Reject, tuple[str, str]]]:
        nonlocal taken
        for row in range(2, 10**6):
            taken += 1
            yield Reject(row, "", (problem(row),)), ("x" * 10**4, "12")

    (block,) = rejects.section(rows(), [RejectColumn(0, "Name"), RejectColumn(1, "Tel")], 10**6, "rejects.csv").blocks
    assert isinstance(block, RejectsTable)
    assert 1000 <= block.shown <= rejects.MOST_ROWS
    assert taken <= rejects.MOST_ROWS + 1
    assert block.total == 10**6


def test_findings_count_by_rule_and_column() -> None:
    """Every problem is counted once by rule and once by column; repairs are counted for the columns asked about."""
    findings = Findings()
    for number in range(5):
        findings.feed(problem(number))
    findings.feed(problem(9, "Mail", "repaired-email", severity=Severity.WARNING))
    findings.feed(problem(9, "Tel", "repaired-plus", severity=Severity.WARNING))
    findings.feed(problem(None, None, "no-rows", severity=Severity.WARNING))
    by_rule, by_column = findings.section().blocks
    assert isinstance(by_rule, CountBars)
    assert isinstance(by_column, CountBars)
    assert by_rule.bars[0].label == "Phone number has no country code"
    assert [(bar.tag, bar.count) for bar in by_rule.bars] == [
        ("error phone-no-country", 5),
        ("warning no-rows", 1),
        ("warning repaired-email", 1),
        ("warning repaired-plus", 1),
    ]
    assert [(bar.label, bar.count) for bar in by_column.bars] == [("Tel", 6), ("Mail", 1)]
    assert [(bar.tag, bar.count) for bar in findings.repairs({1}).bars] == [("repaired-plus", 1)]


def test_kinds_of_problems_are_bounded() -> None:
    """A schema that makes up a rule a row fills neither the memory nor the page."""
    findings = Findings()
    for number in range(5000):
        findings.feed(problem(number, rule=f"rule-{number}"))
    bars = findings.section().blocks[0]
    assert isinstance(bars, CountBars)
    assert len(bars.bars) <= 40
    assert sum(count for _, count in findings._by_rule.items()) == 5000
    assert bars.left_out > 0


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["role", "custom:A; b (c)", "phone"]), VALUES, VALUES), min_size=1, max_size=5)
)
def test_differences_are_read_as_plan_writes_them(found: list[tuple[str, Any, Any]]) -> None:
    """Each field that `plan` names in its words comes back with the sheet's and the workspace's value."""
    differences = Differences(tuple(Difference(*one) for one in found))
    read = sides(f"Row 2: contact c1 is in the workspace already and differs ({differences}). It was left as it is.")
    assert [one.field for one in read[:3]] == [field for field, _, _ in found[:3]]
    for side, (_, ours, theirs) in zip(read, found[:3], strict=False):
        for shown, value in ((side.sheet, ours), (side.workspace, theirs)):
            whole = "; ".join(value) if isinstance(value, list) else value or ""
            assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))
    assert len(read) == min(len(found), 4)


def test_conflicts_stand_side_by_side() -> None:
    """A real meeting of a row and a contact becomes a line a field: sheet here, workspace there."""
    fields = {"firstName": "Ann", "company": "Old (Ltd)", "phoneNumbers": [{"value": "+14155550101"}]}
    contact = {"id": "c1", "defaultFields": fields}
    body = {"externalId": "7", "defaultFields": {**fields, "company": "New; Inc"}}
    other = {"externalId": "7", "defaultFields": {"firstName": "Zoe", "emails": [{"value": "zoe@example.com"}]}}
    conflicts = Conflicts()
    resolution = resolve(2, body, contact, OnMatch.CREATE_ONLY)
    assert resolution.problem is not None
    people = (stranger(3, other, contact), stranger(4, other, contact, by_source=True), other_name(5, other, contact))
    for conflict in (resolution.problem, *people):
        conflicts.feed(conflict)
    (table,) = conflicts.section().blocks
    assert isinstance(table, Table)
    assert texts(table, 4) == [
        ["2", "company", "New; Inc", "Old (Ltd)"],
        *([row, "person", "Zoe, zoe@example.com", "Ann, +14155550101"] for row in "345"),
    ]


def test_many_conflicts_are_counted() -> None:
    """The first conflicts are shown, the others counted."""
    conflicts = Conflicts()
    for row in range(1000):
        conflicts.feed(problem(row, None, "id-several", message="Several contacts. Look."))
    (table,) = conflicts.section().blocks
    assert isinstance(table, Table)
    assert (len(table.rows), table.left_out) == (MOST_CONFLICTS, 1000 - MOST_CONFLICTS)


def test_the_mapping_tells_of_every_column() -> None:
    """Sent or not, a column has its line, its reason and what stood in it."""
    mapped = ColumnMapping(0, "Tel", Fit.MAPPED, Target("phone", "mobile"), "A usual name of this field.")
    unsure = ColumnMapping(1, "Ref", Fit.UNSURE, Target("external_id"), "Looks like ids.")
    (table,) = columns.section(
        [mapped, unsure, ColumnMapping(2, "", Fit.UNMAPPED)], {0: (cell("+1"), cell("+2"))}
    ).blocks
    assert isinstance(table, Table)
    shown = texts(table, 2)
    assert shown == [["Tel", "phone:mobile"], ["Ref", "not sent (unsure): external_id?"], ["#3", "not sent"]]


def test_duplicates_are_listed_with_the_row_they_repeat() -> None:
    """Only duplicates are listed, and nothing is read where there are none."""
    outcomes = [Outcome(2, "a", "c1", Status.CREATED, ""), Outcome(3, "a", "c1", Status.DUPLICATE, "repeats row 2")]
    (table,) = duplicates.section(outcomes, 1).blocks
    assert isinstance(table, Table)
    assert texts(table) == [["3", "repeats row 2", "a", "c1"]]
    assert not duplicates.section(iter(()), 0).blocks


def test_settings_that_were_given_stand_apart() -> None:
    """What a person chose is told apart from defaults; empty settings are not shown."""
    settings = {
        "region": "US",
        "rate": 10.0,
        "sheet": None,
        "map": [["Tel", "phone"]],
        "values": {"a": 1},
        "strict": False,
    }
    blocks = choices.section(settings, ["region", "map"], [ReadDecision("encoding", "cp1252")]).blocks
    assert [texts(block) for block in blocks] == [
        [["encoding", "cp1252"]],
        [["--region", "US"], ["--map", "Tel=phone"]],
        [["--rate", "10.0"], ["--values", "1 entries"], ["--strict", "no"]],
    ]


@pytest.mark.parametrize(
    ("counts", "how", "tone", "words"),
    [
        ({Status.CREATED: 3}, {}, Tone.GOOD, "every row is in"),
        ({Status.CREATED: 3, Status.CONFLICT: 1}, {}, Tone.ATTENTION, "1 row to correct"),
        ({Status.UNFINISHED: 2}, {}, Tone.STOPPED, "2 rows are not done yet"),
        ({Status.CREATED: 3}, {"stopped": True}, Tone.STOPPED, "Stopped early"),
        ({Status.UNFINISHED: 2}, {"checked": True}, Tone.GOOD, "every row can be imported"),
        ({Status.REJECTED: 2}, {"checked": True}, Tone.ATTENTION, "2 rows would be rejected"),
        ({}, {}, Tone.GOOD, "no rows"),
    ],
)
def test_the_headline_is_the_exit_code_in_words(
    counts: dict[Status, int], how: dict[str, bool], tone: Tone, words: str
) -> None:
    """The verdict follows from how the rows ended and whether the run was stopped."""
    found, headline = verdict(Summary("r", "f.csv", None, counts), **how)
    assert found is tone
    assert words in headline

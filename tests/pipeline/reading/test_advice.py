"""What a rule advises is done, on a sheet that raises it: everybody is there once, and the message is gone."""

from __future__ import annotations

import ast
import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.report.rule_texts import all_rule_texts
from tests.pipeline.reading.advised_sheet import advised_sheets

if TYPE_CHECKING:
    from tests.pipeline.reading.advised_sheet import AdvisedSheet
    from tests.pipeline.reading.conftest import Office

SHEETS = {sheet.name: sheet for sheet in advised_sheets()}
UPDATE = "--on-match", "update"


def problems() -> set[tuple[str, str]]:
    """Row and rule of each problem."""
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        return {(line["row"], line["rule"]) for line in csv.DictReader(stream)}


def assert_gone(sheet: AdvisedSheet) -> None:
    """No rule of the sheet is said any more."""
    rules = {rule for _, rule in problems()}
    assert [rule for _, rule in sheet.raised() if rule in rules] == []


@pytest.mark.parametrize("name", SHEETS)
def test_advice_that_is_followed_ends_well(office: Office, name: str) -> None:
    """The sheet is corrected, or an option given, as the rules say: they are gone, and each person is there once."""
    sheet = SHEETS[name]
    assert office.run(sheet.text(corrected=False), *sheet.given) in (0, 1)
    assert set(sheet.raised()) - problems() == set()
    corrected, options = sheet.text(corrected=True), (*(sheet.options or sheet.given), *UPDATE)
    if sheet.asked:
        assert office.run(corrected, *options) == 1
        office.answer((",?oi1-", ",oi1-"))
        assert office.run("", *UPDATE, file="out/rejects.csv") == 0
    for _ in range(2):
        assert office.run(corrected, *options) == 0
        assert_gone(sheet)
        assert len(office.sandbox.contacts()) == sheet.people()
    assert office.verify() == 0


@pytest.mark.parametrize("name", [name for name, sheet in SHEETS.items() if sheet.rejects])
def test_rejects_that_are_corrected_end_well(office: Office, name: str) -> None:
    """The rows are corrected in the rejects, then in the sheet too: the rules are gone, and each person is there once."""
    sheet = SHEETS[name]
    assert office.run(sheet.text(corrected=False), *sheet.given) == 1
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    corrected = [row[1].split(",") for row in sheet.rules.values()]
    rows = [[*cells, *line[len(cells) :]] for cells, line in zip(corrected, lines, strict=True)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    assert office.run("", file="out/rejects.csv") == 0
    assert office.run(sheet.text(corrected=True), *UPDATE) == 0
    assert_gone(sheet)
    assert len(office.sandbox.contacts()) == sheet.people()
    assert office.verify() == 0

"""What a run did, and what earlier ones did, are told apart; so are rows to correct that were there before."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from importer.cli.app import main
from importer.model import Status
from importer.report.earlier import earlier_apart

if TYPE_CHECKING:
    import pytest

    from tests.pipeline.reading.conftest import Office

FIRST = "Name,Phone\nAnn Lee,+14155550101\nBob Ray,12\n"
SECOND = "Name,Phone\nCy Fox,34\nBob Ray,12\nAnn Lee,+14155550101\nDan Poe,+14155550104\n"
COUNTS = st.integers(0, 3)


def page() -> str:
    return re.sub(r"<[^>]+>", "", Path("out/report.html").read_text(encoding="utf-8"))


def test_a_second_run(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """The second run says what it did itself, and marks the rows that are newly to be corrected, wherever they are."""
    assert office.run(FIRST) == 1
    assert "earlier" not in capsys.readouterr().out
    assert "new" not in page().partition("Rows to correct")[2].partition("Problems")[0]

    assert office.run(SECOND) == 1
    assert "; this run created 1, earlier runs did the rest" in capsys.readouterr().out
    assert "They are how the sheet is now: this run created 1, earlier runs did the rest." in page()
    assert "1 of them is new, the others were there in the run before." in page()
    assert ["2 new" in page(), "3 new" in page()] == [True, False]

    assert office.run(SECOND) == 1
    assert "; this run wrote nothing, earlier runs did the rest" in capsys.readouterr().out
    assert "All of them were there in the run before." in page()


def test_a_past_run_is_shown_with_what_it_did(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """`show` says of a past run what that run said itself, and nothing where a journal does not know it."""
    for sheet, words in ((FIRST, ""), (SECOND, "; this run created 1, earlier runs did the rest")):
        assert office.run(sheet) == 1
        capsys.readouterr()
        assert main(["show", "latest", "out"]) == 0
        result = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Result:"))
        assert ("earlier runs" in result, result.endswith(words)) == (bool(words), True)
    assert earlier_apart({Status.CREATED: 1}, {}) == ""


@given(created=COUNTS, updated=COUNTS, own_created=COUNTS, own_updated=COUNTS)
def test_nothing_is_said_where_one_run_did_all(created: int, updated: int, own_created: int, own_updated: int) -> None:
    """Earlier runs are named exactly where the sheet has more than this run did."""
    counts = {Status.CREATED: created, Status.UPDATED: updated}
    words = earlier_apart(counts, {"created": own_created, "updated": own_updated})
    assert bool(words) == (created > own_created or updated > own_updated)

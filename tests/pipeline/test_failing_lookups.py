"""A service that fails in one place only: the run ends in good order, with all its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.sandbox import Fault

if TYPE_CHECKING:
    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow


def test_taken_ids_that_cannot_be_looked_up(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Where the id is taken and every lookup of it fails, the row is unfinished, the exit code 3, the files whole."""
    faults = (Fault("409-spurious", method="POST", external_id="P1"), Fault("500", method="GET", external_id="P1"))
    desk.write([row(1), row(2)])
    desk.sandbox.add_faults(*faults)
    report = desk.run(wait_for_service=30)
    assert (report.summary.exit_code, counted(report)) == (3, {"created": 1, "unfinished": 1})
    assert {name: line["status"] for name, line in desk.ids().items()} == {"P1": "unfinished", "P2": "created"}
    assert (desk.out / "report.html").exists()

    # The next step that is told: run the same command again.
    assert any("again" in problem["message"] for problem in desk.problems() if problem["rule"] == "unfinished")
    desk.sandbox.clear_faults()
    report = desk.run()
    assert (report.summary.exit_code, counted(report)) == (0, {"created": 2})
    assert len(desk.sandbox.contacts()) == 2

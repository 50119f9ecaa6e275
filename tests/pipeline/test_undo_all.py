"""Undo takes back the whole writing run, says what earlier runs left, and takes all of it with `--all`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer import Job, Settings, undo
from importer.report.undo import UndoPreview, name_lines
from importer.sandbox import Fault

if TYPE_CHECKING:
    from importer.pipeline.undo import UndoReport
    from tests.pipeline.conftest import Desk, MakeRow


def undone(desk: Desk, *, every: bool = False) -> UndoReport:
    """Undo in the folder of the desk."""
    job: Job = desk.job()
    settings: Settings = job.settings
    return undo(job.out, settings, key=job.key, places=job.places, every=every)


def test_an_unfinished_row_does_not_end_the_writing_run(desk: Desk, row: MakeRow) -> None:
    """A run that ended with 3 because of one row, and the run that finished it, are undone together."""
    desk.write([row(number) for number in range(1, 13)])
    desk.sandbox.add_faults(Fault("500", method="POST", external_id="P7"))
    assert desk.run().summary.exit_code == 3
    desk.sandbox.clear_faults()
    assert desk.run().summary.exit_code == 0
    report = undone(desk)
    assert (report.counts["reversed"], report.remaining, desk.sandbox.contacts()) == (12, 0, [])


def test_what_remains_of_earlier_runs_is_told_and_goes_with_all(desk: Desk, row: MakeRow) -> None:
    """Undo counts the contacts of earlier runs that remain; `--all` takes them back, and then nothing is left."""
    desk.write([row(number) for number in range(1, 12)])
    desk.run()
    desk.write([row(number) for number in range(1, 13)])
    desk.run()
    report = undone(desk)
    assert (report.counts["reversed"], report.remaining, len(desk.sandbox.contacts())) == (1, 11, 11)
    report = undone(desk, every=True)
    assert (report.counts["reversed"], report.remaining, desk.sandbox.contacts()) == (11, 0, [])
    assert undone(desk, every=True).nothing_left
    assert undone(desk).nothing_left


def test_all_does_not_lead_to_itself(desk: Desk, row: MakeRow) -> None:
    """After `--all` nothing remains that `--all` could take back: what it kept is for a person to decide."""
    desk.write([row(1)])
    desk.run()
    desk.write([row(1), row(2), row(3)])
    desk.run()
    edited = next(contact for contact in desk.sandbox.contacts() if contact["externalId"] == "P3")
    desk.sandbox.edit(edited["id"], role="CTO")
    report = undone(desk, every=True)
    assert (report.counts["kept"], report.exit_code, report.remaining) == (1, 1, 0)
    again = undone(desk, every=True)
    assert (again.counts["reversed"], again.remaining, len(desk.sandbox.contacts())) == (0, 0, 1)


def test_all_takes_what_was_made_again(desk: Desk, row: MakeRow) -> None:
    """Where `--all` was stopped and a run has made its contacts again, `--all` takes these back once more."""
    desk.write([row(number) for number in range(1, 31)])
    desk.run()
    desk.sandbox.add_faults(Fault("401", method="DELETE", start=25))
    assert undone(desk, every=True).exit_code == 3
    desk.sandbox.clear_faults()
    desk.run()
    assert len(desk.sandbox.contacts()) == 30
    assert undone(desk, every=True).exit_code == 0
    assert desk.sandbox.contacts() == []


def test_the_preview_names_whom_it_is_about(desk: Desk, row: MakeRow) -> None:
    """Who is asked gets names, ten of them at most, and as many more as there are."""
    desk.write([row(number) for number in range(1, 15)])
    desk.run()
    previews: list[UndoPreview] = []
    job = desk.job()

    def agree(preview: UndoPreview) -> bool:
        previews.append(preview)
        return True

    undo(job.out, job.settings, key=job.key, places=job.places, agree=agree)
    (preview,) = previews
    assert len(preview.names["delete"]) == 10
    (line,) = name_lines(preview)
    assert line.strip().startswith("delete: Ada")
    assert line.endswith(" Byron and 4 more")

"""Which ends of a run are ends, and which programs are the same: else the sheet is read again."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.pipeline.job import Hooks
from importer.pipeline.run import run
from importer.sandbox import Fault
from tests.paths import ROOT
from tests.pipeline.reading.both_ways import SAID, both_ways, is_quick, rows_of, write_lines

if TYPE_CHECKING:
    from importer.model import Event
    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow


def test_rows_that_are_not_in_are_tried_again(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A refused row and a conflict of the workspace are no end: every run reads the sheet and tries them once more."""
    desk.write([row(number) for number in range(5)])
    desk.sandbox.add_faults(Fault("400", method="POST", external_id="P3"))
    twins = [desk.sandbox.add(firstName="Ada4", externalId="P4") for _ in range(2)]
    for posts in (5, 1, 1):
        assert counted(desk.run()) == {"created": 3, "rejected": 1, "conflict": 1}
        assert not is_quick(desk)
        assert desk.sent()["POST"] == posts
    desk.sandbox.clear_faults()
    for twin in twins:
        desk.sandbox.delete(twin["id"])
    assert counted(desk.run()) == {"created": 5}
    assert both_ways(desk)


def test_a_stopped_run_is_gone_on_with(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A run that ended early leaves rows to send, so the next one reads the sheet."""
    desk.write([row(number) for number in range(60)])
    hooks = Hooks()

    def stop(event: Event) -> None:
        if event.name == "delivered":
            hooks.stop.set()

    asyncio.run(run(desk.job(replace(hooks, notify=stop))))
    assert rows_of(desk, "SELECT count(*) FROM rows WHERE status = 'unfinished'") != [(0,)]
    assert counted(desk.run()) == {"created": 60}
    assert not is_quick(desk)
    assert both_ways(desk)


def test_a_plan_is_carried_out_on_rows_that_were_read(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A plan binds the rows of the sheet, so its run reads them, and the run after it reads them too."""
    desk.write([row(1)])
    desk.run()
    desk.plan()
    assert counted(desk.run_plan()) == {"created": 1}
    assert not is_quick(desk)
    desk.run()
    assert not is_quick(desk)
    assert both_ways(desk)


def test_a_file_that_could_not_be_written_has_the_sheet_read(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A run that failed at its end, all its contacts made, is no run whose word is taken."""
    desk.write([row(1)])
    desk.out.mkdir()
    (desk.out / "id_map.csv").mkdir()
    assert desk.run().summary.exit_code == 3
    (desk.out / "id_map.csv").rmdir()
    assert counted(desk.run()) == {"created": 1}
    assert not is_quick(desk)


def test_a_sheet_without_rows_says_so_each_time(desk: Desk, row: MakeRow) -> None:
    """That there is nothing to import is never passed over."""
    desk.write([row(1)])
    desk.run()
    desk.write([])
    for _ in range(3):
        desk.run()
        assert not is_quick(desk)
        assert any("a header and no rows" in text for text in desk.said)


def test_a_digest_over_an_address_is_none(desk: Desk) -> None:
    """Where something shows as an object at an address, nobody can say what it holds, so the sheet is read."""
    write_lines(desk, ["ID,First Name,Phone,Look at 0x7f", "P1,Ann,+442079400001,there"])
    for _ in range(3):
        desk.run()
        assert not is_quick(desk)


def test_another_program_has_the_sheet_read(desk: Desk, row: MakeRow) -> None:
    """One changed line, or another version of a library, and the sheet is read; the run after that one is quick."""
    desk.write([row(1)])
    code = desk.folder / "code"
    for package in ("importer", "schemas"):
        # With what is compiled of them, or else each start would compile all.
        shutil.copytree(ROOT / package, code / package)

    def said() -> bool:
        command = (sys.executable, "-m", "importer", "run", desk.sheet, "--base-url", desk.sandbox.url)
        environment = {"PYTHONPATH": str(code), "HOME": str(desk.folder), "OPENPHONE_API_KEY": "sandbox-key"}
        done = subprocess.run(
            [*command, "--yes", "--out", desk.out, "--map", "ID=external_id"],
            env=environment,
            cwd=desk.folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return SAID in done.stderr

    assert (said(), said()) == (False, True)
    file = code / "importer" / "clean" / "cells" / "text.py"
    file.write_text(file.read_text(encoding="utf-8") + "\n# another\n", encoding="utf-8")
    assert (said(), said()) == (False, True)
    library = code / "phonenumbers-99.0.dist-info"
    library.mkdir()
    (library / "METADATA").write_text("Metadata-Version: 2.1\nName: phonenumbers\nVersion: 99.0\n", encoding="utf-8")
    assert (said(), said()) == (False, True)

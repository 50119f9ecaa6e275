"""What `export`, `show`, `runs` and `schedule` propose is typed as it stands, and ends well."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from importer.sandbox import Fault
from importer.shell import shell_split
from tests.cli.commands.test_schedule import CRONTAB
from tests.cli.next_steps.screen import DORA, HEADER, OUT, PEOPLE

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

WITHOUT_CODES = PEOPLE.replace("+1", "")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_exported_file_is_checked_and_imported(screen: Screen, form: str) -> None:
    """The file of an export, in a folder with a blank in its name, goes in by the commands that are shown."""
    assert screen.type("export", "people.csv", *screen.service, "--as", form, "--out", "my folder") == 0
    assert screen.follow(*screen.service) == 0
    assert screen.follow("--yes", number=0) == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


def test_an_export_says_what_to_decide_and_to_correct(screen: Screen) -> None:
    """The proposed options are taken, then the row is corrected: each time the export says what is left."""
    screen.sheet(WITHOUT_CODES + DORA.replace("+14155550109", "12"))
    export = ("export", "people.csv", *screen.service, "--bad-cells", "reject")
    assert screen.type(*export) == 1
    assert 'under "To decide"' in screen.text
    assert screen.follow() == 1
    assert "correct 1 row in the sheet" in screen.text
    screen.sheet(WITHOUT_CODES + DORA)
    assert screen.type(*export, "--region", "US") == 0
    assert "4 exported" in screen.text


@pytest.mark.parametrize(("form", "use"), [("vcard", "open people.import/"), ("quo", "in the app under Contacts")])
def test_an_export_for_another_program_says_where_it_goes(screen: Screen, form: str, use: str) -> None:
    """The file that is named is there."""
    assert screen.type("export", "people.csv", *screen.service, "--as", form) == 0
    assert use in screen.text
    step = screen.text.partition("Next:")[2].partition("\n")[0]
    assert Path(next(word for word in step.split() if word.startswith(str(OUT)))).is_file()


def test_the_other_sheet_of_a_workbook_is_imported(screen: Screen) -> None:
    """A run of the first of two sheets points to the other one, which goes in by the options that its line names."""
    workbook = openpyxl.Workbook()
    for sheet, line in zip((workbook.worksheets[0], workbook.create_sheet("More people")), (DORA, PEOPLE), strict=True):
        for row in csv.reader(io.StringIO(HEADER + line.removeprefix(HEADER))):
            sheet.append(row)
    workbook.save("people.xlsx")
    assert screen.type("run", "people.xlsx", *screen.service, "--yes") == 0
    assert "see in problems.csv how to import the other sheet" in screen.text
    told = Path("people.import/problems.csv").read_text(encoding="utf-8")
    sheet, name = shell_split(told[told.index("--sheet 'More") :].partition(",")[0])
    assert screen.type("run", "people.xlsx", *screen.service, "--yes", sheet, name, "--out", "more.import") == 0
    assert "Next:    nothing to do" in screen.text
    assert screen.names() == ["Ann", "Bob", "Cy", "Dora"]


def test_show_goes_on_with_a_stopped_run(screen: Screen) -> None:
    """The command of `show` finishes what the run had not reached, and then nothing is left to do."""
    screen.sandbox.add_faults(Fault("401", method="POST", start=2))
    screen.run()
    screen.sandbox.clear_faults()
    screen.type("show", str(OUT))
    assert screen.follow() == 0
    assert screen.is_whole("Ann", "Bob", "Cy")
    screen.type("show", str(OUT))
    assert "Next:    nothing to do" in screen.text


def test_show_says_what_is_to_be_decided(screen: Screen) -> None:
    """Where a run ended with a question, `show` asks it too, and its command answers it."""
    screen.sheet(WITHOUT_CODES)
    screen.run()
    screen.type("show", str(OUT))
    assert "decide which country the phone numbers of 3 rows are from" in screen.text
    assert screen.follow() == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


def test_show_names_the_rejects(screen: Screen) -> None:
    """The row is corrected in the rejects that `show` names, and its command imports them."""
    screen.sheet(PEOPLE + DORA.replace("+14155550109", "12"))
    screen.run("--bad-cells", "reject")
    screen.type("show", str(OUT))
    rejects = OUT / "rejects.csv"
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550109,"), encoding="utf-8")
    assert screen.follow() == 0
    assert screen.names() == ["Ann", "Bob", "Cy", "Dora"]
    assert screen.verify() == 0


def test_runs_that_are_not_there_are_found(screen: Screen) -> None:
    """A folder or run that is not there is corrected as the error says, also where there are no runs at all."""
    assert screen.type("runs") == 0
    assert "import a sheet (openphone-import run FILE)" in screen.text
    assert screen.type("show", "latest") == screen.type("show", "2020") == 2
    assert "Name the folder of the results, such as customers.import" in screen.text
    screen.run()
    for wrong in (("show", "other.import"), ("show", "2020"), ("show", "a", "b")):
        assert screen.type(*wrong) == 2
    assert screen.type("show", "other.import") == 2
    assert screen.type("runs") == 0
    run_id = json.loads((OUT / "summary.json").read_text(encoding="utf-8"))["run_id"]
    assert run_id in screen.text
    assert screen.type("show", run_id, str(OUT)) == 0


def test_a_schedule_is_tried_and_installed(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is run once by hand, then the same line with --install; what cron then starts makes nobody twice."""
    home = Path("home")
    for folder in (home, Path("bin")):
        folder.mkdir(exist_ok=True)
    Path("bin/crontab").write_text(CRONTAB, encoding="utf-8")
    Path("bin/crontab").chmod(0o700)
    Path("key").write_text("sandbox-key\n", encoding="utf-8")
    Path("key").chmod(0o600)
    monkeypatch.setenv("PATH", f"{Path('bin').absolute()}:{os.environ['PATH']}")
    line = ("schedule", "people.csv", *screen.service)
    assert screen.type(*line) == 2
    assert "name it with --api-key-file" in screen.text
    line = (*line, "--api-key-file", "key")
    assert screen.type(*line, "--as", "cron", "--install") == 2
    assert "Run the sheet once by hand with the same options, then install." in screen.text
    assert screen.type(*line) == 0
    assert "try the command once by hand, then: the same line with --install" in screen.text
    monkeypatch.delenv("OPENPHONE_API_KEY")
    for number in range(2):
        assert screen.type(*line, "--json") == 0
        words = json.loads(screen.text.splitlines()[-2])["command"]
        assert screen.type(*words[words.index("run") :]) == 0
        assert screen.type(*line, "--as", "cron", "--install") == 0, number
    assert screen.names() == ["Ann", "Bob", "Cy"]
    assert "crontab -l shows it" in screen.text
    assert str(OUT) in (home / "tab").read_text(encoding="utf-8")


def test_a_check_leads_to_the_import(screen: Screen) -> None:
    """A template is filled in and checked, its row corrected, and imported: each by the command of the step before."""
    assert screen.type("template", "new list.csv", *screen.service) == 0, screen.text
    [check] = screen.commands()
    Path("new list.csv").write_text(PEOPLE + DORA.replace("+14155550109", "12"), encoding="utf-8")
    assert screen.type(*check, *screen.service, "--bad-cells", "reject") == 1
    assert "correct 1 row (see problems.csv) or import the others" in screen.text
    Path("new list.csv").write_text(PEOPLE + DORA, encoding="utf-8")
    assert screen.type(*check, *screen.service) == 0
    assert screen.follow("--yes") == 0
    assert screen.names() == ["Ann", "Bob", "Cy", "Dora"]
    assert screen.type(*check, *screen.service) == 0
    assert screen.type("map", "new list.csv", *screen.service) == 0
    assert screen.follow() == 0


def test_a_new_plan_is_made(screen: Screen) -> None:
    """Where contacts have changed since the plan was made, nothing is to be corrected: the plan is made again."""
    screen.run()
    screen.sheet(PEOPLE.replace("bob@", "bobby@"))
    plan = ("people.csv", *screen.service, "--on-match", "update")
    assert screen.type("plan", *plan) == 0
    screen.sandbox.edit(screen.contact("Bob")["id"], role="Lead")
    assert screen.type("run", "--plan", str(OUT / "plan.json"), *screen.service, "--yes") == 1
    assert "make a new plan, because 1 contact has changed since this one was made" in screen.text
    assert screen.follow() == 0
    assert screen.type("run", "--plan", str(OUT / "plan.json"), *screen.service, "--yes") == 0
    assert screen.contact("Bob")["defaultFields"]["emails"][0]["value"] == "bobby@example.com"

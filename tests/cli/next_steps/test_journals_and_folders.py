"""What errors of journals and of folders propose is done as it stands, and the import ends well, nobody twice."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from importer.delivery.journal import Journal
from importer.errors import JournalError, OutputError
from importer.spreadsheet.export.tables import write_contacts_csv, write_contacts_xlsx
from tests.cli.next_steps.screen import DORA, OUT, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.next_steps.screen import Screen

JOURNAL = OUT / "journal.sqlite"
ALL = ["Ann", "Bob", "Cy", "Dora"]


def set_version(number: int) -> int:
    """Give the journal the number of a version; returns the one that it had."""
    with closing(sqlite3.connect(JOURNAL)) as connection:
        (was,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {number}")
    return int(was)


def foreign() -> None:
    """A database of another program stands where the journal should be."""
    for file in OUT.glob("journal.sqlite*"):
        file.unlink()
    with closing(sqlite3.connect(JOURNAL)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def newer() -> None:
    set_version(99)


def no_file() -> None:
    """A folder stands where the lock file should be."""
    (OUT / ".journal.sqlite.lock").unlink(missing_ok=True)
    (OUT / ".journal.sqlite.lock").mkdir()


@pytest.mark.parametrize("harm", [foreign, newer, no_file])
def test_another_folder_is_given(screen: Screen, harm: Callable[[], None]) -> None:
    """Where a folder cannot be used, the same sheet goes on in another one, and finds the contacts that are there."""
    assert screen.run() == 0
    harm()
    screen.sheet(PEOPLE + DORA)
    assert screen.run() == 2
    assert "give another folder with --out" in screen.text.replace("Give", "give")
    assert screen.run("--out", "second") == 0
    assert screen.names() == ALL


def test_the_version_that_wrote_the_journal_is_used(screen: Screen) -> None:
    """A folder that a newer version has used goes on as it was with that version."""
    assert screen.run() == 0
    was = set_version(99)
    screen.sheet(PEOPLE + DORA)
    assert screen.run() == 2
    assert "Use that version" in screen.text
    # As that version finds it.
    set_version(was)
    assert screen.run() == 0
    assert screen.names() == ALL


def test_the_file_of_another_program_is_moved_away(screen: Screen) -> None:
    """With the other program's file out of the way, the folder is used as if it were new."""
    assert screen.run() == 0
    foreign()
    screen.sheet(PEOPLE + DORA)
    assert screen.run() == 2
    assert "Move the file away" in screen.text
    JOURNAL.rename("bookmarks.sqlite")
    assert screen.run() == 0
    assert screen.names() == ALL


@pytest.mark.parametrize("rehearsed_first", [True, False])
def test_a_rehearsal_has_a_folder_of_its_own(screen: Screen, *, rehearsed_first: bool) -> None:
    """A rehearsal in the folder of the import, or the other way round, is refused, and done in another folder."""
    words = ("run", "people.csv", "--yes", "-q", "--out", "both")
    rehearsal, real = (*words, "--sandbox"), (*words, *screen.service[:-1])
    first, second = (rehearsal, real) if rehearsed_first else (real, rehearsal)
    assert screen.type(*first) == 0
    assert screen.type(*second) == 2
    assert "Give another folder with --out: a rehearsal" in screen.text
    assert screen.type(*second, "--out", "own") in (0, 2)
    other = [word if word != "both" else "own" for word in second]
    assert screen.type(*other) == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


def test_a_journal_on_a_network_drive_is_kept_on_this_computer(tmp_path: Path) -> None:
    """A folder of this computer takes the journal that a network drive may not hold."""
    drive = tmp_path / "drive"
    drive.mkdir()
    mounts = f"30 22 0:30 / {drive.resolve()} rw - nfs4 server:/share rw"
    with pytest.raises(JournalError) as caught:
        Journal.open(drive / "journal.sqlite", "sandbox", "key", mounts=lambda: mounts)
    assert "Give a folder on this computer's own disk" in caught.value.next_step
    Journal.open(tmp_path / "journal.sqlite", "sandbox", "key", mounts=lambda: mounts).close()


def test_a_journal_that_is_no_file_is_made_writable(screen: Screen) -> None:
    """A journal that cannot be opened is put right, or another folder given."""
    assert screen.run() == 0
    JOURNAL.chmod(0o400)
    screen.sheet(PEOPLE + DORA)
    code = screen.run()
    # Root may write to anything.
    if code == 2:
        assert "Make it writable for you" in screen.text
        JOURNAL.chmod(0o600)
        assert screen.run() == 0
    assert screen.names() == ALL


def test_a_journal_that_another_program_holds_is_closed_there(screen: Screen) -> None:
    """A journal that is open in a program for databases is closed there, and the run ends well."""
    assert screen.run() == 0
    screen.sheet(PEOPLE + DORA)
    with closing(sqlite3.connect(JOURNAL, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert screen.run() == 2
        assert "close other programs that have the journal open" in screen.text
    assert screen.run() == 0
    assert screen.names() == ALL


def test_a_run_waits_for_another_one(screen: Screen) -> None:
    """A folder in use is free when the other run has ended."""
    assert screen.run() == 0
    screen.sheet(PEOPLE + DORA)
    with FileLock(OUT / ".journal.sqlite.lock"):
        assert screen.run() == 2
        assert "Wait until it has finished" in screen.text
    assert screen.run() == 0
    assert screen.names() == ALL


def test_an_undo_that_is_not_sure_is_done_by_hand(screen: Screen) -> None:
    """Where undo does not trust what it kept of a contact, the contacts are corrected in the app; then all is there."""
    assert screen.run() == 0
    screen.sheet(PEOPLE.replace("Ann,Lee", "Ann,Kim"))
    assert screen.run("--on-match", "update") == 0
    with closing(sqlite3.connect(JOURNAL)) as connection:
        (contact,) = connection.execute("SELECT contact FROM images").fetchone()
        image = json.dumps(json.loads(contact) | {"id": "other"})
        connection.execute("UPDATE images SET contact = ?", (image,))
        connection.commit()
    assert screen.undo() == 2
    assert "Compare the contacts of this run with your sheet in the app" in screen.text
    screen.sandbox.edit(screen.contact("Ann")["id"], lastName="Lee")
    screen.sheet(PEOPLE)
    assert screen.run("--on-match", "update") == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


# --------------------------------------------------------------------------------------------- files and folders


@pytest.mark.parametrize("is_moved", [True, False])
def test_a_folder_that_cannot_be_written_to(screen: Screen, *, is_moved: bool) -> None:
    """Where the folder of results cannot be made, another one is given, or what stands there is moved away."""
    OUT.write_text("not a folder", encoding="utf-8")
    assert screen.run() == 2
    assert "Give another folder with --out, or make this one writable" in screen.text
    if is_moved:
        OUT.rename("note.txt")
    assert screen.run(*(() if is_moved else ("--out", "second"))) == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


@pytest.mark.parametrize("is_new", [True, False])
def test_a_link_in_the_folder_is_deleted(screen: Screen, *, is_new: bool) -> None:
    """A link where the journal should be is not followed: it is deleted, or another folder given."""
    OUT.mkdir()
    Path("theirs.sqlite").touch()
    JOURNAL.symlink_to(Path("theirs.sqlite").resolve())
    assert screen.run() == 2
    assert f"Delete the link {JOURNAL}" in screen.text
    if not is_new:
        JOURNAL.unlink()
    assert screen.run(*(("--out", "second") if is_new else ())) == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


def test_what_is_no_file_is_moved_away(screen: Screen) -> None:
    """A folder where the journal should be is moved away."""
    JOURNAL.mkdir(parents=True)
    assert screen.run() == 2
    assert f"Move {JOURNAL} away" in screen.text
    JOURNAL.rename("old")
    assert screen.run() == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


def test_an_exported_file_of_somebody_else_is_moved_away(screen: Screen) -> None:
    """A file that was edited since the export is not overwritten: it is moved away, or another folder given."""
    export = ("export", "people.csv", *screen.service, "--as", "csv")
    assert screen.type(*export) == 0
    file = OUT / "contacts.csv"
    file.write_text(file.read_text(encoding="utf-8") + "mine\n", encoding="utf-8")
    assert screen.type(*export) == 2
    assert "Move it away, or give another folder with --out" in screen.text
    assert screen.type(*export, "--out", "second") == 0
    file.rename("mine.csv")
    assert screen.type(*export) == 0
    assert Path("mine.csv").read_text(encoding="utf-8").endswith("mine\n")


def test_a_long_cell_is_exported_as_csv(tmp_path: Path) -> None:
    """What does not fit into a workbook fits into a CSV file."""
    header, rows = ["First Name"], [["Ann"], ["x" * 33_000]]
    with pytest.raises(OutputError) as caught:
        write_contacts_xlsx(tmp_path / "contacts.xlsx", header, rows)
    assert caught.value.next_step == "Use --as csv instead."
    write_contacts_csv(tmp_path / "contacts.csv", header, rows)
    assert (tmp_path / "contacts.csv").stat().st_size > 33_000


def test_a_template_has_a_name_and_a_place(screen: Screen) -> None:
    """A template is written under a name that says its kind, and not over a file that is there."""
    assert screen.type("template", "new.txt", "--sandbox", "-q") == 2
    assert "Give a name that ends in .csv or .xlsx" in screen.text
    assert screen.type("template", "people.csv", "--sandbox", "-q") == 2
    assert "Give another name, or move it away" in screen.text
    assert screen.type("template", "new.csv", "--sandbox", "-q") == 0
    assert Path("new.csv").is_file()


def test_the_store_of_a_rehearsal_is_deleted(screen: Screen) -> None:
    """A file that the sandbox cannot use is deleted, or the rehearsal has another folder."""
    OUT.mkdir()
    (OUT / "sandbox.sqlite").write_text("no database " * 99, encoding="utf-8")
    words = ("run", "people.csv", "--yes", "-q", "--sandbox")
    assert screen.type(*words, "--out", str(OUT)) == 2
    assert "Delete the file, or give another folder with --out" in screen.text
    assert screen.type(*words, "--out", "second") == 0
    (OUT / "sandbox.sqlite").unlink()
    assert screen.type(*words, "--out", str(OUT)) == 0


# ------------------------------------------------------------------------------------------------------- mapping


@pytest.mark.parametrize(
    ("wrong", "step"),
    [
        ("Phone", "Write it like --map Mobile=phone"),
        ("Phone=telephone", "Correct --map"),
        ("Tel=phone", "Correct --map"),
        ("Phone=custom:Nothing", "Correct --map"),
    ],
)
def test_a_mapping_is_corrected(screen: Screen, wrong: str, step: str) -> None:
    """What is wrong in --map is corrected as the line says, and the sheet goes in."""
    assert screen.run("--map", wrong) == 2
    assert step in screen.text
    assert screen.run("--map", "Phone=phone") == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


def test_computed_columns_are_corrected(screen: Screen) -> None:
    """A mistake in [values] is corrected in the file, and the sheet goes in."""
    text = '[values]\ncompany = "{Nothing}"\n'
    Path("set.toml").write_text(text, encoding="utf-8")
    assert screen.run("--config", "set.toml") == 2
    assert "Correct [values]" in screen.text or "Correct --map" in screen.text
    Path("set.toml").write_text(text.replace("Nothing", "Last Name"), encoding="utf-8")
    assert screen.run("--config", "set.toml") == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


@pytest.mark.parametrize("in_file", [True, False])
def test_open_questions_of_a_mapping_are_answered(screen: Screen, *, in_file: bool) -> None:
    """What `map` leaves open is answered in its file, or with --map; then it is saved without a question."""
    screen.sheet(PEOPLE.replace("First Name,Last Name", "Customer Name,Extra").replace(",Lee", ",x"))
    words = ("map", "people.csv", *screen.service)
    assert screen.type(*words) == 2
    assert "Answer each in the file" in screen.text
    if in_file:
        file = OUT / "mapping.toml"
        file.write_text(file.read_text(encoding="utf-8").replace("# ? ", ""), encoding="utf-8")
        answers: tuple[str, ...] = ()
    else:
        answers = ("--map", "Customer Name=full_name", "--map", "Extra=ignore")
    assert screen.type(*words, *answers) == 0
    assert screen.run() == 0
    assert len(screen.sandbox.contacts()) == 3


@pytest.mark.parametrize("headers", ["First Name,Last Name,Contact", "Client,Customer Name,Notes"])
def test_open_questions_of_a_mapping_may_all_be_answered_as_guessed(screen: Screen, headers: str) -> None:
    """However many columns may hold the names: all that `map` writes as open may be taken, and fills no field twice."""
    screen.sheet(f"{headers},Phone\nAnn,Lee,Tom Hill,+14155550101\nBob,Ray,Sue Poe,+14155550102\n")
    words = ("map", "people.csv", *screen.service)
    assert screen.type(*words) == 2
    file = OUT / "mapping.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("# ? ", ""), encoding="utf-8")
    assert screen.type(*words) == 0
    assert screen.run() == 0
    assert len(screen.sandbox.contacts()) == 2


def test_fields_that_nobody_can_guess_are_named(screen: Screen) -> None:
    """Where `map` finds no field for any column, they are named with --map, and the sheet goes in."""
    screen.sheet("X1,X2\nAnn,q\nBob,w\n")
    words = ("map", "people.csv", *screen.service)
    assert screen.type(*words, "--map", "X1=ignore", "--map", "X2=ignore") == 2
    assert "Name the fields in the file, or with --map" in screen.text
    assert screen.type(*words, "--map", "X1=first_name", "--map", "X2=ignore") == 0
    assert screen.run() == 0
    assert screen.names() == ["Ann", "Bob"]


def test_a_sheet_without_names_is_told_where_they_are(screen: Screen) -> None:
    """The column that may hold the names is named by one of the options that are shown."""
    screen.sheet(PEOPLE.replace("First Name,Last Name", "Wer,Extra").replace(",Lee", ",x"))
    assert screen.run() == 2
    assert "Name it and run again" in screen.text
    assert "Wer=full_name" in screen.text
    assert screen.run("--map", "Wer=full_name") == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


def test_two_lists_are_moved_below_each_other(screen: Screen) -> None:
    """Two lists side by side become one list, and all people of both are imported."""
    one = [line.split(",") for line in PEOPLE.splitlines()]
    two = [one[0], DORA.strip().split(","), *[["", "", "", ""]] * 2]
    beside = "\n".join(",".join([*left, "", *right]) for left, right in zip(one, two, strict=True))
    screen.sheet(f"{beside}\n")
    assert screen.run() == 2
    assert "Move one list below the other" in screen.text
    screen.sheet(PEOPLE + DORA)
    assert screen.run() == 0
    assert screen.names() == ALL


def test_another_sheet_gets_another_folder_or_a_mapping(screen: Screen) -> None:
    """A saved mapping does not serve another sheet, which gets the mapping that the command makes."""
    assert screen.type("map", "people.csv", *screen.service, "--yes") == 0
    assert screen.run() == 0
    shutil.copy("people.csv", "first.csv")
    screen.sheet("Vorname,Nachname,Telefon,Mail\nDora,Fox,+14155550109,dora@example.com\n")
    assert screen.run() == 2
    assert "Give another folder with --out, or make a new mapping" in screen.text
    assert screen.follow() == 0
    assert screen.run("--accept-new-rows") == 0
    assert screen.names() == ALL


def test_a_shorter_name_is_given(screen: Screen) -> None:
    """Names that the system does not take are refused in words, and a folder that is named, or a new name, is taken."""
    longest, longer = f"{'x' * 251}.csv", "x" * 300
    for words in (("show", longer), ("fleet", "check", longer), ("bug-report", longer), ("runs", longer)):
        assert screen.type(*words) == 2, words
        assert "Give a shorter name" in screen.text
    Path(longest).write_text(PEOPLE, encoding="utf-8")
    assert screen.type("check", longest) == 2
    assert "name a folder for the results with --out" in screen.text
    assert screen.type("check", longest, "--out", "short") == 0
    assert screen.type("check", str(Path(longest).rename("short.csv"))) == 0

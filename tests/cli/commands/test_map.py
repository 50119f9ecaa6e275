"""`openphone-import map FILE`: a mapping proposed, changed on a terminal, saved, and held to by later runs."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from typing import Any

    from tests.cli.conftest import Terminal


SHEET = "First Name,Mobile,Contact,Notes,Since\nAnn,+14155550101,Lee,likes tea,2024-01-02\nBob,+14155550102,Ray,,soon\n"
FOLDER = Path("people.sandbox.import")


@pytest.fixture(autouse=True)
def people(home: Path) -> Path:
    (home / "people.csv").write_text(SHEET, encoding="utf-8")
    return home / "people.csv"


def saved() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "mapping.toml").read_text(encoding="utf-8"))


def problems() -> list[dict[str, str]]:
    with (FOLDER / "problems.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 2
    shown = capsys.readouterr().err
    assert "error: " in shown
    assert " next: " in shown
    assert "Traceback" not in shown
    return shown


def test_open_questions_are_comments_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal the file is written, what is open stands there as comments, and the exit code is 2."""
    assert main(["map", "people.csv", "--sandbox", "--region", "US"]) == 2
    shown = capsys.readouterr()
    assert "1 open question as comments: 'Contact'" in shown.err
    assert "Mobile (+14155550101, +14155550102) -> phone:mobile" in shown.out
    text = (FOLDER / "mapping.toml").read_text(encoding="utf-8")
    assert '# ? "Contact" = "ignore"' in text
    assert '# - "Notes" = "FIELD"' in text
    assert saved()["map"] == {"First Name": "first_name", "Mobile": "phone:mobile"}
    assert saved()["region"] == "US"
    assert saved()["lock"]["columns"] == ["First Name", "Mobile", "Contact", "Notes", "Since"]


def test_a_sheet_without_any_known_column_is_exit_2(capsys: pytest.CaptureFixture[str], people: Path) -> None:
    """Where nothing would be sent there is nothing to go on with, and the message says what to do."""
    people.write_text("Zodiac,Shoe\nLeo,44\n", encoding="utf-8")
    assert "no column of people.csv matches a field" in refused(capsys, "map", "people.csv", "--sandbox")
    assert '# - "Zodiac" = "FIELD"' in (FOLDER / "mapping.toml").read_text(encoding="utf-8")


def test_answered_by_options_it_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    """With every question answered the mapping is saved with 0, and --json tells it as an event."""
    options = ["--map", "Contact=last_name", "--map", "Since=custom:Customer Since", "--json"]
    assert main(["map", "people.csv", "--sandbox", *options]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[-1]["event"] == "summary"
    assert events[-1]["exit_code"] == 0
    assert [one["field"] for one in events[-1]["columns"]] == [
        "first_name",
        "phone:mobile",
        "last_name",
        "",
        "custom:Customer Since",
    ]
    assert saved()["lock"]["custom"] == {"1712532493777": {"name": "Customer Since", "type": "date"}}


def test_a_saved_mapping_is_held_to(capsys: pytest.CaptureFixture[str], people: Path) -> None:
    """A renamed column stops the run before anything is sent; --accept-changes takes it over into the file."""
    main(["map", "people.csv", "--sandbox", "--map", "Contact=last_name"])
    assert main(["run", "people.csv", "--sandbox", "--rate", "500"]) == 0
    people.write_text(SHEET.replace("Mobile", "Mobile phone"), encoding="utf-8")
    said = refused(capsys, "run", "people.csv", "--sandbox")
    assert "Column 'Mobile' is gone; 'Mobile phone' looks like its new name." in said
    assert "--accept-changes" in said
    assert "Mobile" in saved()["map"]
    assert main(["run", "people.csv", "--sandbox", "--rate", "500", "--accept-changes"]) == 0
    assert saved()["map"] == {"First Name": "first_name", "Contact": "last_name", "Mobile phone": "phone:mobile"}
    assert main(["run", "people.csv", "--sandbox", "--rate", "500"]) == 0


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("First Name,Contact,Notes,Since", "Column 'Mobile' is gone."),
        ("First Name,Mobile,Contact,Notes,Since,Mobile", "'Mobile' occurs twice now (#2, #6), once before"),
        ("Item,Amount,Tax,Total,Currency", "made for another sheet: of its 5 columns 0 are in people.csv"),
    ],
)
def test_another_header_stops(capsys: pytest.CaptureFixture[str], people: Path, header: str, words: str) -> None:
    """A column that vanished or got a twin, and another sheet altogether, exit 2 with the difference, also in check."""
    main(["map", "people.csv", "--sandbox", "--map", "Contact=last_name"])
    cells = ",".join("x" for _ in header.split(","))
    people.write_text(f"{header}\n{cells}\n", encoding="utf-8")
    assert words in refused(capsys, "check", "people.csv", "--sandbox")


def test_an_option_wins_over_the_saved_mapping(people: Path) -> None:
    """--map about a column that the file names in another way takes its place instead of clashing with it."""
    main(["map", "people.csv", "--sandbox", "--map", "Contact=last_name"])
    assert main(["run", "people.csv", "--sandbox", "--rate", "500", "--map", "#2=phone:work"]) == 0
    with Sandbox.start(FOLDER / "sandbox.sqlite") as sandbox:
        names = {phone["name"] for one in sandbox.contacts() for phone in one["defaultFields"]["phoneNumbers"]}
    assert names == {"work"}


def test_a_twin_can_be_accepted(people: Path) -> None:
    """Of twins nobody can say which one was meant: once accepted, both are mapped as suggested, by their numbers."""
    main(["map", "people.csv", "--sandbox", "--map", "Contact=last_name"])
    people.write_text("First Name,Mobile,Contact,Mobile\nAnn,+14155550101,Lee,+14155550102\n", encoding="utf-8")
    assert main(["check", "people.csv", "--sandbox", "--accept-changes"]) == 0
    assert saved()["map"] == {
        "First Name": "first_name",
        "Contact": "last_name",
        "#2": "phone:mobile",
        "#4": "phone:mobile",
    }
    assert main(["check", "people.csv", "--sandbox"]) == 0
    people.write_text("Mobile,First Name,Contact,Mobile\n+14155550101,Ann,Lee,+14155550102\n", encoding="utf-8")
    assert main(["check", "people.csv", "--sandbox"]) == 2
    assert main(["map", "people.csv", "--sandbox"]) == 0
    assert saved()["map"] == {
        "First Name": "first_name",
        "Contact": "last_name",
        "#4": "phone:mobile",
        "#1": "phone:mobile",
    }


def test_a_retyped_field_stops(capsys: pytest.CaptureFixture[str], people: Path, home: Path) -> None:
    """A custom field whose type changed in the workspace exits 2, and names both types."""
    fields = home / "fields.json"
    fields.write_text('{"data": [{"name": "Since", "key": "s", "type": "date"}]}')
    main(["map", "people.csv", "--sandbox", "--map", "Contact=last_name", "--fields", "fields.json"])
    assert saved()["lock"]["custom"] == {"s": {"name": "Since", "type": "date"}}
    fields.write_text('{"data": [{"name": "Since", "key": "s", "type": "string"}]}')
    said = refused(capsys, "check", "people.csv", "--sandbox", "--fields", "fields.json")
    assert "'Since' (key s) was of type date and is of type string now" in said


def test_new_columns_are_a_warning(capsys: pytest.CaptureFixture[str], people: Path) -> None:
    """A column that the mapping does not know is not sent, and said so; the run goes on."""
    main(["map", "people.csv", "--sandbox", "--map", "Contact=last_name"])
    rows = SHEET.splitlines()
    people.write_text("\n".join([f"{rows[0]},Email", f"{rows[1]},a@example.com", f"{rows[2]},"]), encoding="utf-8")
    assert main(["run", "people.csv", "--sandbox", "--rate", "500"]) == 0
    assert [(one["column"], one["rule"]) for one in problems() if one["rule"] == "column-new"] == [
        ("Email", "column-new")
    ]
    with Sandbox.start(FOLDER / "sandbox.sqlite") as sandbox:
        assert all(not one["defaultFields"]["emails"] for one in sandbox.contacts())


def test_rejects_come_back_under_the_same_mapping(people: Path) -> None:
    """A corrected rejects file fits the lock of the sheet that it came from."""
    people.write_text(SHEET.replace("+14155550102", "12"), encoding="utf-8")
    main(["map", "people.csv", "--sandbox", "--map", "Contact=last_name"])
    assert main(["run", "people.csv", "--sandbox", "--rate", "500"]) == 1
    rejects = FOLDER / "rejects.csv"
    rejects.write_bytes(rejects.read_bytes().replace(b",12,", b",+14155550102,"))
    assert main(["run", str(rejects), "--sandbox", "--rate", "500", "--out", str(FOLDER)]) == 0


def test_values_of_another_type_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """A column whose values do not fit its custom field is told once, with how many and in which rows."""
    main(["check", "people.csv", "--sandbox", "--map", "Since=custom:Customer Since"])
    told = next(one for one in problems() if one["rule"] == "field-type")
    assert (told["row"], told["column"]) == ("", "Since")
    assert "'Customer Since' is a date field; 1 of 2 values are not dates: row 3." in told["message"]


def test_options_are_learned_and_near_misses_told(people: Path) -> None:
    """--learn-options reads the contacts that are there; a near miss is a warning, also later and offline."""
    people.write_text("Name,Phone,Tags\nAnn,+14155550101,Retail\n", encoding="utf-8")
    assert main(["run", "people.csv", "--sandbox", "--rate", "500"]) == 0
    people.write_text("Name,Phone,Tags\nBob,+14155550102,Retial;Retail;Wholesale\n", encoding="utf-8")
    assert main(["map", "people.csv", "--sandbox", "--learn-options"]) == 0
    assert saved()["lock"]["custom"]["1712532511042"]["options"] == ["Retail"]
    main(["check", "people.csv", "--sandbox"])
    told = {one["rule"]: one for one in problems()}
    assert (told["option-near-miss"]["row"], told["option-near-miss"]["value"]) == ("2", "Retial")
    assert "'Retail'" in told["option-near-miss"]["message"]
    assert "'Wholesale'" in told["option-unseen"]["message"]


def test_a_person_changes_and_saves(terminal: Terminal) -> None:
    """On a terminal a number opens a column, a number gives it a field, p shows the first contacts, s saves."""
    done = terminal(
        "map",
        "people.csv",
        "--sandbox",
        answers=(
            ("1 open question", "3\r"),
            ("Column Contact", "2\r"),
            ("Every column is decided", "p"),
            ("Row 2:", " "),
            ("Every column is decided", "\x1b[A\x1b[A\r"),
            ("Column First Name", "\x1b"),
            ("Every column is decided", "s"),
        ),
        columns=120,
    )
    assert done.code == 0, done.out
    assert "Row 2: Ann Lee" in done.out
    assert saved()["map"] == {
        "First Name": "first_name",
        "Mobile": "phone:mobile",
        "Contact": "last_name",
        "Notes": "ignore",
        "Since": "ignore",
    }


def test_a_question_left_open_is_told(terminal: Terminal) -> None:
    """Who saves before everything is decided hears what is still open."""
    done = terminal("map", "people.csv", "--sandbox", answers=(("1 open question", "s"),), columns=120)
    assert done.code == 0, done.out
    assert "columns are sent; 1 question left open." in done.out


def test_a_label_is_asked_for(terminal: Terminal) -> None:
    """A phone or email gets the label that is typed."""
    answers = (
        ("1 open question", "2\r"),
        ("Column Mobile", "\r"),
        ("Label of this phone", "carx\x7f\r"),
        ("phone:car", "s"),
    )
    done = terminal("map", "people.csv", "--sandbox", answers=answers)
    assert done.code == 0, done.out
    assert saved()["map"]["Mobile"] == "phone:car"


def test_quitting_saves_nothing(terminal: Terminal) -> None:
    """q, and Ctrl-C, end without a file, with the terminal as it was."""
    done = terminal("map", "people.csv", "--sandbox", answers=(("1 open question", "q"),))
    assert done.code == 2
    assert "Nothing was saved" in done.out
    assert done.out.count("\x1b[?1049l") == 1
    done = terminal("map", "people.csv", "--sandbox", answers=(("1 open question", "\x03"),))
    assert done.code == 3
    assert "Traceback" not in done.out
    assert not (FOLDER / "mapping.toml").exists()


def test_a_simple_terminal_is_asked_by_lines(terminal: Terminal) -> None:
    """Where no page can be drawn the same questions are answered by lines."""
    answers = (
        ("1 open question", "3\n"),
        ("Column Contact", "2\n"),
        ("Every column is decided", "2\n"),
        ("Column Mobile", "7\n"),
        ("Label of this phone", "work\n"),
        ("phone:work", "s\n"),
    )
    done = terminal("map", "people.csv", "--sandbox", answers=answers, TERM="dumb")
    assert done.code == 0, done.out
    assert "\x1b" not in done.out
    assert (saved()["map"]["Contact"], saved()["map"]["Mobile"]) == ("last_name", "phone:work")


def test_a_cell_of_several_lines_is_shown_on_one(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line of the table is a column of the sheet, whatever stands in its cells."""
    people.write_text(SHEET.replace("likes tea", '"likes\n\ttea"'), encoding="utf-8")
    main(["map", "people.csv", "--sandbox"])
    assert "Notes (likes tea) -> not sent" in capsys.readouterr().out


def test_check_says_that_it_learns_no_options(capsys: pytest.CaptureFixture[str]) -> None:
    """An option that cannot do its work says so, and names the command that can."""
    main(["check", "people.csv", "--sandbox", "--learn-options"])
    assert "openphone-import map --learn-options" in capsys.readouterr().err


def test_a_wrong_file_never_costs_the_saved_mapping(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--accept-changes` over a sheet in which nothing finds a field leaves mapping.toml as it was."""
    main(["map", "people.csv", "--sandbox", "--map", "Contact=ignore"])
    before = (FOLDER / "mapping.toml").read_bytes()
    (home / "sales.csv").write_text("Ort,Umsatz\na,b\n", encoding="utf-8")
    shown = refused(
        capsys, "run", "sales.csv", "--sandbox", "--yes", "--accept-changes", "--out", "people.sandbox.import"
    )
    assert "no column could be mapped" in shown
    assert (FOLDER / "mapping.toml").read_bytes() == before

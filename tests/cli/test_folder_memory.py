"""What was given to a run about reading its sheet holds for every later command over that folder."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer import Hooks, Job, Settings
from importer import verify as verify_sheet
from importer.cli.app import main
from importer.sandbox import Sandbox
from importer.settings.load import load
from importer.settings.memory import ReadingMemory
from importer.settings.model import OPTIONS, READING

if TYPE_CHECKING:
    from typing import Any

    from tests.cli.conftest import Terminal


pytestmark = pytest.mark.usefixtures("home")
FOLDER = Path("sheet.sandbox.import")
SHEET = (
    "Kunde,First Name,Customer Name,Land,Phone,Tags,Customer Since,Balance\n"
    '1,Ann,Ann Lee,GB,020 7946 0101,"red,blue",03/04/2024,"1.234,5"\n'
    '2,Bob,Bob Ray,GB,020 7946 0102,"red",04/05/2024,"7,5"\n'
)
# Each with a sheet that is read otherwise without it: the options, and the sheet.
GIVEN: dict[str, tuple[list[str], str]] = {
    "region": (["--region", "GB"], SHEET),
    "region_column": (["--region-column", "Land"], SHEET),
    "date_order": (["--region", "GB", "--date-order", "mdy"], SHEET),
    "decimal_comma": (["--region", "GB", "--decimal-comma"], SHEET),
    "list_separator": (["--region", "GB", "--list-separator", ","], SHEET),
    "phones": (["--phones", "lenient"], SHEET.replace("020 7946 0102", "+44 20 7946 010")),
    "map": (["--region", "GB", "--map", "Customer Name=full_name"], SHEET),
    "only": (["--region", "GB", "--only", "Kunde == 1"], SHEET),
    "source": (["--region", "GB", "--source", "crm"], SHEET),
    "id_prefix": (["--region", "GB", "--map", "Kunde=external_id", "--id-prefix", "k-"], SHEET),
    "header_row": (["--region", "GB", "--header-row", "2"], "Name,Phone,,,,,,\n" + SHEET),
    "encoding": (["--region", "GB", "--encoding", "cp437"], SHEET),
    "delimiter": (["--region", "GB", "--delimiter", "|"], SHEET.replace(",", "|").replace("red|blue", "red,blue")),
    "sheet": (["--sheet", "Zwei"], ""),
    "hidden": (["--hidden", "out"], ""),
    "values": (["--region", "GB", "--config", "mine.toml"], SHEET),
}
FOR_ONE_FILE = {name for name, option in OPTIONS.items() if option.one_file}


def sheet_of(name: str) -> str:
    """Make the sheet of an option and return its file."""
    Path("mine.toml").write_text('[values]\ncompany = "Acme"\n', encoding="utf-8")
    if name not in ("sheet", "hidden"):
        Path("sheet.csv").write_text(GIVEN[name][1], encoding="utf-8")
        return "sheet.csv"
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Name", "Phone"])  # type: ignore[union-attr]
    for line in (["Name", "Phone"], ["Ann Lee", "+442079460101"], ["Bob Ray", "+442079460102"]):
        (book["Zwei"] if "Zwei" in book.sheetnames else book.create_sheet("Zwei")).append(line)
    if name == "hidden":
        del book[book.sheetnames[0]]
        book["Zwei"].row_dimensions[3].hidden = True
    book.save("sheet.xlsx")
    return "sheet.xlsx"


def ran(command: str, file: str, *options: str) -> int:
    """Run a command over the sheet in the sandbox, at full speed."""
    return main(["-q", command, file, "--sandbox", "--rate", "100", *options])


def contacts() -> list[dict[str, Any]]:
    with Sandbox.start(FOLDER / "sandbox.sqlite") as sandbox:
        return sandbox.contacts()


def remembered() -> dict[str, Any]:
    with closing(sqlite3.connect(FOLDER / "journal.sqlite")) as journal:
        ((text,),) = journal.execute("SELECT value FROM meta WHERE name = 'reading'").fetchall()
    return dict(json.loads(text))


def test_every_option_about_reading_is_tried() -> None:
    """A new option about reading cannot be forgotten here."""
    assert set(GIVEN) == set(READING)
    assert {"sheet", "header_row", "encoding", "delimiter"} == FOR_ONE_FILE


@pytest.mark.parametrize("name", READING)
def test_given_once_it_holds_for_every_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Left out later, an option is what it was in the run: nobody is made twice, and verify finds all there."""
    file = sheet_of(name)
    assert ran("run", file, *GIVEN[name][0]) in (0, 1)
    before = contacts()
    assert before
    for command in ("check", "plan", "run", "verify", "run"):
        capsys.readouterr()
        code = ran(command, file)
        assert code in (0, 1), capsys.readouterr().err
        if command == "verify":
            assert " differ" not in capsys.readouterr().out
    assert contacts() == before
    # Nothing was as a default before: the memory is why.
    main(["config", file, "--sandbox"])
    date = remembered()["date"]
    assert f"# remembered from the run of {date}" in capsys.readouterr().out


def test_verify_needs_no_option_of_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """`verify` after `run --list-separator ,` finds every row there."""
    sheet_of("list_separator")
    assert ran("run", "sheet.csv", "--region", "GB", "--list-separator", ",") == 0
    capsys.readouterr()
    assert main(["verify", "sheet.csv", "--sandbox"]) == 0
    shown = capsys.readouterr()
    assert "2 rows = 2 there + 0 unknown" in shown.out
    assert "As in the run of" in shown.err
    assert "region, list separator" in shown.err


def test_an_option_wins_and_the_difference_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """What is given now counts, is named beside what it was, and is remembered from then on."""
    sheet_of("list_separator")
    assert ran("run", "sheet.csv", "--region", "GB") == 0
    capsys.readouterr()
    assert main(["check", "sheet.csv", "--sandbox", "--list-separator", ",", "--map", "Customer Name=company"]) == 0
    said = capsys.readouterr().err.replace("\n", " ")
    assert "list separator: , (was ;)" in said
    assert "map Customer Name: company (was not given)" in said
    # A check changes nothing of it.
    assert remembered()["given"] == {"region": "GB"}
    assert ran("run", "sheet.csv", "--list-separator", ",") == 0
    assert remembered()["given"] == {"region": "GB", "list_separator": ","}


def test_what_was_not_given_is_not_remembered() -> None:
    """What the program found out by itself, and options that are not about reading, are decided anew each time."""
    sheet_of("region")
    assert ran("run", "sheet.csv", "--region", "GB", "--on-match", "update", "--limit", "1", "--phones", "strict") == 0
    assert remembered()["given"] == {"region": "GB", "phones": "strict"}


@pytest.mark.parametrize("stop", [("--max-new", "0"), ("--strict",)])
def test_a_run_that_wrote_nothing_is_not_remembered(stop: tuple[str, ...]) -> None:
    """Before the first write nothing in the workspace depends on how the sheet was read."""
    Path("sheet.csv").write_text(SHEET.replace("020 7946 0102", "12"), encoding="utf-8")
    assert ran("run", "sheet.csv", "--region", "GB", "--list-separator", ",", *stop) == 2
    assert ran("run", "sheet.csv") == 1
    assert ran("run", "sheet.csv", "--region", "GB") == 1
    assert remembered()["given"] == {"region": "GB"}


def test_forget_unsets_one(capsys: pytest.CaptureFixture[str]) -> None:
    """`--forget NAME` reads the sheet without it, says so, and a run forgets it for later; the others stay."""
    sheet_of("region")
    given = ("--region", "GB", "--list-separator", ",", "--map", "Customer Name=full_name", "--map", "Kunde=ignore")
    assert ran("run", "sheet.csv", *given) == 0
    capsys.readouterr()
    assert main(["check", "sheet.csv", "--sandbox", "--forget", "list-separator", "--forget", "map.Kunde"]) == 0
    said = capsys.readouterr().err.replace("\n", " ")
    assert "list separator: ; (was ,)" in said
    assert "map Kunde: not given (was ignore)" in said
    assert remembered()["given"]["list_separator"] == ","
    assert ran("run", "sheet.csv", "--forget", "list-separator", "--forget", "map.Kunde") == 0
    assert remembered()["given"] == {"region": "GB", "map": {"Customer Name": "full_name"}}


def test_forget_knows_its_names(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that no folder remembers is refused, with the nearest that one does."""
    assert main(["check", "people.csv", "--sandbox", "--forget", "regoin"]) == 2
    assert "did you mean 'region'?" in capsys.readouterr().err
    assert main(["check", "people.csv", "--sandbox", "--forget", "on-match"]) == 2


def test_an_edited_mapping_wins_over_what_is_remembered() -> None:
    """`mapping.toml` as it was at the last run gives way to what was given then; a line that was edited since wins."""
    sheet_of("region")
    FOLDER.mkdir()
    saved = FOLDER / "mapping.toml"
    saved.write_text('region = "US"\nlist-separator = "/"\n[map]\nTags = "ignore"\nKunde = "ignore"\n')
    assert ran("run", "sheet.csv", "--region", "GB", "--map", "Tags=custom:Tags") == 0
    memory = remembered()
    # What the file says stays with the file.
    assert memory["given"] == {"region": "GB", "map": {"Tags": "custom:Tags"}}

    def settings() -> Settings:
        parsed = ReadingMemory.parse(json.dumps(remembered()))
        return load({}, {}, saved=saved, memory=parsed)

    assert (settings().region, settings().list_separator) == ("GB", "/")
    assert dict(settings().map) == {"Tags": "custom:Tags", "Kunde": "ignore"}
    saved.write_text('region = "FR"\n[map]\nTags = "ignore"\nBalance = "ignore"\n')
    assert (settings().region, settings().list_separator) == ("FR", ";")
    assert dict(settings().map) == {"Tags": "custom:Tags", "Balance": "ignore"}
    saved.write_text('[map]\nTags = "role"\n')
    assert (settings().region, dict(settings().map)) == ("GB", {"Tags": "role"})


def test_rejects_are_read_as_their_sheet_was() -> None:
    """The rejects of a run need none of its options, and those of one FILE alone are not theirs."""
    text = "Report of today,,\n" + SHEET.replace("020 7946 0102", "12").replace("Customer Name", "Name")
    Path("sheet.csv").write_text(text.replace(",", "|").replace("red|blue", "red,blue"), encoding="utf-8")
    given = ("--region", "GB", "--header-row", "2", "--delimiter", "|", "--map", "Kunde=ignore")
    assert ran("run", "sheet.csv", *given) == 1
    rejects = FOLDER / "rejects.csv"
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("12", "020 7946 0102", 1), encoding="utf-8")
    assert ran("run", str(rejects), "--out", str(FOLDER)) == 0
    numbers = [contact["defaultFields"]["phoneNumbers"][0]["value"] for contact in contacts()]
    assert numbers == ["+442079460101", "+442079460102"]
    assert list(remembered()["of_files"].values()) == [{"header_row": 2, "delimiter": "|"}]
    # The sheet is read with the correction of its rejects.
    assert ran("check", "sheet.csv") == 0


def test_an_answer_is_saved_at_once(terminal: Terminal, home: Path) -> None:
    """What a person answers about a column is in mapping.toml before anything is sent, and holds without a person."""
    (home / "people.csv").write_text("Customer Name,Phone,Contact\nAnn Lee,+14155550101,x\n", encoding="utf-8")
    done = terminal("run", "people.csv", "--sandbox", answers=(("Which column holds the names", "\n"),))
    assert done.code == 0, done.out
    text = (home / "people.sandbox.import" / "mapping.toml").read_text(encoding="utf-8")
    assert '"Customer Name" = "full_name"' in text
    assert main(["run", "people.csv", "--sandbox", "--yes"]) == 0
    assert main(["verify", "people.csv", "--sandbox"]) == 0
    with Sandbox.start(Path("people.sandbox.import/sandbox.sqlite")) as sandbox:
        assert [contact["defaultFields"]["firstName"] for contact in sandbox.contacts()] == ["Ann"]


def test_a_renamed_column_is_no_stop(capsys: pytest.CaptureFixture[str]) -> None:
    """A remembered column that is gone is said, with what ends the warning; other mistakes name that too."""
    sheet_of("map")
    assert ran("run", "sheet.csv", "--region", "GB", "--map", "Tags=ignore", "--only", "Kunde != 9") == 0
    Path("sheet.csv").write_text(SHEET.replace("Tags", "Labels"), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "sheet.csv", "--sandbox"]) == 0
    said = capsys.readouterr().err.replace("\n", " ")
    assert "--forget map.Tags" in said
    assert main(["check", "sheet.csv", "--sandbox", "--forget", "map.Tags"]) == 0
    Path("sheet.csv").write_text(SHEET.replace("Kunde", "Nr"), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "sheet.csv", "--sandbox"]) == 2
    assert "--forget only unsets it" in capsys.readouterr().err.replace("\n", " ")
    assert main(["check", "sheet.csv", "--sandbox", "--forget", "only"]) == 0


def test_the_later_choice_of_two_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """A field that is given to another column now leaves the one that had it, also if it is named by its number."""
    Path("sheet.csv").write_text("A,B,Phone\nAnn Lee,Bob Ray,+14155550101\n", encoding="utf-8")
    assert ran("run", "sheet.csv", "--map", "A=full_name") == 0
    assert ran("run", "sheet.csv", "--map", "B=full_name", "--on-match", "update") == 0
    for _ in range(2):
        capsys.readouterr()
        assert main(["check", "sheet.csv", "--sandbox"]) == 0
        assert "B -> full_name" in capsys.readouterr().err
    assert ran("check", "sheet.csv", "--map", "#2=role", "--map", "A=full_name") == 0


def test_a_program_is_remembered_too() -> None:
    """The library reads a sheet as the run before did, whichever of the two that was."""
    sheet_of("list_separator")
    assert ran("run", "sheet.csv", "--region", "GB", "--list-separator", ",") == 0
    said: list[str] = []
    hooks = Hooks(notify=lambda event: said.append(str(event.facts.get("text", ""))))
    report = verify_sheet(Job("sheet.csv", Settings(sandbox=True), hooks=hooks))
    assert report.balance.kinds["there"] == 2
    assert any(text.startswith("As in the run of") for text in said)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"date": 1, "given": [], "of_files": {}, "saved": {}}', "\0"])
def test_a_memory_of_a_stranger_decides_nothing_else(text: str) -> None:
    """A journal can come from outside: what is not about reading the sheet is not taken from it."""
    assert ReadingMemory.parse(text) is None
    given = {"on_finish": "touch ran", "base_url": "http://127.0.0.1:9", "schema": "x.py:X", "region": "GB"}
    settings = load({}, {}, memory=ReadingMemory("2026-01-01", given))
    assert settings.model_dump() == Settings(region="GB").model_dump()
    strange = {"map": "x", "values": [1], "region": {"a": 1}, "only": {}}
    with pytest.raises(Exception, match="--forget region unsets it"):
        load({}, {}, memory=ReadingMemory("2026-01-01", strange, saved={"map": 3}))

"""`forget`: after it no file of the folder has a byte about the person, and nothing about others is lost."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.pipeline.forget import forget
from importer.report.forgetting import ForgottenPerson, forget_in_table

if TYPE_CHECKING:
    from importer.sandbox import Sandbox

HEADER = "Nr,Name,Phone,Email,City\n"
# Long enough not to turn up in an id or a hash by chance.
OF_ZOE = ("quartz", "5550122", "555-0122", "555 0122")
# Zoe is in the sheet twice with the same cells; Xena's row is rejected for its phone, and Mia's too.
ROWS = (
    "1,Ann Lee,+14155550101,ann@example.com,Berlin\n"
    "2,Zoe Quartz,+14155550122,zoe.quartz@example.com,Berlin\n"
    "2,Zoe Quartz,+14155550122,zoe.quartz@example.com,Berlin\n"
    "4,Xena Vole,0000 (415) 55,xena.vole@example.com extra words,Oslo\n"
    "5,Bob Ray,+14155550105,bob@example.com,Oslo\n"
    "6,Mia Moss,12,mia@example.com,Oslo\n"
)
READING = ("--map", "Nr=external_id", "--bad-cells", "reject", "--region", "US", "-q")
OPTIONS = (*READING, "--rate", "500", "--yes")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Sandbox:
    """A folder with results of two runs, one of which changed a contact, and with an export."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    monkeypatch.setenv("OPENPHONE_BASE_URL", sandbox.url)
    Path("people.csv").write_text(HEADER + ROWS.replace("zoe.quartz@", "zoe.before@"), encoding="utf-8")
    assert main(["run", "people.csv", *OPTIONS]) == 1
    Path("people.csv").write_text(HEADER + ROWS, encoding="utf-8")
    assert main(["run", "people.csv", *OPTIONS, "--on-match", "update"]) == 1
    assert main(["export", "people.csv", *READING]) == 1
    return sandbox


@pytest.fixture
def sandbox() -> object:
    from importer.sandbox import Sandbox

    with Sandbox.start(rate=0, key="sandbox-key") as running:
        yield running


def holding(*words: str) -> list[str]:
    """The files of the folder with one of the words in them, also inside a workbook."""
    names = []
    for file in Path("people.import").iterdir():
        data = file.read_bytes()
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as package:
                data = b"".join(package.read(name) for name in package.namelist())
        text = data.decode("utf-8", "replace").casefold()
        names += [file.name for word in words if word.casefold() in text]
    return names


def table(name: str) -> list[dict[str, str]]:
    with Path("people.import", name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("person", ["ZOE.before@example.com", "(415) 555-0122", "3"])
def test_a_person_is_nowhere_any_more(office: Sandbox, capsys: pytest.CaptureFixture[str], person: str) -> None:
    """By phone, email (a former one too) or row: journal, tables, exports, pages and logs hold nothing of them."""
    zoe = next(contact for contact in office.contacts() if contact["externalId"] == "2")
    others = {line["row"]: line for line in table("id_map.csv") if line["external_id"] != "2"}
    assert holding(*OF_ZOE, zoe["id"]) != []
    capsys.readouterr()
    assert main(["forget", person, "--yes", "--region", "US"]) == 0
    shown = capsys.readouterr().out
    assert holding(*OF_ZOE, zoe["id"]) == []
    # What stays is said, with what deletes it; others are as they were.
    assert f'DELETE -H "Authorization: $OPENPHONE_API_KEY" {office.url}/v1/contacts/{zoe["id"]}' in " ".join(
        shown.split()
    )
    assert {line["row"]: line for line in table("id_map.csv")} == others
    assert {line["Nr"] for line in table("rejects.csv")} == {"4", "6"}
    assert len(office.contacts()) == 3
    # The next run takes the person out of the sheet or, with the same sheet, finds the contact: nobody is there twice.
    assert main(["run", "people.csv", *OPTIONS]) == 1
    assert len(office.contacts()) == 3
    assert {line["status"] for line in table("id_map.csv") if line["external_id"] == "2"} == {"unchanged", "duplicate"}


@pytest.mark.parametrize("person", ["zoe.quartz@example.com", "3"])
@pytest.mark.parametrize("kilobytes", [20, None, 200, 600])
@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit the size of a file otherwise")
def test_without_room_the_same_command_ends_well(
    office: Sandbox, capsys: pytest.CaptureFixture[str], person: str, kilobytes: int | None
) -> None:
    """Wherever the room on the disk ends, that is said, and the same command goes on once there is room again."""
    import resource

    if kilobytes is None:
        # Room for all files, and not for a copy of the journal.
        most_bytes = Path("people.import/journal.sqlite").stat().st_size * 3 // 4
    else:
        # Longer than the journal, so that there may be room for that alone.
        most_bytes, log = kilobytes * 1024, Path("people.import/log.jsonl")
        log.write_bytes(log.read_bytes() * (1_000_000 // log.stat().st_size))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    arguments = ["forget", person, "people.import", "--yes", "-q"]
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, limits[1]))
    try:
        code = main(arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    told = capsys.readouterr().err
    assert code == 0 or (code in (2, 3) and "room" in told), (code, told)
    if code:
        assert main(arguments) == 0
    assert holding(*OF_ZOE) == []


def test_a_rejected_row_is_forgotten_too(office: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A row that never became a contact is gone from rejects, problems and journal, found by what its cells hold."""
    assert holding("xena") != []
    assert main(["forget", "xena.vole@example.com", "people.import", "--yes", "--json"]) == 0
    end = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (end["contact_ids"], end["exit_code"]) == ([], 0)
    assert holding("xena", "0000 (415)") == []
    assert [line["Nr"] for line in table("rejects.csv")] == ["6"]


def test_who_is_not_there_is_said(office: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, the next step, and no file is changed; nothing is removed without a yes either."""
    before = {file: file.read_bytes() for file in Path("people.import").iterdir() if ".sqlite" not in file.name}
    for person, words in (
        ("nobody@example.com", "Nothing in people.import is about"),
        ("77", "has no row 77"),
        ("415 555 9", "country code"),
        ("what", "country code"),
    ):
        assert main(["forget", person, "--yes"]) == 2
        assert words in " ".join(capsys.readouterr().err.split())
    assert main(["forget", "5"]) == 2
    assert "Add --yes" in capsys.readouterr().err
    assert forget(Path("people.import"), "6", None, lambda preview: "row 6" not in preview) is None
    assert {file: file.read_bytes() for file in before} == before


def test_files_of_the_persons_own_are_left(office: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the folder that this program did not write stays, and an export that was edited is named."""
    own = Path("people.import", "my notes.html")
    backup = Path("people.import", "contacts.backup.csv")
    for file in (own, backup):
        file.write_text("zoe.quartz@example.com")
    with Path("people.import", "contacts.csv").open("a") as stream:
        stream.write("more\n")
    assert main(["forget", "zoe.quartz@example.com", "--yes"]) == 0
    assert "contacts.csv, which was edited" in capsys.readouterr().out
    assert own.read_text() == backup.read_text() == "zoe.quartz@example.com"


PLANTED: dict[str, tuple[str, bytes | None]] = {
    "a folder": ("corrections.csv", None),
    "half of UTF-16": ("problems.csv", b"\xff\xfea"),
    "a log in another encoding": ("log.jsonl", b'{"row": 1, "\xe9": 2}\n'),
    "a log of nested lists": ("log.jsonl", b"[" * 100_000),
    "no workbook": ("rejects.xlsx", b"PK\x03\x04"),
    "a log longer than any": ("log.jsonl", b"\n" * 21_000_000),
    "a table without a line end": ("problems.csv", b"x" * 11_000_000),
    "a table with an open quote": ("problems.csv", b'row,value\n1,"' + b"x\n" * 6_000_000),
}


@pytest.mark.parametrize("case", PLANTED)
def test_what_cannot_be_read_stops_nothing(case: str, office: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is none, or damaged, is left and named, and all that can be read is gone through."""
    name, content = PLANTED[case]
    planted = Path("people.import", name)
    planted.unlink(missing_ok=True)
    if content is None:
        planted.mkdir()
    else:
        planted.write_bytes(content)
    assert main(["forget", "zoe.quartz@example.com", "--yes"]) == 0
    assert f"{name}, which was edited or not written here" in capsys.readouterr().out or "nested" in case
    if content is None:
        planted.rmdir()
    else:
        planted.unlink()
    assert [name for name in holding(*OF_ZOE) if not name.endswith("people.csv")] == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on Windows")
def test_a_pipe_is_not_waited_for(office: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe that somebody put into the folder is left and named."""
    planted = Path("people.import", "corrections.csv")
    planted.unlink(missing_ok=True)
    os.mkfifo(planted)
    assert main(["forget", "zoe.quartz@example.com", "--yes"]) == 0
    assert "corrections.csv, which was edited or not written here" in capsys.readouterr().out


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_other_lines_of_a_table_stay_as_they_are(tmp_path: Path, codec: str, delimiter: str) -> None:
    """In any encoding and with any separator, the lines of others keep every byte, line breaks in cells included."""
    rows = [
        ["Name", "Phone", "_row"],
        ["Émile\nsecond line", "1", "2"],
        ['Zoë "Z"', "+1 415-555-0122", "3"],
        ["É;,", "", "4"],
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path = tmp_path / "rejects.csv"
    path.write_bytes(text.getvalue().encode(codec))
    person = ForgottenPerson(frozenset({"9"}), frozenset(), frozenset(), frozenset(), frozenset({"14155550122"}))
    assert forget_in_table(path, person, latest=True) == 1
    rest = io.StringIO(newline="")
    csv.writer(rest, delimiter=delimiter, lineterminator="\r\n").writerows([rows[0], rows[1], rows[3]])
    assert path.read_bytes() == rest.getvalue().encode(codec)


RUN = ("run", "eve.csv", "--rate", "500", "--yes", "--region", "US", "-q", "--out", "people.import")


@pytest.mark.parametrize("how", ["+14155550155", "eve.two@example.com"])
def test_a_row_that_is_asked_about_is_forgotten_too(office: Sandbox, how: str) -> None:
    """A second row of which a person was asked whether it is the contact goes with it, cells and all."""
    text = "Name,Phone,Email,City\nEve Two,+14155550155,eve.two@example.com,Ydd\n"
    text += "Eve Two,+14155550156,EVE.two@example.com,Zedland\nBob Ray,+14155550105,bob@example.com,Oslo\n"
    Path("eve.csv").write_text(text, encoding="utf-8")
    assert main([*RUN]) == 1
    assert main(["forget", how, "people.import", "--yes"]) == 0
    assert holding("eve.two@", "zedland", "5550155", "5550156") == []
    assert [line["row"] for line in table("id_map.csv")] == ["4"]


def test_a_question_that_shows_the_person_is_forgotten_too(office: Sandbox) -> None:
    """Where another row was asked about with the name and number of the contact, neither stays anywhere."""
    text = "Name,Phone\nEve Two,+14155550155\nBob Ray,+14155550105\n"
    Path("eve.csv").write_text(text, encoding="utf-8")
    assert main([*RUN]) == 0
    Path("eve.csv").write_text(text.replace("Eve Two", "Evan Tuo"), encoding="utf-8")
    assert main([*RUN]) == 1
    assert "problems.csv" in holding("(Eve Two, +14155550155)")
    assert main(["forget", "+14155550155", "people.import", "--yes"]) == 0
    assert holding("eve two", "5550155") == []


def test_the_country_is_the_folders(office: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A number as the sheet has it is found by the country of the folder's run; no country, and the message asks."""
    assert main(["forget", "415.555.0105", "--yes"]) == 0
    assert holding("bob ray", "bob@", "5550105", "555.0105") == []
    capsys.readouterr()
    for name, what in (
        ("nowhere", "There is no folder nowhere."),
        ("people.csv", "is a file, not a folder"),
        (".", ""),
    ):
        assert main(["forget", "415.555.0105", name, "--yes"]) == 2
        error = " ".join(capsys.readouterr().err.split())
        assert (what or ". holds no results of an import") in error
        assert "Name the folder of the results" in error


def test_an_answer_about_the_person_is_forgotten_too(office: Sandbox) -> None:
    """Of two people whom a person told apart, nothing about the one who is forgotten stays with the other."""
    rows = "Eve Two,+14155550155,x@example.com\nEve Two,+14155550155,y@example.com\n"
    Path("eve.csv").write_text(f"Name,Phone,Email\n{rows}", encoding="utf-8")
    assert main([*RUN, "--same-person", "separate"]) == 0
    (first, second) = (line["external_id"] for line in table("id_map.csv"))
    assert {first, second} <= {text for text in (first, second) if "journal.sqlite" in holding(text)}
    assert main(["forget", "2", "people.import", "--yes"]) == 0
    assert holding(first) == []
    assert "journal.sqlite" in holding(second)


def test_a_question_of_a_plan_is_forgotten_too(office: Sandbox) -> None:
    """What `plan` keeps beside its rejects names the person no more, and what it asked about others stays."""
    text = "Name,Phone,Email\nEve Two,+14155550155,eve.two@example.com\nBob Ray,+14155550105,bob@example.com\n"
    Path("eve.csv").write_text(text, encoding="utf-8")
    assert main([*RUN]) == 0
    (eve, bob) = (line["external_id"] for line in table("id_map.csv"))
    text += "Eve Two,+14155550156,eve.two@example.com\nBob Ray,+14155550106,bob@example.com\n"
    Path("eve.csv").write_text(text, encoding="utf-8")
    assert main(["plan", *RUN[1:2], *RUN[4:]]) == 1
    assert {eve, bob} <= {text for text in (eve, bob) if ".rejects.json" in holding(text)}
    assert main(["forget", "2", "people.import", "--yes"]) == 0
    assert holding(eve) == []
    assert ".rejects.json" in holding(bob)

"""Everything a person can get wrong: the right exit code, one message with the next step, nothing written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "sandbox-key"
SHEET = "Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\nBob Ray,+14155550102,bob@example.com\n"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(rate=0) as running:
        yield running


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of our own to run in, with a sheet, and no state of the machine's user."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("OPENPHONE_API_KEY", "OPENPHONE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "people.csv").write_text(SHEET, encoding="utf-8")
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int = 2) -> str:
    """Run the command, expect `code`, and return what stderr says, which must be a message and a next step."""
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err + shown.out
    assert "error: " in shown.err
    assert " next: " in shown.err
    return shown.err


def test_no_key(capsys: pytest.CaptureFixture[str], sandbox: Sandbox) -> None:
    """Without a key nothing is asked of the service."""
    said = refused(capsys, ["run", "people.csv", "--yes", "--base-url", sandbox.url])
    assert "OPENPHONE_API_KEY" in said
    assert not sandbox.requests()


@pytest.mark.parametrize(("key", "words"), [("sk-no-such-key", "401"), (f"{KEY}-no-rights", "403")])
def test_a_key_that_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, key: str, words: str
) -> None:
    """401 and 403 stop before the first contact, exit 2, and the key is shown nowhere."""
    monkeypatch.setenv("OPENPHONE_API_KEY", key)
    said = refused(capsys, ["run", "people.csv", "--yes", "--base-url", sandbox.url])
    assert words in said
    assert key not in said
    assert sandbox.contacts() == []
    assert not any(key.encode() in file.read_bytes() for file in Path().rglob("*") if file.is_file())


def test_a_redirect_is_not_followed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A 3xx is a wrong address, and the message names the new one."""
    monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
    with Sandbox.start(rate=0, faults=[Fault("301", probability=1.0)]) as sandbox:
        said = refused(capsys, ["run", "people.csv", "--yes", "--base-url", sandbox.url])
        assert "301" in said
        assert "--base-url" in said
        assert sandbox.contacts() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "people.csv"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "people.csv"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "people.csv"),
        (b"PK\x03\x04 broken", "people.csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "people.csv"),
    ],
)
def test_a_file_that_is_no_sheet(capsys: pytest.CaptureFixture[str], content: bytes | None, words: str) -> None:
    """A missing, empty or foreign file is named and refused."""
    if content is None:
        Path("people.csv").unlink()
    else:
        Path("people.csv").write_bytes(content)
    assert words in refused(capsys, ["run", "people.csv", "--sandbox"])
    assert not Path("people.sandbox.import").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--map", "Phnoe=phone"], "'Phone'"),
        (["--map", "Phone=fone"], "phone"),
        (["--map", "Phone"], "COLUMN=FIELD"),
        (["--map", "Name=company", "--map", "Email=company"], "company"),
        (["--map", "#9=phone"], "#9"),
        (["--region", "UK"], "GB"),
        (["--region", "Atlantis"], "--region"),
        (["--region-column", "Cuontry"], "Cuontry"),
        (["--source", "csv-import"], "reserved"),
        (["--source", "x" * 73], "72"),
        (["--rate", "0"], "--rate"),
        (["--rate", "fast"], "--rate"),
        (["--rate", "5", "--rate", "6"], "--rate"),
        (["--header-row", "99"], "99"),
        (["--encoding", "utf8mb4"], "utf-8"),
        (["--delimiter", "::"], "--delimiter"),
        (["--regin", "US"], "--region"),
        (["--schema", "nowhere.py:Sheet"], "nowhere.py"),
        (["--fields", "nowhere.json"], "nowhere.json"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
        (["--out", "people.csv"], "--out"),
        (["--phones", "loose"], "strict"),
        (["--map", "Name=ignore", "--map", "Phone=ignore", "--map", "Email=ignore"], "--map"),
    ],
)
def test_an_option_that_cannot_be(capsys: pytest.CaptureFixture[str], options: list[str], words: str) -> None:
    """A wrong option stops before anything is sent, and the message helps to mend it."""
    assert words in refused(capsys, ["run", "people.csv", "--sandbox", *options])
    store = Path("people.sandbox.import/sandbox.sqlite")
    if store.exists():
        with Sandbox.start(store) as sandbox:
            assert sandbox.contacts() == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "folder", "--sandbox"], "folder"),
        (["run", "people.csv/x", "--sandbox"], "people.csv/x"),
        (["run", "people.csv", "--sandbox", "--config", "folder"], "folder"),
        (["run", "people.csv", "--sandbox", "--fields", "folder"], "folder"),
        (["run", "people.csv", "--sandbox", "--fields", "people.csv"], "people.csv"),
        (["run", "people.csv", "--sandbox", "--schema", "people.csv:Sheet"], "people.csv"),
        (["run", "people.csv", "--sandbox", "--out", "/proc/nowhere"], "--out"),
        (["run", "people.csv", "--sandbox", "--out", "people.csv/out"], "--out"),
        (["run", "people.csv", "--yes", "--api-key-file", "folder"], "folder"),
        (["run", "people.csv", "--yes", "--api-key-file", "empty.txt"], "empty.txt"),
        (["run", "people.csv", "--yes", "--base-url", "api.quo.com"], "https://api.quo.com"),
        (["run", "people.csv", "--sandbox", "--sheet", "Kunden"], "--sheet"),
        (["run", "people.csv", "--sandbox", "--created-by", "nobody@example.com"], "--created-by"),
        (["run", "people.csv", "--sandbox", "--id-prefix", "x" * 41], "--id-prefix"),
        (["run", "people.csv", "--sandbox", "--limit", "0"], "--limit"),
        (["run", "people.csv", "--sandbox", "--wait-for-service", "-1"], "--wait-for-service"),
        (["run", "people.csv", "--sandbox", "--quiet", "--no-such-option"], "no-such-option"),
        (["check", "peopel.csv"], "people.csv"),
        (["check", ""], "file"),
        (["check", "people\0.csv"], "people"),
        (["demo", "--out", "people.csv"], "people.csv"),
        (["demo", "--out", "folder"], "--out"),
        (["demo", "--rate", "0"], "--rate"),
        (["fields", "--rate", "0", "--sandbox"], "--rate"),
        (["sandbox", "--faults", "nowhere.toml"], "nowhere.toml"),
        (["sandbox", "--faults", "people.csv"], "people.csv"),
        (["sandbox", "--port", "70000"], "70000"),
        (["sandbox", "--store", "folder"], "--store"),
        (["sandbox", "--store", "people.csv"], "people.csv"),
    ],
)
def test_a_path_or_value_that_does_not_fit(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """A folder where a file should be, a file where a folder should be, and their like: exit 2 and the name of it."""
    Path("folder").mkdir()
    Path("folder/mine.txt").write_text("mine", encoding="utf-8")
    Path("empty.txt").touch()
    assert words in refused(capsys, arguments)
    assert Path("folder/mine.txt").read_text(encoding="utf-8") == "mine"
    assert Path("people.csv").read_text(encoding="utf-8") == SHEET


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
@pytest.mark.parametrize("taken", ["people.csv", "shut"])
def test_what_we_may_not_open(capsys: pytest.CaptureFixture[str], taken: str) -> None:
    """A sheet that may not be read, and a folder that may not be written to, are named."""
    Path("shut").mkdir()
    Path(taken).chmod(0)
    assert taken in refused(capsys, ["run", "people.csv", "--sandbox", "--out", "shut/out"])


def test_a_folder_of_somebody_else_is_not_cleared_by_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    """The demo removes its own former state only: the journal of a real import stays."""
    assert main(["run", "people.csv", "--sandbox", "--out", "out"]) == 0
    journal = Path("out/journal.sqlite").read_bytes()
    refused(capsys, ["demo", "--out", "out"])
    assert Path("out/journal.sqlite").read_bytes() == journal
    assert main(["demo", "--out", "mine", "--rate", "100"]) == 0
    assert main(["demo", "--out", "mine", "--rate", "100"]) == 0


def test_a_header_only_sheet_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    """A sheet without rows ends with 0, a warning, and every file without rows."""
    Path("people.csv").write_text("Name,Phone\n", encoding="utf-8")
    assert main(["run", "people.csv", "--sandbox"]) == 0
    assert "no rows" in capsys.readouterr().err
    assert Path("people.sandbox.import/id_map.csv").read_text(encoding="utf-8").splitlines() == [
        "row,external_id,contact_id,status,detail"
    ]


def test_nobody_is_asked_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    """Without a terminal and without --yes, a command that writes to a real workspace exits 2."""
    monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
    assert "--yes" in refused(capsys, ["run", "people.csv", "--base-url", sandbox.url])
    assert sandbox.contacts() == []


def test_an_unreachable_service_is_exit_3(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that never answers ends the run with 3 and says how to go on."""
    monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
    with Sandbox.start(rate=0) as gone:
        url = gone.url
    assert "--base-url" in refused(capsys, ["run", "people.csv", "--yes", "--base-url", url], code=3)


def test_an_unknown_command_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped command names the nearest one."""
    assert '"run"' in refused(capsys, ["rnu", "people.csv"])


@pytest.mark.parametrize("options", [[], ["--map", "Phone=phone"]])
def test_a_header_without_end_is_not_repeated(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A file of one long line, read as its header, is refused in a message that a person can read."""
    Path("long.csv").write_text("a" * 200_000, encoding="utf-8")
    assert len(refused(capsys, ["check", "long.csv", "--yes", *options])) < 2_000

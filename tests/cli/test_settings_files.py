"""`--config`, `mapping.toml` in the output folder, and options in odd places."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from typing import Any

    from tests.cli.conftest import Command


pytestmark = pytest.mark.usefixtures("home")
LOCAL = "Name,Tel\nAnn Lee,020 7946 0101\n"


def contacts(out: str = "people.sandbox.import") -> list[dict[str, Any]]:
    with Sandbox.start(Path(out, "sandbox.sqlite")) as sandbox:
        return sandbox.contacts()


def test_a_settings_file_gives_options_and_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """--config holds any option as a key and columns in [map]; it is named on the screen, and options win over it."""
    Path("people.csv").write_text(LOCAL.replace("Tel", "Rufnummer = Tel"), encoding="utf-8")
    Path("nightly.toml").write_text(
        'sandbox = true\nregion = "US"\nrate = 50\nsource = "crm"\n[map]\n"Rufnummer = Tel" = "phone:office"\n',
        encoding="utf-8",
    )
    assert main(["run", "people.csv", "--config", "nightly.toml", "--region", "GB"]) == 0
    assert "nightly.toml" in capsys.readouterr().err
    (contact,) = contacts()
    assert contact["source"] == "crm"
    assert [(one["name"], one["value"]) for one in contact["defaultFields"]["phoneNumbers"]] == [
        ("office", "+442079460101")
    ]


def test_a_saved_mapping_is_used_and_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    """mapping.toml in the output folder is loaded and named, and --config wins over it."""
    Path("people.csv").write_text(LOCAL, encoding="utf-8")
    Path("out").mkdir()
    Path("out/mapping.toml").write_text('region = "US"\nsource = "saved"\n[map]\n"Tel" = "phone:desk"\n', "utf-8")
    Path("mine.toml").write_text('region = "GB"\n', encoding="utf-8")
    assert main(["run", "people.csv", "--sandbox", "--out", "out", "--config", "mine.toml"]) == 0
    said = capsys.readouterr().err
    assert "out/mapping.toml" in said
    assert "mine.toml" in said
    (contact,) = contacts("out")
    assert contact["source"] == "saved"
    assert contact["defaultFields"]["phoneNumbers"][0]["name"] == "desk"
    assert contact["defaultFields"]["phoneNumbers"][0]["value"] == "+442079460101"


def test_a_broken_saved_mapping_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A mapping.toml that cannot be read stops the command and is named, for nobody asked for it by name."""
    Path("people.sandbox.import").mkdir()
    Path("people.sandbox.import/mapping.toml").write_text("[map\n", encoding="utf-8")
    assert main(["run", "people.csv", "--sandbox"]) == 2
    assert "people.sandbox.import/mapping.toml" in capsys.readouterr().err


def test_the_address_of_the_environment_is_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    """OPENPHONE_BASE_URL says where the API is, and a key file serves where no environment does."""
    Path("key.txt").write_text("sandbox-key\n", encoding="utf-8")
    monkeypatch.setenv("OPENPHONE_BASE_URL", f"{sandbox.url}/")
    assert main(["run", "people.csv", "--yes", "--api-key-file", "key.txt"]) == 0
    assert len(sandbox.contacts()) == 2
    assert main(["fields", "--api-key-file", "key.txt"]) == 0
    assert "Lead Source" in capsys.readouterr().out


def test_the_fields_asked_for_once_serve_later_checks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    """`check` knows the custom fields of the last answer, says whose they are, and sends nothing."""
    Path("people.csv").write_text("Name,Lead Source\nAnn Lee,Fair\n", encoding="utf-8")
    monkeypatch.setenv("OPENPHONE_BASE_URL", sandbox.url)
    assert main(["check", "people.csv"]) == 0
    assert "The custom fields of the workspace are not known yet" in capsys.readouterr().err
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    assert main(["fields"]) == 0
    monkeypatch.delenv("OPENPHONE_API_KEY")
    before = len(sandbox.requests())
    capsys.readouterr()
    assert main(["check", "people.csv"]) == 0
    said = capsys.readouterr().err
    assert "Lead Source -> custom:Lead Source" in said
    assert sandbox.url in said
    assert len(sandbox.requests()) == before


@pytest.mark.parametrize("flags", [("-q",), ("--quiet",)])
def test_global_flags_may_stand_before_the_command(capsys: pytest.CaptureFixture[str], flags: tuple[str, ...]) -> None:
    """`openphone-import -q check FILE` is `openphone-import check FILE -q`."""
    assert main([*flags, "check", "people.csv"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.startswith("Result:")


def test_verbose_tells_of_each_request_without_its_body(capsys: pytest.CaptureFixture[str]) -> None:
    """-v has a line for each request: method, path, status, time and row; and each column with its reason."""
    assert main(["-v", "run", "people.csv", "--sandbox", "--rate", "100"]) == 0
    said = capsys.readouterr().err
    assert "POST /v1/contacts 201" in said
    assert "row 2" in said
    assert "Name -> full_name (" in said
    assert "Ann Lee" not in said


def test_a_sheet_comes_through_a_pipe(command: Command) -> None:
    """`-` reads the sheet from standard input; its outputs go to stdin.import, and no question is asked."""
    done = command("run", "-", "--sandbox", "--rate", "100", stdin=b"Name,Phone\nAnn Lee,+14155550101\n")
    assert done.code == 0, done.err
    with Path("stdin.sandbox.import/id_map.csv").open(encoding="utf-8", newline="") as stream:
        assert [line["status"] for line in csv.DictReader(stream)] == ["created"]


def test_a_sheet_from_a_pipe_needs_yes_for_a_real_workspace(command: Command, sandbox: Sandbox) -> None:
    """Where standard input is the sheet nobody can answer: without --yes nothing is sent, exit 2."""
    sheet = b"Name,Phone\nAnn Lee,+14155550101\n"
    place = {"OPENPHONE_BASE_URL": sandbox.url, "OPENPHONE_API_KEY": "sandbox-key"}
    done = command("run", "-", stdin=sheet, **place)
    assert done.code == 2
    assert "--yes" in done.err
    assert sandbox.contacts() == []
    assert command("run", "-", "--yes", stdin=sheet, **place).code == 0
    assert len(sandbox.contacts()) == 1


def test_an_empty_pipe_is_refused(command: Command) -> None:
    """Nothing on standard input is an empty sheet: exit 2 with the next step."""
    done = command("check", "-")
    assert done.code == 2
    assert " next: " in done.err

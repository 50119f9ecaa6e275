"""The key is nowhere but in the header of a request, and what an option hides is nowhere in the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Fault, Sandbox
from importer.settings.model import OPTIONS

if TYPE_CHECKING:
    from tests.cli.conftest import Command

KEY = "sandbox-key-7f3c9a51e8"
FAULTS: dict[str, list[Fault]] = {
    "all well": [],
    "revoked": [Fault("401", method="POST", start=2)],
    "no right": [Fault("403", probability=1.0)],
    "redirect": [Fault("301", probability=1.0)],
    "refused": [Fault("400", method="POST", nth=1)],
    "broken": [Fault("truncated-body", method="POST", nth=1), Fault("500-after", method="POST", nth=2)],
}

# Settings with a word of a person, for each option whose value the log does not show.
HIDDEN = {
    "map": 'map = {"Zaphod" = "ignore"}',
    "values": 'values = {"company" = "Zaphod"}',
    "only": 'only = ["Name != Zaphod"]',
    "lock": 'lock = {"columns" = ["Id", "Name", "Phone", "Zaphod"]}\nmap = {"Name" = "full_name", "Phone" = "phone"}',
}


def leaks(home: Path, *shown: str) -> list[str]:
    """Every place that has the key: outputs on the screen, and files of any kind, databases included."""
    files = [str(file) for file in home.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()]
    return files + [text for text in shown if KEY in text]


@pytest.mark.parametrize("trouble", FAULTS)
@pytest.mark.parametrize("flags", [("-v",), ("--json", "-v")])
def test_the_key_appears_nowhere(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
    flags: tuple[str, ...],
) -> None:
    """In no output, file, log, cache, state or journal of a run, whether it goes well or not."""
    monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
    with Sandbox.start(rate=0, key=KEY, faults=FAULTS[trouble]) as sandbox:
        code = main(["run", "people.csv", "--yes", "--base-url", sandbox.url, "--rate", "50", *flags])
        main(["fields", "--base-url", sandbox.url])
    assert code in {0, 1, 2, 3}
    shown = capsys.readouterr()
    assert leaks(home, shown.out, shown.err) == []
    assert "Traceback" not in shown.err


def test_a_key_file_is_not_repeated(home: Path, command: Command) -> None:
    """A key file that holds no usable key, or several lines, is named without its content."""
    file = home / "key.txt"
    file.write_text(f"Bearer {KEY}\n", encoding="utf-8")
    done = command("run", "people.csv", "--yes", "--api-key-file", "key.txt")
    assert done.code == 2
    assert "key.txt" in done.err
    file.unlink()
    assert leaks(home, done.out, done.err) == []


def test_a_key_on_the_command_line_is_not_an_option(home: Path, command: Command) -> None:
    """There is no option that takes the key itself, so it cannot get into a shell's history by our advice."""
    done = command("run", "people.csv", "--api-key", "x")
    assert done.code == 2
    assert "--api-key-env" in done.err
    # Who follows that with the key itself is not repeated either.
    done = command("run", "people.csv", "--yes", "--api-key-env", KEY)
    assert (done.code, "not the key itself" in done.err) == (2, True)
    assert leaks(home, done.out, done.err) == []


@pytest.mark.parametrize("option", [name for name, option in OPTIONS.items() if option.log != "value"])
def test_no_line_of_the_log_has_what_an_option_hides(home: Path, option: str) -> None:
    """Neither the settings at its beginning nor a later line, such as the summary, has the value of the option."""
    (home / "people.csv").write_text("Id,Name,Phone,Zaphod\n1,Ann Lee,+14155550101,x\n", encoding="utf-8")
    (home / "settings.toml").write_text(f"{HIDDEN[option]}\n", encoding="utf-8")
    assert main(["run", "people.csv", "--sandbox", "--rate", "50", "-q", "--config", "settings.toml"]) == 0
    log = (home / "people.sandbox.import" / "log.jsonl").read_text(encoding="utf-8")
    assert f'"{option}":' in log
    assert "Zaphod" not in log


def test_files_with_contacts_are_for_their_owner_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file that a run leaves has mode 0600, and its folder 0700."""
    assert main(["run", "people.csv", "--sandbox", "--rate", "50"]) == 0
    out = home / "people.sandbox.import"
    files = [file for file in out.rglob("*") if file.is_file()]
    assert {"id_map.csv", "journal.sqlite", "sandbox.sqlite"} <= {file.name for file in files}
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
    assert oct(out.stat().st_mode & 0o777) == "0o700"
    assert Path(home, "home").exists() is False or leaks(home) == []
    capsys.readouterr()

"""The walks that the guide describes, in the sandbox and without a key: each step ends as it says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from jsonschema import Draft202012Validator

from importer import guide
from importer.cli.app import main
from importer.cli.events import document
from tests.docs.pages import FILE
from tests.paths import ROOT, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home")
GUIDE = ROOT / "importer" / "guide" / "fleet.md"
BAD_SHEET = "Name,Phone\nAnn Lee,+14155550101\nBob Ray,12\n"
GOOD_SHEET = "Name,Phone\nCy Dee,+14155550103\n"
ENTRY = '[[workspace]]\nname = "{name}"\nsheet = "{name}.csv"\n'


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], str]:
    """The exit code, the lines of stdout, and what stood on stderr."""
    capsys.readouterr()
    code = main(arguments)
    shown = capsys.readouterr()
    return code, shown.out.splitlines(), shown.err


def labelled(lines: Sequence[str], label: str) -> str:
    """The words of a last line such as `Next:`."""
    (words,) = (line.partition(":")[2].strip() for line in lines if line.startswith(f"{label}:"))
    return words


def write_fleet(**sheets: str) -> None:
    """A fleet of rehearsals over these sheets, a workspace each."""
    for name, text in sheets.items():
        Path(f"{name}.csv").write_text(text, encoding="utf-8")
    defaults = '[defaults]\nsandbox = true\nrate = 100\nregion = "US"\n'
    Path("fleet.toml").write_text(defaults + "".join(ENTRY.format(name=name) for name in sheets), encoding="utf-8")


def fleet_json() -> dict[str, Any]:
    """The figures of the last run."""
    figures: dict[str, Any] = json.loads(Path("fleet.results/fleet.json").read_text(encoding="utf-8"))
    return figures


def test_the_guide_begins_with_two_workspaces_and_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Who saves the first file of the guide and types its first command has two workspaces, each row in, and no key."""
    text = GUIDE.read_text(encoding="utf-8")
    block = FILE.search(text)
    assert block is not None
    assert block["text"] in guide.page("fleet")
    Path(block["name"]).write_text(block["text"], encoding="utf-8")
    Path("sample_data").symlink_to(SAMPLES)
    first = re.search(r"^\$ openphone-import (.*)$", text, re.MULTILINE)
    assert first is not None
    code, lines, _ = call(capsys, *shlex.split(first[1]))
    assert (code, fleet_json()["created"], len(fleet_json()["workspaces"])) == (0, 20, 2)
    for folder in ("acme.sandbox", "bolt.sandbox"):
        assert Path("fleet.results", folder, "report.html").exists()
    # Once more: all is there, and nothing is sent.
    code, lines, _ = call(capsys, *shlex.split(first[1]))
    assert (code, fleet_json()["this_run"]["created"]) == (0, 0)
    assert labelled(lines, "Next").startswith("nothing to do")


def test_rows_to_correct_are_imported_by_the_command_that_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """check, run, correct, the command under Next, run again: every row is in, and each step names the next."""
    write_fleet(acme=BAD_SHEET, beta=GOOD_SHEET)
    code, lines, _ = call(capsys, "fleet", "check", "fleet.toml")
    assert (code, labelled(lines, "Result")) == (1, "fleet.toml: 2 workspaces, 3 rows = 1 rejected + 2 ready to send")
    assert not Path("fleet.results/acme.sandbox/journal.sqlite").exists()

    imports = labelled(lines, "Next").partition("openphone-import ")[2]
    code, lines, _ = call(capsys, *shlex.split(imports))
    assert (code, fleet_json()["rejected"]) == (1, 1)
    rejects = Path("fleet.results/acme.sandbox/rejects.csv")
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550102,"), encoding="utf-8")
    again = labelled(lines, "Next").partition("openphone-import ")[2]
    # The page of the workspace names the same command.
    page = re.sub(r"<[^>]*>", "", Path("fleet.results/acme.sandbox/report.html").read_text(encoding="utf-8"))
    assert f"openphone-import {again}" in " ".join(page.split())
    assert call(capsys, *shlex.split(again))[0] == 0
    assert call(capsys, "fleet", "run", "fleet.toml")[0] == 0
    assert (fleet_json()["created"], fleet_json()["rejected"]) == (3, 0)


def test_check_finds_everything_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake anywhere hides none elsewhere: corrected as the one check says, the next one ends well."""
    write_fleet(acme=GOOD_SHEET, beta=GOOD_SHEET.replace("03", "04"), cee=GOOD_SHEET.replace("03", "05"))
    right = Path("fleet.toml").read_text(encoding="utf-8")
    Path("m.toml").write_text('region = "ZZ"\n[map]\n"Tel" = "phone"\n', encoding="utf-8")
    wrong = {
        "sandbox = true": 'sandbox = true\nstrict = "yes"',
        '"acme.csv"': '"acme.csv"\nregion = "XX"\nlimit = true\n[workspace.map]\n"Nope" = "phone"',
        '"beta.csv"': '"beta.csv"\nmapping = "m.toml"',
        '"cee.csv"': '"cee.csv"\nnickname = 1\n[workspace.map]\n"Phone" = "phoney"',
    }
    text = right
    for part, instead in wrong.items():
        text = text.replace(part, instead)
    Path("fleet.toml").write_text(f"{text}\n[[workspace]]\nsheet = 'd.csv'\n", encoding="utf-8")
    code, lines, err = call(capsys, "fleet", "check", "fleet.toml")
    assert code == 2
    assert labelled(lines, "Next") == "correct fleet.toml, then: openphone-import fleet check fleet.toml"
    general = " ".join(err.partition("error: ")[2].split())
    assert "fleet.toml, line 3: strict must be true or false, without quotes, got 'yes'" in general
    assert "this workspace has no name" in general
    found = {name: next(line for line in lines if line.split()[:1] == [name]) for name in ("acme", "beta", "cee")}
    for name, parts in {
        "acme": ("region 'XX' is not a country code", "limit must be a whole number", "no column 'Nope'"),
        "beta": ("m.toml, line 1, workspace 'beta': region 'ZZ'", "m.toml, line 3, workspace 'beta': The sheet has no"),
        "cee": ("workspace 'cee': unknown key 'nickname'", "There is no field 'phoney'"),
    }.items():
        assert [part for part in parts if part not in found[name]] == [], found[name]
        assert "strict" not in found[name]
    Path("fleet.toml").write_text(right, encoding="utf-8")
    assert call(capsys, "fleet", "check", "fleet.toml")[0] == 0


def test_events_say_whose_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Under --json each event fits the schema and has its workspace; the last alone is a summary, that of the fleet."""
    write_fleet(acme=GOOD_SHEET, beta=BAD_SHEET)
    validator = Draft202012Validator(document())
    for command, exit_code in (("check", 1), ("run", 1)):
        code, lines, _ = call(capsys, "fleet", command, "fleet.toml", "--json", "-q")
        events = [json.loads(line) for line in lines]
        assert [message for event in events for message in validator.iter_errors(event)] == []
        assert [event["event"] for event in events].count("summary") == 1
        assert {event["workspace"] for event in events[:-1]} == {"acme", "beta"}
        assert (code, events[-1]["exit_code"]) == (exit_code, exit_code)
    assert events[-1] == {"event": "summary", **fleet_json()}
    assert not [cell for cell in ("Cy Dee", "4155550103") if cell in "\n".join(lines)]


def test_the_page_over_all_names_what_is_to_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    """fleet.html balances, lists every workspace, and gives the next step of each that needs one."""
    write_fleet(acme=GOOD_SHEET, beta=BAD_SHEET, gone=GOOD_SHEET)
    Path("gone.csv").unlink()
    code, lines, _ = call(capsys, "fleet", "run", "fleet.toml", "-q")
    assert code == 2
    assert fleet_json()["created"] == 2
    assert labelled(lines, "Next").startswith("gone: ")
    page = Path("fleet.results/fleet.html").read_text(encoding="utf-8")
    for words in ("1 of 3 workspaces done; 2 need attention", "gone.csv", "fleet.results/beta.sandbox", "rejects.csv"):
        assert words in page
    assert "<b>3</b> rows in" in page
    assert not [cell for cell in ("Cy Dee", "4155550103", "It holds contacts") if cell in page]


def test_an_import_that_was_run_alone_is_adopted(capsys: pytest.CaptureFixture[str]) -> None:
    """The folder moves to its workspace, found by its sheet; the fleet then goes on with it and makes nothing twice."""
    write_fleet(acme=GOOD_SHEET, beta=GOOD_SHEET.replace("03", "04"))
    assert call(capsys, "run", "acme.csv", "--sandbox", "--region", "US", "--rate", "100")[0] == 0
    # A check came first, so there is a folder in its place.
    assert call(capsys, "fleet", "check", "fleet.toml")[0] == 0
    code, lines, err = call(capsys, "fleet", "adopt", "acme.sandbox.import")
    assert code == 0, err
    assert labelled(lines, "Result") == "fleet.results/acme.sandbox has the journal of acme: 1 run, 1 row"
    assert "acme.sandbox.former" in err
    assert not Path("acme.sandbox.import").exists()
    assert call(capsys, *shlex.split(labelled(lines, "Next").partition(" ")[2]))[0] == 0
    assert call(capsys, "fleet", "run", "fleet.toml")[0] == 0
    assert (fleet_json()["created"], fleet_json()["this_run"]["created"]) == (2, 1)


def test_what_cannot_be_adopted_stays_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without a journal, of no workspace, of another service, or beside another journal: 2, and why."""
    write_fleet(acme=GOOD_SHEET, beta=GOOD_SHEET.replace("03", "04"))
    Path("other.csv").write_text(GOOD_SHEET, encoding="utf-8")
    assert call(capsys, "run", "other.csv", "--sandbox", "--rate", "100")[0] == 0
    folder = "other.sandbox.import"

    def refused(*arguments: str) -> str:
        code, _, err = call(capsys, "fleet", "adopt", *arguments)
        assert (code, " next: " in err, Path(folder, "journal.sqlite").exists()) == (2, True, True), err
        return " ".join(err.split())

    assert "There is no folder nowhere." in refused("nowhere")
    assert "--workspace NAME (one of acme, beta)" in refused(folder)
    assert "no workspace 'bata', did you mean 'beta'?" in refused(folder, "--workspace", "bata")
    real = (
        Path("fleet.toml").read_text(encoding="utf-8")
        + ENTRY.format(name="real")
        + "sandbox = false\napi-key-env = 'K'\n"
    )
    Path("fleet.toml").write_text(real, encoding="utf-8")
    assert "are in the sandbox, but this workspace is in https://api.quo.com" in refused(folder, "--workspace", "real")
    assert call(capsys, "fleet", "adopt", folder, "--workspace", "acme")[0] == 0
    Path("fleet.results/acme.sandbox").rename(folder)
    Path("fleet.results/beta.sandbox").mkdir()
    Path("fleet.results/beta.sandbox/journal.sqlite").touch()
    assert "'beta' has a journal of its own" in refused(folder, "--workspace", "beta")
    Path("fleet.results/beta.sandbox/journal.sqlite").unlink()
    # What acme has is not another's.
    assert call(capsys, "fleet", "adopt", folder, "--workspace", "acme")[0] == 0
    folder = "fleet.results/acme.sandbox"
    assert "is the folder of the workspace 'acme'" in refused(folder, "--workspace", "beta")


def test_a_single_command_takes_its_workspace_from_the_fleet(capsys: pytest.CaptureFixture[str]) -> None:
    """--fleet and --workspace give a single command folder and settings; one without the other is refused."""
    write_fleet(acme=GOOD_SHEET)
    chosen = ("--fleet", "fleet.toml", "--workspace", "acme")
    assert call(capsys, "run", "acme.csv", *chosen)[0] == 0
    assert call(capsys, "verify", "acme.csv", *chosen)[0] == 0
    assert Path("fleet.results/acme.sandbox/verify.html").exists()
    for half in (chosen[:2], chosen[2:]):
        code, _, err = call(capsys, "check", "acme.csv", *half)
        assert (code, "--fleet and --workspace belong together" in err) == (2, True)


def test_real_workspaces_are_not_written_to_unasked(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal `fleet run` needs a yes; the file may say it; a rehearsal needs none."""
    write_fleet(acme=GOOD_SHEET)
    text = Path("fleet.toml").read_text(encoding="utf-8").replace("sandbox = true", 'api-key-env = "K"')
    Path("fleet.toml").write_text(text, encoding="utf-8")
    code, _, err = call(capsys, "fleet", "run", "fleet.toml")
    assert (code, "there is no terminal to ask" in err, "Add --yes" in err) == (2, True, True)
    assert not Path("fleet.results").exists()
    # With a yes it begins, and finds that the key is not there.
    Path("fleet.toml").write_text(text.replace('"K"', '"K"\nyes = true'), encoding="utf-8")
    code, lines, _ = call(capsys, "fleet", "run", "fleet.toml")
    assert (code, "No API key: K is not set." in lines[0]) == (2, True)
    code, lines, _ = call(capsys, "fleet", "check", "fleet.toml")
    assert (code, "No API key: K is not set." in lines[0]) == (2, True)


def test_a_folder_that_cannot_be_written_is_corrected_in_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    """The next step is about `results`, since a fleet has no --out."""
    write_fleet(acme=GOOD_SHEET)
    Path("fleet.results").touch()
    code, _, err = call(capsys, "fleet", "run", "fleet.toml")
    assert (code, "results = in fleet.toml" in " ".join(err.split())) == (2, True), err


def test_two_fleets_do_not_write_to_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """While one is at work, a second one ends with 2 and has sent nothing."""
    write_fleet(acme=GOOD_SHEET)
    Path("fleet.results").mkdir()
    with FileLock("fleet.results/.fleet.json.lock"):
        code, _, err = call(capsys, "fleet", "run", "fleet.toml")
    assert (code, "Another run of a fleet is at work in fleet.results" in err) == (2, True), err
    assert not Path("fleet.results/acme.sandbox").exists()


def test_no_lane_has_the_key_of_another(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, service: StartService
) -> None:
    """Each lane knows its own key alone, and no program that it starts knows any."""
    write_fleet(acme=GOOD_SHEET, beta=GOOD_SHEET)
    text = (
        Path("fleet.toml")
        .read_text(encoding="utf-8")
        .replace("sandbox = true", f'base-url = "{service("k-acme").url}"')
    )
    text = text.replace('"acme.csv"', '"acme.csv"\napi-key-env = "ACME_KEY"')
    text = text.replace('"beta.csv"', f'"beta.csv"\napi-key-env = "BETA_KEY"\nbase-url = "{service("k-beta").url}"')
    text += "on-finish = \"sh -c 'env > beta.env'\"\n"
    Path("fleet.toml").write_text(text, encoding="utf-8")
    for name in ("acme", "beta"):
        monkeypatch.setenv(f"{name.upper()}_KEY", f"k-{name}")
    monkeypatch.setenv("OPENPHONE_API_KEY", "k-of-the-person")
    assert call(capsys, "fleet", "run", "fleet.toml", "--yes")[0] == 0
    environment = Path("beta.env").read_text(encoding="utf-8")
    assert "OPENPHONE_IMPORT_EXIT_CODE=0" in environment
    assert not [key for key in ("k-acme", "k-beta", "k-of-the-person") if key in environment]
    written = [path for path in Path("fleet.results").rglob("*") if path.is_file()]
    assert not [path for path in written for key in (b"k-acme", b"k-beta") if key in path.read_bytes()]

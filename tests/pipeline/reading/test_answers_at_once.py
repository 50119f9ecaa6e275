"""Several programs answer in one folder at the same time: none of them loses what another has written."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.errors import FolderBusy, SettingsError
from importer.folder_lock import folder_locked
from importer.pipeline.job import Job
from importer.pipeline.map import propose
from importer.pipeline.reading.saved_answer import save_settings
from importer.settings.load import load

if TYPE_CHECKING:
    from importer.pipeline.map import Proposal

SHEET = "First Name,Mobile,Contact,Notes\nAnn,+14155550101,Lee,likes tea\n"
PROGRAMS, COLUMNS = 4, 15
# Each waits for the others, so that all of them write at the same time.
ANSWERING = """
import sys, time
from pathlib import Path
from importer.pipeline.reading.saved_answer import save_settings
number, programs = sys.argv[1], int(sys.argv[2])
Path(f"ready.{number}").touch()
while len(list(Path().glob("ready.*"))) < programs:
    time.sleep(0.001)
for column in range(int(sys.argv[3])):
    save_settings(Path("mapping.toml"), {"map": {f"{number} {column}": "ignore"}})
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    Path("people.csv").write_text(SHEET, encoding="utf-8")
    Path("out").mkdir()
    return Path("out")


def proposed(folder: Path, **options: object) -> Proposal:
    """The mapping of the sheet, as `map` begins with it."""
    saved = folder / "mapping.toml"
    given = {"sandbox": True, "out": folder, "region": "US", **options}
    settings = load(given, {}, saved=saved if saved.is_file() else None)
    return asyncio.run(propose(Job("people.csv", settings)))


def mapping(file: Path) -> dict[str, str]:
    table: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))["map"]
    return table


def test_answers_given_at_the_same_time_are_all_kept(folder: Path) -> None:
    """Every answer of every program that writes at the same time is in the file."""
    command = [sys.executable, "-c", ANSWERING]
    running = [
        subprocess.Popen([*command, str(number), str(PROGRAMS), str(COLUMNS)], cwd=folder) for number in range(PROGRAMS)
    ]
    assert [program.wait(timeout=120) for program in running] == [0] * PROGRAMS
    assert len(mapping(folder / "mapping.toml")) == PROGRAMS * COLUMNS
    assert not list(folder.glob("*.lock"))


@pytest.mark.parametrize("is_there", [False, True], ids=["no file yet", "changed"])
def test_a_mapping_does_not_replace_what_was_answered_meanwhile(folder: Path, *, is_there: bool) -> None:
    """What another program has answered while a person looked at the mapping stays, and their own mapping is kept."""
    file = folder / "mapping.toml"
    if is_there:
        save_settings(file, {"map": {"Notes": "role"}})
    proposal = proposed(folder).choose(2, "last_name")
    save_settings(file, {"map": {"Notes": "company"}})
    with pytest.raises(SettingsError, match=r'Another program has changed .*column "Notes"') as refused:
        proposal.save(seen=True)
    assert mapping(file) == {"Notes": "company"}
    kept = folder / "mapping.not-saved.toml"
    assert str(kept) in refused.value.message
    assert mapping(kept)["Contact"] == "last_name"

    assert "Run the same command again" in refused.value.next_step
    proposed(folder).choose(2, "last_name").save(seen=True)
    assert {"Notes": "company", "Contact": "last_name"}.items() <= mapping(file).items()


def test_a_mapping_that_another_program_takes_back_is_not_written_again(folder: Path) -> None:
    """Without a person who looked at it, a mapping that does not hold any more is not saved anywhere."""
    file = folder / "mapping.toml"
    save_settings(file, {"map": {"Notes": "role", "Contact": "last_name"}})
    proposal = proposed(folder)
    file.write_text('[map]\nNotes = "role"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match='column "Contact"'):
        proposal.save(seen=False)
    assert [path.name for path in folder.glob("mapping*")] == ["mapping.toml"]
    assert mapping(file) == {"Notes": "role"}


def test_what_options_say_is_no_change_of_another_program(folder: Path) -> None:
    """A mapping is saved where the file differs from it only by what was given as options, or chosen in it."""
    file = folder / "mapping.toml"
    save_settings(file, {"map": {"Notes": "role", "Contact": "last_name"}})
    proposed(folder, map=(("Notes", "company"),)).choose(2, "ignore").save(seen=True)
    assert {"Notes": "company", "Contact": "ignore"}.items() <= mapping(file).items()


def test_a_file_is_not_written_while_another_program_holds_it(folder: Path) -> None:
    """A program that does not let go of the folder ends a writer with words; another folder is free meanwhile."""
    with folder_locked(folder):
        with pytest.raises(FolderBusy, match="Another program is changing files"), folder_locked(folder, 0.1):
            pass
        # What a run writes at its end is written all the same: its contacts are there.
        with folder_locked(folder, 0.1, insists=False):
            pass
        save_settings(Path("elsewhere/mapping.toml"), {"region": "US"})
    save_settings(folder / "mapping.toml", {"region": "US"})
    assert "US" in (folder / "mapping.toml").read_text(encoding="utf-8")


def test_a_run_ends_well_while_another_program_holds_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program that never lets go of the folder, such as one that was halted, ends no run whose contacts were sent."""
    monkeypatch.delenv("OPENPHONE_API_KEY", raising=False)
    Path("people.csv").write_text(f"{SHEET}Bob,12,Ray,\n", encoding="utf-8")
    with folder_locked(folder):
        code = main(["run", "people.csv", "--sandbox", "--yes", "--region", "US", "--out", "out"])
    assert code == 1, capsys.readouterr().err
    assert "Bob" in (folder / "rejects.csv").read_text(encoding="utf-8")

"""`export` as it is typed: rejects apart, files of others left alone, and a next step that works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from importer.cli.app import main
from importer.pipeline.outputs.folder import EXPORTS


def test_rejects_are_apart_and_files_of_others_stay(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row with an error is in the rejects and not in the export; a file that was edited or was there before stays."""
    Path("people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\nBob Ray,12\nAnn Lee,+14155550101\n")
    Path("people.import").mkdir()
    Path("people.import", "contacts.csv").write_text("mine\n")
    assert main(["export", "people.csv"]) == 2
    assert "is not overwritten" in capsys.readouterr().err
    assert Path("people.import", "contacts.csv").read_text() == "mine\n"
    # The advice is followed: another folder.
    assert main(["export", "people.csv", "--out", "there", "-q"]) == 1
    shown = capsys.readouterr().out
    assert "3 rows = 1 exported + 1 duplicate + 1 rejected" in shown
    assert "correct 1 row in the sheet" in shown
    assert "Bob" not in Path("there", "contacts.csv").read_text(encoding="utf-8-sig")
    assert "Bob Ray" in Path("there", "rejects.csv").read_text(encoding="utf-8-sig")
    # Made by this command, so it is made again; once a person has edited it, it stays.
    assert main(["export", "people.csv", "--out", "there", "-q"]) == 1
    with Path("there", "contacts.csv").open("a", encoding="utf-8") as stream:
        stream.write("Cy,,,,+14155550109\n")
    assert main(["export", "people.csv", "--out", "there", "-q"]) == 2
    assert Path("there", "contacts.csv").read_text(encoding="utf-8-sig").endswith("Cy,,,,+14155550109\n")
    Path("aim.csv").write_text("mine\n")
    Path("there", "quo-contacts.csv").symlink_to(Path("aim.csv").resolve())
    assert main(["export", "people.csv", "--out", "there", "--as", "quo"]) == 2
    assert Path("aim.csv").read_text() == "mine\n"


@pytest.mark.parametrize("form", sorted(EXPORTS))
def test_the_next_step_is_one_that_works(home: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """The last lines name the file, and where they name a command it reads that file without a problem."""
    Path("people.csv").write_text("Name,Phone,Custom: Tags\nAnn Lee,+1 415 555 0101,a\n")
    assert main(["export", "people.csv", "--as", form, "-q"]) == 0
    shown = capsys.readouterr().out
    assert f"people.import/{EXPORTS[form]}" in shown
    step = re.search(r"openphone-import (check .*)", " ".join(shown.split("Files:")[0].split()))
    assert (step is not None) == (form in ("csv", "xlsx"))
    if step is not None:
        assert main([*step[1].split(), "-q"]) == 0
        assert "1 ready to send" in capsys.readouterr().out

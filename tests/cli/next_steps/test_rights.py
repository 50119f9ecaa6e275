"""What is said of files that may not be renamed or read is done as it stands, and ends well, with each person once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.next_steps.screen import DORA, HEADER, OUT, PEOPLE
from tests.rights import leave_to_others, type_without_rights

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen


def test_results_that_cannot_be_kept_go_to_another_folder(screen: Screen) -> None:
    """In a shared folder with results of a colleague, another sheet ends in an error; another folder helps."""
    assert screen.run() == 0
    leave_to_others(OUT, OUT / "problems.csv")
    OUT.chmod(0o1777)
    Path("other.csv").write_text(HEADER + DORA, encoding="utf-8")
    run = ("run", "other.csv", *screen.service, "--yes")
    code, said = type_without_rights(*run, "--out", str(OUT))
    assert code == 3
    assert "problems.csv could not be kept as" in said
    assert "Give another folder with --out." in said
    assert type_without_rights(*run, "--out", "second")[0] == 0
    assert screen.names() == ["Ann", "Bob", "Cy", "Dora"]
    # Both sheets go on, each in its own folder.
    screen.sheet(PEOPLE.replace("ann@", "ann.lee@"))
    assert screen.run("--on-match", "update") == 0
    assert screen.type(*run, "--out", "second") == 0
    assert screen.names() == ["Ann", "Bob", "Cy", "Dora"]


def test_a_folder_in_place_of_the_mapping_is_moved_away(screen: Screen) -> None:
    """A saved mapping that is no file is moved away, and the mapping is saved."""
    (OUT / "mapping.toml").mkdir(parents=True)
    save = ("map", "people.csv", *screen.service, "--yes")
    assert screen.type(*save) == 2
    assert "Move it away, or correct it." in screen.text
    (OUT / "mapping.toml").rename("mapping.old")
    assert screen.type(*save) == 0
    assert (OUT / "mapping.toml").is_file()
    assert screen.run() == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]

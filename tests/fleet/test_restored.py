"""A folder that was put back to an earlier state, as from a backup: what was made since is found, and made once."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fleet.test_renamed import people
from tests.fleet.test_walk import call

if TYPE_CHECKING:
    from tests.fleet.conftest import StartService

pytestmark = pytest.mark.usefixtures("home")
FIRST_ROWS = 2
ENTRY = '[[workspace]]\nname = "acme"\nsheet = "people.csv"\napi-key-file = "acme.key"\n'
FOLDER = "fleet.results/acme"


@pytest.mark.parametrize("has_ids", [False, True])
@pytest.mark.parametrize(("moved_before", "moved_after"), [(False, False), (False, True), (True, True)])
def test_a_folder_from_a_backup_makes_nobody_twice(
    capsys: pytest.CaptureFixture[str], service: StartService, *, has_ids: bool, moved_before: bool, moved_after: bool
) -> None:
    """Also people whose rows have changed before or after that; the run after it has nothing left to do."""
    acme, key = service("key-of-acme-0123456789"), "key-of-acme-0123456789"
    Path("acme.key").write_text(f"{key}\n", encoding="utf-8")
    mapping = '[defaults.map]\nNo = "external_id"\n' if has_ids else ""
    options = f'rate = 100\nregion = "US"\nyes = true\non-match = "update"\nbase-url = "{acme.url}"'
    Path("fleet.toml").write_text(f"[defaults]\n{options}\n{mapping}{ENTRY}", encoding="utf-8")
    # The plain command in the folder of the fleet's workspace: what it does there is what a lane does.
    run = ("run", "people.csv", "--fleet", "fleet.toml", "--workspace", "acme")
    sheet = Path("people.csv")
    sheet.write_text("".join(people(moved=False).splitlines(keepends=True)[: 1 + FIRST_ROWS]), encoding="utf-8")
    assert call(capsys, *run)[0] == 0
    shutil.copytree(FOLDER, "backup")
    sheet.write_text(people(moved=moved_before), encoding="utf-8")
    assert call(capsys, *run)[0] == 0
    everybody = Counter({f"Ada{letter}": 1 for letter in "bcdefg"})

    def names() -> Counter[str]:
        return Counter(contact["defaultFields"]["firstName"] for contact in acme.contacts())

    assert names() == everybody
    shutil.rmtree(FOLDER)
    shutil.copytree("backup", FOLDER)
    sheet.write_text(people(moved=moved_after), encoding="utf-8")
    code, lines, err = call(capsys, *run)
    assert (code, names()) == (0, everybody), (lines, err)
    there = {each["defaultFields"]["firstName"]: each["defaultFields"]["lastName"] for each in acme.contacts()}
    assert there["Adae"] == ("Stone" if moved_after else "Byron")
    made = len([exchange for exchange in acme.requests() if exchange.status == 201])
    assert made == len(everybody)
    # It knows them again.
    code, lines, err = call(capsys, *run)
    assert (code, "this run wrote nothing" in " ".join(lines)) == (0, True), (lines, err)

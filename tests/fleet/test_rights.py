"""What is said of folders that an adoption may not change is done as it stands, and each person is made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fleet.test_walk import GOOD_SHEET, call, fleet_json, labelled, write_fleet
from tests.rights import type_without_rights

pytestmark = pytest.mark.usefixtures("home")
RUN = ("fleet", "run", "fleet.toml")
ADOPT = ("fleet", "adopt", "acme.sandbox.import")
RESULTS = Path("fleet.results")


def is_adopted(capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether the folder is adopted now, and the fleet makes the contact of the other workspace alone."""
    code, _ = type_without_rights(*ADOPT)
    assert (code, call(capsys, *RUN)[0]) == (0, 0)
    figures = fleet_json()
    return (figures["created"], figures["this_run"]["created"]) == (2, 1)


def test_both_folders_are_made_writable(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the folder of the results may not be written to, nothing is moved, and then it is adopted."""
    write_fleet(acme=GOOD_SHEET, beta=GOOD_SHEET.replace("03", "04"))
    assert call(capsys, "run", "acme.csv", "--sandbox", "--rate", "100", "--region", "US")[0] == 0
    RESULTS.mkdir()
    RESULTS.chmod(0o500)
    code, said = type_without_rights(*ADOPT)
    assert code == 2
    assert "Make both folders writable for you and run this again; nothing was changed in them." in said
    assert Path("acme.sandbox.import", "journal.sqlite").exists()
    RESULTS.chmod(0o700)
    assert is_adopted(capsys)


@pytest.mark.parametrize("how", ["moved", "writable"])
def test_what_stands_in_the_place_is_moved_away(capsys: pytest.CaptureFixture[str], how: str) -> None:
    """Results of a check where the adopted folder is to go are moved away, or may be once the folder is writable."""
    write_fleet(acme=GOOD_SHEET, beta=GOOD_SHEET.replace("03", "04"))
    assert call(capsys, "run", "acme.csv", "--sandbox", "--rate", "100", "--region", "US")[0] == 0
    code, lines, _ = call(capsys, "fleet", "check", "fleet.toml")
    assert (code, labelled(lines, "Next").startswith("import them: ")) == (0, True)
    (place,) = RESULTS.glob("acme*")
    RESULTS.chmod(0o500)
    code, said = type_without_rights(*ADOPT)
    assert code == 2
    assert "Move it away and run this again." in said
    RESULTS.chmod(0o700)
    if how == "moved":
        place.rename("away")
    assert is_adopted(capsys)

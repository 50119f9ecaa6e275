"""`repair`: the corrections of many cells that the page offers, in a terminal, on the same folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.rig import read_table

if TYPE_CHECKING:
    from tests.cli.conftest import Command

FIRMS = "Name,Company,Phone\n" + "".join(f"First Union Bank {n},,+1415555010{n}\n" for n in range(3))


def test_a_repair_is_listed_and_carried_out(command: Command) -> None:
    """The list names each repair and the command that carries it out; what it changes counts for `check`."""
    Path("firms.csv").write_text(FIRMS, encoding="utf-8")
    listed = command("repair", "firms.csv", "--sandbox")
    assert (listed.code, "Make 3 names companies" in listed.out) == (0, True), listed.err
    step = listed.out.split("make the first correction: openphone-import ")[1].split()
    done = command(*step)
    assert (done.code, "Changed: 6 cells in 3 rows" in done.out) == (0, True), done.err
    assert command("check", "firms.csv", "--sandbox", "-q").code == 0
    problems = read_table(Path("firms.sandbox.import/problems.csv"))
    assert sum(line["rule"] == "corrected-by-person" for line in problems) == 6
    assert Path("firms.csv").read_text(encoding="utf-8") == FIRMS
    assert "nothing to do; there is no correction of many cells" in command("repair", "firms.csv", "--sandbox").out


def test_a_repair_that_is_not_offered_is_named(command: Command) -> None:
    """An unknown id ends with 2 and the ids that are offered; nothing is written."""
    Path("firms.csv").write_text(FIRMS, encoding="utf-8")
    refused = command("repair", "firms.csv", "other", "--sandbox", "--json")
    assert refused.code == 2
    error = next(json.loads(line) for line in refused.out.splitlines() if '"error"' in line)
    assert error["message"] == "No repair is called 'other' now (offered: companies-0)."
    assert not Path("firms.sandbox.import/corrections.csv").exists()

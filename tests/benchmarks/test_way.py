"""One row's way through the code stays as short as it is."""

from __future__ import annotations

import json
import subprocess
import sys

MOST_CHANGES = 1_660


def test_one_row_changes_the_file_no_more_than_it_does() -> None:
    """A run of one row goes from file to file at most 1,660 times: what a reader follows must not grow unseen."""
    command = [sys.executable, "-m", "tests.benchmarks.way", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["files"] > 200
    # How many coroutines go on after an await depends on how busy the machine is; without these the figure is steady.
    assert figures["changes"] - figures["resumed"] <= MOST_CHANGES

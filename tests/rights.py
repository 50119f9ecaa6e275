"""Commands of a user whom the rights of files hold back, as they do not hold back root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.paths import ROOT

# Of the rights of root: to read and write any file, and to rename what others have put into a shared folder.
_TAKEN = "--bounding-set=-dac_override,-dac_read_search,-fowner"


def type_without_rights(*words: str) -> tuple[int, str]:
    """Type a command without the rights of root; returns its exit code, and what it shows as one line."""
    prefix = [] if os.geteuid() else ["setpriv", _TAKEN]
    if prefix and shutil.which("setpriv") is None:
        pytest.skip("root may write to anything here")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*prefix, sys.executable, "-m", "importer", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, " ".join(f"{done.stdout} {done.stderr}".split())


def leave_to_others(*names: str | os.PathLike[str]) -> None:
    """Give files to another user, so that in a shared folder no other user can rename them; only root can."""
    if os.geteuid():
        pytest.skip("only root can give files away")
    for name in names:
        os.chown(name, 65534, -1)

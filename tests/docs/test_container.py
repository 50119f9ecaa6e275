"""The container file is built in no test; what can be told from its text is."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from tests.paths import ROOT

TEXT = (ROOT / ".container" / "Containerfile").read_text(encoding="utf-8")
STEPS = [
    tuple(line.split(maxsplit=1))
    for line in re.sub(r"\\\n", " ", TEXT).splitlines()
    if line and not line.startswith("#")
]
KNOWN = {"FROM", "COPY", "RUN", "ENV", "USER", "WORKDIR", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def test_every_step_is_one_of_the_language() -> None:
    """Each line begins with an instruction that the format knows, and the last image starts with FROM."""
    assert {name for name, _ in STEPS} <= KNOWN
    assert STEPS[0][0] == "FROM"


def test_all_that_is_copied_is_there() -> None:
    """What goes into the image exists in the tree, and is all that the package is built from."""
    copied = [text.split() for name, text in STEPS if name == "COPY" and not text.startswith("--from")]
    sources = {source for *sources, _ in copied for source in sources}
    assert all((ROOT / PurePosixPath(source)).exists() for source in sources)
    assert sources == {"pyproject.toml", "README.md", "importer", "schemas", "sample_data"}


def test_it_runs_as_an_ordinary_user() -> None:
    """The command is started by a user who is not root, and no step after that becomes root again."""
    users = [text for name, text in STEPS if name == "USER"]
    assert users == ["importer"]
    assert [name for name, _ in STEPS].index("USER") < [name for name, _ in STEPS].index("ENTRYPOINT")


def test_results_and_pace_outlive_the_container() -> None:
    """The folder of results and the state folder are volumes, and no key stands in the file."""
    assert ("VOLUME", '["/work", "/state"]') in STEPS
    assert not re.search(r"ENV[^\n]*KEY", TEXT)

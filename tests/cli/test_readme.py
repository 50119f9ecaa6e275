"""The README is true: what it shows is what the program prints, and what it says can be typed."""

from __future__ import annotations

import re
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import build, main
from importer.cli.options import ConsoleOptions, NoticeOptions, ServiceOptions, SheetOptions, SyncOptions
from importer.errors import ImporterError
from importer.model import Status
from importer.pipeline.outputs.folder import OUTPUTS
from importer.sandbox.script import read_faults
from importer.settings.model import load
from tests.cli.readme import ROOT, commands, settled, with_help, with_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator

README = (ROOT / "README.md").read_text(encoding="utf-8")


def cells(heading: str) -> list[str]:
    """The first cells of the table below a heading, without their back quotes."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("|")]
    return [text.strip("`") for text in rows[2:]]


def blocks(kind: str) -> Iterator[str]:
    return (block for block in re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL))


def test_help_texts_are_the_programs() -> None:
    """Each help text is what the program prints (`python tests/cli/readme.py` writes them anew)."""
    assert with_help(README) == README


def test_outputs_are_the_programs(tmp_path: Path) -> None:
    """The tour, run command by command, prints what the README shows, but for times and ids."""
    assert settled(with_outputs(README, tmp_path)) == settled(README)


@pytest.mark.parametrize("line", sorted(set(commands(README))))
def test_every_command_parses(line: str) -> None:
    """Every command in the README has options and arguments that exist."""
    tokens = shlex.split(line, comments=True)[1:]
    build().parse_args(tokens, exit_on_error=False, print_error=False)


def test_every_option_is_shown() -> None:
    """Each option of `run` stands in the README."""
    groups = (SheetOptions, SyncOptions, ServiceOptions, NoticeOptions, ConsoleOptions)
    names = {one.name for group in groups for one in fields(group)}
    assert [name for name in names if f"--{name.replace('_', '-')}" not in README] == []


def test_files_statuses_and_exit_codes_are_those_of_the_program() -> None:
    """The tables of files, statuses and exit codes list what the code knows, all of it."""
    files = {name for cell in cells("Files") for name in re.findall(r"[\w.]+\.\w+", cell)}
    assert set(OUTPUTS) <= files
    assert cells("Statuses") == [status.value for status in Status]
    tree: list[type[ImporterError]] = [ImporterError]
    for kind in tree:
        tree += kind.__subclasses__()
    assert cells("Exit codes") == [str(code) for code in sorted({0, 1} | {kind.exit_code for kind in tree})]


def test_settings_and_faults_files_can_be_read(tmp_path: Path) -> None:
    """The TOML examples are files that the program takes."""
    examples = list(blocks("toml"))
    assert len(examples) >= 2
    for number, text in enumerate(examples):
        file = tmp_path / f"{number}.toml"
        file.write_text(text, encoding="utf-8")
        if "fault" in tomllib.loads(text):
            assert read_faults(file)
        else:
            assert load({}, {}, file)


def test_the_example_of_a_schema_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pandera schema in the README can be given to --schema, and finds what it says."""
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("python")
    Path("rules.py").write_text(example, encoding="utf-8")
    sheet = ROOT / "sample_data" / "contacts.csv"
    assert main(["check", str(sheet), "--sandbox", "--schema", "rules.py:Sheet", "--out", "out", "-q"]) == 1
    problems = Path("out/problems.csv").read_text(encoding="utf-8")
    assert "customer-number" in problems


def test_the_rooms_are_those_of_the_program() -> None:
    """The table of rooms names every folder and module of the program."""
    told = {name.rstrip("/") for cell in cells("Developing") for name in cell.replace("`", "").split()}
    there = {path.stem for path in (ROOT / "importer").iterdir() if path.suffix in {"", ".py"} and path.stem[0] != "_"}
    assert there == told

"""Templates are compiled once, and kept where Python keeps compiled modules."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from jinja2 import DictLoader, Environment
from jinja2.bccache import bc_magic

from importer.report.html.compiled import CompiledTemplates
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAGE = "from importer.report.html.page import Page, Tone; from importer.report.html.render import render; "
PAGE += "print(render(Page('people.csv', 'check', Tone.GOOD, 'All good', (), ())))"


def environment_of(folder: Path, source: str, options: Mapping[str, bool]) -> Environment:
    """An environment with one template, whose code is kept in a folder."""
    compiled = CompiledTemplates(options, folder, writes=True)
    return Environment(loader=DictLoader({"page": source}), bytecode_cache=compiled, **options)  # type: ignore[arg-type]


def rendered(prefix: Path, *, writes: bool = True) -> str:
    """The page that a process of its own makes, with its compiled code below a folder."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(prefix), "PYTHONPATH": str(ROOT)}
    environment |= {} if writes else {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", PAGE], env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_a_template_is_compiled_once(tmp_path: Path) -> None:
    """The first page compiles the templates, and the next process finds them where Python keeps its modules."""
    first = rendered(tmp_path)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.template")}
    assert written
    assert all(path.parent.name == "html" for path in written)
    assert rendered(tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.template")} == written


def test_nothing_is_written_where_python_writes_nothing(tmp_path: Path) -> None:
    """With PYTHONDONTWRITEBYTECODE a page is made all the same, and no code is kept."""
    assert rendered(tmp_path, writes=False) == rendered(tmp_path)
    other = tmp_path / "other"
    rendered(other, writes=False)
    assert not other.exists()


@pytest.mark.parametrize("kept", [b"", b"j2", bc_magic + b"\x80\xff.", bc_magic + b"cos\nnone\n.", None])
def test_damaged_code_is_compiled_again(kept: bytes | None, tmp_path: Path) -> None:
    """Code that a power failure has cut off is made and kept again."""
    environment_of(tmp_path, "{{ 1 }}", {}).get_template("page")
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if kept is None else kept)
    assert environment_of(tmp_path, "{{ 1 }}", {}).get_template("page").render() == "1"
    assert path.read_bytes() == whole


def test_other_options_and_another_source_are_compiled_apart(tmp_path: Path) -> None:
    """Code is used only for the source and the options that it was made of: what was not escaped will be."""
    assert environment_of(tmp_path, "{{ '<' }}", {"autoescape": False}).get_template("page").render() == "<"
    assert environment_of(tmp_path, "{{ '<' }}", {"autoescape": True}).get_template("page").render() == "&lt;"
    assert environment_of(tmp_path, "{{ '>' }}", {"autoescape": True}).get_template("page").render() == "&gt;"


@pytest.mark.parametrize("is_missing", [True, False])
def test_a_folder_that_cannot_be_written_costs_only_time(is_missing: bool, tmp_path: Path) -> None:
    """Where no code can be kept, a page is made as well."""
    folder = tmp_path / "kept"
    if not is_missing:
        folder.write_text("a file where the folder should be")
    environment = environment_of(folder, "{{ 1 }}", {})
    assert environment.get_template("page").render() == "1"
    assert folder.exists() is not is_missing

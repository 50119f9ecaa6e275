"""What is released: wheel and sdist hold what they must, nothing else, and the same bytes on every computer."""

from __future__ import annotations

import os
import shutil
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = ("importer", "schemas", "sample_data", "README.md", "pyproject.toml", ".gitignore")


def source_files() -> list[str]:
    """The files of the tree that belong into a release, with those that say how it is built."""
    files = [
        path for name in SOURCES for path in ((ROOT / name).rglob("*") if (ROOT / name).is_dir() else [ROOT / name])
    ]
    return [path.relative_to(ROOT).as_posix() for path in files if path.is_file() and "__pycache__" not in path.parts]


def built(tree: Path) -> tuple[Path, Path]:
    """The sdist and the wheel of a tree."""
    out = tree.with_name(f"{tree.name}.dist")
    (sdist,) = SdistBuilder(str(tree)).build(directory=str(out), versions=["standard"])
    (wheel,) = WheelBuilder(str(tree)).build(directory=str(out), versions=["standard"])
    return Path(sdist), Path(wheel)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[Path, Path]]]:
    """Two releases of one state: from a fresh copy, and from one in which other times, rights and leftovers are."""
    folder = tmp_path_factory.mktemp("releases")
    for name in ("one", "two"):
        for file in source_files():
            target = folder / name / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, target)
    for path in (folder / "two").rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    for leftover in (
        "importer/__pycache__/a.pyc",
        "contacts.import/journal.sqlite",
        ".venv/x",
        "importer/.mypy_cache/x",
    ):
        (folder / "two" / leftover).parent.mkdir(parents=True, exist_ok=True)
        (folder / "two" / leftover).write_text("left over", encoding="utf-8")
    yield [built(folder / name) for name in ("one", "two")]
    shutil.rmtree(folder)


def test_two_builds_have_the_same_bytes(releases: list[tuple[Path, Path]]) -> None:
    """Who builds it, when, with which rights and what else lies about changes no byte."""
    one, two = releases
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_what_is_released_is_whole_and_nothing_else(releases: list[tuple[Path, Path]]) -> None:
    """The wheel has every file of the packages and the sample; the sdist what builds the same wheel, and no more."""
    sdist, wheel = releases[0]
    files = set(source_files())
    names = set(zipfile.ZipFile(wheel).namelist())
    packaged = {name for name in files if name.split("/")[0] in ("importer", "schemas")}
    info = {name for name in names if ".dist-info/" in name}
    assert names - info == packaged | {"importer/sample_data/contacts.xlsx"}
    with tarfile.open(sdist) as archive:
        held = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
        assert held - {"PKG-INFO"} == files
        archive.extractall(sdist.parent / "source", filter="data")
    (source,) = (sdist.parent / "source").iterdir()
    assert built(source)[1].read_bytes() == wheel.read_bytes()


def test_the_metadata_is_complete(releases: list[tuple[Path, Path]]) -> None:
    """Licence with its text, authors, addresses, versions of Python and types are there; the manual is the README."""
    wheel = zipfile.ZipFile(releases[0][1])
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = HeaderParser().parsestr(wheel.read(name).decode())
    assert metadata["License-Expression"] == "MIT"
    for licence in metadata.get_all("License-File", []):
        assert f"{name.rpartition('/')[0]}/licenses/{licence}" in wheel.namelist()
    assert all(metadata[field] for field in ("Author", "Summary", "Keywords", "Requires-Python"))
    assert len(metadata.get_all("Project-URL", [])) >= 1
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])
    assert "importer/py.typed" in wheel.namelist()
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload() == (ROOT / "README.md").read_text(encoding="utf-8")

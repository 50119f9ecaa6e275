"""The README's pictures are there, small, and made by a script from the real program."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from tests.cli.window import Window
from tests.docs.pages import GUIDES
from tests.paths import ROOT
from tests.pictures.make import FOLDER, drawing, make

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES = 200_000


def test_the_readme_shows_pictures_that_are_there() -> None:
    """Each picture of the README and the guides is a file that a page can load quickly, and none is unused."""
    named = {
        (page.parent / name).resolve()
        for page in (ROOT / "README.md", *GUIDES)
        for name in re.findall(r"!\[[^\]]{20,}\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    }
    assert {picture.resolve() for picture in FOLDER.iterdir()} == named
    assert all(picture.stat().st_size < LARGEST_BYTES for picture in named)


def test_a_drawing_is_an_image_without_anything_from_elsewhere() -> None:
    """Whatever stands in a window becomes well-formed SVG with its words, and no script, link or address."""
    window = Window().feed("\x1b[1;31mTo <b>correct</b>\x1b[0m & 'more'\r\n  \x1b[2m]]>\x1b[0m")
    drawn = drawing(window, "a <title>")
    tree = ElementTree.fromstring(drawn)
    words = [one.text for one in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert words == ["To <b>correct</b>", "& 'more'", "]]>"]
    assert drawn.count("http") == 1
    assert "<script" not in drawn


def test_the_pictures_can_be_made_anew(tmp_path: Path) -> None:
    """The script runs the demo and takes the pictures, with what the program says today."""
    make(tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {one.name for one in FOLDER.iterdir()}
    assert "47 of 47 contacts" in (tmp_path / "terminal.svg").read_text(encoding="utf-8")
    for picture in tmp_path.glob("*.png"):
        head = picture.read_bytes()[:24]
        assert head.startswith(b"\x89PNG")
        assert min(struct.unpack(">II", head[16:24])) >= 390
        assert picture.stat().st_size < LARGEST_BYTES

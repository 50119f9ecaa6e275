"""Text files of very many lines that hold next to nothing are refused; lines without a letter or digit do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.errors import SourceError
from importer.spreadsheet.opening import open_table

if TYPE_CHECKING:
    from pathlib import Path

MOST = 100_000


def rows_of(folder: Path, text: str, encoding: str = "utf-8") -> int:
    path = folder / "sheet.csv"
    path.write_bytes(text.encode(encoding))
    return sum(len(chunk.rows) for chunk in open_table(str(path)).chunks())


@pytest.mark.parametrize("line", ["a", "1,2", "\u00e9"])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_more_short_lines_than_contacts_take_are_refused(line: str, end: str, tmp_path: Path) -> None:
    """A file of very many lines of a few characters is refused in words, and its parts are read."""
    with pytest.raises(SourceError, match=r"100,001 lines of . characters") as refused:
        rows_of(tmp_path, "Name,Phone" + end + (line + end) * MOST)
    assert refused.value.next_step.endswith("import it in parts of at most 100,000 lines each.")
    assert rows_of(tmp_path, "Name,Phone" + end + (line + end) * (MOST - 1)) == MOST - 1


@pytest.mark.parametrize(("line", "encoding"), [("5550101", "utf-8"), ("a@b.co,", "utf-8"), ("Al B", "utf-16")])
def test_the_shortest_contacts_are_read(line: str, encoding: str, tmp_path: Path) -> None:
    """Numbers without an area code and the shortest addresses are long enough, however many there are."""
    assert rows_of(tmp_path, "Phone\n" + f"{line}\n" * (MOST + 1), encoding) == MOST + 1


@pytest.mark.parametrize("blank", ["", ",,,", '"",""', " "])
def test_blank_lines_do_not_count(blank: str, tmp_path: Path) -> None:
    """A sheet that was saved with all of its blank rows is read, for these are no rows."""
    assert rows_of(tmp_path, "Name,Phone\nAnn,4155550101\n" + f"{blank}\n" * 3 * MOST) == 1


@pytest.mark.parametrize("name", ["\u0d38\u0d41\u0d30\u0d47\u0d37\u0d4d", "\u0a17\u0a41\u0a30\u0a2e\u0a41\u0a16"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_letters_with_the_byte_of_a_line_end_are_no_line_ends(name: str, encoding: str, tmp_path: Path) -> None:
    """Names in Malayalam and Gurmukhi, whose letters in UTF-16 hold the bytes of line ends, are read like others."""
    assert rows_of(tmp_path, "Name,Phone\n" + f"{name * 6},+919876500000\n" * 20_000, encoding) == 20_000


def test_short_lines_of_wide_letters_are_refused_too(tmp_path: Path) -> None:
    """Lines of one letter are too short in an encoding of two bytes a letter too, and their length is in letters."""
    with pytest.raises(SourceError, match="100,001 lines of 2 characters"):
        rows_of(tmp_path, "Name,Phone\n" + "\u0d05\n" * MOST, "utf-16")

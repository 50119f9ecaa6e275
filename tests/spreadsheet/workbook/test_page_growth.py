"""A page of nothing but beginnings takes time in proportion to its size, and is read as the parser alone reads it."""

from __future__ import annotations

import random
import time

import pytest

from importer.spreadsheet.options import Limits
from importer.spreadsheet.workbook.html import Html, _HtmlTable, _PageParser

HEAD = "<table><tr><td>Name<td>Phone"
BEGINNINGS = ("<!--", "<a ", "</a", "<?", "<!x", "<![CDATA[", "<![if ", "<!doctype", "<", "<a b='", "<!--><!-- ")
PARTS = (*BEGINNINGS, "-->", ">", "]]>", "]>", "&amp;", '"', "'", "<td>", "<tr>", "</td", "<script>", "</script>", "a ")
SIZE = 60_000


class PlainParser(_PageParser):
    """The same without its short way."""

    def _parsed(self, start: int, parse: object) -> int:
        assert callable(parse)
        return int(parse(start))


def tables(text: str, parser: type[_PageParser]) -> list[list[list[str]]]:
    """The rows of the tables of a page."""
    page = parser(Limits(), 1_000_000)
    page.feed(text)
    page.finish()
    return [table.rows for table in page.tables if isinstance(table, _HtmlTable)]


@pytest.mark.parametrize("seed", range(5))
def test_the_short_way_changes_nothing(seed: int) -> None:
    """Whatever a page leaves open, its tables are those that HTMLParser finds."""
    chance = random.Random(seed)
    for _ in range(300):
        page = HEAD + "".join(chance.choices(PARTS, k=chance.randrange(12)))
        assert tables(page, _PageParser) == tables(page, PlainParser), page


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_beginnings_without_an_end_take_little(beginning: str) -> None:
    """Sixteen times the page takes less than sixty times as long; the square would be 256."""
    small, large = (HEAD + beginning * (size // len(beginning)) for size in (SIZE, 16 * SIZE))
    seconds = []
    for text in (small, large):
        start = time.process_time()
        Html(text, Limits())
        seconds.append(time.process_time() - start)
    assert seconds[1] < max(60 * seconds[0], 1.0)

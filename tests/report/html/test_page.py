"""The page as text: whatever the sheet holds, only our own tags, and nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.model import Problem, Reject, Severity
from importer.report.html import rejects
from importer.report.html.page import (
    Balance,
    BalancePart,
    Bucket,
    BucketChart,
    Cell,
    CellMark,
    CountBar,
    CountBars,
    Note,
    Page,
    Section,
    Table,
    Tone,
    cell,
)
from importer.report.html.render import render

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "</style></script></title></textarea><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}{#",
    "<!-- --><![CDATA[ ]]>",
    "&lt;b&gt;&#x3c;",
    "a\x00b\x1b[31m",
    "\u202egnp.exe",
    "half \ud83d",
)


def page_of(text: str) -> Page:
    """A page with `text` wherever a text can stand."""
    one = cell(text, CellMark.ERROR)
    row = Reject(2, text, (Problem(2, text, text, text, Severity.ERROR, f"{text}. {text}.", 0),))
    blocks = (
        Balance((BalancePart("created", 3, "created"), BalancePart("rejected", 1, "rejected"))),
        CountBars(text, text, (CountBar(text, 2, one),), 1),
        BucketChart(2.0, (Bucket(9, 8, 1, 1), Bucket())),
        Table(text, (text, text, text), ((one, (one, one), one), (one, (), one)), 3, text, folded=True),
        Note(text),
    )
    rejected = rejects.section(
        [(row, (text, text))],
        [rejects.RejectColumn(0, text, position=0), rejects.RejectColumn(1, "B", position=1)],
        9,
        text,
    )
    return Page(
        title=text,
        kind="run",
        tone=Tone.ATTENTION,
        headline=text,
        lines=((text, text), ("Next", text)),
        sections=(Section("all", text, blocks, text), rejected, Section("none", "None", ())),
        facts=((text, text),),
        stopped=text,
    )


class Reader(HTMLParser):
    """Reads a page back as a browser would: its elements, attributes and texts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attributes]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_injection_strings_stay_text(text: str) -> None:
    """A cell, header, rule, file name or message that looks like markup, script or template is shown as it is."""
    plain, read = Reader(render(page_of("harmless"))), Reader(render(page_of(text)))
    assert read.elements == plain.elements
    assert [name for name, _ in read.attributes] == [name for name, _ in plain.attributes]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_no_text_makes_an_element(text: str) -> None:
    """Whatever is in the sheet, the page has our elements only, no event attribute and no address to follow."""
    read = Reader(render(page_of(text)))
    assert set(read.elements) == set(Reader(render(page_of("harmless"))).elements)
    assert not [name for name, _ in read.attributes if name.startswith("on") or name in {"style", "src"}]
    assert all(value.startswith("#") for name, value in read.attributes if name == "href")


def test_text_comes_through_unchanged() -> None:
    """Escaping changes what a browser reads in no way."""
    text = """O'Connor & Sons <"Ltd"> {{ x }} žluťoučký 漢字"""
    assert sum(text in words for words in Reader(render(page_of(text))).words) >= 15


def test_only_our_own_style_and_script_may_run() -> None:
    """The policy forbids everything but the one style and the one script whose hashes it names."""
    text = render(page_of("x"))
    policy = dict(Reader(text).attributes)["content"]
    found = next(value for name, value in Reader(text).attributes if value.startswith("default-src"))
    assert "'none'" in found
    assert "unsafe" not in found
    assert "http" not in found
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in found
    assert policy


def test_the_page_loads_nothing() -> None:
    """No address of anything outside stands in the page itself, its style or its script."""
    text = render(page_of("x"))
    assert not re.search(r"https?://|url\(|@import|<link|<img|<iframe|srcset|fetch\(|XMLHttp", text)


def test_a_cell_without_end_is_cut() -> None:
    """A cell of a megabyte shows its beginning and says how long it is."""
    text = render(page_of("x" * 2**20))
    assert "1,048,576 characters" in text
    assert len(text) < 60_000


def test_a_long_text_is_not_kept() -> None:
    """Of a long cell only the beginning stays in memory until the page is made."""
    assert len(cell("x" * 10**6).text) <= 400
    assert cell("x" * 10**6) == Cell("x" * 400, 10**6)


def test_a_thousand_rejects_stay_under_300_kilobytes() -> None:
    """A page with 1,000 ordinary rejects can be sent as an attachment."""
    message = "“555-0148” has no country code, and no region is set for it. The row is rejected. Give --region."
    rows = [
        (
            Reject(
                row, f"id-{row}", (Problem(row, "Mobile Phone", "x", "phone-no-country", Severity.ERROR, message, 3),)
            ),
            ("Benjamin", "Papadopoulos", "O'Connor & Sons Plumbing", "+1 555 0148", f"benjamin{row}@example.com"),
        )
        for row in range(2, 1002)
    ]
    names = ("First Name", "Last Name", "Company", "Mobile Phone", "Email")
    shown = [rejects.RejectColumn(place, name, position=place) for place, name in enumerate(names)]
    section = rejects.section(rows, shown, 1000, "rejects.csv")
    text = render(Page("f.csv", "run", Tone.ATTENTION, "x", (), (section,)))
    assert text.count("<th scope=row>") == 1000
    assert len(text.encode()) < 300_000


@settings(max_examples=40, deadline=None)
@given(
    st.from_regex(r"\+1 ?\(?415\)? ?555[ -]01[0-9]{2}", fullmatch=True), st.from_regex(r"[a-z]{4,9}", fullmatch=True)
)
def test_a_masked_page_holds_no_phone_and_no_email(phone: str, name: str) -> None:
    """With --mask neither can be read anywhere: not in cells, messages, headers or the title."""
    text = render(page_of(f"{phone} is wrong, see {name}@example.com"), mask=True)
    assert phone not in text
    assert phone[-8:] not in text
    assert f"{name}@" not in text
    assert f"{name[0]}•••@example.com" in text
    assert "phones and emails masked" in text


@pytest.mark.parametrize(
    "words", ["x " * 995, "x " * 35, "x " * 199, "bob.somebody.with.a.name@example.com " * 10, "x" * 395]
)
def test_a_cut_leaves_no_half_of_a_secret(words: str) -> None:
    """Where a masked text is cut, no beginning of an address or number shows before the cut."""
    text = render(page_of(words + "annabella.longname@example.com"), mask=True)
    assert "annab" not in text


def test_templates_are_part_of_the_package() -> None:
    """The templates, the style and the script are found beside the code, as in an installed wheel."""
    here = files("importer.report.html")
    assert {"page.html.jinja", "blocks.html.jinja", "rejects.html.jinja", "style.css", "filter.js"} <= {
        one.name for one in here.iterdir()
    }

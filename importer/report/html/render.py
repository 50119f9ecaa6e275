"""A Page as one HTML text that needs nothing else: no network, no other file, no foreign script.

Everything that is printed passes `_printable` first: hidden characters are named, phones and emails masked if asked
for, long texts cut. Then jinja2 escapes it. The Content Security Policy allows only this page's own style and script.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from importer.regex import regex
from importer.report.html import chart
from importer.report.html.compiled import CompiledTemplates
from importer.report.html.page import KEPT_CHARACTERS, Cell
from importer.report.mask import masked
from importer.report.visible_text import PLAIN, cut, visible, without_password
from importer.text import duration
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.report.html.page import BucketChart, Page

# Masking takes long for a text of megabytes, and nothing behind this many characters is ever shown.
_LONGEST = 2000
# A word that is cut in two may be half an email address.
_LAST_WORD = regex(r"\S{1,320}\Z")


def render(page: Page, *, mask: bool = False) -> str:
    """The page as text; with `mask`, no phone number and no email address can be read in it."""
    return "".join(pieces(page, mask=mask))


def pieces(page: Page, *, mask: bool = False) -> Iterator[str]:
    """Yield the same text piece by piece."""
    environment = _environment()
    assert environment.loader is not None  # noqa: S101 (for the type checker)
    style, script = (environment.loader.get_source(environment, name)[0] for name in ("style.css", "filter.js"))
    lines = []
    for label, line in page.lines:
        words, typed = command(line)
        lines.append((label, words, typed.split(" ") if typed else []))
    sections = [section for section in page.sections if section.blocks]
    return environment.get_template("page.html.jinja").generate(
        page=_printable(replace(page, lines=(), sections=()), mask),
        lines=_printable(lines, mask),
        sections=_printable(sections, mask),
        mask=mask,
        style=Markup(style),  # noqa: S704 (a file of ours)
        script=Markup(script),  # noqa: S704 (a file of ours)
        policy=_policy(style, script),
    )


@cache
def _environment() -> Environment:
    options: dict[str, Any] = {
        "autoescape": True,
        # A misspelt name in the template is an error, not an empty place on the page.
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        # To look for constants takes 40 % of the time of compiling them, where compiled ones cannot be kept.
        "optimized": False,
    }
    environment = Environment(  # noqa: S701 (the options have it)
        loader=PackageLoader("importer.report", "html"), bytecode_cache=CompiledTemplates(options), **options
    )
    environment.filters |= {
        "number": lambda value: Markup(f"{value:,}"),  # noqa: S704 (a number)
        "lanes": lanes,
        "share": lambda count, most: round(100 * count / most, 1) if most else 0,
    }
    environment.globals |= {"strip": chart.strip, "columns": chart.columns, "duration": partial(duration, decimals=0)}
    return environment


def _printable(part: Any, mask: bool) -> Any:
    """The part of a page, or several, with every text in it as it is printed."""
    if isinstance(part, str):
        # The words of an enumeration are our own.
        return part if isinstance(part, StrEnum) else _fit(part, KEPT_CHARACTERS * 2, len(part), mask=mask)
    if isinstance(part, list | tuple):
        return [_printable(inner, mask) for inner in part]
    if isinstance(part, Cell):
        text = _fit(part.text, part.limit, part.characters, mask=mask)
        return part if text == part.text else replace(part, text=text)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{field.name: _printable(getattr(part, field.name), mask) for field in fields(part)})
    return part


def _fit(text: str, limit: int, characters: int, *, mask: bool) -> str:
    """The beginning of a text of so many characters, as it is printed."""
    if not mask and len(text) == characters <= limit and PLAIN.fullmatch(text):
        return text  # as most are
    beginning = text[:_LONGEST]
    whole = characters <= len(beginning)
    if mask:
        # Before the text is cut to its limit: half an email address would no longer be recognised and masked.
        beginning = masked(beginning if whole else _LAST_WORD.sub("", beginning))
    return cut(visible(without_password(beginning)), limit, characters, whole=whole)


def _policy(style: str, script: str) -> str:
    """A policy of CSP level 3: only the texts with these hashes are allowed, everything else is forbidden."""
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; "
        "base-uri 'none'; form-action 'none'"
    )


def command(words: str) -> tuple[str, str]:
    """Split a line into its words and the command at its end ("" if there is none)."""
    before, name, after = words.partition(f"{PROGRAM} ")
    return before, f"{name}{after}" if after else ""


def lanes(block: BucketChart) -> list[tuple[str, str, list[float]]]:
    """The charts of a run over time: (name, caption, value per bucket), without those in which nothing happened."""
    buckets, width = block.buckets, block.width_seconds
    rate = [bucket.requests / width for bucket in buckets]
    charts = [("requests", f"Requests a second (most: {max(rate, default=0):.1f})", rate)]
    for name, words, counts in (
        ("limited", "Told to slow down (429)", [bucket.limited for bucket in buckets]),
        ("retries", "Requests sent again", [bucket.retries for bucket in buckets]),
    ):
        if any(counts):
            charts.append((name, f"{words}: {sum(counts):,}", [float(count) for count in counts]))
    return charts

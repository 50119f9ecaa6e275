"""A Page as one HTML text that needs nothing else: no network, no other file, no foreign script.

Everything that is printed passes `_finalize`: hidden characters are named, phones and emails masked if asked for, long
texts cut, and then jinja2 escapes it. The Content Security Policy allows only this page's own style and script.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from importer.report.html import chart
from importer.report.html.page import KEPT_CHARACTERS, SHOWN_CHARACTERS, Cell
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
_LAST_WORD = re.compile(r"\S{1,320}\Z")


def render(page: Page, *, mask: bool = False) -> str:
    """The page as text; with `mask`, no phone number and no email address can be read in it."""
    return "".join(pieces(page, mask=mask))


def pieces(page: Page, *, mask: bool = False) -> Iterator[str]:
    """Yield the same text piece by piece."""
    environment = _environment(mask)
    assert environment.loader is not None  # noqa: S101 (for the type checker)
    style, script = (environment.loader.get_source(environment, name)[0] for name in ("style.css", "filter.js"))
    return environment.get_template("page.html.jinja").generate(
        page=page,
        sections=[section for section in page.sections if section.blocks],
        mask=mask,
        style=Markup(style),  # noqa: S704 (a file of ours)
        script=Markup(script),  # noqa: S704 (a file of ours)
        policy=_policy(style, script),
    )


@cache  # compiling the templates takes longer than a small page
def _environment(mask: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("importer.report", "html"),
        autoescape=True,
        # A misspelt name in the template is an error, not an empty place on the page.
        undefined=StrictUndefined,
        finalize=partial(_finalize, mask),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": partial(_shown, mask),
        "number": lambda value: Markup(f"{value:,}"),  # noqa: S704 (a number)
        "lanes": lanes,
        "command": command,
        "share": lambda count, most: round(100 * count / most, 1) if most else 0,
    }
    environment.globals |= {"strip": chart.strip, "columns": chart.columns, "duration": partial(duration, decimals=0)}
    return environment


def _finalize(mask: bool, value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return _fit(mask, value, KEPT_CHARACTERS * 2, len(value))
    return value


def _shown(mask: bool, value: Cell, limit: int = SHOWN_CHARACTERS) -> Markup:
    return escape(_fit(mask, value.text, limit, value.characters))


def _fit(mask: bool, text: str, limit: int, characters: int) -> str:
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

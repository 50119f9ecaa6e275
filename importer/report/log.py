"""The log of the commands over a sheet: one JSON object a line, phones and addresses masked, no contact in it whole."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from importer.report.mask import DOTS, masked
from importer.report.visible_text import without_password

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_TEXT = 500
# What stands in these may be a contact's own words: lines of a plan, headers that are a row, cells in a reason.
_UNTOLD = {"outlook": {"text"}, "finding": {"column"}, "mapped": {"columns"}}
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def log_line(at: str, facts: Mapping[str, object]) -> str:
    """The line of one event; `at` is its moment."""
    # ASCII, so that half a surrogate pair of a damaged file is no reason to lose the line.
    return json.dumps({"at": at, **facts}, separators=(",", ":"), default=str) + "\n"


def logged(name: str, facts: Mapping[str, Any]) -> dict[str, object]:
    """An event as the log may keep it."""
    untold = _UNTOLD.get(name, set())
    kept: dict[str, object] = {key: _kept(key, value) for key, value in facts.items() if key not in untold}
    if name == "mapped":
        kept["columns"] = [_column(number, one) for number, one in enumerate(facts.get("columns", ()), start=1)]
    # A fact of that name would hide what happened.
    return {"event": name} | kept | {"event": name}


def settings_facts(settings: Mapping[str, Any], shown: Mapping[str, str]) -> dict[str, object]:
    """Return settings as the log may show them: `shown` says by name whether by "value" (masked) or "size".

    Of every other setting only that it was given.
    """
    facts: dict[str, object] = {}
    for name, value in settings.items():
        if shown.get(name) == "size" and hasattr(value, "__len__"):
            facts[name] = len(value)
        elif shown.get(name) in ("size", "value"):
            facts[name] = _kept("", value)
        else:
            facts[name] = "(given)"
    return facts


def masked_path(path: str) -> str:
    """The path of a request without what its query or an odd segment says: external ids may be phones or addresses."""
    plain, asked, _ = path.partition("?")
    segments = [segment if _ID.fullmatch(segment) else masked(segment) for segment in plain.split("/")]
    return "/".join(segments) + (f"?{DOTS}" if asked else "")


def _column(number: int, one: Mapping[str, str]) -> dict[str, object]:
    """A column by its place: a sheet without a header has a contact where its names should be."""
    return {"column": f"#{number}", "field": masked(one.get("field", "")), "fit": one.get("fit", "")}


def _kept(key: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        text = masked_path(value) if key == "path" else masked(without_password(value))
        return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
    if isinstance(value, list | tuple):
        return [_kept("", one) for one in value]
    if isinstance(value, dict):
        return {masked(str(name)): _kept(str(name), one) for name, one in value.items()}
    return _kept(key, str(value))

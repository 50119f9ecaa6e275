"""The log of the commands over a sheet: one JSON object per line, phones and emails masked, no contact complete."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from importer.regex import regex
from importer.report.mask import DOTS, masked
from importer.report.visible_text import without_password
from importer.text import PHONE_DIGITS, TRACE_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

# A message may quote a cell, which can hold 32,767 characters in Excel.
LONGEST_TEXT = 500
# These facts may hold values of a contact: lines of a plan, headers that are really a row, cells in a reason.
_LEFT_OUT = {"outlook": {"text"}, "finding": {"column"}, "mapped": {"columns"}}
# A segment of a path that is not like an id of the service may be a phone or an email address.
_ID = regex(r"[A-Za-z0-9_-]{0,64}")
# Most texts of the log: what has only these signs, and fewer digits than a phone, needs no mask.
_HARMLESS = regex(rf"[A-Za-z _.,-]*(?:[0-9][A-Za-z _.,-]*){{0,{PHONE_DIGITS - 1}}}")


def log_line(moment: str, facts: Mapping[str, object]) -> str:
    """The line of one event; `moment` is its time."""
    # As ASCII, since half a surrogate pair of a damaged file could not be written as UTF-8.
    return json.dumps({"at": moment, **facts}, separators=(",", ":"), default=str) + "\n"


def logged(name: str, facts: Mapping[str, Any]) -> dict[str, object]:
    """An event as the log may keep it."""
    left_out = _LEFT_OUT.get(name, set())
    logged_facts: dict[str, object] = {key: _kept(key, value) for key, value in facts.items() if key not in left_out}
    if name == "mapped":
        # Columns by number: a sheet without a header has a contact in place of the names.
        logged_facts["columns"] = [
            {"column": f"#{number}", "field": masked(column.get("field", "")), "fit": column.get("fit", "")}
            for number, column in enumerate(facts.get("columns", ()), start=1)
        ]
    # The name comes first in the line, and a fact called "event" must not replace it.
    return {"event": name} | logged_facts | {"event": name}


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
    """The path of a request without its query and odd segments: external ids may be phones or email addresses."""
    plain, question_mark, _ = path.partition("?")
    segments = [segment if _ID.fullmatch(segment) else masked(segment) for segment in plain.split("/")]
    return "/".join(segments) + (f"?{DOTS}" if question_mark else "")


def _kept(key: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        if _HARMLESS.fullmatch(value) and len(value) <= LONGEST_TEXT:
            return value
        if key == "trace" and TRACE_ID.fullmatch(value):
            # An id of many digits must reach the service's support as it is.
            return value
        text = masked_path(value) if key == "path" else masked(without_password(value))
        return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
    if isinstance(value, list | tuple):
        return [_kept("", item) for item in value]
    if isinstance(value, dict):
        # The names may be headers, and the header of a sheet without one is really a contact.
        return {
            name if _HARMLESS.fullmatch(name) else masked(name): _kept(name, item)
            for name, item in ((str(name), item) for name, item in value.items())
        }
    return _kept(key, str(value))

"""What a bug report may contain: numbers and our own words, but nothing from a sheet, a contact or a person.

Everything is admitted by name. What is not listed here is left out, so that a new fact cannot leak by accident.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from importer.model.fields import MAP_FIELDS
from importer.regex import regex
from importer.report.log import log_line
from importer.text import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from importer.report.history import Past

GIVEN = "(given)"
_SLUG = regex(r"[a-z][a-z0-9-]{0,40}")
_MOMENT = regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[0-9.]*(?:\+00:00|Z)?")
_RUN = regex(r"\d{8}-\d{6}-[0-9a-f]{4}")
_PATH = regex(r"(/v1/[a-z-]{1,40})(/.*)?")
# A module and a line, never a path: its folders may carry the name of the person.
_PLACE = regex(r"[A-Za-z_][A-Za-z0-9_.]{0,80}:\d+")
# The status alone, since the words of the service around it may quote a contact.
_CODE = regex(r"answered ([1-5]\d\d)\b")
# The endings of files that can be imported; any other ending may be a part of a name, as in `list.of.smith`.
_SUFFIX = regex(r"\.(?:csv|tsv|txt|xlsx|xlsm|xls|xlsb|ods|html?|xml|zip|gz|numbers)")
# Digits and hexadecimal letters alone: a word of a person has no place here.
_TRACE = regex(r"[0-9a-fA-F-]{8,64}")
_FIELD = regex("|".join((*MAP_FIELDS, "custom", "identity")))
# Facts that are numbers; a text under one of these names is left out.
_NUMBER = regex(
    "ms|row|rows|to_send|attempt|wait_seconds|contacts|conversations|of|count|created|updated|unchanged|skipped|"
    "duplicate|rejected|conflict|unfinished|warnings|requests|retries|rate_limited|seconds|exit_code|create|update|look|"
    "delete|reversed|kept|failed|there|unknown|open|warning"
)
_WORDS = ("command", "event", "severity", "fit", "result")
_TEXTS = ("text", "reason")
_VERSIONS = ("program", "python", "implementation", "platform")
_VERSION = regex(r"[\w.+~ ()/:-]{1,120}")


def shared_settings(settings: Mapping[str, Any], shown: Mapping[str, str]) -> dict[str, object]:
    """Return settings without anything that a person wrote in their own words.

    `shown` has the pattern that a value must match to be shown, by the name of the option.
    """
    facts: dict[str, object] = {}
    for name, value in settings.items():
        # A journal is data from outside, so even the names are checked.
        if not _SLUG.fullmatch(name.replace("_", "-")):
            continue
        pattern = shown.get(name, "")
        if isinstance(value, bool) or (pattern and re.fullmatch(pattern, str(value))):
            facts[name] = value
        else:
            facts[name] = f"({len(value)} entries)" if isinstance(value, list | tuple | dict) else GIVEN
    return facts


def shared_rules(rules: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Rules with their counts; those of the person's own schema are counted as one."""
    counts: dict[str, int] = {}
    for rule, count in rules:
        name = shared_rule(rule)
        counts[name] = counts.get(name, 0) + count
    return counts


def shared_rule(rule: str) -> str:
    """The name of a rule of ours, `schema-rule` for any other."""
    return "schema-rule" if rule.startswith("schema-") or not _SLUG.fullmatch(rule) else rule


def shared_run(past: Past, shown: Mapping[str, str]) -> dict[str, object]:
    """A run in numbers: of the file only its kind, of the columns only what they fill.

    `shown` as in `shared_settings`.
    """
    facts = past.facts
    return {
        "run_id": past.run_id,
        "command": past.command,
        "file": shared_file(past.file),
        "sheet": past.sheet is not None,
        "started_at": past.started_at,
        "finished_at": past.finished_at,
        "counts": dict(past.counts) if past.counts is not None else None,
        "exit_code": past.exit_code,
        "settings": shared_settings(past.settings, shown),
        **{name: facts[name] for name in ("requests", "retries", "rate_limited", "seconds") if name in facts},
        "program": _text(_VERSION, facts.get("program")),
        "columns": _columns(facts.get("mapping", [])),
        "rules": shared_rules((rule, count) for _, rule, count, *_ in facts.get("rules", ())),
    }


def shared_file(file: str) -> str:
    """The extension of a file: its name may be that of a person."""
    suffix = PurePath(file).suffix.lower()
    return f"*{suffix}" if _SUFFIX.fullmatch(suffix) else "*"


def shared_log(lines: Iterable[str], phrases: Collection[str], shown: Mapping[str, str]) -> Iterator[str]:
    """The lines of a log, each with what is ours alone; `phrases` are words of ours that may stand in its texts.

    `shown` as in `shared_settings`.
    """
    for line in lines:
        try:
            # A program that was killed may leave half a line.
            entry = read_json(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and (moment := _text(_MOMENT, entry.get("at"))):
            yield log_line(moment, _entry(entry, phrases, shown))


def _entry(entry: Mapping[str, Any], phrases: Collection[str], shown: Mapping[str, str]) -> dict[str, object]:
    shared: dict[str, object] = {}
    for name, value in entry.items():
        fact: object = None
        if _NUMBER.fullmatch(name):
            fact = value if isinstance(value, bool | int | float) else None
        elif name == "rule":
            fact = shared_rule(str(value))
        elif name in _ADMITTED:
            fact = _ADMITTED[name](value)
        if fact is not None:
            shared[name] = fact
    if isinstance(settings := entry.get("settings"), dict):
        shared["settings"] = shared_settings(settings, shown)
    # A text may quote a cell, so of each only a status and the phrases of this program are kept.
    words = " ".join(str(entry.get(name, "")) for name in _TEXTS)
    if code := _CODE.search(words):
        shared["answered"] = int(code[1])
    if own_phrases := [phrase for phrase in phrases if phrase in words]:
        shared["said"] = own_phrases
    return shared


def _columns(value: object) -> object:
    """The field of each column, by number: the label after the colon may be the person's own word."""
    if not isinstance(value, list | tuple):
        return None
    fields = [str(column.get("field", "")).partition(":")[0] if isinstance(column, dict) else "" for column in value]
    return [
        {"column": number, "field": field if _FIELD.fullmatch(field) else ""}
        for number, field in enumerate(fields, start=1)
    ]


def _libraries(value: object) -> object:
    if not isinstance(value, dict):
        return None
    return {
        name: version
        for name, text in value.items()
        if _SLUG.fullmatch(name) and (version := _text(_VERSION, text)) is not None
    }


def _path(value: object) -> str | None:
    match = _PATH.fullmatch(str(value))
    return None if match is None else match[1] + ("/*" if match[2] else "")


def _text(rule: re.Pattern[str], value: object) -> str | None:
    return value if isinstance(value, str) and rule.fullmatch(value) else None


# What may be shown of each fact of the log, None for nothing.
_ADMITTED: dict[str, Callable[[object], object]] = {
    "run": lambda value: _text(_RUN, value),
    "run_id": lambda value: _text(_RUN, value),
    "method": lambda value: _text(re.compile("GET|POST|PATCH|DELETE"), value),
    "kind": lambda value: _text(re.compile("[A-Z][A-Za-z]{1,40}"), value),
    "place": lambda value: _text(_PLACE, value),
    "path": _path,
    "trace": lambda value: _text(_TRACE, value),
    "columns": _columns,
    "libraries": _libraries,
    "status": lambda value: value if isinstance(value, int) else _text(_SLUG, value),
    **{name: lambda value: _text(_SLUG, value) for name in _WORDS},
    **{name: lambda value: _text(_VERSION, value) for name in _VERSIONS},
}

"""The events of `--json`, each with its facts: one JSON object a line on stdout, described by a JSON Schema."""

from __future__ import annotations

from typing import Any, NamedTuple

from importer.model import FieldType, Fit, Severity, Status

Rule = dict[str, Any]

TEXT: Rule = {"type": "string"}
YES_OR_NO: Rule = {"type": "boolean"}
COUNT: Rule = {"type": "integer", "minimum": 0}
SECONDS: Rule = {"type": "number", "minimum": 0}
ROW: Rule = {"type": ["integer", "null"], "description": "The row as a spreadsheet program numbers it; null for none."}
MAYBE_TEXT: Rule = {"type": ["string", "null"]}
EXIT_CODE: Rule = {"enum": [0, 1, 2, 3, 70]}
STATUS: Rule = {"enum": [status.value for status in Status]}
TEXTS: Rule = {"type": "array", "items": TEXT}
OPTIONAL = "?"


class Kind(NamedTuple):
    """An event: when it comes, and its facts; a name that ends with ? is not always there."""

    when: str
    facts: dict[str, Rule]


def _object(facts: dict[str, Rule]) -> Rule:
    return {
        "type": "object",
        "properties": {name.rstrip(OPTIONAL): rule for name, rule in facts.items()},
        "required": [name for name in facts if not name.endswith(OPTIONAL)],
        "additionalProperties": False,
    }


_NOTE = {"text": TEXT, "warning": YES_OR_NO}
_COLUMN = {"column": TEXT, "field": TEXT, "fit": {"enum": [fit.value for fit in Fit]}, "reason": TEXT}
_PROPOSED = {"column": TEXT, "field": TEXT, "open": YES_OR_NO, "reason": TEXT}
_FIELD = {"name": TEXT, "key": TEXT, "type": {"enum": [kind.value for kind in FieldType]}}
_SETTING = {"name": TEXT, "value": TEXT, "origin": TEXT}

MAYBE_COUNT: Rule = {"type": ["integer", "null"], "minimum": 0}
_PAST: dict[str, Rule] = {
    **dict.fromkeys(("folder", "run_id", "command", "file", "started_at"), TEXT),
    "finished_at": MAYBE_TEXT,
    "counts": {"type": ["object", "null"], "additionalProperties": COUNT},
    "exit_code": {"enum": [None, *EXIT_CODE["enum"]]},
    "seconds": {"type": ["number", "null"], "minimum": 0},
    "requests": MAYBE_COUNT,
}
_ASKED = {"run_id": TEXT, "asked": TEXT, "asked_at": {"type": ["integer", "null"]}}

EVENTS = {
    "opened": Kind("the sheet was opened; `text` says how it is read", {**_NOTE, "file": TEXT}),
    "note": Kind("something a person should know; a `warning` should not be missed", {**_NOTE, "file?": TEXT}),
    "mapped": Kind(
        "it is decided what becomes of each column", {"columns": {"type": "array", "items": _object(_COLUMN)}}
    ),
    "reading": Kind("now and then while rows are read", {"rows": COUNT}),
    "surveying": Kind(
        "now and then while the workspace is read: `rows` of `of` were looked up, or so many `contacts` or "
        "`conversations` were read",
        {"rows?": COUNT, "of?": COUNT, "contacts?": COUNT, "conversations?": COUNT},
    ),
    "outlook": Kind("a line of what is about to be done, without values of contacts", _NOTE),
    "staged": Kind("all is decided; so many rows are to be sent", {"to_send": COUNT}),
    "request": Kind(
        "a request was answered (`status` 0: it was not)",
        {"method": TEXT, "path": TEXT, "status": {"type": "integer"}, "ms": COUNT, "row": ROW},
    ),
    "delivered": Kind("a row has ended", {"row": ROW, "status": STATUS}),
    "corrected": Kind("a last look has found another end for a row", {"row": ROW, "status": STATUS}),
    "undone": Kind(
        "`undo` is done with a contact",
        {"external_id": TEXT, "contact_id": TEXT, "result": {"enum": ["reversed", "kept", "failed"]}},
    ),
    "removed": Kind("`--mirror` has deleted a contact", {"external_id": TEXT}),
    "kept": Kind("`--mirror` has spared a contact", {"external_id": TEXT}),
    "retry": Kind("a request of a row is made again", {"row": ROW, "reason": TEXT, "attempt": COUNT}),
    "rate_limited": Kind(
        "the service said 429; `wait_seconds` is what it asked for, or null",
        {"wait_seconds": {"type": ["number", "null"]}},
    ),
    "waiting": Kind("the service is not available and is waited for", {**_NOTE, "reason": TEXT}),
    "resumed": Kind("the service is available again", _NOTE),
    "pace-alone": Kind("the pace cannot be shared with other runs of this key", {**_NOTE, "reason": TEXT}),
    "cache-unwritable": Kind("the names of custom fields could not be kept", {}),
    "finding": Kind(
        "near the end, for each rule that was broken: how often (`rows` is 0 where it is about columns), where first, "
        "in words, and what to do",
        {
            "rule": TEXT,
            "severity": {"enum": [severity.value for severity in Severity]},
            "count": COUNT,
            "rows": COUNT,
            "row": ROW,
            "column": MAYBE_TEXT,
            "what": TEXT,
            "next_step": TEXT,
        },
    ),
    "run": Kind("`runs` and `show` tell of a run; null is what its journal does not know", _PAST),
    "row": Kind(
        "`show --row` tells of a row, without its values; null is what the journal does not know any more",
        {
            "run_id": TEXT,
            "row": ROW,
            "status": {"enum": [None, *STATUS["enum"]]},
            "repeats": MAYBE_COUNT,
            "contact_id": MAYBE_TEXT,
            "rules": {"type": ["array", "null"], "items": TEXT},
            "read_again": YES_OR_NO,
            "requests": {"type": "array", "items": _object(_ASKED)},
        },
    ),
    "error": Kind("why the command ended early", {"message": TEXT, "next_step": TEXT, "exit_code": EXIT_CODE}),
}

_EFFORT = {"requests": COUNT, "seconds": SECONDS, "exit_code": EXIT_CODE}
_RUN = {
    "run_id": TEXT,
    "file": TEXT,
    "sheet": MAYBE_TEXT,
    "rows": COUNT,
    **dict.fromkeys((status.value for status in Status), COUNT),
    **dict.fromkeys(("warnings", "retries", "rate_limited"), COUNT),
    **_EFFORT,
}
_PLAN = {
    **_RUN,
    **dict.fromkeys(("create", "update", "look", "delete", "expected_requests"), COUNT),
    "expected_seconds": SECONDS,
    "plan": TEXT,
}
_VERIFY = {
    **dict.fromkeys(("rows", "there", "never_arrived", "changed_since", "altered_by_service", "not_sent"), COUNT),
    **dict.fromkeys(("doubled", "duplicate", "skipped", "rejected", "conflict", "unknown"), COUNT),
    **dict.fromkeys(("seen_now?", "seen_later?", "seen_never?"), COUNT),
    "file": TEXT,
    **_EFFORT,
}
# The last event of a command; `check`, `demo`, and every command that could not do its work, end as `run` does.
SUMMARIES = {
    "run": _RUN,
    "plan": _PLAN,
    "verify": _VERIFY,
    "undo": {"undone_runs": TEXTS, **dict.fromkeys(("reversed", "kept", "failed"), COUNT), **_EFFORT},
    "map": {
        "mapping": TEXT,
        "columns": {"type": "array", "items": _object(_PROPOSED)},
        "open": COUNT,
        "exit_code": EXIT_CODE,
    },
    "fields": {"fields": {"type": "array", "items": _object(_FIELD)}, "exit_code": EXIT_CODE},
    "template": {"file": TEXT, "fields": TEXTS, "exit_code": EXIT_CODE},
    "runs": {"runs": COUNT, "folders": COUNT, "exit_code": EXIT_CODE},
    "show": {**_PAST, "report": MAYBE_TEXT, "exit_code": EXIT_CODE},
    "show --row": {"run_id": TEXT, "row": ROW, "exit_code": EXIT_CODE},
    "bug-report": {"zip": TEXT, "files": TEXTS, "exit_code": EXIT_CODE},
    "config": {"settings": {"type": "array", "items": _object(_SETTING)}, "exit_code": EXIT_CODE},
}


def document() -> Rule:
    """The JSON Schema (2020-12) of one line of `--json`."""
    kinds = [_named(name, kind.facts, kind.when) for name, kind in EVENTS.items()]
    ends = [_named("summary", facts, f"the last event of {name}") for name, facts in SUMMARIES.items()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An event of openphone-import --json",
        "description": "stdout holds one of these objects a line; the last one is a summary.",
        "oneOf": [*kinds, *ends],
    }


def _named(name: str, facts: dict[str, Rule], when: str) -> Rule:
    return {"description": when, **_object({"event": {"const": name}, **facts})}

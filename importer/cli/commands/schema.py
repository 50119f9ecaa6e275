"""`openphone-import schema`."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from itertools import pairwise
from typing import Any, Literal

from importer.cli.options import VoiceOptions  # noqa: TC001 (cyclopts reads the annotations at run time)


def schema(what: Literal["settings", "events"] = "settings", /, *, voice: VoiceOptions | None = None) -> int:
    """Print a JSON Schema: of mapping.toml and --config files, by which editors check and complete them, or of events.

    Parameters
    ----------
    what
        settings (default): the TOML files; events: a line of --json.
    """
    from importer.cli import events

    found = events.document() if what == "events" else document()
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


def document() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) of a TOML file of settings, described in the words of the options."""
    from importer.settings.model import Settings

    found = Settings.model_json_schema(by_alias=True, mode="validation")
    words = _words()
    properties = {
        name.replace("_", "-"): {**_without_title(rule), **_description(words, name)}
        for name, rule in found["properties"].items()
    }
    properties["map"] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": 'Which column fills which field: "Header" = "field", or "#3" = "field".',
    }
    text = {"type": ["string", "number", "boolean"]}
    properties["values"] = {
        "type": "object",
        "additionalProperties": {"anyOf": [text, {"$ref": "#/$defs/Recipe"}]},
        "description": 'How a field is made: a template such as "{Street}, {City}", a constant, or a recipe.',
    }
    properties["only"] = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        **_description(words, "only"),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "openphone-import settings",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": found.get("$defs", {}),
    }


_NONE = ("default", None)


def _without_title(rule: dict[str, Any]) -> dict[str, Any]:
    # null is JSON's way to say «not given»; TOML has none to write.
    kinds = [kind for kind in rule.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {key: value for key, value in rule.items() if key not in ("title", "anyOf") and (key, value) != _NONE}
    return {**kinds[0], **rest} if len(kinds) == 1 else {**rest, **({"anyOf": kinds} if kinds else {})}


def _description(words: dict[str, str], name: str) -> dict[str, str]:
    return {"description": words[name]} if name in words else {}


def _words() -> dict[str, str]:
    """What the options' own docstrings say, by name."""
    from importer.cli import options

    found: dict[str, str] = {}
    for group in ast.parse(inspect.getsource(options)).body:
        body = group.body if isinstance(group, ast.ClassDef) else []
        for field, text in pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and _is_text(text):
                found[field.target.id] = " ".join(str(text.value.value).split())  # type: ignore[attr-defined]
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)

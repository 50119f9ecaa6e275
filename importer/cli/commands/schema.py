"""`openphone-import schema`."""

from __future__ import annotations

import json
import sys
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
    """Return the schema (JSON Schema 2020-12) of a TOML file of settings, described as `run --help` describes them."""
    from importer.cli.app import build
    from importer.settings.model import Settings

    arguments = build()["run"].assemble_argument_collection(parse_docstring=True)
    help_texts = {argument.name.removeprefix("--"): argument.parameter.help for argument in arguments}
    model = Settings.model_json_schema(by_alias=True, mode="validation")
    properties: dict[str, Any] = {}
    for name, rule in model["properties"].items():
        key = name.replace("_", "-")
        text = help_texts.get(key)
        properties[key] = _without_null(rule) | ({"description": " ".join(text.split())} if text else {})

    # These three may be written in more ways in TOML than the model keeps.
    scalar = {"type": ["string", "number", "boolean"]}
    properties["map"] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": 'Which column fills which field: "Header" = "field", or "#3" = "field".',
    }
    properties["values"] = {
        "type": "object",
        "additionalProperties": {"anyOf": [scalar, {"$ref": "#/$defs/Recipe"}]},
        "description": 'How a field is made: a template such as "{Street}, {City}", a constant, or a recipe.',
    }
    properties["only"] = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        "description": properties["only"]["description"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "openphone-import settings",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": model.get("$defs", {}),
    }


def _without_null(rule: dict[str, Any]) -> dict[str, Any]:
    """Leave out null, JSON's way to say "not given", since TOML has none; and pydantic's title, the name once more."""
    kinds = [kind for kind in rule.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {key: value for key, value in rule.items() if key not in ("title", "anyOf")}
    if "default" in rest and rest["default"] is None:
        del rest["default"]
    if len(kinds) == 1:
        return {**kinds[0], **rest}
    return {**rest, **({"anyOf": kinds} if kinds else {})}

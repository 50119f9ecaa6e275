"""`openphone-import schema`."""

from __future__ import annotations

import json
import sys
from typing import Any, Literal

from importer.cli.options import VoiceOptions  # noqa: TC001 (cyclopts reads the annotations at run time)


def schema(what: Literal["settings", "events", "fleet"] = "settings", /, *, voice: VoiceOptions | None = None) -> int:
    """Print a JSON Schema: of settings files or fleet.toml (for editors), or of the events of --json.

    Parameters
    ----------
    what
        settings (default): mapping.toml and --config files; events: a line of --json; fleet: a fleet.toml.
    """
    from importer.cli import events

    documents = {"settings": document, "events": events.document, "fleet": fleet_document}
    sys.stdout.write(json.dumps(documents[what](), indent=2) + "\n")
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


_FLEET_KEYS: dict[str, dict[str, Any]] = {
    "name": {"type": "string", "description": "Names the folder of its results: keep it."},
    "sheet": {"type": "string", "description": "The file to import, or its address."},
    "sheet-name": {"type": "string", "description": "Name of the sheet in a workbook."},
    "mapping": {"type": "string", "description": "A mapping.toml, as openphone-import map saves it."},
    "schedule": {
        "type": "string",
        "description": "When workers import it: a line of cron, such as 0 2 * * *.",
    },
    "aliases": {"type": "array", "items": {"type": "string"}, "description": "Former names of the workspace."},
}


def fleet_document() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) of a fleet.toml; its options are those of `document`."""
    from importer.fleet.file import OWN_KEYS, REFUSED, SHEET_NAME

    settings = document()
    options = {key: rule for key, rule in settings["properties"].items() if key not in (*REFUSED, "sheet")}
    options[SHEET_NAME] = _FLEET_KEYS[SHEET_NAME]
    fleet_keys = {key: _FLEET_KEYS[key] for key in OWN_KEYS}
    table = {"type": "object", "additionalProperties": False}
    workspace = {**table, "properties": {**options, **fleet_keys}, "required": ["name", "sheet"]}
    return {
        "$schema": settings["$schema"],
        "title": "openphone-import fleet",
        **table,
        "properties": {
            "name": {
                "type": "string",
                "description": "Names its journals and its queue in a database: keep it (default: that of the file).",
            },
            "database": {
                "type": "string",
                "pattern": "^env:[A-Za-z_][A-Za-z0-9_]*$",
                "description": "Where the journals are, if not in files: env: and the name of a variable.",
            },
            "results": {"type": "string", "description": "Folder of all results; {workspace} stands for a name."},
            "shared-folders": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Folders that all workers have under the same path.",
            },
            "timezone": {
                "type": "string",
                "description": "Zone of the schedules, such as Europe/Berlin (default: UTC).",
            },
            "defaults": {**table, "properties": options, "description": "Options of all workspaces."},
            "workspace": {"type": "array", "items": workspace, "minItems": 1},
        },
        "required": ["workspace"],
        "$defs": settings["$defs"],
    }


def _without_null(rule: dict[str, Any]) -> dict[str, Any]:
    """Leave out null, JSON's way to say "not given", since TOML has none; and pydantic's title, the name once more."""
    kinds = [kind for kind in rule.get("anyOf", ()) if kind != {"type": "null"}]
    facts = {key: value for key, value in rule.items() if key not in ("title", "anyOf")}
    if "default" in facts and facts["default"] is None:
        del facts["default"]
    if len(kinds) == 1:
        return {**kinds[0], **facts}
    return {**facts, **({"anyOf": kinds} if kinds else {})}

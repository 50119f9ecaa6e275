"""TOML as the files of the languages are written: tables of lists of texts, read in a fifth of the time."""

from __future__ import annotations

import tomllib
from typing import Any

from importer.regex import regex

_TEXT = r'"[^"\\\n\r\t\x00-\x1f\x7f]*"'
_LIST = rf"\[\s*(?:{_TEXT}(?:\s*,\s*{_TEXT})*+\s*(?:,\s*)?)?\]"
_LINE = regex(
    rf"(?:\[(?P<table>[a-z_]+(?:\.[a-z_]+)*)\]|(?P<name>[A-Za-z_]+|{_TEXT}) = (?P<texts>{_LIST}))?"
    r"[ ]*(?:#[^\x00-\x1f\x7f]*)?\n"
)
_QUOTED = regex(r'"([^"]*)"')


def loads(text: str) -> dict[str, Any]:
    """What `tomllib.loads` gives, which reads whatever is not written plainly. Raises TOMLDecodeError."""
    document: dict[str, Any] = {}
    table, met, position = document, {""}, 0
    while position < len(text):
        line = _LINE.match(text, position)
        if line is None:
            return tomllib.loads(text)
        position = line.end()
        if path := line["table"]:
            table = document
            for part in path.split("."):
                table = table.setdefault(part, {})
                if not isinstance(table, dict):
                    return tomllib.loads(text)
            if path in met:
                return tomllib.loads(text)
            met.add(path)
        elif name := line["name"]:
            name = name.strip('"')
            if name in table:
                return tomllib.loads(text)
            table[name] = _QUOTED.findall(line["texts"])
    return document

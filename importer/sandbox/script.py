"""A file of faults, in TOML, or in JSON if its name ends in .json.

    [[fault]]                       {"fault": [
    kind = "lost-response"            {"kind": "lost-response", "method": "POST", "nth": 3},
    method = "POST"                   {"kind": "html-503", "probability": 0.05, "count": 20}
    nth = 3                         ]}

    [[fault]]
    kind = "html-503"
    probability = 0.05
    count = 20

The keys of a fault are the fields of `importer.sandbox.faults.Fault`; that module also lists the kinds. A request gets
the first fault of the file that selects it.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from importer.sandbox.faults import Fault

if TYPE_CHECKING:
    from pathlib import Path


def read_faults(path: Path) -> tuple[Fault, ...]:
    """Return the faults in the file. Raises ValueError naming file and line, or file, fault and field; OSError."""
    text = path.read_bytes()
    try:
        content: Any = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text.decode("utf-8-sig"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}. Correct the file and start again.") from None
    if not isinstance(content, dict) or not isinstance(content.get("fault"), list):
        raise ValueError(f"{path}: there is no list of faults. Begin each fault with a line [[fault]].")
    if unknown := sorted(set(content) - {"fault"}):
        raise ValueError(f"{path}: {unknown[0]!r} is unknown here. Begin each fault with a line [[fault]].")

    faults: list[Fault] = []
    names = [field.name for field in fields(Fault)]
    # Faults have no names, so a message says which one by its number, as a person counts them.
    for number, entry in enumerate(content["fault"], start=1):
        where = f"{path}, fault {number}"
        if not isinstance(entry, dict):
            raise ValueError(f"{where}: it must be a table with the key kind.")
        if unknown := [name for name in entry if name not in names]:
            raise ValueError(f"{where}: {unknown[0]!r} is unknown. The keys of a fault are {', '.join(names)}.")
        if "kind" not in entry:
            raise ValueError(f'{where}: kind is missing. Say what goes wrong, such as kind = "lost-response".')
        try:
            faults.append(Fault(**entry))
        except ValueError as error:
            raise ValueError(f"{where}, {error}. Correct the file and start again.") from None
    return tuple(faults)

"""`plan.json`: what a run will do, row by row, so that a person can read it and `run --plan` can do exactly that.

    {"version": 1, "made_at", "program", "file", "sheet", "address", "out", "command", "given", "settings",
     "sheet_digest", "rows_by_status", "create", "update", "look", "delete", "requests", "seconds",
     "deletes": [{"external_id", "contact_id", "seen_as"}],
     "rows": [{"row", "external_id", "action", "status", "contact_id", "detail", "link", "seen_as",
               "changes": [{"field", "old", "new"}]}]}

`action` is create, update, look (an earlier request may still land; the run finds out) or none. `seen_as` is a digest
of how the contact looked when the plan was made, `link` is the contact of a row that was matched by phone or email.
Every row has a line of its own, so that a plan of any size can be read line by line; empty values are left out of it.
`command` is what was typed to make the plan, `given` the FILE in that. It holds no key.
`version` grows when the meaning of anything here changes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from importer.plan.change import FieldChange
from importer.text import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VERSION = 1
_ROWS = '"rows": ['
_KEYS = ("version", "file", "address", "settings", "sheet_digest", "deletes")


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of a plan; see the module."""

    row: int
    external_id: str
    action: str
    status: str
    contact_id: str = ""
    detail: str = ""
    link: str = ""
    seen_as: str = ""
    changes: tuple[FieldChange, ...] = field(default=())

    def as_line(self) -> str:
        """The row as JSON on one line, without what is empty."""
        facts = {"row": self.row, "external_id": self.external_id, "action": self.action, "status": self.status}
        more = {name: getattr(self, name) for name in ("contact_id", "detail", "link", "seen_as")}
        changes = [{"field": change.field, "old": change.old, "new": change.new} for change in self.changes]
        filled = {name: value for name, value in {**more, "changes": changes}.items() if value}
        return json.dumps({**facts, **filled}, ensure_ascii=False)

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> PlannedRow:
        """The row that `as_line` wrote. Raises KeyError or TypeError for anything else."""
        changes = tuple(FieldChange(fact["field"], fact["old"], fact["new"]) for fact in facts.get("changes", ()))
        texts = {name: str(facts.get(name, "")) for name in ("contact_id", "detail", "link", "seen_as")}
        return cls(
            int(facts["row"]),
            str(facts["external_id"]),
            str(facts["action"]),
            str(facts["status"]),
            **texts,
            changes=changes,
        )


def write_lines(header: Mapping[str, Any], rows: Iterable[PlannedRow]) -> Iterator[str]:
    """Give the text of a plan, piece by piece."""
    # By hand around the rows: one line a row, so that a plan of any size can be written and read line by line.
    head = json.dumps({**header, "version": VERSION}, ensure_ascii=False, indent=1)
    yield head.rstrip().removesuffix("}").rstrip() + f",\n {_ROWS}\n"
    before = ""
    for row in rows:
        yield f"{before}  {row.as_line()}"
        before = ",\n"
    yield "\n ]\n}\n"


def read_header(lines: Iterable[str]) -> dict[str, Any]:
    """Return what comes before the rows.

    Raises ValueError where the file is not a plan of this program, or of another version of it.
    """
    head: list[str] = []
    for line in lines:
        if line.strip() == _ROWS:
            header: dict[str, Any] = read_json("".join(head).rstrip().removesuffix(",") + "}")
            # The version first: a file of another version may lack keys for good reasons.
            if header.get("version") != VERSION:
                raise ValueError(f"is of version {header.get('version')}, this program knows {VERSION}")
            if missing := [key for key in _KEYS if key not in header]:
                raise ValueError(f"has no {missing[0]}")
            return header
        head.append(line)
    raise ValueError("is not a plan of this program")


def read_rows(lines: Iterable[str]) -> Iterator[PlannedRow]:
    """Give the rows; `lines` are all lines of the file.

    Raises ValueError where a line was changed.
    """
    in_rows = False
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not in_rows:
            in_rows = text == _ROWS
        # What follows the rows is the end of the JSON document; a file that was cut has no such line.
        elif text == "]":
            return
        elif text:
            try:
                yield PlannedRow.of(read_json(text.removesuffix(",")))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"line {number} was changed") from error

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
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from importer.model import Status  # noqa: TC001 (pydantic reads the annotations at run time)
from importer.plan.change import FieldChange  # noqa: TC001
from importer.text import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VERSION = 1
_ROWS = '"rows": ['
_MORE = ("contact_id", "detail", "link", "seen_as")
_MOST_CHARACTERS = 5_000_000  # what comes before the rows has a few thousand


class PlannedDeletion(BaseModel):
    """A contact that a plan deletes; see the module."""

    model_config = ConfigDict(frozen=True)

    external_id: str
    contact_id: str
    seen_as: str


class PlannedSettings(BaseModel):
    """The options of a plan; those that are not named here are checked as the settings of all commands are."""

    model_config = ConfigDict(frozen=True, extra="allow")

    map: tuple[tuple[str, str], ...] = ()


class PlanHeader(BaseModel):
    """What a plan says before its rows; see the module. Another person may have made it, so each value is checked."""

    model_config = ConfigDict(frozen=True)

    file: str
    address: str
    settings: PlannedSettings
    sheet_digest: str
    deletes: tuple[PlannedDeletion, ...]
    out: str = ""
    command: str = ""
    given: str = ""
    user_schema: str | None = Field(default=None, alias="schema")


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of a plan; see the module."""

    row: Annotated[int, Field(ge=1)]
    external_id: str
    action: Annotated[str, Field(pattern="^(create|update|look|none)$")]
    status: Status
    contact_id: str = ""
    detail: str = ""
    link: str = ""
    seen_as: str = ""
    changes: tuple[FieldChange, ...] = field(default=())

    def as_line(self) -> str:
        """The row as JSON on one line, without what is empty."""
        # Put together from its texts: an encoder of JSON begins every time as if it were the first.
        texts = [("external_id", self.external_id), ("action", self.action), ("status", self.status.value)]
        more = zip(_MORE, (self.contact_id, self.detail, self.link, self.seen_as), strict=True)
        texts += [(name, value) for name, value in more if value]
        line = f'{{"row": {self.row}, ' + ", ".join([f'"{name}": {encode_basestring(value)}' for name, value in texts])
        if self.changes:
            changes = [{"field": change.field, "old": change.old, "new": change.new} for change in self.changes]
            line += f', "changes": {json.dumps(changes, ensure_ascii=False)}'
        return f"{line}}}"


_ROW = TypeAdapter(PlannedRow)


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


def read_header(lines: Iterable[str]) -> PlanHeader:
    """Return what comes before the rows.

    Raises ValueError where the file is not a plan of this program, or of another version of it.
    """
    head: list[str] = []
    characters = 0
    for line in lines:
        if line.strip() == _ROWS:
            header: dict[str, Any] = read_json("".join(head).rstrip().removesuffix(",") + "}")
            # The version first: a file of another version may lack keys for good reasons.
            if header.get("version") != VERSION:
                raise ValueError(f"is of version {header.get('version')}, this program knows {VERSION}")
            try:
                return PlanHeader.model_validate(header)
            except ValidationError as error:
                fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
                place = ".".join(map(str, fault["loc"]))
                raise ValueError(
                    f"has no {place}" if fault["type"] == "missing" else f"was changed: {place} cannot be read"
                ) from None
        characters += len(line)
        if characters > _MOST_CHARACTERS:
            break
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
                yield _ROW.validate_python(read_json(text.removesuffix(",")))
            except ValueError as error:
                raise ValueError(f"line {number} was changed") from error

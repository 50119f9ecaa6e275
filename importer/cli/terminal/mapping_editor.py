"""The mapping as a person changes it: keys in, lines out. Nothing here knows a terminal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.cli.terminal.text import plain
from importer.cli.width import cut, padded
from importer.errors import ImporterError

if TYPE_CHECKING:
    from typing import Any

LABELLED = ("phone", "email")
TABLE_HELP = "↑↓ or number, Enter: change · p: preview · s: save · q: quit without saving"
PREVIEW_HELP = "↑↓: move · any other key: back"
FIELDS_HELP = "↑↓ or number, Enter: take it · Esc: back"


@dataclass
class Editor:
    """The state of the editing: `ended` is `save` or `quit` once it is over.

    `draft` is the mapping as it is now: an `importer.pipeline.map.Proposal`, of which each change gives another.
    """

    title: str
    draft: Any
    mode: str = "table"
    at: int = 0
    choice: int = 0
    typed: str = ""
    told: str = ""
    ended: str = ""
    shown: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        """Take one key: a character, or `up down page-up page-down home end enter escape backspace`."""
        self.told = ""
        {"table": self._in_table, "fields": self._in_fields, "label": self._in_label, "preview": self._in_preview}[
            self.mode
        ](key)

    # ------------------------------------------------------------------------------------------------------- keys

    def _in_table(self, key: str) -> None:
        count = len(self.draft.lines)
        if key == "enter":
            self._open()
        elif key in ("q", "escape"):
            self.ended = "quit"
        elif key == "s":
            self.ended = "save"
        elif key == "p":
            self._preview()
        else:
            self.at = self._moved(key, self.at, count)

    def _moved(self, key: str, at: int, count: int) -> int:
        """The place after a key: arrows and pages move, digits name it by its number."""
        steps = {"up": -1, "down": 1, "page-up": -10, "page-down": 10, "home": -count, "end": count}
        if key.isdecimal():
            number = int(self.typed + key)
            self.typed = str(number if 1 <= number <= count else int(key))
            return min(max(int(self.typed) - 1, 0), count - 1)
        self.typed = ""
        return min(max(at + steps.get(key, 0), 0), count - 1)

    def _open(self) -> None:
        self.mode, self.typed = "fields", ""
        line = self.draft.lines[self.at]
        kind = line.field.partition(":")[0]
        names = [line.field, kind if kind in LABELLED else ""]
        self.choice = next((self.draft.fields.index(name) for name in names if name in self.draft.fields), 0)

    def _in_fields(self, key: str) -> None:
        if key == "enter":
            name = self.draft.fields[self.choice]
            self.typed = ""
            if name in LABELLED:
                self.mode = "label"
            else:
                self._choose(name)
        elif key in ("q", "escape"):
            self.mode, self.typed = "table", ""
        else:
            self.choice = self._moved(key, self.choice, len(self.draft.fields))

    def _in_label(self, key: str) -> None:
        if key == "enter":
            label, name = self.typed.strip(), self.draft.fields[self.choice]
            self._choose(f"{name}:{label}" if label else name)
        elif key == "escape":
            self.mode, self.typed = "fields", ""
        elif key == "backspace":
            self.typed = self.typed[:-1]
        elif len(key) == 1 and key.isprintable():
            self.typed += key

    def _choose(self, name: str) -> None:
        self.mode, self.typed = "table", ""
        try:
            self.draft = self.draft.choose(self.at, name)
        except ImporterError as error:
            self.told = str(error)

    def _preview(self) -> None:
        try:
            found = self.draft.preview()
        except ImporterError as error:
            self.told = str(error)
            return
        self.mode, self.choice = "preview", 0
        self.shown = [line for row, body in found for line in (f"Row {row}:", *_pretty(body), "")]
        self.shown = self.shown or ["No row of the first ones would become a contact."]

    def _in_preview(self, key: str) -> None:
        if key in ("up", "down", "page-up", "page-down", "home", "end"):
            self.choice = self._moved(key, self.choice, len(self.shown))
        else:
            self.mode = "table"

    # ------------------------------------------------------------------------------------------------------ lines

    def lines(self, width: int, height: int) -> tuple[list[str], int]:
        """The lines to show, none wider than `width`, and which of them is marked."""
        head, body, marked = self._page(width)
        room = max(height - len(head) - 3, 3)
        first = min(max(marked - room // 2, 0), max(len(body) - room, 0))
        lines = [*head, *body[first : first + room]]
        # On a narrow terminal the table has no room for the reasons.
        why = f"{self.draft.lines[self.at].name}: {self.draft.lines[self.at].reason}" if self.mode == "table" else ""
        shown = [cut(plain(line), width) for line in (*lines, "", why, self.told or self._standing())]
        return shown, marked - first + len(head)

    def _page(self, width: int) -> tuple[list[str], list[str], int]:
        if self.mode == "preview":
            return (
                [f"{self.title}: the first contacts as they would be sent", PREVIEW_HELP, ""],
                self.shown,
                self.choice,
            )
        if self.mode in ("fields", "label"):
            line = self.draft.lines[self.at]
            samples = ", ".join(line.samples) or "no values"
            head = [f"Column {line.name} ({samples}): {line.reason}", FIELDS_HELP, ""]
            return head, [f"{n:>3}  {name}" for n, name in enumerate(self.draft.fields, 1)], self.choice
        head = [f"{self.title}: {len(self.draft.lines)} columns", TABLE_HELP, "", _row(width, *_TITLES)]
        return head, [_of(width, n, line) for n, line in enumerate(self.draft.lines, 1)], self.at

    def _standing(self) -> str:
        if self.mode == "label":
            return f"Label of this {self.draft.fields[self.choice]}, such as mobile (Enter: none): {self.typed}"
        if self.mode == "preview":
            return PREVIEW_HELP
        count = self.draft.open
        number = f" {self.typed}" if self.typed else ""
        return (
            f"{count} open question{'' if count == 1 else 's'}, marked ?." if count else "Every column is decided."
        ) + (f"  Number:{number}" if number else "")


_TITLES = ("#", "Column", "Values", "Field", "Why")


def _of(width: int, number: int, line: Any) -> str:
    name = f"? {line.field}".strip() if line.open else line.field or "-"
    return _row(width, str(number), line.name, ", ".join(line.samples), name, line.reason)


def _row(width: int, number: str, name: str, samples: str, target: str, reason: str) -> str:
    """One line of the table: the reason gets what is left of the width."""
    wide = width >= 100
    widths = (4, 22 if wide else 16, 30 if wide else 20, 24 if wide else 18)
    return " ".join(
        padded(plain(text), size) for text, size in zip((number, name, samples, target), widths, strict=True)
    ) + (f" {reason}")


def _pretty(body: dict[str, Any]) -> list[str]:
    return [f"  {line}" for line in json.dumps(body, ensure_ascii=False, indent=1).splitlines()[1:-1]]

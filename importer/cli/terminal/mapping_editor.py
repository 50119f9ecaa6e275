"""The mapping as a person changes it: keys in, lines out. Nothing here knows a terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.cli.terminal.text import cut, padded, plain
from importer.errors import ImporterError

if TYPE_CHECKING:
    from typing import Any

LABELLED = ("phone", "email")
TABLE_HELP = "↑↓ or number, Enter: change · p: preview · s: save · q: quit without saving"
PREVIEW_HELP = "↑↓: move · any other key: back"
FIELDS_HELP = "↑↓ or number, Enter: choose · Esc: back"
TITLES = ("#", "Column", "Values", "Field", "Why")
# The widths of all titles but the last, which gets the rest of the line.
WIDE, NARROW = (4, 22, 30, 24), (4, 16, 20, 18)


@dataclass
class Editor:
    """The state of the editing: `ended` is `save` or `quit` once it is over.

    `draft` is the mapping as it is now: an `importer.pipeline.map.Proposal`, of which each change gives another.
    """

    title: str
    draft: Any
    mode: str = "table"  # or fields, label, preview
    column_index: int = 0
    choice: int = 0  # the marked line of the fields or of the preview
    typed: str = ""
    error: str = ""
    ended: str = ""
    preview_lines: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        """Take one key: a character, or `up down page-up page-down home end enter escape backspace`."""
        self.error = ""
        press = {"table": self._in_table, "fields": self._in_fields, "label": self._in_label}
        if self.mode in press:
            press[self.mode](key)
        elif key in ("up", "down", "page-up", "page-down", "home", "end"):
            self.choice = self._moved(key, self.choice, len(self.preview_lines))
        else:
            self.mode = "table"

    def lines(self, width: int, height: int) -> tuple[list[str], int]:
        """The lines to show, none wider than `width`, and which of them is marked."""
        head, body, marked = self._page(width)
        room = max(height - len(head) - 3, 3)
        first = min(max(marked - room // 2, 0), max(len(body) - room, 0))

        # On a narrow terminal the table has no room for the reasons, so the marked column's is below it.
        column = self.draft.lines[self.column_index]
        reason = f"{column.name}: {column.reason}" if self.mode == "table" else ""

        # The last line says what is typed, or what is left to do.
        count = self.draft.open
        status = f"{count} open question{'' if count == 1 else 's'}, marked ?." if count else "Every column is decided."
        if self.mode == "label":
            status = f"Label of this {self.draft.fields[self.choice]}, such as mobile (Enter: none): {self.typed}"
        elif self.mode == "preview":
            status = PREVIEW_HELP
        elif self.typed:
            status = f"{status}  Number: {self.typed}"
        lines = [*head, *body[first : first + room], "", reason, self.error or status]
        return [cut(plain(line), width) for line in lines], marked - first + len(head)

    # ------------------------------------------------------------------------------------------------------- keys

    def _in_table(self, key: str) -> None:
        if key == "enter":
            self.mode, self.typed = "fields", ""
            # Start at the field that the column has now; a label, as in phone:work, may not be in the list.
            current = self.draft.lines[self.column_index].field
            kind = current.partition(":")[0]
            names = [current, kind if kind in LABELLED else ""]
            self.choice = next((self.draft.fields.index(name) for name in names if name in self.draft.fields), 0)
        elif key in ("q", "escape"):
            self.ended = "quit"
        elif key == "s":
            self.ended = "save"
        elif key == "p":
            self._open_preview()
        else:
            self.column_index = self._moved(key, self.column_index, len(self.draft.lines))

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

    def _moved(self, key: str, position: int, count: int) -> int:
        """The position after a key: arrows and pages move, digits name it by its number."""
        if key.isdecimal():
            # Digits add up to a number (1, then 12) for as long as there is such a line.
            number = int(self.typed + key)
            self.typed = str(number if 1 <= number <= count else int(key))
            return min(max(int(self.typed) - 1, 0), count - 1)
        self.typed = ""
        steps = {"up": -1, "down": 1, "page-up": -10, "page-down": 10, "home": -count, "end": count}
        return min(max(position + steps.get(key, 0), 0), count - 1)

    def _choose(self, name: str) -> None:
        self.mode, self.typed = "table", ""
        try:
            self.draft = self.draft.choose(self.column_index, name)
        except ImporterError as error:
            self.error = str(error)

    def _open_preview(self) -> None:
        try:
            contacts = self.draft.preview()
        except ImporterError as error:
            self.error = str(error)
            return
        self.mode, self.choice, self.preview_lines = "preview", 0, []
        for row, card in contacts:
            self.preview_lines += [f"Row {row}: {card[0]}", *card[1:], ""]
        if not contacts:
            self.preview_lines = ["None of the first rows would become a contact."]

    # ------------------------------------------------------------------------------------------------------ lines

    def _page(self, width: int) -> tuple[list[str], list[str], int]:
        """The head, the body that can be scrolled, and the marked line of the body."""
        if self.mode == "preview":
            head = [f"{self.title}: the first contacts as they would be", PREVIEW_HELP, ""]
            return head, self.preview_lines, self.choice
        if self.mode in ("fields", "label"):
            column = self.draft.lines[self.column_index]
            samples = ", ".join(column.samples) or "no values"
            head = [f"Column {column.name} ({samples}): {column.reason}", FIELDS_HELP, ""]
            return head, [f"{n:>3}  {name}" for n, name in enumerate(self.draft.fields, 1)], self.choice
        rows = []
        for number, column in enumerate(self.draft.lines, 1):
            target = f"? {column.field}".strip() if column.open else column.field or "-"
            rows.append(_table_row(width, str(number), column.name, ", ".join(column.samples), target, column.reason))
        head = [f"{self.title}: {len(self.draft.lines)} columns", TABLE_HELP, "", _table_row(width, *TITLES)]
        return head, rows, self.column_index


def _table_row(width: int, *cells: str) -> str:
    *fixed, reason = cells
    sizes = WIDE if width >= 100 else NARROW
    return " ".join([*(padded(plain(text), size) for text, size in zip(fixed, sizes, strict=True)), reason])

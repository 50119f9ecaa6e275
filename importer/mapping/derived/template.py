"""Text with columns in braces, `"{Street}, {City} {Zip}"`, filled row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[{}]")


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """`texts` stand before, between and after the `columns`: always one more than these."""

    texts: tuple[str, ...]
    columns: tuple[str, ...]

    @classmethod
    def read(cls, source: str) -> TextTemplate:
        """Take a template apart; `{{` and `}}` stand for braces.

        Raises ValueError for a brace without its partner.
        """
        texts, columns, end = [""], list[str](), 0
        for found in _MARK.finditer(source):
            texts[-1] += source[end : found.start()]
            end = found.end()
            if found[1] is not None:
                columns.append(found[1].strip())
                texts.append("")
            elif len(found[0]) == 2:
                texts[-1] += found[0][0]
            else:
                raise ValueError(f"{source!r} has a {found[0]} without its partner; write {found[0] * 2} for a brace")
        texts[-1] += source[end:]
        return cls(tuple(texts), tuple(columns))

    def fill(self, cells: Sequence[str]) -> str:
        """The text with one cell for each of the columns.

        An empty cell takes the text before it along, so that no stray comma is left; where all are empty, so is the
        whole.
        """
        if not self.columns:
            return self.texts[0]
        filled = [(before, cell.strip()) for before, cell in zip(self.texts, cells, strict=False) if cell.strip()]
        if not filled:
            return ""
        first, *others = filled
        return self.texts[0] + first[1] + "".join(before + cell for before, cell in others) + self.texts[-1]

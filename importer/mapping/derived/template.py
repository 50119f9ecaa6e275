"""Text with columns in braces, `"{Street}, {City} {Zip}"`, filled row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

_BRACES = regex(r"\{\{|\}\}|\{([^{}]+)\}|[{}]")


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """`texts` come before, between and after the `columns`, so there is always one more of them."""

    texts: tuple[str, ...]
    columns: tuple[str, ...]

    @classmethod
    def read(cls, source: str) -> TextTemplate:
        """Take a template apart; `{{` and `}}` are braces in the text.

        Raises ValueError for a brace without its partner.
        """
        texts, columns, end = [""], list[str](), 0
        # Not by string.Formatter, which takes "!" and "[" in the name of a column for its own signs and fails.
        for brace in _BRACES.finditer(source):
            texts[-1] += source[end : brace.start()]
            end = brace.end()
            if brace[1] is not None:
                columns.append(brace[1].strip())
                texts.append("")
            elif len(brace[0]) == 2:
                texts[-1] += brace[0][0]
            else:
                raise ValueError(f"{source!r} has a {brace[0]} without its partner; write {brace[0] * 2} for a brace")
        texts[-1] += source[end:]
        return cls(tuple(texts), tuple(columns))

    def fill(self, cells: Sequence[str]) -> str:
        """The text with one cell for each of the columns.

        The text before an empty cell is left out with it, so that no stray comma stays; where all cells are empty, the
        text is too.
        """
        if not self.columns:
            return self.texts[0]
        filled = [(before, cell.strip()) for before, cell in zip(self.texts, cells, strict=False) if cell.strip()]
        if not filled:
            return ""
        (_, first), *later = filled
        return self.texts[0] + first + "".join(before + cell for before, cell in later) + self.texts[-1]

"""How a field gets its values where no column holds them as they should be: one entry of the table `[values]`."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 (settings read these annotations at run time)
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from importer.regex import regex

Scalar = str | bool | int | float | datetime | date
"""What a TOML file can give as a value of a cell."""

_REST = regex(r"([1-9]\d*)-")
_SOURCES = ("template", "constant", "column", "first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One source at most (`template`, `constant`, `column` or `first`), then `split`, `words` and `default` in order.

    `template`: text with columns in braces, `"{Street}, {City}"`; `{{` and `}}` are braces. `first`: columns, of which
    the first that is not empty counts. `split` cuts the text, `part` is which piece: from 1, from the end if below 0,
    or "2-" for the second and all after it. `words` maps whole cells, but for case and outer spaces, others stay as
    they are. `default` fills what is empty. Without a source, the column that is mapped to the field is meant.
    Raises ValueError where the parts do not fit together.
    """

    # The settings are checked by pydantic, which looks for this name on any dataclass.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    template: str | None = None
    constant: Scalar | None = None
    column: str | None = None
    first: tuple[str, ...] = ()
    split: str | None = None
    part: int | str | None = None
    words: Mapping[str, Scalar] = field(default_factory=dict)
    default: Scalar | None = None

    def __post_init__(self) -> None:
        sources = [name for name in _SOURCES if getattr(self, name) not in (None, ())]
        if len(sources) > 1:
            raise ValueError(f"has {' and '.join(sources)}, but only one of {', '.join(_SOURCES)} can be used")
        if (self.split is None) != (self.part is None):
            raise ValueError('needs split and part together, such as split = "," and part = 1')
        if self.split == "":
            raise ValueError('split is empty; write the text between the pieces, such as split = ","')
        if self.split is not None and sources not in ([], ["column"]):
            raise ValueError(f"splits a {sources[0]}; only a column can be split, column = ...")
        is_rest = isinstance(self.part, str) and _REST.fullmatch(self.part) is not None
        # bool is an int to Python: part = true would be the first piece.
        is_number = isinstance(self.part, int) and not isinstance(self.part, bool) and self.part != 0
        if self.part is not None and not is_rest and not is_number:
            raise ValueError(f'part is {self.part!r}; it is 1, 2, ..., -1 for the last, or "2-" for all from 2 on')
        if not sources and self.split is None and not self.words and self.default is None:
            raise ValueError("is empty; give a template, constant, column, first, words or default")

    @property
    def has_source(self) -> bool:
        """Whether the recipe says where the text comes from."""
        return any(getattr(self, name) not in (None, ()) for name in _SOURCES)


def pieces_of(text: str, split: str) -> list[str]:
    """The trimmed pieces of a cell; with split = " " any run of spaces is one separator."""
    # str.split(" ") would give an empty piece for each double space.
    return [piece.strip() for piece in (text.split(split) if split.strip() else text.split())]


def places_of(part: int | str, count: int) -> range:
    """The indices (from 0) of the pieces that a part takes of `count`."""
    start = int(part[:-1]) - 1 if isinstance(part, str) else part - 1 if part > 0 else count + part
    if not 0 <= start < count:
        return range(0)
    return range(start, count if isinstance(part, str) else start + 1)


def text_of(value: Scalar) -> str:
    """A TOML value as the text of a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    # A datetime is a date to Python, and both are written as ISO 8601, which cleaning reads without doubt.
    return value.isoformat() if isinstance(value, date) else str(value)

"""Which column of a sheet goes to which field of a contact."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.model.fields import FIELDS
from importer.model.sheet import column_names

if TYPE_CHECKING:
    from collections.abc import Container, Iterable


class FieldType(StrEnum):
    """The types of a workspace's custom fields (GET /v1/contact-custom-fields)."""

    ADDRESS = "address"
    BOOLEAN = "boolean"
    DATE = "date"
    MULTI_SELECT = "multi-select"
    NUMBER = "number"
    STRING = "string"
    URL = "url"
    # A type that this program has never heard of: the field is there, and cannot be filled.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field as the workspace defines it; `key` may be opaque, people know the field by `name`.

    `type_name`: what the service calls a type that is unknown here.
    """

    key: str
    name: str
    type: FieldType
    type_name: str = ""

    @property
    def can_be_filled(self) -> bool:
        """Whether it is known what a value of this field looks like."""
        return self.type is not FieldType.UNKNOWN

    @property
    def shown_type(self) -> str:
        """The type in the service's own word."""
        return self.type_name or self.type.value


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column's values go.

    `field` is the name of a contact field (`importer.model.fields`), `custom` (with `custom` set), or `identity`: the
    `_external_id` column of a rejects file, taken as it is. `label` is that of a phone or email (`mobile`).
    """

    field: str
    label: str = ""
    custom: CustomField | None = None

    @property
    def name(self) -> str:
        """The target's name in options and files: `phone`, `custom:Lead Source`."""
        return f"custom:{self.custom.name}" if self.custom else self.field

    @property
    def typed(self) -> str:
        """The name with the label, as `--map` takes it: `phone:mobile`."""
        name = f"custom:{self.custom.name}" if self.custom else self.field
        return f"{name}:{self.label}" if self.label else name

    @property
    def words(self) -> str:
        """What the target holds, as people say it: `the phone number (work)`."""
        if self.custom:
            return f"the custom field {self.custom.name}"
        words = next((field.words for field in FIELDS if field.name == self.field), self.field)
        lowered = f"{words[:1].lower()}{words[1:]}"
        article = "" if lowered.startswith("your ") else "the "
        return f"{article}{lowered}{f' ({self.label})' if self.label else ''}"


_NUMBER_PARTS = ("area_position", "extension_position")
_SURNAME_PARTS = ("fallback_position", "particle_position", "second_position")
_BESIDE = ("label_position", *_NUMBER_PARTS, *_SURNAME_PARTS)


class CallFlagKind(StrEnum):
    """What a column says of the numbers of another one: which are not to be called, since when, or which may be.

    A status has words for a number that is not to be used, such as "Wrong", among others.
    """

    FORBIDDEN = "forbidden"
    FORBIDDEN_SINCE = "forbidden since"
    PERMITTED = "permitted"
    STATUS = "status"


class CallFlag(NamedTuple):
    """A column that says of each number of another column whether it is to be called, such as "Phone 1 DNC"."""

    position: int
    kind: CallFlagKind


class Fit(StrEnum):
    """How a column came to its target."""

    MAPPED = "mapped"
    UNSURE = "unsure"
    UNMAPPED = "unmapped"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column of the sheet and what becomes of it; `position` counts from 0, `reason` is shown to the person.

    `target` is set when `fit` is mapped; it holds the guess when it is unsure, and when it is unmapped a custom field
    that cannot be filled. `label_position` is the column that holds the label of this column's phone or email (Google's
    "Phone 1 - Label"); `area_position` and `extension_position` are those that hold the area code before its number and
    the extension behind it; `call_flags` are those that say which numbers of this column are not to be called ("Phone 1
    DNC"), also while this column is not sent; `second_position` holds the second surname behind this one (Apellido
    materno), `particle_position` what belongs before it (van der), `fallback_position` the surname of rows that have
    none here. `call_conditions`: the column is not sent, and says of some rows that they are not to be called; for
    `only`, what leaves these out.
    """

    position: int
    header: str
    fit: Fit
    target: Target | None = None
    reason: str = ""
    confidence: float = 0.0
    label_position: int | None = None
    area_position: int | None = None
    extension_position: int | None = None
    second_position: int | None = None
    particle_position: int | None = None
    fallback_position: int | None = None
    call_conditions: tuple[str, ...] = ()
    call_flags: tuple[CallFlag, ...] = ()

    @property
    def surname_parts(self) -> tuple[int, ...]:
        """The positions of the columns of which surnames of this one are put together."""
        return self._positions(_SURNAME_PARTS)

    @property
    def number_parts(self) -> tuple[int, ...]:
        """The positions of the columns that add to the numbers of this one, or forbid calling them."""
        return (*self._positions(_NUMBER_PARTS), *self.flag_positions)

    @property
    def flag_positions(self) -> tuple[int, ...]:
        """The positions of the columns that say which numbers of this one are not to be called."""
        return tuple(flag.position for flag in self.call_flags)

    @property
    def beside(self) -> tuple[int, ...]:
        """The positions of all columns that say something about the values of this one."""
        return (*self._positions(_BESIDE), *self.flag_positions)

    def without(self, positions: Container[int]) -> ColumnMapping:
        """This column without those of some positions beside it."""
        changes: dict[str, Any] = {name: None for name in _BESIDE if getattr(self, name) in positions}
        if any(position in positions for position in self.flag_positions):
            changes["call_flags"] = tuple(flag for flag in self.call_flags if flag.position not in positions)
        return replace(self, **changes) if changes else self

    def _positions(self, names: Iterable[str]) -> tuple[int, ...]:
        return tuple(position for name in names if (position := getattr(self, name)) is not None)

    @property
    def field_type(self) -> FieldType | None:
        """The type of the custom field that the column goes to; None if it goes to none."""
        return self.target.custom.type if self.target and self.target.custom else None


@dataclass(frozen=True, slots=True)
class Mapping:
    """Every column of a sheet, in order, each with its target or the reason why it is not sent."""

    columns: tuple[ColumnMapping, ...]
    mapped: tuple[ColumnMapping, ...] = field(init=False, repr=False, compare=False)
    """The columns that are sent."""
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """What each column is called (see `column_names`), computed columns included."""

    def __post_init__(self) -> None:
        sent = tuple(column for column in self.columns if column.fit is Fit.MAPPED)
        object.__setattr__(self, "mapped", sent)
        object.__setattr__(self, "names", column_names(tuple(column.header for column in self.columns)))

"""Custom fields under a near name: "Tag" for a field Tags, "Web page" for a field Website."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from importer.languages.words import tables
from importer.mapping.suggest.columns import Columns, SheetColumns, leave_out, mapped, undecided, unsure
from importer.mapping.suggest.custom_fields import plain_name
from importer.mapping.suggest.header_key import header_parts, meaning_key
from importer.mapping.suggest.known_headers import custom_reason
from importer.mapping.suggest.value_types import ENOUGH, filled, is_misfit, is_yes_or_no, likely_type, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import FieldType, Fit, Target

if TYPE_CHECKING:
    from collections.abc import Sequence


_DISTINCT = 0.9


def near_fields(sheet: SheetColumns, columns: Columns) -> Columns:
    """A header that is a custom field's name in the plural or singular, or a usual word for the same.

    Sent where one column and one field are meant and the values fit the field's type; else a question.
    """
    taken = {
        column.target.custom.key
        for column in columns
        if column.fit is Fit.MAPPED and column.target and column.target.custom
    }
    names = [meaning_key(field.name) for field in sheet.custom]
    meanings = {field.key: _meanings_of(name) for field, name in zip(sheet.custom, names, strict=True)}
    matches = {
        column.position: [field for field in sheet.custom if not keys.isdisjoint(meanings[field.key])]
        for column in undecided(columns)
        for keys in (_meanings_of_header(column.header),)
    }
    rivals: defaultdict[str, list[int]] = defaultdict(list)
    for position, fields in matches.items():
        for field in fields:
            rivals[field.key].append(position)

    settled = list(columns)
    for position, fields in matches.items():
        column = columns[position]
        # "Customer" may be the name, which is more.
        if not fields or sheet.keys[position] in vocabulary().doubtful:
            continue
        free = [field for field in fields if field.key not in taken]
        if not free:
            settled[position] = leave_out(column, f"The custom field {fields[0].name!r} is filled by another column.")
            continue
        field, values = free[0], sheet.samples[position]
        target, reason = Target("custom", custom=field), custom_reason(sheet, column, field)
        if len(free) == 1 and len(rivals[field.key]) == 1 and _fits(values, field.type):
            settled[position] = mapped(column, target, f"{reason} It means the same as {column.header.strip()!r}.", 0.9)
        else:
            fields_text = ", ".join(repr(field.name) for field in free)
            settled[position] = unsure(column, target, f"It may be meant for the custom field {fields_text}.")
    return settled


def _meanings_of_header(header: str) -> frozenset[str]:
    """What a header may stand for; with several parts, as in two languages, also what all of them stand for."""
    whole, *parts = map(meaning_key, (plain_name(header), *(header_parts(header) or (header,))))
    return _meanings_of(whole) | frozenset.intersection(*map(_meanings_of, parts))


def _meanings_of(key: str) -> frozenset[str]:
    """What the name with a key of `meaning_key` may stand for: itself, and the group of words for the same."""
    return frozenset({key, *_synonyms().get(key, ())}) - {""}


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, tuple[str, ...]]:
    """Folded name -> the groups that it belongs to, each marked so that it is no name itself."""
    groups: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for group, names in tables("headers.same").items():
        for key in map(meaning_key, names):
            groups[key] += (f"={group}",)
    return dict(groups)


def _fits(values: Sequence[str], kind: FieldType) -> bool:
    """Whether values are clearly of a type; without any, nothing shows that they are not."""
    if not filled(values) or is_misfit(values, kind):
        return not filled(values)
    if kind is FieldType.URL:
        return share(values, lambda text: "." in text and " " not in text.strip() and "@" not in text) >= ENOUGH
    if kind is FieldType.BOOLEAN:
        return share(values, is_yes_or_no) >= ENOUGH
    if kind in (FieldType.DATE, FieldType.NUMBER):
        return likely_type(values) is kind
    # Options are few for many rows; a sentence or another text in every row is not an option.
    texts = filled(values)
    few = len(texts) < 10 or len(set(texts)) < _DISTINCT * len(texts) or likely_type(values) is kind
    return kind is not FieldType.MULTI_SELECT or (few and share(texts, lambda text: len(text) <= 60) >= ENOUGH)

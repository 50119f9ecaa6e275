"""Is this text a header? Asked of every cell at the top of a sheet, to find the header row."""

from __future__ import annotations

from functools import lru_cache

from importer.mapping.suggest.contact_points import contact_point
from importer.mapping.suggest.header_key import fold, without_hint, words
from importer.mapping.suggest.presets import known_headers
from importer.mapping.suggest.vocabulary import common_field, vocabulary
from importer.model.added_columns import REJECT_COLUMNS

_LONGEST = 80


@lru_cache(maxsize=4096)
def knows_header(text: str) -> bool:
    """Whether a text is a header that contact sheets are known to have."""
    stripped = without_hint(text)
    if not stripped or len(stripped) > _LONGEST or "@" in stripped:
        return False
    if stripped in REJECT_COLUMNS or fold(stripped) in _known_keys() or contact_point(stripped) is not None:
        return True
    if common_field(stripped):
        return True
    # "Phone 1 - Label" holds the label of "Phone 1".
    *value_words, last = words(stripped) or ("",)
    return last in vocabulary().companion and contact_point(" ".join(value_words)) is not None


@lru_cache(maxsize=1)
def _known_keys() -> frozenset[str]:
    terms = vocabulary()
    keys = known_headers().union(terms.fields, terms.doubtful, terms.ids, *terms.bare.values())
    return keys - {""}

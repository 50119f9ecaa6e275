"""Is this text a header? Asked of every cell at the top of a sheet, to find the header row."""

from __future__ import annotations

from functools import lru_cache

from importer.mapping.suggest.contact_points import contact_point
from importer.mapping.suggest.header_key import fold, words
from importer.mapping.suggest.presets import known_headers
from importer.mapping.suggest.vocabulary import vocabulary

_OURS = frozenset({"_external_id", "_row", "_column", "_problem"})
_LONGEST = 80


@lru_cache(maxsize=4096)
def knows_header(text: str) -> bool:
    """Whether a text is a header that contact sheets are known to have. Pure and cheap."""
    stripped = text.strip()
    if not stripped or len(stripped) > _LONGEST or "@" in stripped:
        return False
    return (
        stripped in _OURS
        or fold(stripped) in _known_keys()
        or contact_point(stripped) is not None
        or _is_label_form(stripped)
    )


def _is_label_form(text: str) -> bool:
    found = words(text)
    return len(found) > 1 and found[-1] in vocabulary().companion and contact_point(" ".join(found[:-1])) is not None


@lru_cache(maxsize=1)
def _known_keys() -> frozenset[str]:
    known = vocabulary()
    return known_headers().union(known.fields, known.doubtful, known.ids, *known.bare.values()) - {""}

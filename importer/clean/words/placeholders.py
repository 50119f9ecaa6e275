"""What people write into a cell that has nothing to say."""

from __future__ import annotations

from importer.clean.characters.characters import trimmed
from importer.clean.words.vocabulary import words

# No name, place or option is written like these, so they mean "empty" in every kind of cell but a name.
_SIGNS = words(
    """
    n/a | #n/a | n.a. | n/d | n.d. | k.a. | s/o | s/d | - | -- | --- | – | — | − | ? | ?? | ??? | . | ... | …
    _ | / | # | * | (blank) | (none) | (empty) | (null) | [null] | <null> | \\n | #null! | #ref! | #value!
    #name? | #num! | #div/0!
    """,
    "|",
)
_FORMULA_ERRORS = words("#N/A #NULL! #REF! #VALUE! #NAME? #NUM! #DIV/0! #SPILL! #CALC! #FIELD! #ERROR! #GETTING_DATA")
# These are also names of people, companies and places (Null, NA, None), so only a typed field takes them as empty.
_WORDS = words(
    """
    na | nan | nil | none | null | undefined | unknown | not available | not provided | no data | missing
    empty | blank | tbd | tba | unbekannt | keine | keiner | keine angabe | leer | inconnu | aucun | aucune
    vide | néant | desconocido | ninguno | ninguna | vacío | desconhecido | nenhum | nenhuma | vazio
    sconosciuto | nessuno | nessuna | vuoto | onbekend | geen | leeg | 無 | なし | 无 | 没有 | нет данных
    """,
    "|",
)


def is_formula_error(text: str) -> bool:
    """Is this what a spreadsheet program shows for a formula that failed, such as `#REF!`? It is never a value."""
    return text.startswith("#") and text.upper() in _FORMULA_ERRORS


def is_sign(text: str) -> bool:
    """Is this a mark for "empty" that could not be a word, such as `N/A` or `-`?"""
    return trimmed(text).casefold() in _SIGNS


def is_placeholder(text: str) -> bool:
    """Is this a mark or a word for "empty", such as `N/A`, `null` or `unknown`? Not for names: `Null` is a surname."""
    folded = trimmed(text).casefold()
    return folded in _SIGNS or folded in _WORDS

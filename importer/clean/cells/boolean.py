"""Boolean cells: fixed word lists, so that an unknown word is reported and never taken for "no"."""

from __future__ import annotations

import unicodedata

from importer.clean.characters.text_guard import bared
from importer.clean.finding import Cleaned, bad, placeholder, refused, shown
from importer.clean.words.placeholders import is_placeholder
from importer.clean.words.vocabulary import words

_YES = words(
    """
    true t yes y 1 1.0 x on checked ticked enabled active ok ✓ ✔ ☑ ✅ 🗸 ☒ wahr ja j richtig vrai oui verdadero sí
    si s verdadeiro sim vero sì waar tak prawda ano da да evet doğru kyllä はい 是 예 כן نعم
    """
)
_NO = words(
    """
    false f no n 0 0.0 off unchecked unticked disabled inactive ✗ ✘ ☐ ❌ falsch nein faux non falso não nao
    onwaar nee nej nei nie fałsz ne нет hayır hayir yanlış ei いいえ 否 아니요 לא لا
    """
)


def clean(text: str) -> Cleaned:
    """Read yes or no in the common European languages, 1/0, x, on/off, check marks: JSON `true` or `false`.

    A blank cell is no value, not `false`.
    """
    bare, findings = bared(text)
    word = unicodedata.normalize("NFC", bare).casefold().replace("\ufe0f", "").strip(".!")
    if word in _YES or word in _NO:
        return Cleaned("true" if word in _YES else "false", findings)
    if not bare:
        return Cleaned("")
    if is_placeholder(bare):
        return Cleaned("", (placeholder(bare),))
    return refused(
        bad(
            "boolean-unknown",
            f"{shown(bare)} is neither a known word for yes nor one for no.",
            "Write yes or no and run again.",
        )
    )

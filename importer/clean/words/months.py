"""Names of months as sheets write them, in the languages of the Latin alphabet that contact sheets come in."""

from __future__ import annotations

import unicodedata

_NAMES = (
    "january jan januar janner jaenner januari janvier janv enero ene janeiro gennaio gen styczen stycznia leden",
    "february feb februar feber fevrier fev fevr febrero febbraio febr februari fevereiro luty lutego",
    "march mar marz maerz mrz mars marzo marco maart mrt marec marzec marca",
    "april apr avril avr abril abr aprile kwiecien kwietnia",
    "may mai mayo maggio mag mei maio maj maja",
    "june jun juni juin junio giugno giu junho czerwiec czerwca",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca",
    "august aug aout agosto ago augustus augusti sierpien sierpnia",
    "september sep sept septembre septiembre settembre set setembro wrzesien wrzesnia",
    "october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika",
    "november nov novembre noviembre novembro listopada",
    "december dec dezember dez decembre diciembre dic dicembre dezembro grudzien grudnia",
)
_NUMBERS = {word: number for number, words in enumerate(_NAMES, start=1) for word in words.split()}


def month_number(word: str) -> int:
    """The number of the month that the word names, 0 where it names none."""
    letters = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode().strip(".")
    return _NUMBERS.get(letters, 0)

"""Small texts: near names, numbers with their nouns, values cut to one line, many texts without their case."""

from __future__ import annotations

import json
import unicodedata
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from importer.regex import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Sequence

# A cell, a file name or a word of the service could hold escape sequences (C0 and C1 controls), which move a terminal's
# cursor or set its title, or bidirectional marks, which turn a line round. Tabs and line ends are not among them.
CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""Characters that control what shows a text, as part of a regular expression's set."""
_CONTROL = regex(f"[{CONTROLS}\ud800-\udfff]")
_HALF = regex("[\ud800-\udfff]")
# As an escape, or as the bytes that a careless encoder writes.
_MAYBE_HALF = regex(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
# A plus or minus before a phone number or a plain number does not start a formula. Full-width signs do start one.
# Blanks before a sign hide it from a person, and not from every spreadsheet program.
_FORMULA = regex(r"[\t\r\n]|[\s\u200b\ufeff]*(?:[=@＝＠]|[+\-＋－](?![\d\s().\-/]*(?:(?:ext|x)[.\s]*\d+)?\Z))")
# Of programs that do not take the commas of these tables for such.
_SEPARATORS = ";\t\r\n"
DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
"""The characters between the cells of a text file that may be given by name, and are shown so."""
PHONE_DIGITS = 7
"""Fewer digits are no phone number, but mostly a count, a year, a postcode or the number of a house."""
TRACE_ID = regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{3,99}")
"""An id by which the service's support finds a request: it is shown and logged as it is."""
LONGEST_NAME = 200
"""Characters: a file that was read wrongly may have a header of a megabyte."""
NEAR = 0.6
"""How alike (0 to 1, by difflib) a name must be to be suggested: one wrong letter of three still passes."""


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text that may come from outside; raises ValueError, also where it is nested without end.

    Half a surrogate pair, which JSON can hold and no file, is read as the sign for a damaged character.
    """
    try:
        value = json.loads(text)
        if _MAYBE_HALF.search(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")):
            value = json.loads(_HALF.sub("\N{REPLACEMENT CHARACTER}", json.dumps(value, ensure_ascii=False)))
    except RecursionError as error:
        raise ValueError("it has lists or objects within each other, too deep to be read") from error
    return value


def to_minute(moment: str) -> str:
    """A moment of the journal or the service (ISO 8601, UTC) to the minute, as people read it.

    >>> to_minute("2026-11-28T02:00:17+00:00")
    '2026-11-28 02:00'
    """
    return moment[:16].replace("T", " ")


def is_unicode(text: str) -> bool:
    """Whether a text can be written to a file; a name whose bytes are not UTF-8 cannot."""
    return text.isascii() or not _HALF.search(text)


def spelled_out(text: str) -> str:
    """The text with every character that would control a terminal as its code, such as `\\x1b`."""
    # Nearly every text has only letters that can be seen, which is known much faster than searched for.
    return text if text.isprintable() else _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def csv_cell(text: str, delimiter: str = ",") -> str:
    """A cell as `csv.writer` writes it, with quotes only where they are needed (RFC 4180)."""
    if '"' in text:
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    # Asked of every cell of large tables: a pattern would take three times as long.
    return f'"{text}"' if delimiter in text or "\n" in text or "\r" in text else text


@cache
def formula_after(separators: str, *, is_open: bool = False) -> re.Pattern[str]:
    """Return a pattern of a separator after which a formula begins; plain numbers, such as phones, are none.

    A spreadsheet program whose own separator of lists is another one than that of a file splits its cells there, and a
    line break in the middle of such a line begins a new one. `is_open`: the number at the end of the text may go on
    with what comes after it, as `-1` and `5+A1` do where a comma is between them.
    """
    end = "" if is_open else r"|\Z"
    number = rf"[\d \u00a0()./\-]*(?:[{separators}]{end})"
    return regex(rf"[{separators}](?=[{_hidden(separators)}]*(?:[=@＝＠]|[+\-＋－](?!{number})))")


def harmless(text: str) -> str:
    """Text that no spreadsheet program runs as a formula and no terminal obeys: a formula gets a leading `'`.

    So does one that begins in the middle, for a program that takes semicolons for the ends of cells. Phones and plain
    negative numbers stay as they are. Source: OWASP, "CSV Injection".
    """
    # Most ids, those with a hyphen too, and what there is to say of most rows.
    if not text or text.isalnum() or (text[0].isalnum() and text.replace("-", "").isalnum()):
        return text
    text = spelled_out(text)
    if ";" in text or "\n" in text or "\t" in text or "\r" in text:
        # Quotes around the cell would become a part of what is at its end.
        is_open = csv_cell(text) != text
        text = formula_after(_SEPARATORS, is_open=is_open).sub(r"\g<0>'", text)
    # Nearly every text begins with a letter or a digit, or quotes a value.
    return f"'{text}" if not text[:1].isalnum() and text[:1] != "“" and _FORMULA.match(text) else text


@cache
def sign_after(separators: str) -> re.Pattern[str]:
    """Return a pattern of a separator after which a formula or a number with a sign begins."""
    return regex(rf"[{separators}](?=[{_hidden(separators)}]*[=@＝＠+\-＋－])")


def _hidden(separators: str) -> str:
    """What a spreadsheet program passes over at the beginning of a cell."""
    return "".join(sign for sign in ' "\t\u00a0\u200b\ufeff\x00' if sign not in separators)


def folded(text: str) -> str:
    """The name without what people write differently: case, accents, dots, outer and double spaces.

    Letters of other scripts stay as they are; a name of nothing but signs stays too, so that it is not blank.
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = unicodedata.normalize("NFC", "".join(sign for sign in decomposed if not unicodedata.combining(sign)))
    plain = " ".join(text.casefold().replace(".", " ").replace(",", " ").split())
    return plain or " ".join(text.split())


def casefolded(texts: Sequence[str]) -> Sequence[str]:
    """Each of the texts without its case, as `str.casefold` gives it; those of numbers and plain addresses themselves.

    All at once takes a third of the time, and the hash of a text that stays itself may be known already.
    """
    joined = "\0".join(texts)
    plain = joined.casefold()
    if plain == joined:
        return texts
    # A text may have the separator in it.
    return plain.split("\0") if joined.count("\0") < len(texts) else list(map(str.casefold, texts))


def nearest(text: str, names: Iterable[str], *, cutoff: float = NEAR) -> str | None:
    """The name most like a text that names nothing, None where none is near; case and outer spaces do not count."""
    folded = {name.strip().casefold(): name for name in reversed(list(names))}
    matches = get_close_matches(text.strip().casefold(), folded, n=1, cutoff=cutoff)
    return folded[matches[0]] if matches else None


def did_you_mean(text: str, names: Iterable[str], quote: Callable[[str], str] = repr) -> str:
    """` Did you mean 'phone'?` with a space before it, or "" where no name is near."""
    name = nearest(text, names)
    return "" if name is None else f" Did you mean {quote(name)}?"


def quoted(text: str) -> str:
    """The text in double quotes."""
    return f'"{text}"'


def may_hold_phone(text: str) -> bool:
    """Whether a text has as many digits as a phone number."""
    return sum(map(str.isdigit, text)) >= PHONE_DIGITS


def cut_name(name: str) -> str:
    """A name as a message can hold it: one that is longer than any that a person gave is cut."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def listed(names: Sequence[str], limit: int = 20) -> str:
    """Names in double quotes with commas between; a long list is cut and says how many are left out."""
    shown = ", ".join(quoted(cut_name(name)) for name in names[:limit])
    return shown + (f" and {len(names) - limit} more" if len(names) > limit else "")


def shorten(text: str, limit: int = 60) -> str:
    """A value for a message: on one line, and at most `limit` characters with an ellipsis at the cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def duration(seconds: float, decimals: int = 1) -> str:
    """A time as people say it: `4.2 s`, `3 min 05 s`, `2 h 07 min`; `decimals` are those of the seconds."""
    if seconds < 60:
        return f"{seconds:.{decimals}f} s"
    minutes, seconds_left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds_left:02} s"


def without_option(option: str) -> str:
    """Say how to do without an option, which the folder may remember from an earlier run."""
    return f"Leave --{option} out, or give --forget {option} if the folder remembers it"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: `1 contact`, `2,000 contacts`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def customer_of_job(name: str) -> str:
    """Return the customer of a name that is a customer and a job, as QuickBooks exports it; "" for any other name.

    >>> [customer_of_job(text) for text in ("Lee, Ann:Kitchen", "Acme Ltd:Roof:Gutter", "Attn: Ann Lee", "Ann 10:30")]
    ['Lee, Ann', 'Acme Ltd', '', '']
    """
    customer, _, job = name.partition(":")
    # "Attn: Ann" has a space behind the sign, "10:30" a digit before it, and "https://" a slash behind it.
    begins_job = job[:1].isalnum() or job[:1] in tuple('([#"')
    if not begins_job or customer[-1:].isspace() or customer[-1:].isdigit() or not any(map(str.isalpha, customer)):
        return ""
    return customer

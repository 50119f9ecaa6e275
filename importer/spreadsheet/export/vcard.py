"""Clean contacts as vCards, the file that address books and phones read (version 4.0, RFC 6350)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.disk import replacing_text
from importer.model.fields import PERSON_NAMES, SCALARS
from importer.regex import regex
from importer.spreadsheet.vcard.content_lines import escaped, folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    Contact = Mapping[str, Any]

# What the standard calls the kinds of number that people name (RFC 6350, 6.4.1); any other name becomes a label.
_TYPES = {
    "mobile": "cell",
    "cell": "cell",
    "work": "work",
    "office": "work",
    "home": "home",
    "fax": "fax",
    "work fax": "work,fax",
    "home fax": "home,fax",
    "pager": "pager",
}
_CONTROL = regex(r"[\x00-\x08\x0b-\x1f\x7f]")


def write_vcards(path: Path, contacts: Iterable[Contact], note: Callable[[Contact], str]) -> None:
    """Write contacts, shaped as the API takes them, one card each. Raises DiskFailed.

    `note` gives what a card says of the custom fields, for which there is no property.
    """
    with replacing_text(path) as stream:
        for contact in contacts:
            stream.writelines(f"{folded(line)}\r\n" for line in card_lines(contact, note(contact)))


def card_lines(contact: Contact, note: str) -> Iterator[str]:
    """Give the lines of a card, not yet folded."""
    fields = contact["defaultFields"]
    first, last, company = (fields.get(SCALARS[name]) or "" for name in PERSON_NAMES)
    phones, emails = fields.get("phoneNumbers", ()), fields.get("emails", ())
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    # A card without any name is called by its company, its number or its address, since the standard demands a name.
    names = (" ".join(filter(None, (first, last))), company, *(point["value"] for point in (*phones, *emails)))
    if company and not (first or last):
        yield "KIND:org"
    yield f"FN:{_text(next(filter(None, names), '-'))}"
    yield f"N:{_text(last)};{_text(first)};;;"
    if company:
        yield f"ORG:{_text(company)}"
    if fields.get("role"):
        yield f"TITLE:{_text(fields['role'])}"
    labels = 0
    for name, kind, points in (("TEL", "phone", phones), ("EMAIL", "email", emails)):
        for point in points:
            label, value = point["name"], point["value"]
            is_known = label == kind or label.casefold() in _TYPES
            types = _TYPES.get(label.casefold(), "") if label != kind else ""
            # A list of types is one parameter only between quotation marks.
            parameters = f';TYPE="{types}"' if "," in types else f";TYPE={types}" if types else ""
            group = ""
            if not is_known:
                labels += 1
                group = f"item{labels}."
            yield f"{group}{name}{parameters}:{_text(value)}"
            if not is_known:
                yield f"{group}X-ABLABEL:{_text(label)}"
    if contact.get("sourceUrl"):
        yield f"URL:{_CONTROL.sub('', contact['sourceUrl'])}"
    if note:
        yield f"NOTE:{_text(note)}"
    if contact.get("externalId"):
        yield f"UID:{_text(contact['externalId'])}"
    yield "END:VCARD"


def _text(value: str) -> str:
    return _CONTROL.sub("", escaped(value))

"""Every cleaner takes time in proportion to its cell, whatever a cell holds."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from importer.clean.cells import address, boolean, choice, country, date, email, identifier, number, text, url
from importer.clean.characters import mojibake, text_guard
from importer.clean.contact_points import PointCell, gather, label_of
from importer.clean.finding import LONGEST_CELL, ContactPoint, ContactPoints
from importer.clean.names import name
from importer.clean.names.full_name import split
from importer.clean.phone import cell as phone
from importer.clean.phone.damage import evidence as phone_evidence
from importer.clean.phone.region import Region, region_of
from importer.languages.cldr import country_code, month_number
from importer.languages.name_kinds import kind_of_name
from importer.languages.words import forbidden, is_birthday, is_fax
from importer.mapping.suggest import value_types
from importer.mapping.suggest.contact_points import contact_point
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.is_header import knows_header
from importer.mapping.suggest.typos import closest
from importer.spreadsheet import header, headings, skip
from importer.spreadsheet.row_habits import RowHabits

if TYPE_CHECKING:
    from collections.abc import Callable

US = Region("US")
CLEANERS: dict[str, Callable[[str], object]] = {
    "phone": partial(phone.clean, region=US),
    "phone without a region": partial(phone.clean, region=Region(None), policy="lenient"),
    "plain phones": lambda cell: phone.clean_plain_all({cell}, US),
    "phone in a profile": phone_evidence,
    "email": email.clean,
    "plain emails": lambda cell: email.clean_plain_all({cell}),
    "name": name.clean,
    "full name": split,
    "kind of name": kind_of_name,
    "address": address.clean,
    "link": url.clean,
    "source link": url.source,
    "date": lambda cell: date.clean.__wrapped__(cell),
    "date in a profile": date.evidence,
    "number": number.clean,
    "number in a profile": number.evidence,
    "list": choice.clean,
    "list with commas": partial(choice.clean, separator=","),
    "list in a profile": partial(choice.evidence, separator=";"),
    "yes or no": boolean.clean,
    "text": text.clean,
    "external id": identifier.external_id,
    "creator": identifier.created_by,
    "country": country.alpha_2,
    "region": partial(region_of, default="US"),
    "label": label_of,
    "words that forbid": forbidden,
    "fax": is_fax,
    "birthday": lambda cell: is_birthday.__wrapped__(cell),
    "month": month_number,
    "country code": country_code,
    "words of a header": lambda cell: words.__wrapped__(cell),
    "known header": lambda cell: knows_header.__wrapped__(cell),
    "header of a phone": lambda cell: contact_point.__wrapped__(cell),
    "misspelt header": lambda cell: closest(cell, ("phone number", "first name")),
    "values like a phone": value_types.is_likely_phone,
    "values like an email": value_types.is_email,
    "type of values": lambda cell: value_types.likely_type([cell]),
    "form of address": value_types.is_honorific,
    "data in a header": header.like_data,
    "rows of a report": lambda cell: skip.reason([cell, cell], ("name",)),
    "rows of reports": lambda cell: skip.reasons([[cell, cell]], ("name",)),
    "headings": lambda cell: headings.heading_rows([[cell], [cell, "1"]], RowHabits(numbered=True)),
    "names of columns": lambda cell: headings.header_rows([[cell, cell]], ("name", "phone"), knows_header),
    "guards": text_guard.unguarded,
    "guards of words": text_guard.unguarded_words,
    "wrong conversions": mojibake.garble_finding,
}
SIGNS = ",;/|\\@.-_*'\":+%&#=()[]{}<>!~09aéxeßİ神"
UNITS = [
    *SIGNS,
    *(
        " ",
        "\n",
        "\t",
        "\u00a0",
        "\u200b",
        "\u0301",
        "e\u0301",
        " , ",
        ", \n",
        "\n,",
        "()",
        "<>",
        "[[",
        '["',
        '""',
        "''",
    ),
    *(
        '="',
        '="a"',
        "='",
        "- ",
        "1-",
        "1.",
        "1,",
        "(1)",
        "+1",
        "a,",
        "a.",
        "a@",
        "@a",
        "a@b.c ",
        "a@b.c,",
        "<a@b>",
        "A. ",
    ),
    *(
        "& ",
        "and ",
        " or ",
        "de ",
        "1/1/24 ",
        "12:",
        "jan ",
        "1 ",
        "+1 415 ",
        "x1 ",
        "ext ",
        "no ",
        "telfax",
        "http://",
    ),
    *("a:", "%2", "&amp;", "&#", "Ã¼", " ::: ", "1e", "total ", "1 of ", "the ", "Inc ", "S.A. ", "* ", "--- ", "\x00"),
]
SHORT, LONG = 1_500, 6_000
# Four times the text may take four times as long, and a little more for what the machine does beside; squares take 16.
LARGEST_RATIO = 9
FASTEST = 0.0015  # seconds: what takes less is not worth measuring


def seconds(clean: Callable[[str], object], cell: str, times_taken: int = 5) -> float:
    """The least of several times in which a function took a cell."""
    times = []
    for _ in range(times_taken):
        start = time.process_time()
        clean(cell)
        times.append(time.process_time() - start)
        if times[-1] < FASTEST:
            break
    return min(times)


def cells(unit: str, length: int) -> list[str]:
    """Cells of one hostile unit again and again: alone, before an end that fits nothing, behind an open bracket."""
    repeated = (unit * (length // len(unit) + 1))[:length]
    return [repeated, f"{repeated}!a", f"(1{repeated}"]


@pytest.mark.parametrize("kind", CLEANERS)
def test_a_cleaner_is_linear(kind: str) -> None:
    """Cells of four times the length take about four times as long, for every repeated sign and beginning."""
    clean = CLEANERS[kind]
    slow = []
    for unit in UNITS:
        for short, long in zip(cells(unit, SHORT), cells(unit, LONG), strict=True):
            # One time is no less than the least of several, and nearly always little enough.
            if (longer := seconds(clean, long, 1)) < FASTEST:
                continue
            most = LARGEST_RATIO * seconds(clean, short)
            if longer > most and (least := seconds(clean, long)) >= FASTEST and least > most:
                slow.append((unit, short[:5]))
    assert slow == []


def test_a_header_of_digits_is_a_header() -> None:
    """A number that is longer than Python reads as one breaks nothing."""
    assert contact_point("1" * 5_000) is None


def test_many_points_of_a_row_are_gathered_in_linear_time() -> None:
    """A cell with four times as many addresses takes about four times as long."""

    def gathered(count: int) -> float:
        points = ContactPoints(tuple(ContactPoint(f"a{number}@example.com") for number in range(count)))
        return seconds(lambda _: gather([PointCell(0, "", "", points)], ["Email"], essential=False), "")

    assert gathered(8_000) <= LARGEST_RATIO * max(gathered(2_000), FASTEST)


@pytest.mark.parametrize(
    "kind", ["name", "text", "address", "link", "list", "external id", "email", "phone", "date", "number"]
)
def test_a_cell_that_is_too_long_is_a_finding(kind: str) -> None:
    """More than 10,000 characters are no value of a contact: a short message says so, and nothing of it is sent."""
    cell = "a" * (LONGEST_CELL + 1)
    cleaned = CLEANERS[kind](cell)
    assert isinstance(cleaned, tuple)
    assert not cleaned[0]
    (finding,) = cleaned[1]
    assert finding.bad
    assert len(finding.what) < 300

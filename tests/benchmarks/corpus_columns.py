"""Kinds of sheets whose columns or languages say what the cells mean, each made from a known truth."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from tests.benchmarks.corpus_texts import Contact, Maker, Truth, table

if TYPE_CHECKING:
    from collections.abc import Callable

LANGUAGES = tomllib.loads((Path(__file__).parents[1] / "e2e/sheets/languages.toml").read_text("utf-8"))
ABROAD = ("GB", "DE", "FR", "NL", "AU")


def mobile(region: str) -> phonenumbers.PhoneNumber:
    """A mobile number of a region that is in use."""
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    assert number is not None
    return number


def e164(number: phonenumbers.PhoneNumber) -> str:
    """The number as it is sent."""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def language(maker: Maker) -> Truth:
    """Given name, family name and mobile number under the titles of a language, and a total below."""
    name = maker.random.choice(sorted(LANGUAGES))
    words = LANGUAGES[name]
    titles, number = words["headers"], mobile(words["region"])
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    given, family = words["people"][0][:2]
    rows = [[titles[0], titles[1], titles[6]], [given, family, national], [words["total"], "", "1"]]
    contacts = {2: (f"{given} {family}", e164(number))}
    return Truth(f"language {name}", table(rows), contacts, region=words["region"])


def calling_codes(maker: Maker) -> Truth:
    """A column of calling codes beside the numbers, which are written without them, named as its warning advises."""
    code, rows, contacts = maker.random.choice(("{}", "+{}", "00{}")), [], {}
    for row, (name, number) in enumerate(maker.people(4), 2):
        region = maker.random.choice(ABROAD)
        if row % 2:
            abroad = mobile(region)
            rows.append([name, code.format(abroad.country_code), str(abroad.national_number)])
            contacts[row] = (name, e164(abroad))
        else:
            rows.append([name, code.format(1), number[2:]])
            contacts[row] = (name, number)
    header = maker.random.choice((["Name", "Country Code", "Phone"], ["Name", "Dial Code", "Phone"]))
    options = ("--region-column", header[1])
    return Truth("calling codes", table([header, *rows]), contacts, options=options)


def area_codes(maker: Maker) -> Truth:
    """A column of area codes beside the rest of the numbers."""
    people = maker.people(4)
    rows = [[name, number[2:5], f"{number[5:8]}-{number[8:]}"] for name, number in people]
    return Truth("area codes", table([["Name", "Area Code", "Phone"], *rows]), dict(enumerate(people, 2)))


def extensions(maker: Maker) -> Truth:
    """A column of extensions, which are no numbers."""
    people = maker.people(4)
    rows = [[name, maker.spelt(number), str(maker.random.randrange(100, 999))] for name, number in people]
    header = maker.random.choice((["Name", "Phone", "Ext"], ["Name", "Phone", "Extension"]))
    return Truth("extensions", table([header, *rows]), dict(enumerate(people, 2)))


def fax_labels(maker: Maker) -> Truth:
    """A fax by its label is no number to be sent."""
    people = maker.people(4)
    labels = ["Work", "Mobile", "Fax", "Home"]
    header = maker.random.choice((["Name", "Phone", "Phone Type"], ["Name", "Phone 1 - Value", "Phone 1 - Type"]))
    rows = [[name, maker.spelt(number), label] for (name, number), label in zip(people, labels, strict=True)]
    if header[1] != "Phone":
        header, rows = [*header[:1], header[2], header[1]], [[name, label, phone] for name, phone, label in rows]
    contacts: dict[int, Contact] = dict(enumerate(people, 2))
    contacts[4] = (people[2][0], "")
    return Truth("fax labels", table([header, *rows]), contacts)


def fax_column(maker: Maker) -> Truth:
    """A column of faxes is left out."""
    people = maker.people(4)
    rows = [[name, maker.spelt(number), maker.spelt(maker.number())] for name, number in people]
    header = maker.random.choice((["Name", "Phone", "Fax"], ["Name", "Phone", "Business Fax"]))
    return Truth("fax column", table([header, *rows]), dict(enumerate(people, 2)))


def lost_pluses(maker: Maker) -> Truth:
    """Half of a column is from abroad and has lost its plus; each becomes the number that it was."""
    rows, contacts = [], {}
    for row, (name, number) in enumerate(maker.people(10), 2):
        abroad = mobile(ABROAD[row // 2 % len(ABROAD)])
        sent = e164(abroad) if row % 2 else number
        rows.append([name, sent[1:] if row % 2 else f"({number[2:5]}) {number[5:8]}-{number[8:]}"])
        contacts[row] = (name, sent)
    return Truth("lost pluses", table([["Name", "Phone"], *rows]), contacts)


def hints(maker: Maker) -> Truth:
    """Column names with an example in them are column names."""
    people = maker.people(3)
    rows = [[name, maker.spelt(number), ""] for name, number in people]
    header = ["Name (e.g. Ann Lee)", "Phone (e.g. 415-555-0100)", "Email (e.g. name@example.com)"]
    header[0] = maker.random.choice(("Name", "Name (required)"))
    return Truth("hints", table([header, *rows]), dict(enumerate(people, 2)))


def vanity(maker: Maker) -> Truth:
    """A whole vanity number is its digits; a masked one is no number."""
    (one, number), (other, _) = maker.people(2)
    masked = maker.random.choice((f"{number[2:5]}-{number[5:8]}-XXXX", f"({number[2:5]}) {number[5:8]}-01xx"))
    rows = [[one, "1-800-FLOWERS"], [other, masked]]
    return Truth("vanity", table([["Name", "Phone"], *rows]), {2: (one, "+18003569377")})


def two_numbers(maker: Maker) -> Truth:
    """Two numbers in a cell are two numbers of one person."""
    people, sign = maker.people(3), maker.random.choice((" / ", "; ", ", ", "\n", " or "))
    rows, contacts = [], {}
    for row, (name, number) in enumerate(people, 2):
        second = maker.number()
        rows.append([name, f"{number}{sign}{second}"])
        contacts[row] = (name, f"{number} {second}")
    truth = Truth("two numbers", table([["Name", "Phone"], *rows]), contacts)
    return (
        truth if sign != "\n" else Truth(truth.kind, truth.content, {2 * row - 2: it for row, it in contacts.items()})
    )


def family_first(maker: Maker) -> Truth:
    """Names with the family name first and a comma."""
    people = maker.people(4)
    rows = [[", ".join(reversed(name.split(" ", 1))), maker.spelt(number)] for name, number in people]
    return Truth("family first", table([["Name", "Phone"], *rows]), dict(enumerate(people, 2)))


KINDS: tuple[Callable[[Maker], Truth], ...] = (
    *(language, calling_codes, area_codes, extensions, fax_labels, fax_column, lost_pluses, hints, vanity),
    *(two_numbers, family_first),
)

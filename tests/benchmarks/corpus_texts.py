"""Kinds of sheets that are texts, each made from a known truth: the contacts that it holds, or why it is refused."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FIRST = ("Ann", "Bob", "Cy", "Di", "Ed", "Flo", "Gus", "Ida", "Jo", "Kim", "Léa", "Max")
LAST = ("Lee", "Ray", "Doe", "Fox", "Church", "Price", "Bank", "Müller", "Ivy", "Hall", "O'Neil", "Vos")
FIRMS = (
    "ACME GmbH",
    "Smith & Sons",
    "The Pizza Place",
    "Dupont SARL",
    "Volvo AB",
    "Baker & Associates",
    "Joe's Plumbing",
)
Contact = tuple[str, str]
"""A contact of the truth: its whole name (or its company's), and its number."""


@dataclass(frozen=True)
class Truth:
    """A sheet, and what is true of it: its contacts by row, or the words of the reason why it is refused."""

    kind: str
    content: bytes
    contacts: dict[int, Contact] = field(default_factory=dict)
    refusal: str = ""
    options: tuple[str, ...] = ()
    name: str = "sheet.csv"
    region: str = "US"


class Maker:
    """Makes people and sheets from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._numbers = iter(range(100, 200))

    def people(self, count: int) -> list[Contact]:
        """People with different names and numbers."""
        pairs = [(first, last) for first in FIRST for last in LAST]
        return [(f"{first} {last}", self.number()) for first, last in self.random.sample(pairs, count)]

    def number(self) -> str:
        """A number of Oakland that no person has."""
        return f"+1510555{next(self._numbers):04}"

    def spelt(self, e164: str) -> str:
        """A number as people of its country write it."""
        area, office, line = e164[2:5], e164[5:8], e164[8:]
        ways = (
            f"({area}) {office}-{line}",
            f"{area}-{office}-{line}",
            f"{area}.{office}.{line}",
            e164,
            f"1 {area} {office} {line}",
        )
        return self.random.choice(ways)


def table(rows: Sequence[Sequence[str]], delimiter: str = ",") -> bytes:
    """The bytes of a CSV."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def listed(maker: Maker, people: Sequence[Contact]) -> list[list[str]]:
    """Rows of a name and a number."""
    return [[name, maker.spelt(number)] for name, number in people]


def plain(maker: Maker) -> Truth:
    """A list with nothing wrong in it, in one of the usual shapes of a text file."""
    people, delimiter = maker.people(5), maker.random.choice(",;\t|")
    content = table([["Name", "Phone"], *listed(maker, people)], delimiter)
    encoding = maker.random.choice(("utf-8", "utf-8-sig", "cp1252", "utf-16"))
    return Truth("file", content.decode().encode(encoding), dict(enumerate(people, 2)))


def preamble(maker: Maker) -> Truth:
    """Titles above the column names."""
    people = maker.people(4)
    above = maker.random.choice(([["Contacts 2026"], []], [["Report generated 3 May 2026"], ["Sales"], []]))
    rows = [*above, ["Name", "Phone"], *listed(maker, people)]
    return Truth("preamble", table(rows), dict(enumerate(people, len(above) + 2)))


def slips(maker: Maker) -> Truth:
    """A number with a digit too many or too few is left out, not read as a number abroad."""
    people = maker.people(4)
    rows = listed(maker, people)
    wrong = maker.random.randrange(4)
    number = people[wrong][1][2:]
    rows[wrong][1] = maker.random.choice(
        (f"({number[:3]}) {number[3:6]}-{number[6:]}5", f"{number[:3]}-{number[3:6]}-{number[7:]}")
    )
    return Truth(
        "slip",
        table([["Name", "Phone"], *rows]),
        {row: person for row, person in enumerate(people, 2) if row != wrong + 2},
    )


def denied(maker: Maker) -> Truth:
    """A number that must not be used is not sent as one."""
    people = maker.people(3)
    rows = listed(maker, people)
    rows[1][1] += maker.random.choice((" - DO NOT CALL", " (wrong number)", " no longer in service", " DNC"))
    return Truth("denied", table([["Name", "Phone"], *rows]), {2: people[0], 4: people[2]})


def companies(maker: Maker) -> Truth:
    """Companies among people, in one column."""
    people = maker.people(5)
    for index in maker.random.sample(range(5), 2):
        people[index] = (maker.random.choice(FIRMS), people[index][1])
    return Truth("companies", table([["Name", "Phone"], *listed(maker, people)]), dict(enumerate(people, 2)))


def company_list(maker: Maker) -> Truth:
    """A list of companies whose names alone do not show that."""
    firms = [
        (name, maker.number()) for name in maker.random.sample(("Globex", "Initech", "Umbrella", "Hooli", "Stark"), 3)
    ]
    trait = maker.random.choice(("Employees", "Domain", "Annual Revenue", "VAT number"))
    rows = [[name, "x", "12", maker.spelt(number)] for name, number in firms]
    return Truth("company list", table([["Name", "Industry", trait, "Phone"], *rows]), dict(enumerate(firms, 2)))


def couples(maker: Maker) -> Truth:
    """Several people in one cell stay in one name, whole."""
    (_, number), name = (
        maker.people(1)[0],
        maker.random.choice(("Ann and Bob Lee", "Martinez, Walker and Burton", "Di & Ed")),
    )
    return Truth("couple", table([["Name", "Phone"], [name, maker.spelt(number)]]), {2: (name, number)})


def headings(maker: Maker) -> Truth:
    """Headings between the rows, and a total at the end."""
    people = maker.people(6)
    one, two = maker.random.choice(
        (("GOLD", "SILVER"), ("Gold customers", "Silver customers"), ("A", "B"), ("Oslo:", "Bergen:"))
    )
    rows = [[one, ""], *listed(maker, people[:3]), ["", ""], [two, ""], *listed(maker, people[3:])]
    rows += [
        maker.random.choice(
            (["Total", "6 contacts"], ["Total", "6"], ["6 contacts", ""], ["Number of contacts: 6", ""])
        )
    ]
    return Truth("headings", table([["Name", "Phone"], *rows]), dict(zip((3, 4, 5, 8, 9, 10), people, strict=True)))


def continued(maker: Maker) -> Truth:
    """A second number below a name is no contact of its own."""
    people, mark = maker.people(3), maker.random.choice(("", '"', "ditto", "''"))
    rows = listed(maker, people)
    rows.insert(1, [mark, maker.spelt(maker.number())])
    return Truth("continued", table([["Name", "Phone"], *rows]), dict(zip((2, 4, 5), people, strict=True)))


def two_lists(maker: Maker) -> Truth:
    """Two lists side by side are refused."""
    left, right = listed(maker, maker.people(3)), listed(maker, maker.people(3))
    gap = maker.random.choice(([], [""]))
    names = maker.random.choice((["Name", "Phone"], ["Full Name", "Mobile"]))
    rows = [[*names, *gap, *names], *([*one, *gap, *two] for one, two in zip(left, right, strict=True))]
    return Truth("two lists", table(rows), refusal="side by side")


def sideways(maker: Maker) -> Truth:
    """A sheet on its side is refused."""
    rows = listed(maker, maker.people(maker.random.randrange(2, 9)))
    names = maker.random.choice((["Name", "Phone"], ["Customer Name", "Cell Phone"]))
    return Truth("sideways", table(list(map(list, zip(names, *rows, strict=True)))), refusal="on its side")


def stacked(maker: Maker) -> Truth:
    """A second list with other columns below the first is refused."""
    rows = [
        ["Name", "Phone"],
        *listed(maker, maker.people(3)),
        [],
        ["Company", "Contact", "Phone"],
        ["Acme", "Ann Lee", "x"],
    ]
    return Truth("stacked", table(rows), refusal="second list")


def codes(maker: Maker) -> Truth:
    """Text with the codes of a web page is kept as it is."""
    (_, number), name = maker.people(1)[0], maker.random.choice(("Ann O&#39;Neil", "LÃ©a Fox", "Ann M&uuml;ller"))
    return Truth("codes", table([["Name", "Phone"], [name, maker.spelt(number)]]), {2: (name, number)})


KINDS: tuple[Callable[[Maker], Truth], ...] = (
    *(plain, preamble, slips, denied, companies, company_list, couples, headings, continued, two_lists, sideways),
    *(stacked, codes),
)

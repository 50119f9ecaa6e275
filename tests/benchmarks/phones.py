"""How fast phones are read beside libphonenumber, and whether they are read as it reads them.

    python tests/benchmarks/phones.py [--quick] [--inputs 1000000] [--seed 1] [--json FILE]

Speed is CPU time on a mix of cells as sheets of contacts have them, no number twice. libphonenumber parses each,
asks whether it is valid and writes it as E.164, and is done; we say what was cut, repaired or doubted, too.
Sameness is on spellings of every type of number of every region, in every form and with every damage.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import phonenumbers

from importer.clean.phone import libphonenumber, numbering_plan
from importer.clean.phone.cell import clean, clean_thoroughly
from importer.clean.phone.region import Region
from tests.benchmarks.table import Options, Row, as_json, markdown
from tests.clean.phone.spellings import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.model.choices import PhonePolicy

TARGET = 1 / 8
_AMERICAN = ("212", "303", "312", "404", "415", "503", "617", "702", "808", "416", "604")  # the last two Canadian
# How the cells of the mix are written, and how many of a hundred: n is an area code, a and b are three and four digits.
PLAIN = (
    (15, "+1{n}{a}{b}"),
    (12, "+1 {n} {a} {b}"),
    (10, "+1 ({n}) {a}-{b}"),
    (8, "+1-{n}-{a}-{b}"),
    (10, "({n}) {a}-{b}"),
    (7, "{n}-{a}-{b}"),
    (4, "{n}.{a}.{b}"),
    (3, "{n}{a}{b}"),
    (1, "1{n}{a}{b}"),
    (5, "+44 20 7{a} {b}"),
    (3, "+44 (0)161 {a} {b}"),
    (2, "+44 7911 12{b}"),
    (4, "+49 30 2{a}{b}"),
    (3, "+33 1 4{a} {b}"),
    (1, "+61 2 9{a} {b}"),
)
WITH_MORE_IN_THEM = (
    (3, "({n}) {a}-{b} x{a}"),
    (2, "Cell: {n}-{a}-{b}"),
    (2, "{n}-{a}-{b} / {n}-{a}-1{a}"),
    (2, "{n}{a}{b}.0"),
    (1, "555-{a}-{b}"),
    (1, "{n}-{b}"),
    (1, "n/a"),
)
MIX = (*PLAIN, *WITH_MORE_IN_THEM)


def cells(mix: Sequence[tuple[int, str]], count: int, dice: random.Random) -> list[str]:
    """Cells of a mix, in no order."""
    forms = dice.choices([form for _, form in mix], [share for share, _ in mix], k=count)
    return [
        form.format(n=dice.choice(_AMERICAN), a=dice.randrange(200, 1000), b=f"{dice.randrange(10_000):04}")
        for form in forms
    ]


def measure(options: Options, inputs: int | None = None, seed: int = 1) -> list[Row]:
    """Our speeds and the library's, and the number of differences among `inputs` spellings."""
    size = 5_000 if options.quick else 50_000
    inputs = inputs or (20_000 if options.quick else 1_000_000)
    return [*speeds(size, options.repeats, seed), *sameness(inputs, seed)]


def speeds(size: int, repeats: int, seed: int) -> list[Row]:
    """The reading of the mix's numbers, and the cleaning of its cells: the plain ones, and all."""
    dice = random.Random(seed)
    plain, mixed = cells(PLAIN, size, dice), cells(MIX, size, dice)
    read, whole = partial(numbering_plan.read, region="US"), partial(clean, region=Region("US"))
    return [
        _speed("phone numbers of the mix to E.164, valid or not", numbers_in(mixed), read, repeats, TARGET),
        _speed("phone cells with nothing but a number, cleaned", plain, whole, repeats),
        _speed("phone cells of the whole mix, cleaned", mixed, whole, repeats),
    ]


def numbers_in(mixed: Sequence[str]) -> list[str]:
    """The spellings that the cleaning of the cells has read: words and extensions cut, numbers told apart."""
    found: dict[str, None] = {}

    def read(text: str, region: str | None) -> libphonenumber.Number | None:
        found[text] = None
        return numbering_plan.read(text, region)

    for text in mixed:
        clean_thoroughly(text, Region("US"), "strict", read)
    return list(found)


def sameness(inputs: int, seed: int) -> list[Row]:
    """How many of the spellings are read, and of a fifth as many cells cleaned, unlike the long way by the library."""
    numbers = differences(inputs, seed)
    texts = cell_differences(inputs // 5, seed)
    return [
        Row(f"of {inputs:,} phone numbers, read unlike the library", numbers, "numbers", at_most=0),
        Row(f"of {inputs // 5:,} phone cells, cleaned unlike the long way", texts, "cells", at_most=0),
    ]


def _speed(
    what: str, texts: Sequence[str], ours: Callable[[str], object], repeats: int, at_most: float | None = None
) -> Row:
    """The best of some runs of both, turn about, in microseconds of CPU a cell."""
    times = [(_seconds(ours, texts), _seconds(by_library, texts)) for _ in range(repeats)]
    mine, plain = (1e6 * min(each) / len(texts) for each in zip(*times, strict=True))
    return Row(what, mine, "us CPU", plain, at_most=at_most, of_plain=True, note=f"{plain / mine:.1f} times as fast")


def _seconds(read: Callable[[str], object], texts: Sequence[str]) -> float:
    start = time.process_time()
    for text in texts:
        read(text)
    return time.process_time() - start


def by_library(text: str) -> str:
    """What a script does with a phone."""
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return ""
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else ""


def differences(count: int, seed: int) -> int:
    """How many spellings a plan reads unlike the library: number, validity, type, or where the country code is from."""
    found = 0
    for text, region in spellings(random.Random(seed), count):
        if (ours := numbering_plan.read(text, region)) != (theirs := libphonenumber.read(text, region)):
            found += 1
            print(f"differs: {text!r} in {region}: {ours} is {theirs} to the library", file=sys.stderr)
    return found


def cell_differences(count: int, seed: int) -> int:
    """How many cells give other numbers or other lines than when they are taken apart and read by the library."""
    dice, found = random.Random(seed + 1), 0
    policies: tuple[PhonePolicy, ...] = ("strict", "lenient")
    for text, region in spellings(dice, count):
        where, policy = Region(region), dice.choice(policies)
        if (ours := clean(text, where, policy)) != (
            theirs := clean_thoroughly(text, where, policy, libphonenumber.read)
        ):
            found += 1
            print(f"differs: {text!r} in {region}: {ours} is {theirs} the long way", file=sys.stderr)
    return found


def main() -> None:
    """Measure, print the table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--inputs", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = measure(Options(quick=given.quick), given.inputs, given.seed)
    print(markdown(rows))
    if given.json:
        given.json.write_text(as_json(rows), encoding="utf-8")


if __name__ == "__main__":
    main()

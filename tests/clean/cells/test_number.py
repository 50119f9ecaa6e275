"""Number cells: no digit lost, no decimal sign guessed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.clean.cells import number
from importer.clean.finding import Cleaned
from tests.clean.findings import bad, rules


@pytest.mark.parametrize(
    ("cell", "sent"),
    [
        ("1", "1"),
        ("12.5", "12.5"),
        ("1,5", "1.5"),
        ("1,234", "1234"),
        ("1.234", "1.234"),
        ("1,234.50", "1234.5"),
        ("1.234,50", "1234.5"),
        ("1.234.567", "1234567"),
        ("1 234,5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("1'234.50", "1234.5"),
        ("12,34,567.00", "1234567"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("+5", "5"),
        (".5", "0.5"),
        ("0.125", "0.125"),
        ("12345678901234567890", "12345678901234567890"),
        ("１２", "12"),
        ("0", "0"),
    ],
)
def test_a_number_becomes_json_without_losing_a_digit(cell: str, sent: str) -> None:
    """Well-formed numbers, thousands separators and all, are normalised without a word."""
    assert number.clean(cell) == Cleaned(sent)
    assert json.loads(sent) == json.loads(sent)


@pytest.mark.parametrize(
    ("cell", "style", "comma", "sent"),
    [
        ("1.234", "comma", False, "1234"),
        ("1,234", "comma", False, "1.234"),
        ("1.234", None, True, "1234"),
        ("1,234", None, True, "1.234"),
        ("1.234", "dot", False, "1.234"),
        ("1.5", None, True, "1.5"),
        ("1,5", "mixed", False, "1.5"),
    ],
)
def test_the_column_decides_what_a_dot_means(cell: str, style: Any, comma: bool, sent: str) -> None:
    """`1.234` is read as the column's other cells or the option say; a cell with one reading keeps it."""
    assert number.clean(cell, style, decimal_comma=comma).value == sent


def test_a_column_with_both_signs_leaves_no_guess() -> None:
    """Where a column, or column and option, contradict each other, a number with two readings is bad."""
    assert bad(number.clean("1,234", "mixed")) == ["number-ambiguous"]
    assert bad(number.clean("1.234", "dot", decimal_comma=True)) == ["number-ambiguous"]


@pytest.mark.parametrize(
    ("cell", "sent"),
    [
        ("$1,200", "1200"),
        ("1200 €", "1200"),
        ("EUR 5", "5"),
        ("R$ 5,00", "5"),
        ("12%", "12"),
        ("(1,234)", "-1234"),
        ("123-", "-123"),
        ("-$5", "-5"),
        ("1.5E+3", "1500"),
        ("00123", "123"),
        ("0.12345678901234567890", "0.12345678901234568"),
    ],
)
def test_what_is_cut_from_a_number_is_said(cell: str, sent: str) -> None:
    """Currencies, percent signs, brackets, zeros and powers are taken off with a line."""
    assert number.clean(cell).value == sent
    assert rules(number.clean(cell)) == ["repaired-number"]


@pytest.mark.parametrize(
    "cell", ["abc", "1/2", "5 kg", "1e400", "--5", "1.2.3", "12 34", "(5", "Infinity", "1,2,3", "9" * 400, "1e99999"]
)
def test_what_is_no_finite_number_is_bad(cell: str) -> None:
    """Text, units and numbers that JSON cannot hold are bad."""
    assert (number.clean(cell).value, bad(number.clean(cell))) == ("", ["number-not-valid"])


@settings(max_examples=200, deadline=None)
@given(st.integers(-(10**30), 10**30))
def test_integers_keep_every_digit(value: int) -> None:
    """An integer of any length comes out digit for digit, with or without thousands separators."""
    assert number.clean(str(value)).value == str(value)
    assert number.clean(f"{value:,}").value == str(value)

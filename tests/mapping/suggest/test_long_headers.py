"""A header may be a line of data or a damaged file: it costs little, whatever it holds."""

from __future__ import annotations

import time

import pytest

from importer.mapping.suggest.suggest import suggest
from importer.model import Fit

LENGTH = 1_000_000


@pytest.mark.parametrize("part", ["7", "phone", "aB", "e.g. ", "(", "'", "(required)", "é", "ال"])
def test_a_header_of_a_megabyte_takes_little(part: str) -> None:
    """It is looked at as far as a name of a column may reach, and its neighbour is mapped as ever."""
    start = time.process_time()
    mapping = suggest([part * (LENGTH // len(part)), "Email"], [], [["x"], ["a@b.co"]])
    assert time.process_time() - start < 2
    assert mapping.columns[1].fit is Fit.MAPPED

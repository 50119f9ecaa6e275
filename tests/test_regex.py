"""Regular expressions that modules hold."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from importer.regex import regex


def test_a_regex_answers_as_a_compiled_pattern() -> None:
    """What a module asks of a regex is what `re.compile` gives."""
    lazy, eager = regex("(?P<word>[a-z]+)", re.IGNORECASE), re.compile("(?P<word>[a-z]+)", re.IGNORECASE)
    assert [match.span("word") for match in lazy.finditer("Ann Lee")] == [(0, 3), (4, 7)]
    assert lazy.sub("-", "Ann Lee") == eager.sub("-", "Ann Lee") == "- -"
    assert (lazy.pattern, lazy.flags, lazy.groups) == (eager.pattern, eager.flags, eager.groups)
    assert regex(b"[0-9]+").findall(b"1 22") == [b"1", b"22"]


def test_a_regex_is_compiled_at_its_first_question() -> None:
    """A pattern is compiled when it is asked, and not before: a wrong one is not seen until then."""
    wrong = regex("(")
    assert wrong.pattern == "("
    with pytest.raises(re.error):
        wrong.match("")


@pytest.mark.parametrize("is_compiled", [False, True])
def test_a_regex_can_be_copied_and_sent(is_compiled: bool) -> None:
    """A copy, also one in another process, answers as the regex does, as a copy of a compiled pattern would."""
    pattern = regex("a", re.IGNORECASE)
    assert not is_compiled or pattern.match("A")
    for again in (copy.copy(pattern), copy.deepcopy(pattern), pickle.loads(pickle.dumps(pattern))):
        assert again.match("A")
        assert again.pattern == "a"

"""The short way for plain email addresses and the long way by the library are one."""

from __future__ import annotations

import re
import sys

from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.clean.cells import email

PLAIN_WORDS = ("ada", "Ada", "INFO", "Postmaster", "abuse", "www", "null", "na", "7", "a_b", "a+b", "x" * 20)
ODD_WORDS = ("", "mailto", "e-mail", "-", "+", "_", "o'neil", "=1", "josé", "ada lovelace", "x" * 63)
WORDS = st.sampled_from(PLAIN_WORDS + ODD_WORDS)
LABELS = st.sampled_from(
    (
        "example",
        "EXAMPLE",
        "acme-inc",
        "1",
        "123",
        "co",
        "mail",
        "x" * 63,
        "",
        "xn--bcher-kva",
        "ab--c",
        "-a",
        "a-",
        "bücher",
        "a_b",
        "x" * 64,
    )
)
ENDINGS = st.sampled_from(
    [
        "com",
        "COM",
        "co.uk",
        "io",
        "x",
        "test",
        "Local",
        "localhost",
        "invalid",
        "arpa",
        "onion",
        "example",
        "c0m",
        "1",
        "",
    ]
)
GLUE = st.sampled_from(["", ".", "..", "-", "+", "_"])
ADDRESSES = st.builds(
    lambda first, glue, last, at, labels, ending: f"{first}{glue}{last}{at}{'.'.join([*labels, ending])}",
    WORDS,
    GLUE,
    WORDS,
    st.sampled_from(["@", "@", "@", "@", "@", "@@", "＠", "", " @ "]),
    st.lists(LABELS, min_size=0, max_size=3),
    ENDINGS,
)
AROUND = st.sampled_from(
    ["", "", "", "", "", " ", "'", '"', "<", ">", ";", ",", ".", "(", ")", "\n", "\u200b", "mailto:", "?a=b"]
)
LETTERS_ABROAD = "".join(re.findall(f"[{email._ABROAD}]", "".join(map(chr, range(sys.maxunicode)))))
# As plain addresses are, with few repetitions: most of those with many are too long for the short way.
SHORT_PLAIN = re.sub(r"(?<=[\])])[*+]", lambda sign: "{0,3}" if sign[0] == "*" else "{1,3}", email._PLAIN.pattern)
LETTERS = st.text(alphabet="abzABZ019.-_+@'\" ;<>ü\u200b", max_size=24)


def plain(local: str, domain: str) -> str:
    return f"{local}@{domain}"


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(
        st.builds(lambda before, address, after: before + address + after, AROUND, ADDRESSES, AROUND),
        st.builds(plain, LETTERS, LETTERS),
        st.builds(
            plain, st.text(LETTERS_ABROAD, min_size=1), st.text(f"{LETTERS_ABROAD}a1", max_size=10).map("{}.co".format)
        ),
        st.emails(),
        st.from_regex(re.compile(SHORT_PLAIN, email._PLAIN.flags), fullmatch=True),
        st.from_regex(email._NO_ADDRESS.pattern, fullmatch=True),
    )
)
@example("POSTMASTER@example.com")
@example("Info@example.com")
@example("a@b.test")
@example("a@test")
@example("a@-")
@example("None")
@example("x")
@example(f"a@{'b' * 60}")
@example(f"{'a' * 62}@b")
@example(f"{'a' * 64}@{'b' * 63}.com")
def test_plain_addresses_are_read_as_the_library_reads_them(cell: str) -> None:
    """A cell gives the same points and findings, whether or not it goes the short way."""
    assert email.clean(cell) == email.clean_thoroughly(cell)


def test_letters_of_other_languages_are_taken_as_the_library_takes_them() -> None:
    """Each letter that a plain address may have, in either part, in labels as long as such labels may be."""
    for start in range(0, len(LETTERS_ABROAD), 10):
        letters = LETTERS_ABROAD[start : start + 10]
        cell = plain(f"a1{letters}", f"{letters}.co")
        assert email.clean_plain(cell)
        assert email.clean(cell) == email.clean_thoroughly(cell)

"""Whole chunks: the normalised frame, the severity of each problem, rows and their several columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.clean.profile import SheetProfile
from importer.clean.rules import CleanRules, ColumnDecisions
from importer.clean.sheet import clean
from importer.model import (
    CallFlag,
    CallFlagKind,
    ColumnMapping,
    Fit,
    Mapping,
    NormalisedChunk,
    Problem,
    Severity,
    SourceChunk,
    Target,
)
from tests.clean.sheets import ADDRESS, NOTE, SINCE, TAGS, US, chunk, mapping

if TYPE_CHECKING:
    from collections.abc import Sequence


def cleaned(rows: SourceChunk, columns: Mapping, rules: CleanRules = US) -> NormalisedChunk:
    profile = SheetProfile(columns, rules)
    profile.feed(rows)
    return clean(rows, columns, rules, profile.decisions())


def told(problems: Sequence[Problem]) -> list[tuple[int | None, str | None, str, str]]:
    return [(problem.row, problem.column, problem.rule, problem.severity.value) for problem in problems]


def test_the_frame_is_text_by_sheet_row_and_target() -> None:
    """The normalised frame has the contract's columns, its index is the sheet row, and empty is the empty text."""
    columns = mapping("first_name", "phone", Target("phone", "mobile"), "email", SINCE, None)
    rows = chunk(
        ["Ada", "415 555 0101", "415 555 0102 x5", "ada@example.com", "2024-03-12", "kept out"],
        ["Bob", "", "", "", "", ""],
        first=7,
    )
    frame = cleaned(rows, columns).frame
    fixed = ["identity", "external_id", "first_name", "last_name", "company", "role", "source_url", "created_by"]
    points = ["phone_1", "phone_1_label", "phone_2", "phone_2_label", "email_1", "email_1_label"]
    assert list(frame.columns) == [*fixed, *points, "custom:k1"]
    assert list(frame.index) == [7, 8]
    assert {str(dtype) for dtype in frame.dtypes} == {"str"}
    assert not frame.isna().any().any()
    ada = frame.loc[7]
    assert (ada["phone_1"], ada["phone_2"], ada["phone_2_label"]) == ("+14155550101", "+14155550102", "mobile ext. 5")
    assert set(frame.loc[8].drop("first_name")) == {""}


def test_a_sheet_without_rows_gives_a_frame_without_rows() -> None:
    """A chunk with no rows is no special case."""
    columns = mapping("first_name", "phone", SINCE)
    empty = SourceChunk.of(pd.DataFrame({0: [], 1: [], 2: []}, dtype="str"), ())
    result = cleaned(empty, columns)
    assert (len(result.frame), result.problems) == (0, ())


def test_a_bad_phone_costs_the_row_unless_another_is_good() -> None:
    """The only bad phone of a row is an error, beside a good one it is a warning and left out, whatever the policy."""
    rows = chunk(["123", ""], ["123", "415 555 0101"], ["123; 415 555 0101", ""])
    for policy in (US, CleanRules(region="US", bad_cells="reject")):
        problems = cleaned(rows, mapping("phone", "phone"), policy).problems
        severities = {problem.row: problem.severity for problem in problems if problem.rule == "phone-short-code"}
        assert severities == {2: Severity.ERROR, 3: Severity.WARNING, 4: Severity.WARNING}
        assert all("rejected" in p.message or "left out" in p.message for p in problems if p.rule == "phone-short-code")


def test_any_other_bad_cell_follows_the_policy() -> None:
    """A bad cell that is no phone is left out with a warning, or costs its row under reject; its value never stays."""
    rows = chunk(["Ada", "nobody", "soon"])
    columns = mapping("first_name", "email", SINCE)
    kept = cleaned(rows, columns)
    assert told(kept.problems) == [(2, "C1", "email-not-valid", "warning"), (2, "C2", "date-not-valid", "warning")]
    assert kept.frame.loc[2, "custom:k1"] == ""
    strict = cleaned(rows, columns, CleanRules(region="US", bad_cells="reject"))
    assert {problem.severity for problem in strict.problems} == {Severity.ERROR}


def test_a_problem_names_row_column_and_value() -> None:
    """A problem carries the sheet row, the header as written (`#N` where empty or twice), and the untouched cell."""
    rows = chunk([" 123 ", "x@", "y@"], first=41)
    problems = cleaned(rows, mapping("phone", "email", "email", headers=["", "Mail", "Mail"])).problems
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [
        (41, "#1", " 123 "),
        (41, "#2", "x@"),
        (41, "#3", "y@"),
    ]
    assert all(problem.message.endswith(".") for problem in problems)


def test_problems_come_in_row_order() -> None:
    """The problems of a chunk are sorted by row, then by column."""
    rows = chunk(["x@", "soon"], ["y@", "later"], ["z@", "never"])
    problems = cleaned(rows, mapping("email", SINCE)).problems
    assert [(problem.row, problem.column) for problem in problems] == [
        (row, column) for row in (2, 3, 4) for column in ("C0", "C1")
    ]


def test_each_row_is_dialled_in_its_own_country() -> None:
    """The region column reads each row's numbers: empty takes the default, unknown costs the national numbers."""
    rows = chunk(
        ["020 7946 0018", "United Kingdom"],
        ["415 555 0101", "US"],
        ["415 555 0101", ""],
        ["415 555 0101", "Atlantis"],
        ["+1 415 555 0101", "Atlantis"],
    )
    rules = CleanRules(region="US", region_position=1)
    result = cleaned(rows, mapping("phone", None), rules)
    assert list(result.frame["phone_1"]) == ["+442079460018", "+14155550101", "+14155550101", "", "+14155550101"]
    assert told(result.problems) == [(5, "C0", "phone-unknown-country", "error")]


def test_one_number_in_two_columns_is_sent_once() -> None:
    """The same phone or mailbox in two columns is one, with the label of either, and that is said."""
    rows = chunk(["415 555 0101", "+14155550101", "Ada@example.com", "ada@EXAMPLE.com"])
    result = cleaned(rows, mapping("phone", Target("phone", "mobile"), "email", "email"))
    assert result.frame.loc[2, "phone_1"] == "+14155550101"
    assert result.frame.loc[2, "phone_1_label"] == "mobile"
    assert result.frame.loc[2, "email_1"] == "Ada@example.com"
    assert "phone_2" not in result.frame
    assert "email_2" not in result.frame
    assert told(result.problems) == [(2, "C1", "repeated-in-row", "warning"), (2, "C3", "repeated-in-row", "warning")]


def test_the_label_comes_from_its_column_the_header_or_the_cell() -> None:
    """A label cell wins over the header's label, and both over the words in the cell; Google's `* ` is cut."""
    columns = (
        ColumnMapping(0, "Phone 1 - Label", Fit.UNMAPPED),
        ColumnMapping(1, "Phone 1 - Value", Fit.MAPPED, Target("phone", "other"), label_position=0),
        ColumnMapping(2, "Phone", Fit.MAPPED, Target("phone")),
    )
    rows = chunk(
        ["* Work", "415 555 0101 (home)", "415 555 0102 (home)"],
        ["", "415 555 0103", "415 555 0104"],
        ["* ", "415 555 0105", ""],
    )
    frame = cleaned(rows, Mapping(columns)).frame
    assert list(frame["phone_1_label"]) == ["Work", "other", "other"]
    assert list(frame["phone_2_label"]) == ["home", "", ""]


def test_a_row_of_nothing_but_placeholders_comes_out_empty() -> None:
    """Names that read `N/A` are kept beside a phone or another name, and emptied where the row names nobody."""
    rows = chunk(
        ["N/A", "null", "n/a", "17"],
        ["N/A", "Null", "415 555 0101", "18"],
        ["", "Null", "", "19"],
        ["Ada", "-", "", "20"],
    )
    result = cleaned(rows, mapping("first_name", "company", "phone", "external_id"))
    assert list(result.frame["first_name"]) == ["", "N/A", "", "Ada"]
    assert list(result.frame["company"]) == ["", "Null", "", "-"]
    said = [problem.rule for problem in result.problems if problem.row == 2]
    assert said == ["placeholder", "placeholder", "placeholder"]


def test_a_full_name_fills_what_no_other_column_gives() -> None:
    """First and last name come from a full name only where their own columns are empty; a differing one is said."""
    rows = chunk(["Ada Lovelace", "", ""], ["Ada Lovelace", "Ada", "Lovelace"], ["Countess Lovelace", "Ada", ""])
    result = cleaned(rows, mapping("full_name", "first_name", "last_name"))
    assert list(zip(result.frame["first_name"], result.frame["last_name"], strict=True)) == [
        ("Ada", "Lovelace"),
        ("Ada", "Lovelace"),
        ("Ada", ""),
    ]
    assert told(result.problems) == [(4, "C0", "value-unused", "warning")]


def test_columns_of_one_field_are_joined_or_the_first_wins() -> None:
    """Addresses and multi-selects join their columns; of any other field the first value stays and the rest is said."""
    rows = chunk(["1 Main St", "Springfield", "a;b", "b;c", "one", "two"], ["", "Shelbyville", "", "d", "", "three"])
    result = cleaned(rows, mapping(ADDRESS, ADDRESS, TAGS, TAGS, NOTE, NOTE))
    assert list(result.frame["custom:k3"]) == ["1 Main St, Springfield", "Shelbyville"]
    assert list(result.frame["custom:k4"]) == ['["a", "b", "c"]', '["d"]']
    assert list(result.frame["custom:k5"]) == ["one", "three"]
    assert told(result.problems) == [(2, "C5", "value-unused", "warning")]


FIELDS = ("first_name", "full_name", "company", "phone", "phone", "email", "external_id", "source_url", "created_by")
ROW = st.tuples(*[st.text(alphabet="aN/'-.@,;+ 0145x\u00a0", max_size=12) for _ in FIELDS], st.text(max_size=8))


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=4), st.sampled_from(["leave-out", "reject"]))
def test_any_chunk_gives_a_row_for_a_row(rows: list[tuple[str, ...]], policy: str) -> None:
    """Whatever the cells, each source row has one normalised row, every problem is of a row of the chunk, in order."""
    columns = mapping(*FIELDS, SINCE)
    source = chunk(*rows) if rows else SourceChunk.of(pd.DataFrame({at: [] for at in range(10)}, dtype="str"), ())
    result = cleaned(
        source, columns, CleanRules(region="US", bad_cells="reject" if policy == "reject" else "leave-out")
    )
    assert list(result.frame.index) == list(source.cells.index)
    assert not result.frame.isna().any().any()
    found = [problem.row or 0 for problem in result.problems]
    assert found == sorted(found)
    assert set(found) <= set(source.cells.index)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=3))
def test_cleaning_does_not_depend_on_the_other_rows(rows: list[tuple[str, ...]]) -> None:
    """With the decisions given, a row is cleaned alone as it is among others."""
    columns, decisions = mapping(*FIELDS, SINCE), ColumnDecisions()
    whole = clean(chunk(*rows), columns, US, decisions)
    for at, row in enumerate(rows):
        alone = clean(chunk(row, first=2 + at), columns, US, decisions)
        assert [p for p in whole.problems if p.row == 2 + at] == list(alone.problems)
        kept = {name: value for name, value in whole.frame.loc[2 + at].items() if value}
        assert kept == {name: value for name, value in alone.frame.loc[2 + at].items() if value}


def test_a_fax_by_its_label_is_left_out() -> None:
    """A number that its row labels as a fax is not sent; the row stays, and says that it has no number."""
    phone = [
        ColumnMapping(1, "Value", Fit.MAPPED, Target("phone"), label_position=0),
        ColumnMapping(2, "Name", Fit.MAPPED, Target("first_name")),
    ]
    columns = Mapping((ColumnMapping(0, "Label", Fit.IGNORED), *phone))
    rows = chunk(["Mobile", "415-555-0101", "Ann"], ["Work Fax", "415-555-0103", "Bob"], ["", "Fax: 4155550104", "Cy"])
    result = cleaned(rows, columns)
    assert list(result.frame["phone_1"]) == ["+14155550101", "", ""]
    assert [problem.row for problem in result.problems if problem.rule == "phone-fax"] == [3, 4]
    assert all(problem.severity is Severity.WARNING for problem in result.problems)


def test_a_number_that_its_own_column_forbids_is_left_out() -> None:
    """Whatever but a plain no stands in that column leaves out the number, from every column of the row that has it."""
    first = ColumnMapping(0, "Phone 1", Fit.MAPPED, Target("phone"), call_flags=(CallFlag(1, CallFlagKind.FORBIDDEN),))
    columns = Mapping((first, ColumnMapping(1, "Phone 1 DNC", Fit.IGNORED), *mapping("phone").columns))
    columns = replace(columns, columns=(*columns.columns[:2], ColumnMapping(2, "Other", Fit.MAPPED, Target("phone"))))
    number, same, other = "415-555-0101", "(415) 555-0101", "415-555-0102"
    flags = ["", "No", "N/A", "Y", "ask Ann", "x"]
    rows = chunk(*([number, flag, other] for flag in flags), [number, "Y", same])
    result = cleaned(rows, columns)
    sent = list(zip(result.frame["phone_1"], result.frame["phone_2"], strict=True))
    both, one = ("+14155550101", "+14155550102"), ("+14155550102", "")
    assert sent == [both, both, both, one, one, one, ("", "")]
    told_of = [(problem.row, problem.column) for problem in result.problems if problem.rule == "phone-forbidden"]
    assert told_of == [(5, "Phone 1"), (6, "Phone 1"), (7, "Phone 1"), (8, "Phone 1"), (8, "Other")]
    assert "“Phone 1 DNC” says “ask Ann”" in next(p.message for p in result.problems if p.row == 6)
    assert result.withheld == dict.fromkeys((5, 6, 7, 8), ("+14155550101",))


def test_phones_that_a_label_a_name_or_their_cell_forbids_are_kept_apart_from_those_that_are_sent() -> None:
    """They are given by row, unless the row has the number elsewhere to be used; a fax is nowhere."""
    label = ColumnMapping(0, "Label", Fit.IGNORED)
    phone = ColumnMapping(1, "Phone", Fit.MAPPED, Target("phone"), label_position=0)
    name = ColumnMapping(2, "Name", Fit.MAPPED, Target("full_name"))
    other = ColumnMapping(3, "Other", Fit.MAPPED, Target("phone"))
    rows = chunk(
        ["do not call", "415-555-0101", "Ann Lee", ""],
        ["do not call", "415-555-0102", "Bob Ray", "+1 415 555 0102"],
        ["Mobile", "415-555-0103", "Cy Fox (DNC)", "415-555-0104"],
        ["Fax", "415-555-0105", "Di Elk", ""],
        ["Mobile", "415-555-0106", "Ed Gnu", ""],
        ["", "415-555-0107 - DO NOT CALL", "Flo Hen", ""],
        ["", "old: 415-555-0108, new: 415-555-0109", "Gus Ibis", "do not text / 415-555-0110"],
        ["", "do not call / 415-555-0111 / 415-555-0112", "Hal Jay", ""],
        ["", "415-555-0113 wrong number", "Ida Kea", "415-555-0113"],
    )
    result = cleaned(rows, Mapping((label, phone, name, other)))
    assert result.withheld == {
        2: ("+14155550101",),
        4: ("+14155550103", "+14155550104"),
        7: ("+14155550107",),
        8: ("+14155550108", "+14155550110"),
        9: ("+14155550111", "+14155550112"),
    }
    sent = ["", "+14155550102", "", "", "+14155550106", "", "+14155550109", "", "+14155550113"]
    assert list(result.columns["phone_1"]) == sent
    assert result.only([4, 6]).withheld == {4: result.withheld[4]}


def test_two_surnames_are_one_last_name() -> None:
    """The second surname goes behind the first; a row that has one of them has that one."""
    surname = ColumnMapping(0, "Apellido paterno", Fit.MAPPED, Target("last_name"), second_position=1)
    second = ColumnMapping(1, "Apellido materno", Fit.IGNORED)
    rows = chunk(["García", "López"], ["Ruiz", ""], ["", "Díaz"], ["", ""])
    assert list(cleaned(rows, Mapping((surname, second))).frame["last_name"]) == ["García López", "Ruiz", "Díaz", ""]


def test_what_stands_before_a_surname_is_put_there() -> None:
    """A particle of its own column goes before the surname, once; a mark for none is none."""
    last = ColumnMapping(0, "Achternaam", Fit.MAPPED, Target("last_name"), particle_position=1)
    particles = ColumnMapping(1, "Tussenvoegsel", Fit.IGNORED)
    rows = chunk(["Berg", " van der"], ["van der Berg", "van der"], ["Artagnan", "d'"], ["Lee", ""], ["Ray", "-"])
    names = list(cleaned(rows, Mapping((last, particles))).frame["last_name"])
    assert names == ["van der Berg", "van der Berg", "d'Artagnan", "Lee", "Ray"]


def test_a_surname_at_birth_is_used_where_there_is_no_other() -> None:
    """The other surname is that of rows that have none, or a mark for none, in the column of surnames."""
    last = ColumnMapping(0, "Nom d'usage", Fit.MAPPED, Target("last_name"), fallback_position=1)
    birth = ColumnMapping(1, "Nom de naissance", Fit.IGNORED)
    rows = chunk(["Martin", "Dupont"], ["", "Roy"], ["-", "Petit"], ["Blanc", ""])
    names = list(cleaned(rows, Mapping((last, birth))).frame["last_name"])
    assert names == ["Martin", "Roy", "Petit", "Blanc"]


def test_a_number_labelled_old_or_wrong_is_left_out() -> None:
    """A label of one word that forbids the number leaves it out by the rule of such words."""
    phone = ColumnMapping(1, "Value", Fit.MAPPED, Target("phone"), label_position=0)
    labels = ["Mobile", "wrong", "Old", "DEAD", "old office", "dc'd"]
    result = cleaned(
        chunk(*([label, f"415-555-010{n}"] for n, label in enumerate(labels))),
        Mapping((ColumnMapping(0, "Label", Fit.IGNORED), phone)),
    )
    assert list(result.frame["phone_1"]) == ["+14155550100", *[""] * 5]
    assert [problem.rule for problem in result.problems if problem.rule == "phone-forbidden"] == ["phone-forbidden"] * 5


def test_a_slip_is_rejected_and_a_column_from_abroad_is_repaired() -> None:
    """The whole column decides about digits that are a slip as well as a number that lost its plus."""
    columns = mapping("phone")
    slip = ["41555501234"]
    home = [[f"(415) 555-01{number:02}"] for number in range(8)]
    alone = cleaned(chunk(*home, slip), columns)
    assert list(alone.frame["phone_1"])[-1] == ""
    assert [problem.rule for problem in alone.problems] == ["phone-too-long"]
    swiss = [[f"414466818{number:02}"] for number in range(8)]
    mixed = cleaned(chunk(*home, *swiss), columns)
    assert list(mixed.frame["phone_1"])[-1] == "+41446681807"
    assert all("Switzerland" in problem.message for problem in mixed.problems if problem.rule == "repaired-plus")


def test_a_company_in_a_column_of_names_becomes_the_company() -> None:
    """It is moved with a line where the row has no company, and stays a name, with a line, where it has another."""
    columns = mapping("full_name", "company")
    rows = chunk(("ACME GmbH", ""), ("ACME GmbH", "acme gmbh"), ("ACME GmbH", "Globex"), ("Ann Lee", "Globex"))
    made = cleaned(rows, columns)
    names = zip(made.columns["first_name"], made.columns["last_name"], made.columns["company"], strict=True)
    assert list(names) == [
        ("", "", "ACME GmbH"),
        ("", "", "acme gmbh"),
        ("ACME GmbH", "", "Globex"),
        ("Ann", "Lee", "Globex"),
    ]
    assert [(problem.row, problem.rule) for problem in made.problems] == [(2, "name-company"), (4, "name-not-split")]


def test_a_company_in_half_of_a_name_becomes_the_company() -> None:
    """A company in the first or the last name moves where the other half is blank; a whole name is never touched."""
    columns = mapping("first_name", "last_name")
    made = cleaned(chunk(("ACME GmbH", ""), ("", "Smith & Sons"), ("Ann", "Group"), ("Cher", "")), columns)
    names = zip(made.columns["first_name"], made.columns["last_name"], made.columns["company"], strict=True)
    assert list(names) == [("", "", "ACME GmbH"), ("", "", "Smith & Sons"), ("Ann", "Group", ""), ("Cher", "", "")]
    assert [(problem.row, problem.rule) for problem in made.problems] == [(2, "name-company"), (3, "name-company")]


def test_a_name_of_more_than_10_000_characters_costs_its_row() -> None:
    """No contact loses its name in silence, and the line that says so is short."""
    for field, cell in (("first_name", "a" * 10_001), ("full_name", "Ann " * 3000)):
        made = cleaned(chunk((cell, "415-555-0101")), mapping(field, "phone"))
        (problem,) = made.problems
        assert (problem.rule, problem.severity) == ("cell-too-long", Severity.ERROR)
        assert len(problem.message) < 300
        assert len(problem.value) <= 10_001

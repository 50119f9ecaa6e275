"""What a rule advises is done, on a sheet that raises it: everybody is there once, and the message is gone."""

from __future__ import annotations

import ast
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.report.rule_texts import all_rule_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.pipeline.reading.conftest import Office

HEADER = "First Name,Last Name,Phone,Email,Customer Since,Balance,VIP,Website"
ANN = "Ann,Lee,+14155550101,ann@example.com,2024-03-14,10,yes,https://example.com/a"


@dataclass(frozen=True)
class Advice:
    """A cell that raises a rule, what it is corrected to, or the options that the rule names; how many people then."""

    row: str
    corrected: str = ""
    options: Sequence[str] = ()
    given: Sequence[str] = ("--region", "US")
    header: str = HEADER
    ann: str = ANN
    people: int = 2


def bob(phone: str = "+14155550102", **cells: str) -> str:
    """A row with one odd cell."""
    names = ("email", "since", "balance", "vip", "website")
    return ",".join(
        [cells.get("first", "Bob"), cells.get("last", "Ray"), phone, *(cells.get(name, "") for name in names)]
    )


GOOD = bob()
LATE = "--on-match", "update"
# Rejected or not, a corrected cell is run in the sheet itself; rejects are tried in the rejects file as well.
REJECTS = {
    "phone-no-country": Advice(bob("(415) 555-0102"), options=("--region", "US"), given=()),
    "phone-too-short": Advice(bob("+1415555"), GOOD),
    "phone-too-long": Advice(bob("+1415555010299999"), GOOD),
    "phone-short-code": Advice(bob("12"), GOOD),
    "phone-no-area-code": Advice(bob("555-0102"), GOOD),
    "phone-unused": Advice(bob("+1 111 555 0102"), options=("--phones", "lenient")),
    "phone-no-digits": Advice(bob("call me"), GOOD),
    "phone-letters": Advice(bob("415-555-01XX"), GOOD),
    "phone-digits-lost": Advice(bob("1.41556E+10"), GOOD),
    "phone-not-valid": Advice(bob("+999123456789"), GOOD),
    "empty-contact": Advice(",,,,,7,,", GOOD),
}
WARNINGS = {
    "phone-premium": Advice(bob("+19005550119", email="bob@example.com"), bob(email="bob@example.com")),
    "phone-shared": Advice(bob("+14155550101", email="bob@example.com"), bob(email="bob@example.com")),
    "no-phone": Advice(bob("", email="bob@example.com"), bob(email="bob@example.com")),
    "email-not-valid": Advice(bob(email="bob@"), bob(email="bob@example.com")),
    "email-private-domain": Advice(bob(email="bob@company.local"), bob(email="bob@example.com")),
    "date-not-valid": Advice(bob(since="soon"), bob(since="2024-03-14")),
    "number-not-valid": Advice(bob(balance="abc"), bob(balance="7")),
    "boolean-unknown": Advice(bob(vip="perhaps"), bob(vip="no")),
    "url-not-a-link": Advice(bob(website="not a link"), bob(website="https://example.com/page")),
    "placeholder": Advice(bob(email="n/a"), bob()),
    "letters-garbled": Advice(bob(last="MÃ¼ller"), bob(last="Müller")),
    "repaired-guard": Advice(bob("'+14155550102"), GOOD),
    "letters-lost": Advice(bob(last="R\ufffdy"), GOOD),
    "repaired-control-characters": Advice(bob(last="R\x07ay"), GOOD),
    "nul-removed": Advice(bob(last="R\x00ay"), GOOD),
    "cell-too-long": Advice(bob(last="a" * 10_500), GOOD),
    "extra-cells": Advice(f"{GOOD},extra", GOOD),
    "unclosed-quote": Advice('Bob,"Ray,+14155550102,,,,,', GOOD),
    "phone-unclear": Advice(bob("415-555-0102 / 0103"), GOOD),
    "external-id-hashed": Advice(
        f"{'1' * 80},Bob,+14155550102",
        "2,Bob,+14155550102",
        given=("--map", "Id=external_id"),
        header="Id,Name,Phone",
        ann="1,Ann,+14155550101",
    ),
    "phone-unknown-country": Advice(
        "Bob,(415) 555-0102,Nowhere",
        "Bob,(415) 555-0102,US",
        given=("--region-column", "Land"),
        header="Name,Phone,Land",
        ann="Ann,+14155550101,US",
    ),
    "unknown-user": Advice(
        "Bob,+14155550102,x@nowhere.example",
        "Bob,+14155550102,",
        given=("--map", "Owner=created_by"),
        header="Name,Phone,Owner",
        ann="Ann,+14155550101,",
    ),
    "repaired-year": Advice(bob(since="14.03.24"), bob(since="2024-03-14")),
    "repaired-serial": Advice(bob(since="45365"), bob(since="2024-03-14")),
    "date-time-unclear": Advice(bob(since="2024-03-14 99:99"), bob(since="2024-03-14")),
    "repaired-number": Advice(bob(balance="$10"), bob(balance="10")),
    "number-style-unclear": Advice(bob(balance='"1,234"'), bob(balance="1234")),
    "email-several": Advice(bob(email="bob@example.com;b@example.com"), bob(email="bob@example.com")),
    "repaired-email": Advice(bob(email="mailto:bob@example.com"), bob(email="bob@example.com")),
    "repaired-url": Advice(bob(website="example.com/b"), bob(website="https://example.com/b")),
    "phone-several": Advice(bob("+14155550102; +14155550103"), GOOD),
    "repaired-words": Advice(bob("call +14155550102"), GOOD),
    "repaired-prefix": Advice(bob("011 44 20 7946 0101"), bob("+442079460101")),
    "repaired-plus": Advice(bob("442079460101"), bob("+442079460101")),
    "repaired-letters": Advice(bob("1-800-356-FLOW"), bob("+18003563569")),
    "repaired-mexico": Advice(bob("+52 1 55 5555 0101"), bob("+525555550101")),
    "date-ambiguous": Advice(
        bob(since="03/04/2024"), options=("--date-order", "dmy"), ann=ANN.replace("2024-03-14", "")
    ),
    "column-unmapped": Advice(
        "Bob,Ray,+14155550102,x",
        options=("--map", "Zyx=ignore"),
        header="First Name,Last Name,Phone,Zyx",
        ann="Ann,Lee,+14155550101,y",
    ),
    "external-id-twice": Advice(
        "1,Bob,+14155550102",
        "2,Bob,+14155550102",
        given=("--map", "Id=external_id"),
        header="Id,Name,Phone",
        ann="1,Ann,+14155550101",
    ),
    "id-missing": Advice(
        ",Bob,+14155550102",
        "2,Bob,+14155550102",
        given=("--map", "Id=external_id"),
        header="Id,Name,Phone",
        ann="1,Ann,+14155550101",
    ),
    "row-continues": Advice(
        ",,+14155550103\n2,Bob,+14155550102", "2,Bob,+14155550102", header="ID,Name,Phone", ann="1,Ann,+14155550101"
    ),
}
# Rules whose advice is followed by a test of its own: its file in `tests/pipeline`, and its name.
ELSEWHERE = {
    "maybe-known": ("reading/test_second_rows.py", "test_an_answer_does_what_the_message_says"),
    "joined-rows": ("reading/test_second_rows.py", "test_what_a_joined_row_adds_is_sent_by_an_update"),
    "answer-unknown": ("reading/test_answers.py", "test_what_is_no_answer_leaves_the_question_open"),
    "name-placeholder": ("reading/test_advice.py", "test_a_placeholder_that_is_emptied_is_asked_about"),
    "contact-gone": ("workspace/test_missing_contacts.py", "test_the_next_step_creates_them_again"),
    "field-retyped": ("workspace/test_missing_contacts.py", "test_a_retyped_field_is_noticed"),
    "id-kept-taken": ("workspace/test_kept_ids.py", "test_an_id_prefix_brings_the_rows_in"),
    "card-cut-off": ("../spreadsheet/test_vcard.py", "test_what_is_advised_ends_well"),
    "card-line-unclear": ("../spreadsheet/test_vcard.py", "test_what_is_advised_ends_well"),
    "card-name-whole": ("../spreadsheet/test_vcard.py", "test_what_is_advised_ends_well"),
    "file-left-out": ("../spreadsheet/test_several_files.py", "test_files_that_are_no_sheets_are_left_out"),
    "card-not-ended": ("../spreadsheet/test_vcard.py", "test_what_is_advised_ends_well"),
}

# Rules that advise something and have no walk here yet: a new rule gets a walk, and this list may only shrink.
WITHOUT_WALK = [
    "after-open-quote",
    "bad-boolean",
    "bad-bytes",
    "bad-choices",
    "bad-creator",
    "bad-date",
    "bad-email",
    "bad-number",
    "bad-phone",
    "bad-source-url",
    "bad-text",
    "bad-url",
    "changed-since-plan",
    "choice-broken-list",
    "choice-separator-unclear",
    "column-joined",
    "column-new",
    "column-unfillable",
    "column-unsure",
    "contact-deleted",
    "contact-differs",
    "contact-kept",
    "contact-unreachable",
    "created-by-unclear",
    "date-column-serial",
    "date-in-future",
    "date-order-contradicted",
    "date-order-unknown",
    "date-out-of-range",
    "decide-country",
    "decide-country-column",
    "decide-hidden",
    "decide-own-number",
    "decide-people-or-companies",
    "decide-person-name",
    "digits-lost",
    "edited-meanwhile",
    "encoding-guessed",
    "encodings-mixed",
    "error-value",
    "external-id-characters",
    "external-id-shortened",
    "field-type",
    "formats-not-read",
    "formula-error",
    "formula-without-result",
    "hidden-column",
    "hidden-rows",
    "id-elsewhere",
    "id-not-found",
    "id-not-searchable",
    "id-of-another",
    "id-several",
    "id-taken",
    "line-quoted",
    "lines-quoted",
    "lines-swallowed",
    "lone-cell",
    "match-name",
    "match-several",
    "match-taken",
    "merged-cells",
    "mirror-held",
    "name-not-split",
    "name-several",
    "no-name",
    "no-rows",
    "not-wanted",
    "number-ambiguous",
    "only-unclear",
    "option-near-miss",
    "option-unseen",
    "phone-ambiguous",
    "phone-area-unused",
    "phone-column-mixed",
    "phone-extension-unclear",
    "phone-rounded",
    "phone-unverified",
    "planned-so",
    "repaired-birthday",
    "repaired-choice",
    "repaired-decimal",
    "repaired-digits",
    "repaired-minus",
    "repaired-power",
    "repaired-spaces",
    "repaired-thousands",
    "repaired-zero",
    "server-refused",
    "skipped-hidden",
    "split-left-over",
    "stored-otherwise",
    "stray-header-cells",
    "stray-quote",
    "url-too-long",
    "value-unused",
    "year-in-future",
]


def rules() -> set[str]:
    path = Path("out/problems.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return {line["rule"] for line in csv.DictReader(stream)}


def sheet(advice: Advice, row: str) -> str:
    return f"{advice.header}\n{advice.ann}\n{row}\n"


@pytest.mark.parametrize("rule", [*REJECTS, *WARNINGS])
def test_advice_that_is_followed_ends_well(office: Office, rule: str) -> None:
    """The sheet is corrected, or an option given, as the rule says: the rule is gone, each person is there once."""
    advice = (REJECTS | WARNINGS)[rule]
    assert office.run(sheet(advice, advice.row), *advice.given) in (0, 1)
    assert rule in rules()
    for _ in range(2):
        later = sheet(advice, advice.corrected or advice.row)
        assert office.run(later, *advice.given, *advice.options, *LATE) == 0
        assert rule not in rules()
        assert len(office.sandbox.contacts()) == advice.people


@pytest.mark.parametrize("rule", [name for name, advice in REJECTS.items() if advice.corrected])
def test_a_reject_that_is_corrected_ends_well(office: Office, rule: str) -> None:
    """The row is corrected in the rejects, then in the sheet too: the rule is gone, and each person is there once."""
    advice = REJECTS[rule]
    assert office.run(sheet(advice, advice.row), *advice.given) == 1
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, line = list(csv.reader(stream))
    cells = advice.corrected.split(",")
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, [*cells, *line[len(cells) :]]])
    assert office.run("", file="out/rejects.csv") == 0
    assert office.run(sheet(advice, advice.corrected), *LATE) == 0
    assert rule not in rules()
    assert len(office.sandbox.contacts()) == advice.people
    assert office.verify() == 0


def test_a_placeholder_that_is_emptied_is_asked_about(office: Office) -> None:
    """A name of which only the placeholder goes may be another one of the household: asked, and never made anew."""
    office.run(sheet(Advice(bob(first="N/A")), bob(first="N/A")), "--region", "US")
    assert "name-placeholder" in rules()
    assert office.run(sheet(Advice(""), bob(first="")), *LATE) == 1
    assert rules() >= {"maybe-known"}
    path = Path("out/rejects.csv")
    path.write_text(path.read_text(encoding="utf-8").replace(",?oi1-", ",oi1-"), encoding="utf-8")
    assert office.run("", *LATE, file="out/rejects.csv") == 0
    # An empty cell leaves the field as it is.
    assert office.names() == ["Ann Lee", "N/A Ray"]


def test_every_rule_with_a_next_step_has_a_walk() -> None:
    """A rule that is new, or named otherwise, gets a walk; one that gets a walk leaves the list of those without."""
    walked = {*REJECTS, *WARNINGS, *ELSEWHERE}
    advising = {rule for rule, text in all_rule_texts().items() if not text.next_step.startswith("nothing to do")}
    assert advising - walked == set(WITHOUT_WALK)
    assert walked <= {*all_rule_texts()}


@pytest.mark.parametrize("rule", ELSEWHERE)
def test_a_walk_that_is_elsewhere_is_there(rule: str) -> None:
    """The test that follows a rule's advice exists under the name that is given here."""
    file, name = ELSEWHERE[rule]
    tree = ast.parse(Path(__file__).parents[1].joinpath(file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

from __future__ import annotations

import ast
import csv
import json
import re
import stat
from dataclasses import replace
from io import StringIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.disk import make_folder, replacing_text, write_json
from importer.errors import DiskFailed, OutputError
from importer.model import Outcome, Problem, Severity, Status
from importer.report.findings import MOST_WARNINGS, Finding, FindingCounter, Shade, note_lines
from importer.report.rule_texts import all_rule_texts, rule_text
from importer.report.summary import Summary, exit_code
from importer.report.summary_lines import Closing, five_lines
from importer.report.tables import ID_MAP_HEADER, problems_written, write_id_map, write_problems
from importer.text import harmless
from tests.paths import ROOT


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_the_id_map_has_a_line_for_each_row(tmp_path: Path) -> None:
    """id_map.csv holds row, ids, status and detail as they are, commas, quotes and line breaks included."""
    path = tmp_path / "id_map.csv"
    write_id_map(
        path, [Outcome(2, "a,1", "c1", Status.CREATED, ""), Outcome(3, "b", "", Status.REJECTED, 'no "phone"\n')]
    )
    assert read(path) == [
        ["row", "external_id", "contact_id", "status", "detail"],
        ["2", "a,1", "c1", "created", ""],
        ["3", "b", "", "rejected", 'no "phone"\n'],
    ]
    assert path.read_bytes().startswith(b"row,external_id,contact_id,status,detail\r\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_problems_have_a_line_each(tmp_path: Path) -> None:
    """problems.csv leaves the row empty for what concerns a column or the sheet."""
    path = tmp_path / "problems.csv"
    write_problems(
        path,
        [
            Problem(None, "Tel", "", "mixed", Severity.WARNING, "Both."),
            Problem(7, "Tel", "+1 415", "phone-invalid", Severity.ERROR, "Short."),
        ],
    )
    assert read(path)[1:] == [
        ["", "Tel", "warning", "mixed", "", "Both."],
        ["7", "Tel", "error", "phone-invalid", "+1 415", "Short."],
    ]


@pytest.mark.parametrize("taken", [0, 1, 499, 500, 501, 1200])
def test_problems_are_all_written_however_many_are_taken(taken: int, tmp_path: Path) -> None:
    """Problems pass through while they are written, and those that nobody takes are written too."""
    problems = [Problem(row, "Tel", "", "mixed", Severity.WARNING, "Both.") for row in range(1200)]
    with problems_written(tmp_path / "problems.csv", problems) as passing:
        assert list(islice(passing, taken)) == problems[:taken]
    assert [line[0] for line in read(tmp_path / "problems.csv")[1:]] == [str(row) for row in range(1200)]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\t1", "＝1+1"])
def test_formulas_are_disarmed(text: str) -> None:
    """What a spreadsheet program would run gets a leading apostrophe."""
    assert harmless(text) == f"'{text}"


@given(st.text(alphabet=" \t\r\n\u200b\ufeff'=+-@＝＋－＠a1(;|!", max_size=8))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    """Whatever blanks are before its sign, what a spreadsheet program could run gets an apostrophe and nothing else."""
    cell = harmless(text)
    assert cell.replace("'", "") == text.replace("'", "")
    assert cell[:1] not in set("\t\r\n")
    bare = cell.lstrip(" \t\r\n\u200b\ufeff")
    assert bare[:1] not in set("=@＝＠")
    # What begins with a sign of a number and stays as it is has nothing in it but a number.
    assert bare[:1] not in set("+-＋－") or not set(bare) - set("+-＋－1() \t\r\n")


_IDS = st.one_of(st.text(alphabet="aZ09-,\"\n;=+ '\u00e9\u0663", max_size=6), st.text(max_size=6))


@given(st.lists(st.tuples(_IDS, _IDS, _IDS), max_size=5))
def test_the_id_map_is_as_a_writer_of_tables_writes_it(texts: list[tuple[str, str, str]]) -> None:
    """However a line of id_map.csv is made, it is what csv.writer makes of its cells, each of them harmless."""
    outcomes = [
        Outcome(row, own, contact, Status.CREATED, detail) for row, (own, contact, detail) in enumerate(texts, 2)
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "id_map.csv"
        write_id_map(path, outcomes)
        written = path.read_bytes().decode("utf-8")
    expected = StringIO(newline="")
    table = csv.writer(expected)
    table.writerow(ID_MAP_HEADER)
    table.writerows(
        [row, harmless(own), harmless(contact), status, harmless(detail)]
        for row, own, contact, status, detail in outcomes
    )
    assert written == expected.getvalue()


def test_no_id_of_the_service_is_run(tmp_path: Path) -> None:
    """The id of a contact comes from outside, and is made harmless as every other cell is."""
    write_id_map(tmp_path / "id_map.csv", [Outcome(2, "a", "=cmd|' /C calc'!A0", Status.CREATED, "")])
    assert ",'=cmd|" in (tmp_path / "id_map.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["+14155550101", "+1 (415) 555-0101", "-12.50", "", "Ann", "a=b", "'x"])
def test_phones_and_numbers_stay_as_they_are(text: str) -> None:
    """A phone in E.164 and a negative number are no formulas and are not touched."""
    assert harmless(text) == text


def test_a_failed_write_leaves_the_former_file(tmp_path: Path) -> None:
    """A file is replaced whole or not at all, and nothing temporary stays."""
    path = tmp_path / "id_map.csv"
    path.write_text("former")

    def broken() -> None:
        with replacing_text(path) as stream:
            stream.write("half")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 (any error of the writer's own)
        broken()
    assert path.read_text() == "former"
    assert [one.name for one in tmp_path.iterdir()] == ["id_map.csv"]


def test_a_folder_that_is_gone_stops_the_run_with_a_next_step(tmp_path: Path) -> None:
    """An output that cannot be written is DiskFailed (exit 3) and says to run again."""
    with pytest.raises(DiskFailed, match="run the same command again"), replacing_text(tmp_path / "gone" / "x.csv"):
        pass


def test_an_output_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file where the folder should be is exit 2 before anything is sent."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="--out"):
        make_folder(tmp_path / "taken" / "out")


@given(st.dictionaries(st.sampled_from(list(Status)), st.integers(0, 10**6)))
def test_the_balance_holds(counts: dict[Status, int]) -> None:
    """`rows` equals the sum of the eight statuses, and the exit code follows from them."""
    summary = Summary("r", "f.csv", None, counts, exit_code=exit_code(counts)).as_dict()
    assert summary["rows"] == sum(int(str(summary[status.value])) for status in Status)
    lacking = bool(counts.get(Status.UNFINISHED))
    wrong = bool(counts.get(Status.REJECTED) or counts.get(Status.CONFLICT))
    assert summary["exit_code"] == (3 if lacking else int(wrong))


def test_the_summary_has_the_documented_keys_in_order(tmp_path: Path) -> None:
    """summary.json has exactly the keys of the contract."""
    write_json(tmp_path / "summary.json", Summary("r1", "f.csv", "Sheet", {Status.CREATED: 2}).as_dict())
    keys = " ".join(json.loads((tmp_path / "summary.json").read_text(encoding="utf-8")))
    assert keys == (
        "run_id file sheet workspace rows created updated unchanged skipped duplicate rejected conflict unfinished "
        "this_run warnings requests retries rate_limited seconds exit_code"
    )


NO_PHONE = Finding("no-phone", Severity.WARNING, 2, Problem(7, None, "", "no-phone", Severity.WARNING, "No phone."))
CLOSING = Closing(
    out=Path("out"),
    files=("id_map.csv", "rejects.csv"),
    go_on="openphone-import run f.csv",
    rejects_file="rejects.csv",
    rejects="openphone-import run out/rejects.csv --out out",
)


@pytest.mark.parametrize(
    ("counts", "checked", "words"),
    [
        ({Status.CREATED: 3}, False, "keep id_map.csv"),
        (
            {Status.CREATED: 3, Status.REJECTED: 1},
            False,
            "correct 1 row in out/rejects.csv, then: openphone-import run out/rejects.csv --out out",
        ),
        ({Status.CREATED: 3, Status.UNFINISHED: 2}, False, "2 rows not done yet; go on with: openphone-import run f"),
        ({Status.UNFINISHED: 2}, True, "import it: openphone-import run f.csv"),
        ({Status.UNFINISHED: 2, Status.CONFLICT: 2}, True, "correct 2 rows (see problems.csv)"),
        ({Status.REJECTED: 2}, True, "correct 2 rows (see problems.csv), then: openphone-import run f.csv"),
        ({}, True, "nothing to import"),
    ],
)
def test_the_last_lines_say_what_to_do_next(counts: dict[Status, int], checked: bool, words: str) -> None:
    """Five lines end a command: what happened, the effort, what was found, the next step and the files."""
    summary = Summary("r1", "f.csv", None, counts, requests=5, seconds=2.0)
    lines = five_lines(summary, [NO_PHONE], replace(CLOSING, checked=checked))
    assert [line[:9] for line in lines] == ["Result:  ", "Effort:  ", "Notes:   ", "Next:    ", "Files:   "]
    assert words in lines[3]
    assert lines[2] == (
        "Notes:   2 warnings in problems.csv; 2 rows: no phone number, so the contact will not be visible in the app"
    )
    assert lines[4] == "Files:   out/  id_map.csv rejects.csv"
    assert ("unfinished" in lines[0]) == (not checked and Status.UNFINISHED in counts)


def test_a_sheet_that_a_guard_would_stop_is_not_offered_for_import() -> None:
    """The guard has a line of its own, and the other rows are not offered: their run would stop."""
    summary = Summary("r1", "f.csv", None, {Status.UNFINISHED: 2, Status.REJECTED: 1})
    guards = ("--max-rejects 0: 1 of 3 rows would be rejected or are in conflict",)
    lines = five_lines(summary, [NO_PHONE], replace(CLOSING, checked=True, guards=guards))
    assert lines[1] == f"Guard:   {guards[0]}; the run would stop before the first write"
    assert lines[4] == "Next:    correct 1 row (see problems.csv), then: openphone-import run f.csv"


def test_findings_are_counted_as_they_pass() -> None:
    """Each rule is told in words, with its rows and first cases, errors first; values only where a person looks on."""
    tel = [Problem(row, "Tel", "+1 415", "phone-too-short", Severity.ERROR, "Short.") for row in (7, 7, 9)]
    mixed = [Problem(None, "Tel", "", "field-type", Severity.WARNING, "Both.")]
    tally = FindingCounter()
    assert list(tally.counting([*mixed, *tel])) == [*mixed, *tel]
    assert list(note_lines(tally.findings(), names_values=True)) == [
        ("To correct (each is a line in problems.csv):", Shade.ERROR),
        ("       2 rows:   phone number is too short - correct the number", Shade.PLAIN),
        ("                 row 7, Tel: +1 415; row 9: +1 415 [phone-too-short]", Shade.SOFT),
        ("Worth a look:", Shade.WARNING),
        (f"       1 column: {' - '.join(rule_text('field-type'))}", Shade.PLAIN),
        ("                 Tel [field-type]", Shade.SOFT),
    ]
    assert "+1 415" not in str(list(note_lines(tally.findings(), names_values=False)))
    assert all("+1 415" not in str(one.facts()) for one in tally.findings())
    assert list(note_lines([], names_values=True)) == []


def test_a_column_name_of_several_lines_is_shown_on_one() -> None:
    """A header with a line break in it does not break the list of a terminal."""
    tally = FindingCounter()
    list(tally.counting([Problem(2, "Phone\n(mobile)", "12", "phone-too-short", Severity.ERROR, "x")]))
    assert [line.text for line in note_lines(tally.findings(), names_values=False)][2].strip() == (
        "row 2, Phone (mobile) [phone-too-short]"
    )


def test_many_kinds_of_warnings_are_cut_short_and_errors_never() -> None:
    """Of very many kinds of warnings the most frequent are shown, all of them where that is asked for; errors all."""
    severities = (Severity.ERROR, Severity.WARNING)
    kinds = [Problem(2, None, "", f"kind-{number}", severity, "x") for severity in severities for number in range(20)]
    tally = FindingCounter()
    assert len(list(tally.counting(kinds))) == 40
    shown = [line.text for line in note_lines(tally.findings(), names_values=False)]
    assert sum("[kind-" in line for line in shown) == 20 + MOST_WARNINGS
    assert shown[-1].strip() == f"and {20 - MOST_WARNINGS} other kinds of warnings: see problems.csv"
    everything = list(note_lines(tally.findings(), names_values=False, every_kind=True))
    assert sum("[kind-" in line.text for line in everything) == 40


# Words with a hyphen in the stages' code that are no rules of problems.
NO_RULES = {
    "altered-by-service", "boolean-value", "cache-unwritable", "changed-since", "contact-missing",
    "contact-twice", "country-column", "covered-table-cell", "create-only", "crm-1001", "custom-shape", "customer-jobs",
    "d-mmm",
    "d-mmm-yy", "date-order", "date-value", "dipl-ing", "do-not-call", "dr-med", "either-order", "either-style",
    "euc-jp", "euc-kr", "external-id", "external-id-length", "fill-blank", "forget-rows", "give-up", "going-on",
    "google-people", "header-row", "id-prefix", "import-doctor", "latin-1", "leave-out", "left-out", "line-break",
    "list-separator", "mac-roman", "mark-rows", "mm-dd-yy", "mmm-yy", "mr-mrs", "multi-select", "never-arrived",
    "no-run", "not-saved", "not-sent", "notification-failed", "number-columns-repeated", "number-rows-repeated",
    "openphone-import", "openphone-import-queue", "own-number", "read-marks",
    "pace-alone", "people-or-companies", "person-name", "prof-dr", "public-api", "region-column", "row-number",
    "row-order", "ruby-text", "sandbox-key", "spreadsheet-import", "string-value", "style-name", "table-cell",
    "table-column", "table-properties", "table-row", "table-row-group", "time-value", "value-type", "with-comma",
    "with-country", "without-country", "yyyy-mm-dd",
}  # fmt: skip
STAGES = ("spreadsheet", "clean", "mapping", "validate", "plan", "delivery", "pipeline")


def test_every_rule_has_its_words() -> None:
    """Whatever rule a stage may name is told in words and with a next step; no words are left of a rule that went."""
    found = {"placeholder"}
    folders = (ROOT / "schemas", *(ROOT / "importer" / name for name in STAGES))
    kinds = [ROOT / "importer" / "model" / name for name in ("question.py", "problem.py")]
    for path in (*(one for folder in folders for one in folder.rglob("*.py")), *kinds):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", str(node.value)):
                found.add(str(node.value))
    rules = {rule for rule in found if not rule.startswith("utf-")} - NO_RULES
    assert set(all_rule_texts()) == rules
    assert all(what and step for what, step in all_rule_texts().values())
    assert rule_text("schema-customer_number").what == "customer number"

"""What a rule advises is done, on a sheet that raises it: everybody is there once, and the message is gone."""

from __future__ import annotations

import ast
import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.model import FieldType
from importer.report.rule_texts import all_rule_texts
from schemas.contacts import contact_sheet
from tests.pipeline.reading.advised_sheet import advised_sheets

if TYPE_CHECKING:
    from tests.pipeline.reading.advised_sheet import AdvisedSheet
    from tests.pipeline.reading.conftest import Office

SHEETS = {sheet.name: sheet for sheet in advised_sheets()}
UPDATE = "--on-match", "update"
# Rules whose advice is followed outside `advice.toml`: the tests that do so, by their files in `tests/pipeline`.
FOLLOWED = {
    "reading/test_advised_files.py": {
        "test_advice_about_a_file_ends_well": [
            "bad-bytes",
            "date-out-of-range",
            "digits-lost",
            "encoding-guessed",
            "encodings-mixed",
            "error-value",
            "formats-not-read",
            "formula-without-result",
            "hidden-column",
            "hidden-rows",
            "lines-quoted",
            "merged-cells",
            "no-rows",
            "sheet-not-read",
            "skipped-hidden",
            "stray-header-cells",
        ]
    },
    "reading/test_advised_answers.py": {
        "test_each_answer_of_a_question_ends_well": [
            "decide-country",
            "decide-country-column",
            "decide-customer-jobs",
            "decide-own-number",
            "decide-people-or-companies",
            "decide-person-name",
        ]
    },
    "reading/test_advised_options.py": {
        "test_an_option_is_corrected": ["option-near-miss", "option-unseen"],
        "test_a_new_column_is_sent_or_accepted": ["column-new"],
        "test_an_unfillable_column_is_ignored": ["column-unfillable"],
        "test_a_part_that_was_left_over_is_taken": ["split-left-over"],
        "test_an_id_that_cannot_be_looked_up": ["id-not-searchable"],
        "test_no_value_is_left_unused": ["value-unused"],
    },
    "reading/test_second_rows.py": {
        "test_an_answer_does_what_the_message_says": ["maybe-known"],
        "test_joined_rows_are_kept_apart_again": ["joined-rows"],
        "test_what_a_joined_row_adds_is_sent_by_an_update": ["joined-unsent"],
    },
    "reading/test_doubtful_rows.py": {
        "test_notes_are_left_out_for_good_as_the_question_says": ["decide-notes"],
        "test_a_note_is_left_out_for_good_as_its_line_says": ["maybe-heading"],
    },
    "reading/test_left_out_jobs.py": {
        "test_a_later_job_whose_customer_has_no_row_is_said_each_night": ["job-without-customer"]
    },
    "reading/test_withheld_numbers.py": {
        "test_of_a_number_that_was_sent_it_is_said_that_it_stays": ["phone-forbidden"]
    },
    "reading/test_answers.py": {"test_what_is_no_answer_leaves_the_question_open": ["answer-unknown"]},
    "reading/test_advice.py": {"test_a_placeholder_that_is_emptied_is_asked_about": ["name-placeholder"]},
    "workspace/test_advised_contacts.py": {
        "test_a_contact_that_differs_is_updated": ["contact-differs"],
        "test_a_row_that_is_put_back_is_created_again": ["contact-deleted"],
        "test_a_contact_that_was_kept_is_deleted_in_the_app": ["contact-kept"],
        "test_rows_that_hold_the_mirror_are_corrected": ["mirror-held"],
        "test_a_contact_that_cannot_be_changed_is_corrected": ["contact-unreachable"],
        "test_a_new_plan_is_made": ["changed-since-plan"],
        "test_what_a_plan_decided_is_planned_again": ["planned-so"],
        "test_ids_of_another_sheet_get_a_prefix": ["id-taken"],
        "test_of_several_contacts_with_an_id_one_is_kept": ["id-several"],
        "test_a_refused_row_is_corrected": ["server-refused"],
        "test_a_name_is_corrected": ["match-name"],
        "test_several_matches_are_merged_or_left": ["match-several"],
        "test_one_of_two_rows_is_removed_or_left": ["match-taken"],
        "test_a_retyped_field_is_looked_at": ["field-retyped"],
    },
    "workspace/test_missing_contacts.py": {
        "test_the_next_step_creates_them_again": ["contact-gone"],
        "test_a_row_that_changed_meanwhile_is_told_too": ["contact-left-out"],
    },
    "dedupe/test_foreign_joins.py": {"test_a_kept_contact_that_was_edited": ["join-unproven"]},
    "workspace/test_mixed_up_contacts.py": {"test_its_row_is_a_conflict": ["contact-mixed-up"]},
    "../cli/next_steps/test_left_out.py": {
        "test_the_contacts_of_rows_that_are_left_out_are_taken_away": ["left-out-contacts"]
    },
    "workspace/test_kept_ids.py": {"test_an_id_prefix_brings_the_rows_in": ["id-kept-taken"]},
    "reading/test_corrections.py": {"test_a_correction_is_taken_back": ["corrected-by-person"]},
    "test_worksheet.py": {"test_a_row_that_is_left_out_comes_back": ["left-out-by-person"]},
    "test_edits_meanwhile.py": {"test_a_change_that_waited_looks_again": ["edited-meanwhile"]},
    "test_later_ids.py": {"test_a_taken_id_is_a_conflict": ["id-of-another"]},
    "../e2e/test_matches.py": {"test_an_id_said_to_be_taken_that_nobody_has": ["id-not-found"]},
    "../delivery/engine/test_hostile_service.py": {"test_kept_elsewhere_and_altered": ["id-elsewhere"]},
    "../delivery/engine/test_storage.py": {"test_a_create_that_loses_a_value_is_told": ["stored-otherwise"]},
    "../spreadsheet/test_several_files.py": {"test_files_that_are_no_sheets_are_left_out": ["file-left-out"]},
    "../spreadsheet/test_vcard.py": {
        "test_what_is_advised_ends_well": ["card-cut-off", "card-line-unclear", "card-name-whole", "card-not-ended"]
    },
}


def last_checks() -> set[str]:
    """The rules by which the schema of contacts guards the cleaning: a sheet that raised one would show a defect."""
    schema = contact_sheet([(kind, kind) for kind in FieldType])
    return {str(check.name) for column in schema.columns.values() for check in column.checks}


def problems() -> set[tuple[str, str]]:
    """Row and rule of each problem; none is of the schema's last checks."""
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        said = {(line["row"], line["rule"]) for line in csv.DictReader(stream)}
    assert {rule for _, rule in said} & last_checks() == set()
    return said


def assert_gone(sheet: AdvisedSheet) -> None:
    """No rule of the sheet is said any more."""
    rules = {rule for _, rule in problems()}
    assert [rule for _, rule in sheet.raised() if rule in rules] == []


@pytest.mark.parametrize("name", SHEETS)
def test_advice_that_is_followed_ends_well(office: Office, name: str) -> None:
    """The sheet is corrected, or an option given, as the rules say: they are gone, and each person is there once."""
    sheet = SHEETS[name]
    assert office.run(sheet.text(corrected=False), *sheet.given) in (0, 1)
    assert set(sheet.raised()) - problems() == set()
    corrected, options = sheet.text(corrected=True), (*(sheet.options or sheet.given), *UPDATE)
    if sheet.asked:
        assert office.run(corrected, *options) == 1
        office.answer((",?oi1-", ",oi1-"))
        assert office.run("", *UPDATE, file="out/rejects.csv") == 0
    for _ in range(2):
        assert office.run(corrected, *options) == 0
        assert_gone(sheet)
        assert len(office.sandbox.contacts()) == sheet.people()
    assert office.verify() == 0


@pytest.mark.parametrize("name", [name for name, sheet in SHEETS.items() if sheet.rejects])
def test_rejects_that_are_corrected_end_well(office: Office, name: str) -> None:
    """The rows are corrected in the rejects, then in the sheet too: the rules go, and each person is there once."""
    sheet = SHEETS[name]
    assert office.run(sheet.text(corrected=False), *sheet.given) == 1
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, *lines = list(csv.reader(stream))
    corrected = [row[1].split(",") for row in sheet.rules.values()]
    rows = [[*cells, *line[len(cells) :]] for cells, line in zip(corrected, lines, strict=True)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    assert office.run("", file="out/rejects.csv") == 0
    assert office.run(sheet.text(corrected=True), *UPDATE) == 0
    assert_gone(sheet)
    assert len(office.sandbox.contacts()) == sheet.people()
    assert office.verify() == 0


def test_a_placeholder_that_is_emptied_is_asked_about(office: Office) -> None:
    """A name of which only the placeholder goes may be another one of the household: asked, and never made anew."""
    header = "First Name,Last Name,Phone\nAnn,Lee,+14155550101\n"
    office.run(f"{header}N/A,Ray,+14155550102\n", "--region", "US")
    assert ("3", "name-placeholder") in problems()
    assert office.run(f"{header},Ray,+14155550102\n", *UPDATE) == 1
    assert ("3", "maybe-known") in problems()
    office.answer((",?oi1-", ",oi1-"))
    assert office.run("", *UPDATE, file="out/rejects.csv") == 0
    # An empty cell leaves the field as it is.
    assert office.names() == ["Ann Lee", "N/A Ray"]


def followed_rules() -> set[str]:
    """The rules of which some test does what they advise."""
    of_sheets = {rule for sheet in SHEETS.values() for _, rule in sheet.raised()}
    return of_sheets | {rule for tests in FOLLOWED.values() for rules in tests.values() for rule in rules}


def test_every_rule_with_a_next_step_is_followed() -> None:
    """A rule advises nothing to do, guards the cleaning, or has a test that does what it advises."""
    steps = {rule: text.next_step for rule, text in all_rule_texts().items()}
    advising = {rule for rule, step in steps.items() if not step.startswith("nothing to do")}
    assert advising - followed_rules() == last_checks()
    # What is advised to those who want it otherwise is followed as well.
    otherwise = {rule for rule, step in steps.items() if "--" in step or ".csv" in step}
    assert otherwise - followed_rules() == set()
    assert followed_rules() <= {*steps}


@pytest.mark.parametrize("file", FOLLOWED)
def test_a_walk_that_is_elsewhere_is_there(file: str) -> None:
    """The test that follows a rule's advice exists under the name that is given, in a file that names the rule."""
    text = Path(__file__).parents[1].joinpath(file).read_text(encoding="utf-8")
    names = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    assert {*FOLLOWED[file]} - names == set()
    assert [rule for rules in FOLLOWED[file].values() for rule in rules if rule not in text] == []

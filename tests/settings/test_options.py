"""The traits of options, from which every list of options is computed."""

from __future__ import annotations

import pytest

from importer.report.bug_report import shared_settings
from importer.report.log import settings_facts
from importer.settings.command_line import repeated
from importer.settings.model import OPTIONS, Settings
from importer.settings.option import Option

# Each of these runs code, sends data, deletes, answers a question or changes what is done to contacts that exist.
ONLY_BY_HAND = (
    "on_finish schema base_url api_key_file api_key_env notify_url yes mirror max_deletes on_match on_missing match "
    "accept_changes accept_new_rows same_person rate notify_format summary_markdown"
)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_option_says_what_is_true_of_it(name: str) -> None:
    """Someone who adds an option decides what may be logged, planned, repeated and shared of it."""
    traits = [part for part in Settings.model_fields[name].metadata if isinstance(part, Option)]
    assert len(traits) == 1
    assert traits != [Option()]


def test_an_option_without_traits_is_treated_with_care() -> None:
    """By default an option is shown nowhere, kept in no plan, repeated in no command, and has the sheet read again."""
    careful = Option()
    assert (careful.rows, careful.repeat, careful.log, careful.bug_report) == ("outside", "never", "given", "")
    assert not any((careful.in_plan, careful.beside_plan, careful.replayed, careful.in_folder, careful.environment))
    assert settings_facts({"new": "secret"}, {"new": careful.log}) == {"new": "(given)"}
    assert shared_settings({"new": "secret"}, {"new": careful.bug_report}) == {"new": "(given)"}


def test_a_log_shows_nothing_of_an_option_that_it_does_not_know() -> None:
    """A setting without traits is only said to be given; a table is shown by its size."""
    shown = {"map": "size", "region": "value"}
    facts = settings_facts({"map": [["A", "phone"]], "region": "US", "new": "secret"}, shown)
    assert facts == {"map": 1, "region": "US", "new": "(given)"}


def test_no_option_is_lost_between_a_plan_and_its_run() -> None:
    """What a plan does not hold can be given again beside it."""
    assert [name for name, option in OPTIONS.items() if not (option.in_plan or option.beside_plan)] == []


def test_what_sends_something_away_is_in_no_plan_and_no_command_to_copy() -> None:
    """A command or an address that is called at the end may hold a secret."""
    notifying = {name for name, option in OPTIONS.items() if option.notifies}
    assert notifying == {"on_finish", "notify_url"}
    assert all(not OPTIONS[name].in_plan and not OPTIONS[name].replayed for name in notifying)
    line = "openphone-import run a.csv --on-finish 'mail me' --notify-url=https://example.com/token --region US"
    assert repeated(line) == "openphone-import run a.csv --region US"


def test_a_file_in_a_folder_can_do_nothing_by_itself() -> None:
    """What acts, sends or answers is left to the person: a folder may hold the mapping, how to read, and guards."""
    allowed = {name for name, option in OPTIONS.items() if option.in_folder}
    assert allowed.isdisjoint(ONLY_BY_HAND.split())
    assert {name for name, option in OPTIONS.items() if option.reading} <= allowed
    assert all(OPTIONS[name].rows == "sheet" for name in allowed)

"""Contacts that are there already: found, compared, and handled as --on-match says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.model import Severity, Status
from importer.plan import OnMatch, Policy
from importer.sandbox import Fault, Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.delivery.conftest import Bench, MakeBench, MakeBody, MakeDraft

ALL = list(OnMatch)


def item(value: str, name: str = "mobile") -> dict[str, str]:
    return {"name": name, "value": value}


def numbers(contact: dict[str, Any]) -> set[str]:
    return {one["value"] for one in contact["defaultFields"]["phoneNumbers"]}


@pytest.mark.parametrize("on_match", ALL)
def test_equal_contact_is_unchanged(on_match: OnMatch, bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that is what the row says costs no write, whoever made it."""
    bench.run([make_draft(1)])
    bench.lose_journal()
    result = bench.run([make_draft(1)], on_match=on_match)
    assert result.counts[Status.UNCHANGED] == 1
    assert result.ids() == {"id-1": bench.sandbox.contacts()[0]["id"]}
    assert not any(one.method == "PATCH" for one in bench.sandbox.requests())


def test_what_people_add_is_no_difference(bench: Bench, make_draft: MakeDraft) -> None:
    """A number that a person added in the app makes a contact no different from its row."""
    bench.run([make_draft(1)])
    contact = bench.sandbox.contacts()[0]
    bench.sandbox.edit(
        contact["id"], phoneNumbers=[*contact["defaultFields"]["phoneNumbers"], item("+14155550199")], role="CTO"
    )
    bench.lose_journal()
    assert bench.run([make_draft(1)], on_match=OnMatch.UPDATE).counts[Status.UNCHANGED] == 1


def test_create_only_leaves_a_differing_contact_alone(bench: Bench, make_draft: MakeDraft) -> None:
    """Under create-only a differing contact is reported with both sides and not touched, in every run alike."""
    bench.run([make_draft(1)])
    changed = make_draft(1, lastName="Byron")
    first, second = bench.run([changed]), bench.run([changed])
    for result in (first, second):
        assert result.counts[Status.SKIPPED] == 1
        (found,) = result.problems
        assert (found.rule, found.severity) == ("contact-differs", Severity.WARNING)
        assert "'Byron' in the sheet, 'Lovelace' in the workspace" in found.message
        assert result.ids() == {"id-1": bench.sandbox.contacts()[0]["id"]}
    assert bench.sandbox.contacts()[0]["defaultFields"]["lastName"] == "Lovelace"


def test_update_brings_the_contact_to_the_row(bench: Bench, make_draft: MakeDraft) -> None:
    """Under update the row's values win, numbers of people stay, and the result is told once."""
    bench.run([make_draft(1)])
    contact = bench.sandbox.contacts()[0]
    bench.sandbox.edit(contact["id"], phoneNumbers=[*contact["defaultFields"]["phoneNumbers"], item("+14155550199")])
    changed = make_draft(1, lastName="Byron", role="CTO")
    result = bench.run([changed], on_match=OnMatch.UPDATE)
    assert result.counts[Status.UPDATED] == 1
    after = bench.sandbox.contacts()[0]
    assert (after["id"], after["defaultFields"]["lastName"], after["defaultFields"]["role"]) == (
        contact["id"],
        "Byron",
        "CTO",
    )
    assert numbers(after) == {"+14155550001", "+14155550199"}
    before = len(bench.sandbox.requests())
    assert bench.run([changed], on_match=OnMatch.UPDATE).counts[Status.UPDATED] == 1
    assert not any(one.path.startswith("/v1/contacts/") for one in bench.sandbox.requests()[before:])


def test_fill_blank_changes_no_value(bench: Bench, make_draft: MakeDraft) -> None:
    """Under fill-blank what is empty is filled and what is there stays."""
    bench.run([make_draft(1, role=None)])
    result = bench.run([make_draft(1, lastName="Byron", role="CTO")], on_match=OnMatch.FILL_BLANK)
    assert result.counts[Status.UPDATED] == 1
    after = bench.sandbox.contacts()[0]["defaultFields"]
    assert (after["lastName"], after["role"]) == ("Lovelace", "CTO")


def test_a_later_rule_reaches_what_an_earlier_left(bench: Bench, make_draft: MakeDraft) -> None:
    """A row left alone under create-only or fill-blank is brought in line when update is asked for."""
    bench.run([make_draft(1)])
    changed = make_draft(1, lastName="Byron")
    assert bench.run([changed]).counts[Status.SKIPPED] == 1
    assert bench.run([changed], on_match=OnMatch.FILL_BLANK).counts[Status.UNCHANGED] == 1
    assert bench.run([changed], on_match=OnMatch.UPDATE).counts[Status.UPDATED] == 1
    assert bench.sandbox.contacts()[0]["defaultFields"]["lastName"] == "Byron"


@pytest.mark.parametrize("on_match", ALL)
def test_another_person_under_the_same_id(
    on_match: OnMatch, bench: Bench, make_draft: MakeDraft, make_body: MakeBody
) -> None:
    """Two sheets that both count 1, 2, 3 do not overwrite each other's people, and the way out is said."""
    stranger = make_body(1, firstName="Bo", lastName="Ek", phoneNumbers=[item("+14155550777")], emails=[])
    bench.sandbox.add(stranger, externalId="id-1", source="hubspot")
    result = bench.run([make_draft(1)], on_match=on_match)
    assert result.counts[Status.CONFLICT] == 1
    assert result.ids() == {}
    (found,) = result.problems
    assert all(word in found.message for word in ("Bo Ek", "Ada1 Lovelace", "--id-prefix", "Row 2"))
    assert [one["defaultFields"]["firstName"] for one in bench.sandbox.contacts()] == ["Bo"]


@pytest.mark.parametrize(
    "kind", ["lost-response", "500", "500-after", "drop", "429", "reset-after", "truncated-body", "408"]
)
@pytest.mark.parametrize("patch", ["merge", "replace"])
def test_a_patch_whose_end_is_not_known(
    kind: str, patch: Any, make_draft: MakeDraft, tmp_path: Path, make_bench: MakeBench
) -> None:
    """After a PATCH that may have landed the contact is read again and compared; nothing is added twice."""
    with Sandbox.start(rate=0, patch=patch) as sandbox:
        bench = make_bench(sandbox, tmp_path / "journal.sqlite")
        drafts = [make_draft(number) for number in range(1, 9)]
        bench.run(drafts)
        sandbox.add_faults(Fault(kind, method="PATCH", probability=0.5))
        changed = [
            make_draft(number, lastName="Byron", phoneNumbers=[item("+14155550900"), item(f"+1415555{number:04d}")])
            for number in range(1, 9)
        ]
        result = bench.run(changed, on_match=OnMatch.UPDATE)
        assert result.counts[Status.UPDATED] == 8
        for contact in sandbox.contacts():
            assert contact["defaultFields"]["lastName"] == "Byron"
            assert len(contact["defaultFields"]["phoneNumbers"]) == 2
        assert len(sandbox.contacts()) == 8


def test_a_refused_patch_is_a_reject_with_its_contact(bench: Bench, make_draft: MakeDraft) -> None:
    """A PATCH that the service refuses rejects the row in its words, with the contact id filled."""
    bench.run([make_draft(1)])
    bad = make_draft(1, phoneNumbers=[item("12")])
    result = bench.run([bad], on_match=OnMatch.UPDATE)
    assert result.counts[Status.REJECTED] == 1
    assert result.ids() == {"id-1": bench.sandbox.contacts()[0]["id"]}
    assert bench.run([make_draft(1, role="CTO")], on_match=OnMatch.UPDATE).counts[Status.UPDATED] == 1


def test_a_listed_contact_that_answers_404(bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that is listed but not found by a PATCH is looked at again; if it stays so, a person must see it."""
    bench.run([make_draft(1)])
    bench.sandbox.add_faults(Fault("404", method="PATCH", count=1))
    assert bench.run([make_draft(1, role="A")], on_match=OnMatch.UPDATE).counts[Status.UPDATED] == 1
    bench.sandbox.add_faults(Fault("404", method="PATCH"))
    result = bench.run([make_draft(1, role="B")], on_match=OnMatch.UPDATE)
    assert result.counts[Status.CONFLICT] == 1
    assert [one.rule for one in result.problems] == ["contact-unreachable"]
    assert len(bench.sandbox.contacts()) == 1


def test_a_contact_without_the_rows_id_survives_a_404(bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that is known by its own id alone is read by that before a 404 makes another one."""
    first = bench.run([make_draft(1)])
    bench.sandbox.edit(first.ids()["id-1"], externalId=None)
    bench.sandbox.add_faults(Fault("404", method="PATCH", count=1))
    assert bench.run([make_draft(1, role="A")], on_match=OnMatch.UPDATE).counts[Status.UPDATED] == 1
    bench.sandbox.add_faults(Fault("404", method="PATCH", count=3))
    result = bench.run([make_draft(1, role="B")], on_match=OnMatch.UPDATE)
    assert (result.counts[Status.CONFLICT], result.ids()) == (1, first.ids())
    assert bench.run([make_draft(1, role="B")], on_match=OnMatch.UPDATE).counts[Status.UPDATED] == 1
    assert len(bench.sandbox.contacts()) == 1


@pytest.mark.parametrize("policy", [Policy(OnMatch.UPDATE), Policy(OnMatch.UPDATE, recreates=True)])
def test_a_contact_that_is_not_found_once_is_not_gone(policy: Policy, bench: Bench, make_draft: MakeDraft) -> None:
    """One 404 for a known contact is no deletion: it would be left out of all later runs, or made once more."""
    first = bench.run([make_draft(1)])
    bench.sandbox.edit(first.ids()["id-1"], externalId=None)
    bench.sandbox.add_faults(Fault("404", method="GET", path="/v1/contacts/*", count=1))
    result = bench.run([make_draft(1, role="A")], on_match=policy)
    assert (result.counts[Status.UPDATED], result.problems, result.ids()) == (1, [], first.ids())
    assert len(bench.sandbox.contacts()) == 1


def test_a_contact_edited_beyond_recognition_is_not_made_again(bench: Bench, make_draft: MakeDraft) -> None:
    """Nothing of the row is left in its contact: a conflict, after which the journal still knows the contact."""
    first = bench.run([make_draft(1)])
    bench.sandbox.edit(
        first.ids()["id-1"], firstName="Bo", lastName="Ek", phoneNumbers=[], emails=[], externalId="other"
    )
    for _ in range(2):
        result = bench.run([make_draft(1, role="A")], on_match=OnMatch.UPDATE)
        assert (result.counts[Status.CONFLICT], result.ids()) == (1, first.ids())
    assert len(bench.sandbox.contacts()) == 1


def test_a_contact_deleted_by_a_person_is_told(bench: Bench, make_draft: MakeDraft) -> None:
    """A changed row whose contact is gone is a conflict, and the journal keeps which contact it was."""
    first = bench.run([make_draft(1)])
    bench.sandbox.delete(first.ids()["id-1"])
    result = bench.run([make_draft(1, role="CTO")], on_match=OnMatch.UPDATE)
    assert result.counts[Status.CONFLICT] == 1
    assert [problem.rule for problem in result.problems] == ["contact-gone"]
    assert result.ids() == {}
    assert bench.sandbox.contacts() == []


def test_a_contact_deleted_by_a_person_is_made_again(bench: Bench, make_draft: MakeDraft) -> None:
    """A changed row whose contact is gone is created anew where that is said."""
    first = bench.run([make_draft(1)])
    bench.sandbox.delete(first.ids()["id-1"])
    result = bench.run([make_draft(1, role="CTO")], on_match=Policy(OnMatch.UPDATE, recreates=True))
    assert result.counts[Status.CREATED] == 1
    assert result.ids() == {"id-1": bench.sandbox.contacts()[0]["id"]}


def test_a_contact_whose_external_id_a_person_changed_is_still_found(bench: Bench, make_draft: MakeDraft) -> None:
    """The journal's contact id leads to the contact when its external id does not any more."""
    first = bench.run([make_draft(1)])
    bench.sandbox.edit(first.ids()["id-1"], externalId="other")
    result = bench.run([make_draft(1, role="CTO")], on_match=OnMatch.UPDATE)
    assert result.counts[Status.UPDATED] == 1
    assert len(bench.sandbox.contacts()) == 1
    assert bench.sandbox.contacts()[0]["defaultFields"]["role"] == "CTO"


def test_several_contacts_with_one_id(make_draft: MakeDraft, tmp_path: Path, make_bench: MakeBench) -> None:
    """Several contacts under one id are never guessed about: all their ids are named."""
    with Sandbox.start(rate=0) as sandbox:
        bench = make_bench(sandbox, tmp_path / "journal.sqlite")
        made = [sandbox.add(make_draft(1).body, externalId="id-1", source=source)["id"] for source in ("a", "b")]
        result = bench.run([make_draft(1)], on_match=OnMatch.UPDATE)
        assert result.counts[Status.CONFLICT] == 1
        (found,) = result.problems
        assert all(one in found.message for one in made)
        assert len(sandbox.contacts()) == 2


def test_the_image_is_as_the_contact_was(bench: Bench, make_draft: MakeDraft) -> None:
    """What a run changes can be put back: the journal has the contact as it was before."""
    from importer.delivery.journal import Journal

    bench.run([make_draft(1)])
    before = bench.sandbox.contacts()[0]
    bench.run([make_draft(1, role="CTO")], on_match=OnMatch.UPDATE)
    with Journal.open(bench.journal, "sandbox", "key") as journal:
        (image,) = journal.images(journal.runs()[-1].run_id)
    assert image.contact == before


@pytest.mark.both_stores
def test_known_rows_cost_nothing(bench: Bench, make_draft: MakeDraft) -> None:
    """A sheet that the journal knows costs not one request for its rows."""
    drafts = [make_draft(number) for number in range(1, 81)]
    bench.run(drafts)
    before = len(bench.sandbox.requests())
    result = bench.run(drafts)
    assert result.counts[Status.CREATED] == 80
    assert not any(one.path == "/v1/contacts" for one in bench.sandbox.requests()[before:])


def test_lost_journal_is_looked_up_in_batches(bench: Bench, make_draft: MakeDraft) -> None:
    """Looking up costs one request for 20 rows."""
    drafts = [make_draft(number) for number in range(1, 61)]
    bench.run(drafts)
    changed = [make_draft(number, role="CTO") for number in range(1, 61)]
    before = len(bench.sandbox.requests())
    bench.run(changed)
    asked = [one for one in bench.sandbox.requests()[before:] if one.path == "/v1/contacts"]
    assert len(asked) == 3


@pytest.mark.both_stores
@pytest.mark.parametrize(("edited", "status"), [("company", Status.UPDATED), ("role", Status.CONFLICT)])
def test_an_edit_between_look_and_change_is_not_lost(
    edited: str, status: Status, bench: Bench, make_draft: MakeDraft
) -> None:
    """What a person edits after the look is merged, or a conflict where the sheet has another value; run again ends."""
    contact_id = bench.run([make_draft(1)]).ids()["id-1"]
    bench.sandbox.add_faults(Fault("429", method="PATCH", count=1))
    edits: list[str] = []

    def edit(moment: str) -> None:
        was_sent = any(request.method == "PATCH" for request in bench.sandbox.requests())
        if was_sent and not edits and moment == "after:hear":
            edits.append(moment)
            bench.sandbox.edit(contact_id, **{edited: "Of a person"})

    result = bench.run([make_draft(1, role="CTO")], on_match=OnMatch.UPDATE, fault=edit)
    assert (len(edits), result.counts[status]) == (1, 1)
    assert bench.sandbox.contacts()[0]["defaultFields"][edited] == "Of a person"
    assert [problem.rule for problem in result.problems] == ["edited-meanwhile"] * (status is Status.CONFLICT)
    assert bench.run([make_draft(1, role="CTO")], on_match=OnMatch.UPDATE).counts[Status.UPDATED] == 1
    assert bench.sandbox.contacts()[0]["defaultFields"]["role"] == "CTO"

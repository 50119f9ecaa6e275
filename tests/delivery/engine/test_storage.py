"""What the service answers is compared with what was sent: differences are told, and losses stop further changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.errors import ValuesLost
from importer.model import Status
from importer.plan import OnMatch
from tests.delivery.engine.hostile import Asked, Hostile, honest, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.delivery.conftest import Bench, MakeDraft

ROWS = 4


def without(part: str) -> Callable[[dict[str, Any]], None]:
    """Empty an array of the default fields."""

    def lose(contact: dict[str, Any]) -> None:
        contact["defaultFields"] = contact["defaultFields"] | {part: []}

    return lose


def without_source(contact: dict[str, Any]) -> None:
    """Take the source away."""
    contact["source"] = None


LOSSES = {"phone": without("phoneNumbers"), "email": without("emails"), "source": without_source}


def service_that(lose: Callable[[dict[str, Any]], None], method: str) -> Hostile:
    """A service that carries requests out, but loses something in those of a method."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        if asked.method != method:
            return None
        if method == "POST":
            contact = service.store(asked.body)
        else:
            contact = next(one for one in service.contacts() if asked.path.endswith(one["id"]))
            contact.update(asked.body)
        lose(contact)
        return reply(201 if method == "POST" else 200, {"data": contact})

    return Hostile(script)


@pytest.mark.parametrize("field", LOSSES)
def test_a_create_that_loses_a_value_is_told(field: str, bench: Bench, make_draft: MakeDraft) -> None:
    """Each created contact that lacks what was sent has a finding with the field and both values, and is kept."""
    with service_that(LOSSES[field], "POST") as service:
        bench.service = service
        people = [make_draft(number) for number in range(1, ROWS + 1)]
        result = bench.run(people)
        # Corrected in the app, as the message says, they are said no more, and nobody is made twice.
        for contact, draft in zip(service.contacts(), people, strict=True):
            contact.update(draft.body)
        service.script = honest
        again = bench.run(people)
        assert (again.counts[Status.CREATED], again.problems, len(service.contacts())) == (ROWS, [], ROWS)
    assert result.error is None
    assert result.counts[Status.CREATED] == ROWS
    assert [problem.rule for problem in result.problems] == ["stored-otherwise"] * ROWS
    assert {problem.row for problem in result.problems} == {2, 3, 4, 5}
    assert all(field in problem.message and "stored as" in problem.message for problem in result.problems)


@pytest.mark.parametrize("field", LOSSES)
def test_the_first_change_that_loses_a_value_is_the_last(field: str, bench: Bench, make_draft: MakeDraft) -> None:
    """If the first change loses anything, the run stops before the second, and says how to take it back."""
    with service_that(LOSSES[field], "PATCH") as service:
        bench.service = service
        for number in range(1, ROWS + 1):
            service.store(make_draft(number).body)
        changed = [make_draft(number, lastName="Byron") for number in range(1, ROWS + 1)]
        result = bench.run(changed, on_match=OnMatch.UPDATE)
        assert isinstance(result.error, ValuesLost)
        assert result.error.exit_code == 3
        assert "undo" in result.error.next_step
        assert sum(asked.method == "PATCH" for asked in service.asked) == 1
        assert (result.counts[Status.UPDATED], result.counts[Status.UNFINISHED]) == (1, ROWS - 1)
        assert {problem.rule for problem in result.problems} == {"stored-otherwise"}

        # The other way out that the message names changes nothing.
        again = bench.run(changed, on_match=OnMatch.CREATE_ONLY)
        assert again.error is None
        assert sum(asked.method == "PATCH" for asked in service.asked) == 1


def test_another_spelling_is_told_and_stops_nothing(bench: Bench, make_draft: MakeDraft) -> None:
    """A text that the service spells otherwise is a finding, not a loss."""

    def shout(contact: dict[str, Any]) -> None:
        contact["defaultFields"] = contact["defaultFields"] | {"lastName": "BYRON"}

    with service_that(shout, "PATCH") as service:
        bench.service = service
        for number in range(1, ROWS + 1):
            service.store(make_draft(number).body)
        drafts = [make_draft(number, lastName="Byron") for number in range(1, ROWS + 1)]
        result = bench.run(drafts, on_match=OnMatch.UPDATE)
    assert result.error is None
    assert result.counts[Status.UPDATED] == ROWS
    assert all("'Byron'" in problem.message and "'BYRON'" in problem.message for problem in result.problems)
    assert len(result.problems) == ROWS


def test_an_answer_with_another_contact_is_told(bench: Bench, make_draft: MakeDraft) -> None:
    """A PATCH that is answered with another contact id stops the run, and both ids are named."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        if asked.method != "PATCH":
            return None
        contact = next(one for one in service.contacts() if asked.path.endswith(one["id"]))
        contact.update(asked.body)
        return reply(200, {"data": contact | {"id": "CT999"}})

    with Hostile(script) as service:
        bench.service = service
        service.store(make_draft(1).body)
        result = bench.run([make_draft(1, lastName="Byron")], on_match=OnMatch.UPDATE)
    assert isinstance(result.error, ValuesLost)
    (problem,) = result.problems
    assert "CT000001" in problem.message
    assert "CT999" in problem.message


def test_an_answer_without_fields_is_completed(bench: Bench, make_draft: MakeDraft) -> None:
    """Where the answer to a change shows no fields the contact is read, and what it has lost is found."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        if asked.method != "PATCH":
            return None
        contact = next(one for one in service.contacts() if asked.path.endswith(one["id"]))
        contact.update(asked.body)
        without("phoneNumbers")(contact)
        return reply(200, {"data": {"id": contact["id"]}})

    with Hostile(script) as service:
        bench.service = service
        service.store(make_draft(1).body)
        result = bench.run([make_draft(1, lastName="Byron")], on_match=OnMatch.UPDATE)
    assert isinstance(result.error, ValuesLost)

"""Services that answer anything, in any order: no bug shows, every row is accounted for, nobody is there twice."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from importer.errors import Stopped, ValuesLost
from importer.model import Status
from importer.plan import OnMatch, Policy
from tests.delivery.engine.hostile import Hostile, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.delivery.conftest import Bench, MakeBench, MakeDraft
    from tests.delivery.engine.hostile import Asked

ROWS = 4
STATUSES = (200, 201, 202, 204, 207, 301, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 418, 422, 425, 429, 451)
FAILURES = (500, 502, 503, 520)


def contact(asked: Asked, **parts: Any) -> dict[str, Any]:
    """A contact under the id that was asked for, with whatever parts."""
    external_id = asked.external_ids[0] if asked.external_ids else asked.body.get("externalId")
    return {"id": "CTodd", "externalId": external_id, **parts}


def shown_alone(asked: Asked, odd: dict[str, Any]) -> dict[str, Any]:
    """The answer with one contact."""
    return {"data": contact(asked, **odd)}


def shown_in_a_list(asked: Asked, odd: dict[str, Any]) -> dict[str, Any]:
    """The answer with a list of one contact."""
    return {"data": [contact(asked, **odd)]}


ODD_PARTS: tuple[dict[str, Any], ...] = (
    {},
    {"defaultFields": None, "customFields": None},
    {"defaultFields": [], "customFields": {}},
    {"defaultFields": {"phoneNumbers": None, "emails": "x"}, "customFields": [None, 3, {"value": 1}]},
    {"defaultFields": {"phoneNumbers": [{"value": "+1", "id": {}}, 7], "firstName": ["x"]}, "source": 3},
    {"defaultFields": {"firstName": {"a": 1}}, "customFields": [{"key": [], "value": {"b": []}, "id": []}]},
    {"createdAt": "never", "updatedAt": 7, "sourceUrl": {}, "source": []},
)
BODIES: dict[str, Callable[[Asked], Any]] = {
    "empty": lambda _: b"",
    "html": lambda _: b"<html>Blocked</html>",
    "text": lambda _: b"no",
    "null": lambda _: None,
    "list": lambda _: [],
    "object": lambda _: {},
    "no-data": lambda _: {"data": None},
    "data-list": lambda _: {"data": [], "nextPageToken": None},
    "data-junk": lambda _: {"data": [None, 1, "x", []]},
    "same-page": lambda _: {"data": [], "nextPageToken": "again"},
    "data-object": lambda _: {"data": {}},
    "id-alone": lambda _: {"data": {"id": "CTodd"}},
    "number-id": lambda _: {"data": {"id": 17}},
    "envelope": lambda _: {"message": "No", "code": "0800400", "status": 400},
    "wire": lambda _: {"error": {"message": "No", "key": "no", "trace": "t-1"}},
    **{f"contact-{number}": partial(shown_alone, odd=odd) for number, odd in enumerate(ODD_PARTS)},
    **{f"listed-{number}": partial(shown_in_a_list, odd=odd) for number, odd in enumerate(ODD_PARTS)},
}

Habit = tuple[int, str, bool] | None
# None is the honest answer; else status, body, and whether a POST is carried out all the same.
habits: st.SearchStrategy[list[Habit]] = st.lists(
    st.none() | st.tuples(st.sampled_from(STATUSES + FAILURES), st.sampled_from(sorted(BODIES)), st.booleans()),
    min_size=1,
    max_size=4,
)


def endpoint(asked: Asked) -> str:
    """The operation that a request asks for."""
    if asked.path == "/v1/contact-custom-fields":
        return "fields"
    if asked.method != "GET":
        return asked.method
    if not asked.path.endswith("/contacts"):
        return "read"
    return "lookup" if asked.external_ids else "list"


class AnyAnswer:
    """Answers each operation with its habits in turn, over and over."""

    def __init__(self, habits: dict[str, list[Habit]]) -> None:
        self.habits = habits
        self.turns: Counter[str] = Counter()

    def __call__(self, service: Hostile, asked: Asked) -> bytes | None:
        operation = endpoint(asked)
        of_operation = self.habits.get(operation)
        if not of_operation:
            return None
        habit = of_operation[self.turns[operation] % len(of_operation)]
        self.turns[operation] += 1
        if habit is None:
            return None
        status, body, is_carried_out = habit
        if operation == "POST" and is_carried_out and not service.with_ids([asked.body["externalId"]]):
            service.store(asked.body)
        document = BODIES[body](asked)
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        return reply(status, body=b"" if status == 204 else content)


def assert_accounted(bench: Bench, make_draft: MakeDraft, habits: dict[str, list[Habit]], on_match: OnMatch) -> None:
    """Run against the habits, then against an honest service: balanced both times, and everybody there once."""
    drafts = [make_draft(number) for number in range(1, ROWS + 1)]
    with Hostile() as service:
        bench.service = service
        # One of them is there already, and differs.
        service.store(make_draft(1, lastName="Byron").body)
        service.script = AnyAnswer(habits)
        waits: dict[str, Any] = {"wait_for_service": 0.3, "first_answer_seconds": 0.3, "max_attempts": 3}
        result = bench.run(drafts, on_match=on_match, **waits)
        assert result.error is None or isinstance(result.error, Stopped), repr(result.error)
        assert sum(result.counts.values()) == ROWS
        is_once(service)

        service.script = lambda *_: None
        again = bench.run(drafts, on_match=on_match)
        if isinstance(again.error, ValuesLost):
            # The first contact was never kept: nothing is made before a person says so, as the step asks.
            assert "--on-missing create" in again.error.next_step
            again = bench.run(drafts, on_match=Policy(on_match, recreates=True))
        assert again.error is None, repr(again.error)
        assert sum(again.counts.values()) == ROWS
        assert not again.counts[Status.UNFINISHED]
        is_once(service)


def is_once(service: Hostile) -> None:
    """No external id is there twice."""
    carried = Counter(contact["externalId"] for contact in service.contacts())
    assert max(carried.values()) == 1, carried


@pytest.mark.parametrize("on_match", [OnMatch.CREATE_ONLY, OnMatch.UPDATE])
def test_any_answers(on_match: OnMatch, make_bench: MakeBench, make_draft: MakeDraft, tmp_path: Path) -> None:
    """Whatever each operation answers, and in whatever order, a run ends well or stops with a reason and a way on."""
    from importer.sandbox import Sandbox

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    # The read that tells whether the service is away is answered 429 for ever.
    @example(
        {
            "POST": [None, (204, "data-list", True)],
            "PATCH": [None],
            "lookup": [(200, "contact-0", True), (429, "listed-4", True), None, None],
            "list": [(429, "null", False)],
        },
        "limited-for-ever",
    )
    @example({"POST": [(201, "contact-0", False)], "PATCH": [None], "lookup": [None]}, "kept-nothing")
    @given(
        st.fixed_dictionaries(
            {"POST": habits, "PATCH": habits, "lookup": habits}, optional={"read": habits, "list": habits}
        ),
        st.uuids(),
    )
    def law(chosen: dict[str, list[Habit]], name: object) -> None:
        bench = make_bench(sandbox, tmp_path / f"{name}.sqlite")
        assert_accounted(bench, make_draft, chosen, on_match)

    with Sandbox.start(rate=0) as sandbox:
        law()


def test_lookups_that_fail_while_the_id_is_taken(bench: Bench, make_draft: MakeDraft) -> None:
    """Where every POST meets a taken id and every lookup fails, the rows are left unfinished, and the run ends."""
    failing: list[list[Habit]] = [[(500, "envelope", False)], [(200, "html", False)], [(200, "same-page", False)]]
    for lookup in failing:
        assert_accounted(bench, make_draft, {"POST": [(409, "envelope", False)], "lookup": lookup}, OnMatch.CREATE_ONLY)
        bench.lose_journal()

"""403 of one contact, of every change, and of a proxy; and contacts that a list shows in part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.errors import AccessRefused
from importer.model import Status
from importer.plan import OnMatch
from importer.sandbox import Fault
from tests.delivery.engine.hostile import PARTIAL, Asked, Hostile, page

if TYPE_CHECKING:
    from tests.delivery.conftest import Bench, MakeDraft

ROWS = 7


def fill(bench: Bench, make_draft: MakeDraft) -> list[Any]:
    """Make the contacts, and return drafts that change each."""
    bench.run([make_draft(number) for number in range(1, ROWS + 1)])
    return [make_draft(number, lastName="Byron") for number in range(1, ROWS + 1)]


@pytest.mark.parametrize("denied", [1, 4])
def test_a_contact_that_nobody_may_change(denied: int, bench: Bench, make_draft: MakeDraft) -> None:
    """A 403 of one contact rejects its row, also the first row, and all others are updated."""
    drafts = fill(bench, make_draft)
    bench.sandbox.add_faults(Fault("403", method="PATCH", external_id=f"id-{denied}"))
    result = bench.run(drafts, on_match=OnMatch.UPDATE)
    assert result.error is None
    assert (result.counts[Status.UPDATED], result.counts[Status.REJECTED]) == (ROWS - 1, 1)
    (problem,) = result.problems
    assert (problem.row, problem.rule) == (denied + 1, "server-refused")
    assert "CRM" in problem.message


def test_a_key_that_may_change_nothing(bench: Bench, make_draft: MakeDraft) -> None:
    """If every change is answered 403 the run stops, and no row is rejected."""
    drafts = fill(bench, make_draft)
    bench.sandbox.add_faults(Fault("403", method="PATCH"))
    result = bench.run(drafts, on_match=OnMatch.UPDATE)
    assert isinstance(result.error, AccessRefused)
    assert result.counts[Status.UNFINISHED] == ROWS
    bench.sandbox.clear_faults()
    assert bench.run(drafts, on_match=OnMatch.UPDATE).counts[Status.UPDATED] == ROWS


def test_the_page_of_a_proxy_is_waited_for(bench: Bench, make_draft: MakeDraft) -> None:
    """A 403 that is a web page is neither the key's nor the row's: the run goes on when it is gone."""
    bench.sandbox.add_faults(Fault("html-403", count=3, method="POST"), Fault("html-403", count=3, method="PATCH"))
    drafts = fill(bench, make_draft)
    result = bench.run(drafts, on_match=OnMatch.UPDATE)
    assert result.error is None
    assert result.counts[Status.UPDATED] == ROWS
    assert len(bench.sandbox.contacts()) == ROWS


@pytest.mark.parametrize("status", ["402", "406", "410", "451"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_the_api_or_the_account(status: str, method: str, bench: Bench, make_draft: MakeDraft) -> None:
    """402, 406, 410 and 451 stop a run and reject no row; the same command goes on later."""
    drafts = fill(bench, make_draft) if method == "PATCH" else [make_draft(number) for number in range(1, ROWS + 1)]
    bench.sandbox.add_faults(Fault(status, method=method, start=3))
    result = bench.run(drafts, on_match=OnMatch.UPDATE)
    assert isinstance(result.error, AccessRefused)
    assert "row" not in result.error.message
    assert not result.counts[Status.REJECTED]
    assert result.counts[Status.UNFINISHED]
    bench.sandbox.clear_faults()
    again = bench.run(drafts, on_match=OnMatch.UPDATE)
    assert again.error is None
    assert again.counts[Status.CREATED] + again.counts[Status.UPDATED] == ROWS
    assert len(bench.sandbox.contacts()) == ROWS


@pytest.mark.parametrize("case", PARTIAL)
def test_a_list_that_shows_contacts_in_part(case: str, bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that a list shows in part is read by its id before it is changed, and loses nothing."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        if not asked.external_ids:
            return None
        return page(PARTIAL[case](contact) for contact in service.with_ids(asked.external_ids))

    with Hostile(script) as service:
        bench.service = service
        body = make_draft(1).body
        service.store(body | {"customFields": [{"key": "note", "value": "old", "id": "cf"}]})
        result = bench.run([make_draft(1, lastName="Byron")], on_match=OnMatch.UPDATE)
        (contact,) = service.contacts()
    assert result.error is None
    assert result.counts[Status.UPDATED] == 1
    assert contact["defaultFields"]["lastName"] == "Byron"
    assert [item["value"] for item in contact["defaultFields"]["emails"]] == ["ada1@example.com"]
    assert [item["value"] for item in contact["customFields"]] == ["old"]


def test_fields_that_are_never_shown(bench: Bench, make_draft: MakeDraft) -> None:
    """A contact whose fields the service never shows is not changed; its row is unfinished or the run stops."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        if asked.method != "GET" or asked.path == "/v1/contact-custom-fields":
            return None
        if asked.path.endswith("/contacts"):
            return page({"id": contact["id"], "externalId": contact["externalId"]} for contact in service.contacts())
        return (
            None if asked.path.endswith("probe") else bytes(service.answer(asked)).replace(b"defaultFields", b"x" * 13)
        )

    with Hostile(script) as service:
        bench.service = service
        service.store(make_draft(1).body)
        result = bench.run([make_draft(1, lastName="Byron")], on_match=OnMatch.UPDATE)
        assert not any(asked.method == "PATCH" for asked in service.asked)
    assert result.counts[Status.UNFINISHED] == 1

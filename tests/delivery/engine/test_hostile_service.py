"""Whatever a service answers: one contact a row, every id in the map, every row accounted for."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from importer.model import Status
from importer.plan import OnMatch
from tests.delivery.engine.hostile import (
    CLOSE,
    RESET,
    ROWS,
    Asked,
    Hostile,
    drafts,
    first_post,
    honest,
    is_exact,
    page,
    reply,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.delivery.conftest import Bench, MakeDraft
    from tests.delivery.engine.hostile import Piece


def with_id(made: dict[str, Any], contact_id: str) -> bytes:
    """The answer to a POST, but with another contact id."""
    return reply(201, {"data": made | {"id": contact_id}})


SPOILT: dict[str, Any] = {
    "no-fields": lambda made: [reply(201, {"data": {"id": made["id"], "externalId": made["externalId"]}})],
    "id-alone": lambda made: [reply(201, {"data": {"id": made["id"]}})],
    "another-external-id": lambda made: [reply(201, {"data": made | {"externalId": "somebody-else"}})],
    "another-contact-of-another-id": lambda _: [reply(201, {"data": {"id": "CT9", "externalId": "somebody-else"}})],
    "204": lambda _: [b"HTTP/1.1 204 No Content\r\n\r\n"],
    "empty": lambda _: [reply(201, body=b"")],
    "200-html": lambda _: [reply(200, body=b"<html>Welcome to our wifi</html>", Content_Type="text/html")],
    "no-id": lambda _: [reply(202, {"status": "queued"})],
    "id-blank": lambda made: [with_id(made, "  ")],
    "id-half-a-surrogate": lambda made: [with_id(made, "CT\ud800")],
    "id-two-lines": lambda made: [with_id(made, "CT1\nCT2")],
    "nested-beyond-reason": lambda _: [reply(201, body=b"[" * 100_000)],
    "number-beyond-reason": lambda _: [reply(201, body=b'{"data": ' + b"9" * 10_000 + b"}")],
    "gzip-broken": lambda _: [reply(201, body=b"\x1f\x8b\x08\x00broken", Content_Encoding="gzip")],
    "gzip-not-at-all": lambda made: [reply(201, {"data": made}, Content_Encoding="gzip")],
    "101": lambda _: [b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", CLOSE],
    "100-then-nothing": lambda _: [b"HTTP/1.1 100 Continue\r\n\r\n", CLOSE],
    "reset-in-the-headers": lambda _: [b"HTTP/1.1 201 Created\r\nContent-Le", RESET],
    "closed-in-the-headers": lambda _: [b"HTTP/1.1 201 Cre", CLOSE],
    "body-cut-off": lambda made: [reply(201, {"data": made})[:-9], CLOSE],
    "body-reset": lambda made: [reply(201, {"data": made})[:-9], RESET],
    "chunks-cut-off": lambda _: [b'HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"data":', CLOSE],
    "chunks-garbled": lambda _: [b"HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", CLOSE],
    "no-http-at-all": lambda _: [b"220 mail.example.com ESMTP\r\n", CLOSE],
    "two-lengths": lambda _: [b"HTTP/1.1 201 X\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n{}", CLOSE],
    "status-999": lambda _: [reply(999, {})],
}


@pytest.mark.parametrize("case", SPOILT)
def test_stored_and_badly_answered(case: str, bench: Bench, make_draft: MakeDraft) -> None:
    """A POST that was carried out is never sent again, however its answer looks, and its id is found."""
    with Hostile(first_post(lambda service, asked: SPOILT[case](service.store(asked.body)))) as service:
        bench.service = service
        result = bench.run(drafts(make_draft))
        is_exact(service, result)
        assert result.counts[Status.CREATED] == ROWS
        assert len(service.posts()) == ROWS
        again = bench.run(drafts(make_draft))
        assert again.ids() == result.ids()
        assert len(service.posts()) == ROWS


# Of a contact that is named under the right id and was not made, the first is found out, and stops the run.
@pytest.mark.parametrize("case", [case for case in SPOILT if case != "no-fields"])
def test_not_stored_and_badly_answered(case: str, bench: Bench, make_draft: MakeDraft) -> None:
    """A POST that was not carried out is sent again, or left to a person where its answer named a contact."""
    with Hostile(first_post(lambda _, asked: SPOILT[case](asked.body | {"id": "CT404"}))) as service:
        bench.service = service
        bench.run(drafts(make_draft))
        is_exact(service, bench.run(drafts(make_draft)))


STRAYS: dict[str, Any] = {
    "cut-short": lambda body: {"externalId": body["externalId"][:2]},
    "none": lambda _: {"externalId": None},
    "in-capitals": lambda body: {"externalId": body["externalId"].upper()},
}


@pytest.mark.parametrize("case", STRAYS)
def test_kept_under_another_id(case: str, bench: Bench, make_draft: MakeDraft) -> None:
    """A contact that the service keeps under an external id of its own is ours all the same, and never made again."""
    alter = STRAYS[case]

    def script(service: Hostile, asked: Asked) -> bytes | None:
        if asked.method != "POST":
            return None
        return reply(201, {"data": service.store(asked.body, **alter(asked.body))})

    with Hostile(script) as service:
        bench.service = service
        result = bench.run(drafts(make_draft))
        assert result.counts[Status.CREATED] == ROWS
        assert sorted(result.ids().values()) == [one["id"] for one in service.contacts()]
        assert [one.rule for one in result.problems] == ["id-elsewhere"] * ROWS
        again = bench.run(drafts(make_draft))
        assert (again.ids(), len(service.posts())) == (result.ids(), ROWS)


def test_kept_elsewhere_and_altered(bench: Bench, make_draft: MakeDraft) -> None:
    """What the service made of a row under another id and with other values is shown, and made again once deleted."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        if asked.method != "POST":
            return None
        other = {"firstName": "Charles", "lastName": "Babbage", "phoneNumbers": [], "emails": []}
        return reply(201, {"data": service.store(asked.body, externalId="x", defaultFields=other)})

    with Hostile(script) as service:
        bench.service = service
        for _ in range(3):
            result = bench.run(drafts(make_draft, 2))
            assert result.counts[Status.CONFLICT] == 2
            assert sorted(result.ids().values()) == ["CT000001", "CT000002"]
            assert "the id 'x'" in result.problems[0].message
            assert len(service.posts()) == 2
        # `id-elsewhere` advises to delete the contacts in the app, which brings the rows in.
        service.clear()
        service.script = honest
        result = bench.run(drafts(make_draft, 2))
        assert (result.counts[Status.CREATED], result.problems) == (2, [])


# ------------------------------------------------------------------------------------------------- late arrivals


def arrives(service: Hostile, body: dict[str, Any], seconds: float) -> None:
    """Carry a POST out later, as the service would: refused where its external id is taken by then."""

    def carry_out() -> None:
        if not service.with_ids([body["externalId"]]):
            service.store(body)

    threading.Timer(seconds, carry_out).start()


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.04, 0.06, 0.1, 0.3])
def test_a_lost_post_that_lands_late(seconds: float, bench: Bench, make_draft: MakeDraft) -> None:
    """Whenever the lost POST lands (before the look, between look and second POST, after it), the row is there once."""

    def late(service: Hostile, asked: Asked) -> list[Piece]:
        arrives(service, asked.body, seconds)
        return [CLOSE]

    with Hostile(first_post(late)) as service:
        bench.service = service
        result = bench.run(drafts(make_draft))
        is_exact(service, result)
        assert result.counts[Status.CREATED] == ROWS


class Killed(BaseException):
    """The process is gone."""


def killed_after(moment: str, count: int) -> Callable[[str], None]:
    """A seam that ends the process after the n-th commit of a kind."""
    left = [count]

    def fault(met: str) -> None:
        left[0] -= met == f"after:{moment}"
        if not left[0]:
            raise Killed

    return fault


def test_half_a_character_goes_back_as_it_came(bench: Bench, make_draft: MakeDraft) -> None:
    """A change of one field sends the others as the service has them, also a text that holds half a surrogate pair."""
    with Hostile() as service:
        bench.service = service
        bench.run(drafts(make_draft, 1))
        [contact] = service.contacts()
        contact["defaultFields"] = {**contact["defaultFields"], "role": "Chef \ud83d of \U0010f83d \N{GRINNING FACE}"}
        result = bench.run(drafts(make_draft, 1, company="Corrected"), on_match=OnMatch.UPDATE)
        [patch] = [asked.body["defaultFields"] for asked in service.asked if asked.method == "PATCH"]
        assert (patch["company"], patch["role"]) == ("Corrected", contact["defaultFields"]["role"])
        assert "\ud83d" in patch["role"]
        assert (result.counts[Status.UPDATED], result.problems) == (1, [])


def lost(_: Hostile, asked: Asked) -> list[Piece] | None:
    """Every POST is taken and not carried out yet."""
    return [CLOSE] if asked.method == "POST" else None


@pytest.mark.parametrize("on_match", [OnMatch.CREATE_ONLY, OnMatch.UPDATE])
def test_the_second_post_had_another_body(on_match: OnMatch, bench: Bench, make_draft: MakeDraft) -> None:
    """A row that was corrected while its first POST was on its way: one contact, and a word if it has former values."""
    with Hostile(lost) as service:
        bench.service = service
        crashed = bench.run(drafts(make_draft, 3), fault=killed_after("sending", 3), in_flight=3)
        assert isinstance(crashed.error, Killed)
        former = {one.external_id: one.body for one in drafts(make_draft, 3)}
        assert not service.contacts()

        def lands_now(service: Hostile, asked: Asked) -> None:
            if asked.method == "POST" and (body := former.pop(str(asked.body.get("externalId")), None)):
                service.store(body)

        service.script = lands_now
        corrected = drafts(make_draft, 3, company="Corrected")
        result = bench.run(corrected, on_match=on_match)
        is_exact(service, result, 3)
        number = result.counts[Status.SKIPPED] + result.counts[Status.UPDATED]
        assert number >= 1
        differing = [one for one in result.problems if one.rule == "contact-differs"]
        assert len(differing) == result.counts[Status.SKIPPED]
        assert all("--on-match update" in one.message for one in differing)


def test_a_row_left_in_the_middle_stays_in_doubt(bench: Bench, make_draft: MakeDraft) -> None:
    """Sent by a process that was killed, not sent by the next one: the third still knows its own contact."""
    with Hostile(lost) as service:
        bench.service = service
        bench.run(drafts(make_draft, 1), fault=killed_after("sending", 1))
        service.script = lambda _, asked: reply(401, {}) if asked.method == "POST" else None
        bench.run(drafts(make_draft, 1))
        # Only now the request of the killed process is carried out.
        service.store(drafts(make_draft, 1)[0].body)
        service.script = honest
        result = bench.run(drafts(make_draft, 1))
        is_exact(service, result, 1)
        assert result.counts[Status.CREATED] == 1
        assert not service.posts()[2:]


def test_a_row_left_in_the_middle_is_looked_at_once_more(bench: Bench, make_draft: MakeDraft) -> None:
    """Where the service takes an id twice, a request of a killed process that lands after all is told at the end."""
    with Hostile(lost) as service:
        bench.service = service
        bench.run(drafts(make_draft, 1), fault=killed_after("sending", 1))

        def both(service: Hostile, asked: Asked) -> bytes | None:
            if asked.method != "POST":
                return None
            answer = reply(201, {"data": service.store(asked.body)})
            service.store(asked.body)
            return answer

        service.script = both
        result = bench.run(drafts(make_draft, 1))
        assert [one.rule for one in result.problems] == ["id-several"]
        assert all(one["id"] in result.problems[0].message for one in service.contacts())


@pytest.mark.parametrize("seconds", [0.05, 0.2])
def test_lists_that_lag_behind(seconds: float, bench: Bench, make_draft: MakeDraft) -> None:
    """A look that does not show yet what was stored leads to a second POST, which is refused, and to the first's id."""
    made: dict[str, float] = {}

    def script(service: Hostile, asked: Asked) -> Iterable[Piece] | bytes | None:
        if asked.method == "POST" and asked.body["externalId"] not in made:
            made[asked.body["externalId"]] = time.monotonic()
            service.store(asked.body)
            return [RESET]
        if asked.external_ids:
            now = time.monotonic()
            ids = [one for one in asked.external_ids if now - made.get(one, -9.0) > seconds]
            return page(service.with_ids(ids))
        return None

    with Hostile(script) as service:
        bench.service = service
        result = bench.run(drafts(make_draft))
        is_exact(service, result)
        assert result.counts[Status.CREATED] == ROWS


def test_an_answer_that_comes_byte_by_byte(bench: Bench, make_draft: MakeDraft) -> None:
    """A service that has taken a contact and answers a byte at a time is not waited for, and the row is made once."""

    def script(service: Hostile, asked: Asked) -> Iterator[Piece] | None:
        if asked.method != "POST" or asked.number != 2:
            return None
        answer = reply(201, {"data": service.store(asked.body)})
        return (piece for byte in answer for piece in (bytes([byte]), 0.5))

    with Hostile(script) as service:
        bench.service = service
        begun = time.monotonic()
        result = bench.run([make_draft(number) for number in range(1, ROWS + 1)], read_seconds=1.0)
        assert time.monotonic() - begun < 15
        assert sorted(service.posts()) == sorted({f"id-{number}" for number in range(1, ROWS + 1)})
    assert result.error is None
    assert result.counts[Status.CREATED] == ROWS

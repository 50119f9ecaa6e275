"""The verdict on a response, as one table."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.api.verdict import HttpExchange, RequestKind, judge
from importer.model import Accepted, Answer, Halt, NotSent, Refused, Unsure

SENT = "row-7"
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


def envelope(status: int, message: str = "no", **more: object) -> bytes:
    known = {
        "message": message,
        "code": f"0800{status}",
        "status": status,
        "docs": "https://quo.com/docs",
        "title": "x",
    }
    return json.dumps({**known, **more}).encode()


def contact(**fields: object) -> bytes:
    return json.dumps({"data": {"id": "c1", "externalId": SENT, **fields}}).encode()


def test_a_contact_that_was_not_asked_for_is_no_answer() -> None:
    """A read that shows a contact with another id, in letters of another case too, is asked again."""
    for shown_id, expected in (("c1", Accepted), ("c2", NotSent), ("C1", NotSent)):
        exchange = HttpExchange(RequestKind.READ, 200, {}, contact(id=shown_id), contact_id="c1")
        assert isinstance(judge(exchange), expected)


CREATES = {
    "201": (201, {}, contact(), Accepted),
    "200": (200, {}, contact(), Accepted),
    "201 with extra fields": (201, {}, contact(new="x"), Accepted),
    "201 without id": (201, {}, b'{"data": {"externalId": "row-7"}}', Unsure),
    "201 with empty id": (201, {}, contact(id=""), Unsure),
    "201 with id that is no text": (201, {}, contact(id=[7]), Unsure),
    "201 with id that is a number": (201, {}, contact(id=7), Accepted),
    "201 with a contact alone": (
        201,
        {},
        b'{"id": "c1", "externalId": "row-7", "defaultFields": {}}',
        Accepted,
    ),
    "201 with a job": (201, {}, b'{"id": "J1", "externalId": "row-7", "status": "queued"}', Unsure),
    "201 empty": (201, {}, b"", Unsure),
    "201 cut off": (201, {}, contact()[:-9], Unsure),
    "201 absurdly nested": (201, {}, b"[" * 100_000, Unsure),
    "201 HTML": (201, {}, HTML, Unsure),
    "201 list": (201, {}, b"[]", Unsure),
    "204": (204, {}, b"", Unsure),
    "301": (301, {"location": "https://api.quo.com/v1/contacts"}, b"", Halt),
    "302 without location": (302, {}, b"", Halt),
    "307": (307, {"location": "/elsewhere"}, b"", Halt),
    "308 absurd location": (308, {"location": "http://[::"}, b"", Halt),
    "400": (400, {}, envelope(400), Refused),
    "400 HTML": (400, {}, HTML, Refused),
    "401": (401, {}, envelope(401), Halt),
    "402": (402, {}, envelope(402), Halt),
    "403": (403, {}, envelope(403), Halt),
    "404 of the API": (404, {}, envelope(404), Refused),
    "404 of a web server": (404, {}, HTML, Halt),
    "405": (405, {}, b"", Halt),
    "407": (407, {}, b"", Halt),
    "408": (408, {}, b"", Unsure),
    "409": (409, {}, envelope(409), Unsure),
    "406": (406, {}, b"", Halt),
    "410": (410, {}, b"", Halt),
    "451": (451, {}, b"", Halt),
    "403 HTML": (403, {}, HTML, Unsure),
    "413": (413, {}, b"", Refused),
    "418": (418, {}, b"", Refused),
    "421": (421, {}, b"", Halt),
    "422": (422, {}, envelope(422), Refused),
    "425": (425, {}, b"", NotSent),
    "429": (429, {}, envelope(429), NotSent),
    "500": (500, {}, envelope(500), Unsure),
    "501": (501, {}, b"", Unsure),
    "502 HTML": (502, {}, HTML, Unsure),
    "503": (503, {"retry-after": "3"}, b"", Unsure),
    "504": (504, {}, b"", Unsure),
    "599": (599, {}, b"", Unsure),
    "101": (101, {}, b"", Unsure),
}


@pytest.mark.parametrize("case", CREATES)
def test_creates(case: str) -> None:
    """Each answer to a POST has the one verdict that can neither double nor lose a contact."""
    status, headers, body, expected = CREATES[case]
    assert isinstance(judge(HttpExchange(RequestKind.CREATE, status, headers, body, SENT)), expected)


@pytest.mark.parametrize("external_id", ["row-8", None, "", 7])
def test_another_external_id_is_never_sent_again(external_id: object) -> None:
    """A 201 for another id means something was stored out of reach of a lookup, so sending again would double it."""
    answer = judge(HttpExchange(RequestKind.CREATE, 201, {}, contact(externalId=external_id), SENT))
    assert isinstance(answer, Unsure)
    assert answer.contact_id == "c1"
    assert "c1" in answer.reason


def test_taken_id_is_a_conflict() -> None:
    """A 409 says that the id is taken, which a lookup must explain."""
    answer = judge(HttpExchange(RequestKind.CREATE, 409, {}, envelope(409), SENT))
    assert isinstance(answer, Unsure)
    assert answer.conflict


READS: dict[tuple[RequestKind, int], type[object]] = {
    (RequestKind.LIST, 404): Halt,
    (RequestKind.READ, 404): Refused,
    (RequestKind.PATCH, 404): Refused,
    (RequestKind.DELETE, 404): Refused,
    (RequestKind.LIST, 400): Refused,
    (RequestKind.PATCH, 400): Refused,
    (RequestKind.PATCH, 409): Unsure,
    (RequestKind.DELETE, 500): Unsure,
    (RequestKind.PATCH, 504): Unsure,
    (RequestKind.LIST, 409): NotSent,
    (RequestKind.READ, 401): Halt,
}


@pytest.mark.parametrize(("kind", "status"), READS)
def test_other_kinds(kind: RequestKind, status: int) -> None:
    """What an answer means depends on what was asked."""
    assert isinstance(judge(HttpExchange(kind, status, {}, envelope(status), None)), READS[kind, status])


def test_deletion_needs_no_body() -> None:
    """A DELETE is done when it is answered 204."""
    assert judge(HttpExchange(RequestKind.DELETE, 204)) == Accepted()


def test_list_must_be_a_list() -> None:
    """A web page in place of a list is no answer of the API, and is asked for again."""
    answer = judge(HttpExchange(RequestKind.LIST, 200, {}, HTML, host="api.example"))
    assert isinstance(answer, NotSent)
    assert "web page" in answer.reason


@pytest.mark.parametrize("kind", [RequestKind.LIST, RequestKind.READ])
@given(
    shown=st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.integers()), st.just({"id": 1})),
        # JSON has no others (RFC 8259 6).
        st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_an_external_id_is_text_or_none(kind: RequestKind, shown: object) -> None:
    """Whatever a service shows as the external id of a contact, no more than a text or nothing is read from it."""
    one = {"id": "c1", "externalId": shown}
    body = json.dumps({"data": [one] if kind is RequestKind.LIST else one}).encode()
    answer = judge(HttpExchange(kind, 200, {}, body))
    assert isinstance(answer, Accepted)
    read = (answer.contact["data"][0] if kind is RequestKind.LIST else answer.contact)["externalId"]
    assert read == (shown if isinstance(shown, str) else str(shown) if type(shown) is int else None)


@given(
    status=st.integers(100, 599),
    kind=st.sampled_from([RequestKind.LIST, RequestKind.READ]),
    body=st.binary(max_size=40),
)
def test_reads_are_never_unsure(status: int, kind: RequestKind, body: bytes) -> None:
    """Repeating a read is safe, so nothing about it is ever unsure."""
    assert not isinstance(judge(HttpExchange(kind, status, {}, body)), Unsure)


@given(status=st.integers(100, 599), kind=st.sampled_from(RequestKind), body=st.binary(max_size=60))
def test_accepted_only_with_an_id(status: int, kind: RequestKind, body: bytes) -> None:
    """Whatever comes, a create is accepted only with a contact id."""
    answer = judge(HttpExchange(kind, status, {"location": "x"}, body, SENT))
    assert not isinstance(answer, Accepted) or kind is not RequestKind.CREATE or answer.contact["id"]


@given(status=st.integers(500, 599), body=st.binary(max_size=60))
def test_no_server_error_is_taken_for_a_refusal(status: int, body: bytes) -> None:
    """A 5xx may come after the contact was stored (api-facts: Errors)."""
    assert isinstance(judge(HttpExchange(RequestKind.CREATE, status, {}, body, SENT)), Unsure)


WAITS = {
    "seconds": ("7", 7.0),
    "zero": ("0", 0.0),
    "absurd": ("99999999999999999999", 300.0),
    "a year": ("31536000", 300.0),
    "date": ("Thu, 01 Jan 2026 00:00:09 GMT", 9.0),
    "date in the past": ("Thu, 01 Jan 2015 00:00:09 GMT", 0.0),
    "absurd date": ("Thu, 01 Jan 2099 00:00:00 GMT", 300.0),
    "negative": ("-5", None),
    "fraction": ("1.5", 1.5),
    "words": ("soon", None),
    "other digits": ("٣", None),
    "empty": ("", None),
}


@pytest.mark.parametrize("case", WAITS)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(case: str, status: int) -> None:
    """Retry-After is honoured in both forms, dates against the service's own clock, and for 5 minutes at most."""
    text, expected = WAITS[case]
    headers = {"retry-after": text, "date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    answer = judge(HttpExchange(RequestKind.CREATE, status, headers, b"", SENT))
    assert isinstance(answer, (NotSent, Unsure))
    assert answer.wait_seconds == expected


@pytest.mark.parametrize(
    ("text", "is_long"), [("86400", True), ("301", True), ("300", False), ("-5", False), ("", False)]
)
def test_a_long_retry_after_is_said_with_its_hour(text: str, is_long: bool) -> None:
    """A wait longer than 5 minutes is shown with the hour at which it ends."""
    answer = judge(HttpExchange(RequestKind.CREATE, 429, {"retry-after": text}, b"", SENT, "api.example"))
    assert isinstance(answer, NotSent)
    until = datetime.now().astimezone() + timedelta(seconds=float(text or 0))
    shown = [f"before {moment:%Y-%m-%d %H:%M}" in answer.reason for moment in (until, until - timedelta(minutes=1))]
    assert any(shown) is is_long


def test_retry_after_absent() -> None:
    """Without Retry-After nothing is made up."""
    answer = judge(HttpExchange(RequestKind.CREATE, 429))
    assert answer == NotSent("the API answered 429", None, rate_limited=True)


def test_refusal_speaks_the_servers_words() -> None:
    """Each of errors[] becomes a line with its path, so that the person sees which field it is."""
    errors = [{"path": "/defaultFields/phoneNumbers/0/value", "message": "Expected E.164", "schema": {}}, "odd", {}]
    answer = judge(HttpExchange(RequestKind.CREATE, 400, {}, envelope(400, errors=errors), SENT))
    assert answer == Refused(400, ("defaultFields/phoneNumbers/0/value: Expected E.164",))


def test_refusal_without_errors_uses_the_message() -> None:
    """Without errors[] the message is what the server says (0801400 has no pointer to the item)."""
    answer = judge(HttpExchange(RequestKind.CREATE, 400, {}, envelope(400, "Invalid Custom Field Item"), SENT))
    assert answer == Refused(400, ("Invalid Custom Field Item",))


TRACE = "7219253041932587402"
FORMS = {
    "file": envelope(400, "Bad phone", trace=TRACE),
    "wire": json.dumps({"error": {"message": "Bad phone", "key": "invalid", "trace": TRACE}}).encode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("status", "kind"), [(400, Refused), (401, Halt), (404, Refused), (409, Unsure), (429, NotSent)]
)
def test_both_forms_of_an_error_are_read(form: str, status: int, kind: type[Answer]) -> None:
    """The file's envelope and the wire's `{"error": ...}` say the same: the reason is shown, the trace is kept."""
    answer = judge(HttpExchange(RequestKind.CREATE, status, {}, FORMS[form], SENT))
    assert isinstance(answer, kind)
    assert not isinstance(answer, Accepted)
    assert "Bad phone" in repr(answer)
    assert answer.trace == TRACE


@pytest.mark.parametrize("value", [None, 7, "", "a b", "x" * 500, "k\n", "abc-key-1", ["x"]])
def test_an_odd_trace_is_left_out(value: object) -> None:
    """A trace that is no id, or has the API key in it, is not kept."""
    body = json.dumps({"error": {"message": "no", "key": "k", "trace": value}}).encode()
    answer = judge(HttpExchange(RequestKind.CREATE, 400, {}, body, SENT, secret="key-1"))
    assert answer == Refused(400, ("no",))


@pytest.mark.parametrize("body", [b"", HTML, b"\xff\xfe", b"{}", b"[1]", b'{"errors": 5}', b'{"errors": [null]}'])
def test_refusal_always_has_a_reason(body: bytes) -> None:
    """A refusal without words still says something to a person."""
    answer = judge(HttpExchange(RequestKind.CREATE, 400, {}, body, SENT))
    assert isinstance(answer, Refused)
    assert all(answer.reasons)
    assert len(answer.reasons) >= 1


SECRET = "sk_live_0123456789"


@pytest.mark.parametrize("status", [201, 302, 400, 401, 404, 409, 429, 500])
@pytest.mark.parametrize("padding", [0, 285, 295])
def test_the_key_is_never_repeated(status: int, padding: int) -> None:
    """A server or proxy that echoes the key does not get it into a message, not even half of it."""
    body = envelope(status, f"{'x' * padding} key {SECRET} is wrong")
    headers = {"location": f"https://evil.example/{SECRET}"}
    answer = judge(HttpExchange(RequestKind.CREATE, status, headers, body, SENT, secret=SECRET))
    assert SECRET not in repr(answer)
    assert SECRET[:8] not in repr(answer)
    assert SECRET not in repr(HttpExchange(RequestKind.CREATE, 200, secret=SECRET))


def test_words_are_short() -> None:
    """A megabyte of error page does not reach the terminal."""
    answer = judge(HttpExchange(RequestKind.CREATE, 400, {}, envelope(400, "x" * 10_000), SENT))
    assert isinstance(answer, Refused)
    assert len(answer.reasons[0]) <= 300


def test_redirect_names_the_new_address() -> None:
    """A 3xx is a wrong base URL; the message says which one the service points to, without path or login."""
    headers = {"location": "https://user:pass@api.quo.com/v1/contacts?x=1"}
    answer = judge(HttpExchange(RequestKind.CREATE, 301, headers, b"", SENT, host="api.openphone.com"))
    assert isinstance(answer, Halt)
    assert answer.kind == "address"
    assert "api.openphone.com answered 301 and points to https://api.quo.com." in answer.message
    assert "pass" not in answer.message + answer.next_step
    assert "--base-url https://api.quo.com" in answer.next_step


@pytest.mark.parametrize(("status", "kind"), [(401, "access"), (402, "access"), (403, "access"), (405, "address")])
def test_halts_say_what_is_wrong(status: int, kind: str) -> None:
    """Whether it is the key or the address decides what the person does next."""
    answer: Answer = judge(HttpExchange(RequestKind.CREATE, status, {}, envelope(status), SENT))
    assert isinstance(answer, Halt)
    assert (answer.kind, answer.code) == (kind, status)
    assert answer.next_step.endswith(".")

"""The verdict on an exception, complete over httpx's class tree."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from importer.api import failure
from importer.api.failure import judge_failure
from importer.api.verdict import RequestKind
from importer.model import Halt, NotSent, Unsure

if TYPE_CHECKING:
    from collections.abc import Iterator


def tree(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def public() -> set[type[Exception]]:
    found = (getattr(httpx, name) for name in dir(httpx))
    return {one for one in found if isinstance(one, type) and issubclass(one, Exception)}


ALL = sorted({*tree(httpx.HTTPError), *tree(httpx.StreamError), *public()}, key=lambda one: one.__name__)
NAMED = {*failure.NEVER_LEFT, *failure.BAD_ADDRESS, *failure.MAYBE_LEFT}
GROUPS = {httpx.TimeoutException, httpx.NetworkError, httpx.ProtocolError, httpx.TransportError, httpx.RequestError}


def make(kind: type[Exception]) -> Exception:
    error = kind.__new__(kind)
    error.args = ("went wrong",)
    return error


@pytest.mark.parametrize("kind", ALL, ids=lambda one: one.__name__)
def test_every_exception_of_httpx_is_caught(kind: type[Exception]) -> None:
    """No exception that httpx can raise passes the client as a bug of ours."""
    assert issubclass(kind, failure.CAUGHT)


@pytest.mark.parametrize("kind", [one for one in ALL if one not in GROUPS], ids=lambda one: one.__name__)
def test_every_exception_of_httpx_has_its_line(kind: type[Exception]) -> None:
    """Each exception stands in the table itself or under the one line its family shares, never by accident."""
    family = {httpx.StreamError}
    assert kind in NAMED or any(issubclass(kind, one) for one in family)


EXPECTED = {
    httpx.ConnectError: NotSent,
    httpx.ConnectTimeout: NotSent,
    httpx.PoolTimeout: NotSent,
    httpx.ProxyError: NotSent,
    httpx.UnsupportedProtocol: Halt,
    httpx.InvalidURL: Halt,
}


@pytest.mark.parametrize("kind", ALL, ids=lambda one: one.__name__)
def test_writes_are_unsure_unless_nothing_left(kind: type[Exception]) -> None:
    """After an exception a write is Unsure, except where the request cannot have left."""
    assert isinstance(judge_failure(RequestKind.CREATE, make(kind)), EXPECTED.get(kind, Unsure))


@pytest.mark.parametrize("kind", ALL, ids=lambda one: one.__name__)
def test_reads_are_asked_again(kind: type[Exception]) -> None:
    """After an exception a read is simply repeated."""
    assert isinstance(judge_failure(RequestKind.LIST, make(kind)), EXPECTED.get(kind, NotSent))


@pytest.mark.parametrize("error", [OSError(5, "I/O error"), ConnectionResetError(), BrokenPipeError()])
def test_bare_socket_errors_are_unsure(error: OSError) -> None:
    """An error of the socket that httpx did not translate may have come after the request."""
    assert isinstance(judge_failure(RequestKind.CREATE, error), Unsure)


def test_unknown_host_is_not_sent() -> None:
    """A name that does not resolve is a connection that never was."""
    error = httpx.ConnectError("Name or service not known")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    assert isinstance(judge_failure(RequestKind.CREATE, error), NotSent)


def test_bad_certificate_stops() -> None:
    """A certificate that cannot be trusted will not become good by waiting."""
    error = httpx.ConnectError("handshake failed")
    error.__cause__ = OSError("x")
    error.__cause__.__context__ = ssl.SSLCertVerificationError("self-signed certificate")
    answer = judge_failure(RequestKind.CREATE, error, "api.example")
    assert isinstance(answer, Halt)
    assert "api.example" in answer.message


def test_broken_handshake_is_not_sent() -> None:
    """A handshake that breaks for another reason is a connection that never was."""
    error = httpx.ConnectError("[SSL: UNEXPECTED_EOF_WHILE_READING]")
    error.__cause__ = ssl.SSLEOFError("eof")
    assert isinstance(judge_failure(RequestKind.CREATE, error), NotSent)


def test_proxy_that_wants_a_login_stops() -> None:
    """A proxy's 407 is the person's to solve."""
    answer = judge_failure(RequestKind.CREATE, httpx.ProxyError("407 Proxy Authentication Required"))
    assert isinstance(answer, Halt)


def test_looped_causes_end() -> None:
    """Exceptions that name each other as cause do not hang the verdict."""
    one, other = httpx.ReadError("a"), OSError("b")
    one.__cause__, other.__cause__ = other, one
    assert isinstance(judge_failure(RequestKind.CREATE, one), Unsure)


def test_key_is_cut_out() -> None:
    """A key inside an exception's text does not get out."""
    answer = judge_failure(
        RequestKind.CREATE, httpx.LocalProtocolError("Illegal header value b'sk_1234567'"), secret="sk_1234567"
    )
    assert "sk_1234567" not in repr(answer)

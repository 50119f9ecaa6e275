"""The verdict on an exchange that ended in an exception: one table over httpx's exception tree."""

from __future__ import annotations

import errno
import ssl
from typing import TYPE_CHECKING

import httpx

from importer.api.verdict import ADDRESS_STEP, PROXY_LOGIN, RequestKind, unsure
from importer.api.words import shorten
from importer.model import Answer, Halt, NotSent

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_MORE_FILES = (errno.EMFILE, errno.ENFILE)
MOST_BODY_BYTES = 10_000_000


class BodyTooLong(OSError):
    """The answer is longer than any that the API gives; the rest of it is not read."""


class TooLate(OSError):
    """The intent to send was committed too long ago: another worker may have taken the row over meanwhile."""


# Raised before the first byte of a request can have left. Everything else in the tree may come after it.
NEVER_LEFT: tuple[type[Exception], ...] = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    TooLate,
)
BAD_ADDRESS: tuple[type[Exception], ...] = (httpx.UnsupportedProtocol, httpx.InvalidURL)
MAYBE_LEFT: tuple[type[Exception], ...] = (
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.CloseError,
    httpx.LocalProtocolError,
    httpx.RemoteProtocolError,
    httpx.DecodingError,
    httpx.TooManyRedirects,
    httpx.HTTPStatusError,
    httpx.StreamError,
    httpx.CookieConflict,
    httpx.HTTPError,
)
CAUGHT: tuple[type[Exception], ...] = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.CookieConflict,
    OSError,
)


def judge_failure(
    kind: RequestKind, exception: Exception, host: str = "the API", secret: str = "", *, proxy: str = ""
) -> Answer:
    """Return what an exception of httpx (or of the socket below) says about the request.

    `proxy`: the proxy that stands between, as long as the service has not answered through it.
    """
    detail = shorten(str(exception), secret)
    failure = f"{named(exception)} ({detail})" if detail else named(exception)
    reason = f"{host}: {failure}"
    if isinstance(exception, BAD_ADDRESS):
        return Halt("address", 0, f"{reason}.", ADDRESS_STEP)
    if _is_distrusted(exception):
        step = "Check --base-url, the computer's date, and the certificates of any proxy, then run again."
        return Halt("address", 0, f"The certificate of {host} cannot be trusted: {failure}.", step)
    if isinstance(exception, httpx.ProxyError) and "407" in str(exception):
        return Halt("address", 407, f"The proxy before {host} wants a login.", PROXY_LOGIN)
    if proxy and isinstance(exception, (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)):
        step = "Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or start the proxy, then run again."
        return Halt("address", 0, f"The proxy {proxy} before {host} cannot be used: {failure}.", step)
    words = str(exception).upper().replace(" ", "_")
    # OpenSSL's words for an answer that is not the beginning of an encrypted connection.
    if any(word in words for word in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")):
        step = "Check --base-url: the port, and whether it begins with http:// or https://, then run again."
        return Halt("address", 0, f"{host} does not speak https at this address: {failure}.", step)
    if isinstance(exception, NEVER_LEFT):
        return NotSent(reason)
    return unsure(kind, reason)


def named(exception: Exception) -> str:
    """Return what an exception says about an exchange, in our own words."""
    return next((text for kind, text in _NAMES if isinstance(exception, kind)), "the exchange failed")


_NAMES: tuple[tuple[type[Exception], str], ...] = (
    (TooLate, "it would have left too late"),
    (BodyTooLong, f"the answer is longer than {MOST_BODY_BYTES // 1_000_000} MB"),
    (httpx.ConnectTimeout, "no connection in time"),
    (httpx.ConnectError, "no connection"),
    (httpx.PoolTimeout, "no free connection"),
    (httpx.ProxyError, "the proxy failed"),
    (httpx.TimeoutException, "no answer in time"),
    (TimeoutError, "no whole answer in time"),
    (httpx.NetworkError, "the connection broke"),
    (httpx.RemoteProtocolError, "the connection ended in the middle of an answer"),
    (httpx.DecodingError, "the answer cannot be decoded"),
    (httpx.UnsupportedProtocol, "the address is not http or https"),
    (httpx.InvalidURL, "the address is not valid"),
)


WORDS = tuple(words for _, words in _NAMES)
"""Every text that can describe an exchange that failed: nothing of what was sent is in them."""


def _is_distrusted(exception: BaseException) -> bool:
    """Whether the exception, or one that caused it, is about the server's certificate."""
    if "CERTIFICATE_VERIFY_FAILED" in str(exception):
        return True
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(exception))


def lack_of_files(exception: BaseException) -> OSError | None:
    """Return the error that says that this computer has no more files to open, if that is why an exchange failed."""
    lacks = (cause for cause in _causes(exception) if isinstance(cause, OSError) and cause.errno in _NO_MORE_FILES)
    return next(lacks, None)


def _causes(exception: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those that caused it, also where several connections were tried."""
    waiting, visited = [exception], set[int]()
    while waiting:
        cause = waiting.pop()
        # Exceptions can be chained into a ring.
        if id(cause) in visited:
            continue
        visited.add(id(cause))
        yield cause
        waiting += [following for following in (cause.__context__, cause.__cause__) if following is not None]
        waiting += cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()

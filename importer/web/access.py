"""Who may ask: only the page that this program has opened, in the browser of the person who started it.

A one-time token opens the page. It is exchanged for a cookie and for a secret of the tab, which every question to the
API carries in a header: cookies know no ports, so another server on 127.0.0.1 would be sent the cookie, but not that.
`Host` is checked against DNS rebinding, `Origin` and `Sec-Fetch-Site` against pages from elsewhere.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPENING, API = "/open", "/api/"
TAB_HEADER = "x-tab"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_OTHER_PAGE = "Another page asked for this."
_STEP = "Open the page with the command again: openphone-import ui"


class Access:
    """The secrets of one server. `opened` is called when the token has been used."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.cookie_name = f"openphone-import-{port}"
        self.cookie, self.tab = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._token: str | None = secrets.token_urlsafe(32)

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://{self.host}"

    @property
    def opening_address(self) -> str:
        """The address that opens the page once."""
        return f"{self.address}{OPENING}?token={self._token}"

    def exchange(self, token: str) -> bool:
        """Use the token up; True if it was the right one."""
        expected, is_right = self._token, False
        if expected is not None and secrets.compare_digest(token.encode(), expected.encode()):
            self._token, is_right = None, True
        return is_right

    def refusal(self, request: Request) -> str:
        """Why a request is not answered, "" if it is."""
        headers, path = request.headers, request.url.path
        if headers.get("host") != self.host:
            return "This is not the address of the page."
        if headers.get("origin", self.address) != self.address:
            return _OTHER_PAGE
        if path == OPENING:
            return ""
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _OTHER_PAGE
        if request.method not in ("GET", "HEAD") and "origin" not in headers:
            return "It is not known which page asked for this."
        if not _same(request.cookies.get(self.cookie_name, ""), self.cookie):
            return "This browser has not opened the page with its one-time address."
        if path.startswith(API) and not _same(headers.get(TAB_HEADER, ""), self.tab):
            return "This tab has not opened the page with its one-time address."
        return ""


def _same(text: str, expected: str) -> bool:
    return secrets.compare_digest(text.encode("utf-8", "surrogateescape"), expected.encode())


class PageGate:
    """Answers 403 to whatever `Access` refuses, and gives every answer the headers of a careful page."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Called by the server for every request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        refusal = self._access.refusal(Request(scope))
        if refusal:
            await PlainTextResponse(f"{refusal} {_STEP}", 403)(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

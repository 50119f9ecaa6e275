"""The addresses of the server: the page, its files, and one small function for each question that the page asks."""

from __future__ import annotations

from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from importer.errors import ImporterError, SettingsError
from importer.regex import regex
from importer.text import read_json
from importer.web.access import OPENING
from importer.web.answers.events import events
from importer.web.answers.table import ANSWERS, function_of
from importer.web.answers.uploads import upload
from importer.web.call import Call
from importer.web.failure import failure_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from importer.web.access import Access
    from importer.web.session import Session

# Parts of the page that ask by themselves say so: they are not a person who uses it.
QUIET_HEADER, TAB_ID_HEADER = "x-quiet", "x-tab-id"
_MOST_BODY_BYTES = 8 * 1024**2
_STATIC = resources.files("importer.web").joinpath("static")
_FILE_NAME = regex(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
}


def build(session: Session, access: Access) -> Starlette:
    """The application; `PageGate` must be around it."""
    routes = [
        Route(OPENING, partial(_open, session, access)),
        Route("/static/{path:path}", _static),
        Route("/api/upload", partial(_guarded, session, upload), methods=["POST"]),
        Route("/api/{mode:str}/{name:str}/events", partial(_guarded, session, events)),
        *(Route(path, partial(_answer, session, name), methods=[method]) for method, path, name in ANSWERS),
        Route("/{path:path}", _shell),
    ]
    return Starlette(routes=routes)


async def _open(session: Session, access: Access, request: Request) -> Response:
    """Exchange the one-time token for the cookie and the secret of the tab."""
    if not access.exchange(request.query_params.get("token", "")):
        text = "This address has been used already. Open the page with the command again: openphone-import ui"
        return PlainTextResponse(text, 403)
    session.on_opened()
    page = _STATIC.joinpath("index.html").read_text("utf-8")
    page = page.replace('<meta name="tab-secret" content="">', f'<meta name="tab-secret" content="{access.tab}">')
    response = HTMLResponse(page)
    response.set_cookie(access.cookie_name, access.cookie, httponly=True, samesite="strict", path="/")
    return response


async def _shell(_: Request) -> Response:
    """The page; which step it shows is in its address, and its script reads that."""
    return HTMLResponse(_STATIC.joinpath("index.html").read_text("utf-8"))


async def _static(request: Request) -> Response:
    parts = request.path_params["path"].split("/")
    file = _STATIC.joinpath(*parts)
    # The parts are names alone, of a length that every system takes: no way leads out of the folder.
    if not all(map(_FILE_NAME.fullmatch, parts)) or not file.is_file():
        return PlainTextResponse("There is no such file.", 404)
    kind = _TYPES.get(parts[-1][parts[-1].rfind(".") :], "application/octet-stream")
    return Response(file.read_bytes(), media_type=kind)


async def _guarded(session: Session, function: Callable[..., Any], request: Request) -> Response:
    """Answer with the response of a function that reads the request itself."""
    try:
        response: Response = await function(session, request)
    except Exception as error:  # noqa: BLE001 (no traceback ever reaches a person)
        return _failed(error)
    return response


async def _answer(session: Session, name: str, request: Request) -> Response:
    """Answer with what a function says, in a thread: some read sheets, or wait for the service."""
    if QUIET_HEADER not in request.headers:
        session.use()
    try:
        call = Call(
            session,
            dict(request.path_params),
            dict(request.query_params),
            await _body(request),
            request.headers.get(TAB_ID_HEADER, ""),
        )
        answer = await run_in_threadpool(lambda: function_of(name)(call))
    except Exception as error:  # noqa: BLE001 (no traceback ever reaches a person)
        return _failed(error)
    return answer if isinstance(answer, Response) else JSONResponse(answer)


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object that a question came with. Raises SettingsError."""
    if request.method == "GET":
        return {}
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > _MOST_BODY_BYTES:
            raise SettingsError("That is too much at once.", "Send it in smaller parts.")
    try:
        body = read_json(bytes(raw) or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise SettingsError("The page sent something that this program does not understand.", "Load the page again.")
    return body


def _failed(error: Exception) -> Response:
    return JSONResponse(failure_facts(error), 409 if isinstance(error, ImporterError) else 500)

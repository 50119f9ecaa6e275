"""The starlette application: paths and methods to the operations of a Workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from importer.sandbox.body import NotJson, parse_body
from importer.sandbox.query import read_query
from importer.sandbox.reply import Reply, error_reply

if TYPE_CHECKING:
    from typing import Any

    from starlette.requests import Request

    from importer.sandbox.workspace import Workspace


def build_app(workspace: Workspace) -> Starlette:
    """Return the API as an ASGI application, without the gate in front of it (key, limit, faults)."""

    async def contacts(request: Request) -> Response:
        if request.method == "POST":
            return _response(workspace.create_contact(await _json(request)))
        return _response(workspace.list_contacts(read_query(request.query_params)))

    async def contact(request: Request) -> Response:
        contact_id = request.path_params["id"]
        match request.method:
            case "PATCH":
                return _response(workspace.patch_contact(contact_id, await _json(request)))
            case "DELETE":
                return _response(workspace.delete_contact(contact_id))
            case _:
                return _response(workspace.get_contact(contact_id))

    async def fields(_request: Request) -> Response:
        return _response(workspace.list_fields())

    async def conversations(request: Request) -> Response:
        return _response(workspace.list_conversations(read_query(request.query_params)))

    async def users(request: Request) -> Response:
        return _response(workspace.list_users(read_query(request.query_params)))

    async def user(request: Request) -> Response:
        return _response(workspace.get_user(request.path_params["id"]))

    app = Starlette(
        routes=[
            Route("/v1/contacts", contacts, methods=["GET", "POST"]),
            Route("/v1/contacts/{id}", contact, methods=["GET", "PATCH", "DELETE"]),
            Route("/v1/contact-custom-fields", fields, methods=["GET"]),
            Route("/v1/conversations", conversations, methods=["GET"]),
            Route("/v1/users", users, methods=["GET"]),
            Route("/v1/users/{id}", user, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _http_error, NotJson: _not_json},
    )
    # The service answers 404 to a slash at the end; starlette would redirect.
    app.router.redirect_slashes = False
    return app


async def _json(request: Request) -> Any:
    return parse_body(await request.body(), request.headers.get("content-type", ""))


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - starlette's signature is wider than its promise
    message = f"{request.method} {request.url.path}: {error.detail}"
    return _response(error_reply(request.url.path, error.status_code, message, headers=error.headers))


async def _not_json(request: Request, error: Exception) -> Response:
    return _response(error_reply(request.url.path, 400, str(error)))

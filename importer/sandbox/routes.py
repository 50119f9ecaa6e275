"""The starlette application: paths and methods to the operations of a Workspace."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from importer.sandbox.body import NotJson, parse_body
from importer.sandbox.query import read_query
from importer.sandbox.reply import Reply, error_reply

if TYPE_CHECKING:
    from starlette.requests import Request

    from importer.sandbox.workspace import Workspace

# A request and its body (None for a method without one) to an answer.
Operation = Callable[["Request", Any], Reply]


def build_app(workspace: Workspace) -> Starlette:
    """Return the API as an ASGI application, without the gate in front of it (key, limit, faults)."""
    operations: dict[str, dict[str, Operation]] = {
        "/v1/contacts": {
            "GET": lambda request, _: workspace.list_contacts(read_query(request.query_params)),
            "POST": lambda _, body: workspace.create_contact(body),
        },
        "/v1/contacts/{id}": {
            "GET": lambda request, _: workspace.get_contact(request.path_params["id"]),
            "PATCH": lambda request, body: workspace.patch_contact(request.path_params["id"], body),
            "DELETE": lambda request, _: workspace.delete_contact(request.path_params["id"]),
        },
        "/v1/contact-custom-fields": {"GET": lambda *_: workspace.list_fields()},
        "/v1/conversations": {"GET": lambda request, _: workspace.list_conversations(read_query(request.query_params))},
        "/v1/phone-numbers": {"GET": lambda *_: workspace.list_numbers()},
        "/organization": {"GET": lambda *_: workspace.get_organization()},
        "/v1/users": {"GET": lambda request, _: workspace.list_users(read_query(request.query_params))},
        "/v1/users/{id}": {"GET": lambda request, _: workspace.get_user(request.path_params["id"])},
    }

    async def answer(methods: dict[str, Operation], request: Request) -> Response:
        body = None
        try:
            if request.method in ("POST", "PATCH"):
                body = parse_body(await request.body(), request.headers.get("content-type", ""))
        except NotJson as error:
            reply = error_reply(request.url.path, 400, str(error))
        else:
            # starlette lets HEAD through wherever there is a GET.
            reply = methods.get(request.method, methods["GET"])(request, body)
        return Response(reply.body, reply.status, dict(reply.headers))

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - starlette's signature is wider than its promise
        message = f"{request.method} {request.url.path}: {error.detail}"
        reply = error_reply(request.url.path, error.status_code, message, headers=error.headers)
        return Response(reply.body, reply.status, dict(reply.headers))

    app = Starlette(
        routes=[Route(path, partial(answer, methods), methods=list(methods)) for path, methods in operations.items()],
        exception_handlers={HTTPException: refuse},
    )
    # The service answers 404 to a slash at the end; starlette would redirect.
    app.router.redirect_slashes = False
    return app

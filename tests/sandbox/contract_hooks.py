"""What schemathesis cannot know of a workspace: its custom fields, E.164, and the sources that are reserved.

Loaded by the run in test_sandbox_contract.py. Only cases that are meant to be accepted are changed, and to values that
the contract allows as well; without this, nearly every POST would be refused before it comes to anything.
"""

from __future__ import annotations

from typing import Any

import schemathesis

_KEYS = {bool: "vip", int: "balance", float: "balance", list: "interests", str: "lead-source"}


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    if case.meta is not None and case.meta.generation.mode.is_positive and isinstance(case.body, dict):
        case.body = _acceptable(case.body)


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """The contract calls the size of a page required; the service itself takes 10 where it is left out."""
    for operations in raw_schema["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []) if isinstance(operation, dict) else []:
                if parameter.get("name") == "maxResults":
                    parameter["required"] = False


def _acceptable(body: dict[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in body.items() if name not in ("source", "sourceUrl")}
    fields = body.get("defaultFields")
    if isinstance(fields, dict) and "phoneNumbers" in fields:
        phones = [
            item if item["value"] is None else item | {"value": "+12345678901"} for item in fields["phoneNumbers"]
        ]
        body["defaultFields"] = fields | {"phoneNumbers": phones}
    if "customFields" in body:
        body["customFields"] = [
            item | {"key": _KEYS.get(type(item["value"]), "lead-source")} for item in body["customFields"]
        ]
    return body

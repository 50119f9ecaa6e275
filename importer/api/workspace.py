"""What a run must know of the workspace before the first row: its custom fields and its users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.api.words import shorten
from importer.errors import AddressWrong
from importer.model import Accepted, CustomField, FieldType, Organization, Refused

if TYPE_CHECKING:
    from importer.api.client import Api
    from importer.retry import Retry

_FIELD_TYPES = frozenset(FieldType) - {FieldType.UNKNOWN}


async def custom_fields(api: Api, retry: Retry) -> tuple[CustomField, ...] | None:
    """Return the workspace's custom fields (GET /v1/contact-custom-fields); None if the service does not list them.

    Raises Interrupted, AccessRefused, AddressWrong, ServiceUnreachable.
    """
    document = accepted(await retry.ask(lambda again: api.custom_fields(again=again)))
    return None if document["data"] is None else read_custom_fields(document)


def read_custom_fields(document: dict[str, Any]) -> tuple[CustomField, ...]:
    """Return the custom fields in `{"data": [{"key", "name", "type"}]}`: an answer of the API or a `--fields` file.

    One of a type that is not known here is among them, as one that cannot be filled. What is no field is left out.
    """
    data = document.get("data")
    fields: dict[str, CustomField] = {}
    for item in data if isinstance(data, list) else ():
        if isinstance(item, dict) and all(isinstance(item.get(key), str) and item[key] for key in ("key", "type")):
            key, kind, name = item["key"], item["type"], item.get("name")
            is_known = kind in _FIELD_TYPES
            name = name if isinstance(name, str) and name.strip() else key
            field = CustomField(
                key, name, FieldType(kind if is_known else "unknown"), "" if is_known else shorten(kind)
            )
            fields.setdefault(key, field)
    return tuple(fields.values())


async def users(api: Api, retry: Retry) -> dict[str, str]:
    """Return the ids of the workspace's users by their email address in lower case (GET /v1/users).

    Raises Interrupted, AccessRefused, AddressWrong, ServiceUnreachable.
    """
    document = accepted(await retry.ask(lambda again: api.users(again=again)))
    people = [item for item in document["data"] if item.get("email") and item.get("id")]
    return {str(person["email"]).lower(): str(person["id"]) for person in people}


async def organization(api: Api) -> Organization | None:
    """Return the workspace by the service's own word (GET /organization); None if it does not say it, for any reason.

    It is asked once: a run must not wait for a name.
    """
    answer = await api.organization()
    if not isinstance(answer, Accepted):
        return None
    id_, name, subscription = (
        shorten(value) if isinstance(value := answer.contact.get(key), str) else ""
        for key in ("id", "name", "subscriptionStatus")
    )
    return Organization(id_, name, subscription) if id_ or name else None


async def own_numbers(api: Api) -> tuple[str, ...]:
    """Return the workspace's own phone numbers in E.164 (GET /v1/phone-numbers); none if it does not say them.

    It is asked once, as for the name: they only make a proposal better.
    """
    answer = await api.phone_numbers()
    items = answer.contact.get("data") if isinstance(answer, Accepted) else None
    numbers = (item.get("number") for item in items if isinstance(item, dict)) if isinstance(items, list) else ()
    return tuple(number for number in numbers if isinstance(number, str))


def accepted(answer: Accepted | Refused) -> dict[str, Any]:
    """Return the document of an answer. Raises AddressWrong for a refused read: no repetition would change it.

    Its exit code is 2: nothing has been written yet when the workspace is read.
    """
    if isinstance(answer, Accepted):
        return answer.contact
    message = f"The service refused the request ({answer.code}): {'; '.join(answer.reasons)}."
    error = AddressWrong(message, "Check --base-url and the key's workspace, then run again.")
    error.exit_code = 2
    raise error

"""What the body of a POST or PATCH may be, custom fields apart.

Each check adds its Troubles to a list, so that all are reported at once. The rules are those of the published contract
and of the vendor's guide: phones in E.164, sources that are reserved.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from importer.sandbox.reply import Trouble

Check = Callable[[str, Any], list[Trouble]]

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_RESERVED: Final = frozenset({"openphone", "device", "csv", "zapier", "google-people", "other"})
_RESERVED_PREFIXES: Final = ("openphone", "csv")
_CHAR: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_URI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    rf"(?://(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{{2}})*@)?"
    rf"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{{2}})+(?::[0-9]{{0,5}})?(?:/{_CHAR}*)*|(?!//){_CHAR}(?:{_CHAR}|/)*)"
    rf"(?:\?(?:{_CHAR}|[/?])*)?(?:#(?:{_CHAR}|[/?])*)?"
)
_USER_ID: Final = re.compile(r"US[^\r\n\u2028\u2029]*")


def check_create(body: Any) -> list[Trouble]:
    """Everything wrong with the body of a POST."""
    if not isinstance(body, dict):
        return [Trouble("", "Expected object", body, "object")]
    found = _check_properties("", body, _CREATE)
    if "defaultFields" not in body:
        found.append(Trouble("/defaultFields", "Required property", None, "object"))
    elif isinstance(body["defaultFields"], dict) and "firstName" not in body["defaultFields"]:
        found.append(Trouble("/defaultFields/firstName", "Required property", None, "string"))
    return found


def check_patch(body: Any) -> list[Trouble]:
    """Everything wrong with the body of a PATCH."""
    if not isinstance(body, dict):
        return [Trouble("", "Expected object", body, "object")]
    return _check_properties("", body, _PATCH)


def _check_properties(path: str, value: dict[str, Any], checks: dict[str, Check]) -> list[Trouble]:
    found: list[Trouble] = []
    for name, check in checks.items():
        if name in value:
            found += check(f"{path}/{name}", value[name])
    return found


def _text(path: str, value: Any, *, shortest: int = 0, longest: int | None = None) -> list[Trouble]:
    if not isinstance(value, str):
        return [Trouble(path, "Expected string", value, "string")]
    if len(value) < shortest:
        return [Trouble(path, f"Expected string length greater or equal to {shortest}", value, "string")]
    if longest is not None and len(value) > longest:
        return [Trouble(path, f"Expected string length less or equal to {longest}", value, "string")]
    return []


def _nullable(check: Check) -> Check:
    return lambda path, value: [] if value is None else check(path, value)


def _external_id(path: str, value: Any) -> list[Trouble]:
    return _text(path, value, shortest=1, longest=75)


def _source(path: str, value: Any) -> list[Trouble]:
    found = _text(path, value, shortest=1, longest=72)
    if not found and (value in _RESERVED or value.startswith(_RESERVED_PREFIXES)):
        found.append(Trouble(path, "Expected a source that is not reserved", value, "string"))
    return found


def _changed_source(path: str, value: Any) -> list[Trouble]:
    return _text(path, value, shortest=1, longest=75)


def _source_url(path: str, value: Any) -> list[Trouble]:
    found = _text(path, value, shortest=1, longest=200)
    if not found and not _URI.fullmatch(value):
        found.append(Trouble(path, "Expected string to match 'uri' format", value, "string"))
    return found


def _user_id(path: str, value: Any) -> list[Trouble]:
    found = _text(path, value)
    if not found and not _USER_ID.fullmatch(value):
        found.append(Trouble(path, "Expected string to match '^US(.*)$'", value, "string"))
    return found


def _phone(path: str, value: Any) -> list[Trouble]:
    found = _text(path, value)
    if not found and not _E164.fullmatch(value):
        found.append(Trouble(path, "Expected a phone number in E.164 format", value, "string"))
    return found


def _items(value_check: Check) -> Check:
    checks: dict[str, Check] = {"name": _text, "value": _nullable(value_check), "id": _text}

    def check(path: str, value: Any) -> list[Trouble]:
        if not isinstance(value, list):
            return [Trouble(path, "Expected array", value, "array")]
        return [trouble for at, item in enumerate(value) for trouble in _item(f"{path}/{at}", item, checks)]

    return check


def _item(path: str, item: Any, checks: dict[str, Check]) -> list[Trouble]:
    if not isinstance(item, dict):
        return [Trouble(path, "Expected object", item, "object")]
    required = (name for name in ("name", "value") if name not in item)
    missing = [Trouble(f"{path}/{name}", "Required property", None, "string") for name in required]
    return missing + _check_properties(path, item, checks)


def _default_fields(path: str, value: Any) -> list[Trouble]:
    if not isinstance(value, dict):
        return [Trouble(path, "Expected object", value, "object")]
    return _check_properties(path, value, _DEFAULT_FIELDS)


_DEFAULT_FIELDS: Final[dict[str, Check]] = {
    **dict.fromkeys(("firstName", "lastName", "company", "role"), _nullable(_text)),
    "emails": _items(_text),
    "phoneNumbers": _items(_phone),
}
_PATCH: Final[dict[str, Check]] = {
    "defaultFields": _default_fields,
    "externalId": _nullable(_external_id),
    "source": _nullable(_changed_source),
    "sourceUrl": _nullable(_source_url),
}
_CREATE: Final[dict[str, Check]] = {
    "defaultFields": _default_fields,
    "externalId": _nullable(_external_id),
    "source": _source,
    "sourceUrl": _source_url,
    "createdByUserId": _user_id,
}

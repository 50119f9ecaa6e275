"""What the body of a POST or PATCH may be, except for custom fields.

Each check returns all its Troubles, so that all are reported at once. The rules are those of the published contract and
of the vendor's guide: phones in E.164, sources that are reserved.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from importer.sandbox.contact import SCALARS
from importer.sandbox.reply import Trouble

Check = Callable[[str, Any], list[Trouble]]

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
# The vendor's guide reserves these sources, and all that begin with the first two.
_FREE_SOURCE: Final = re.compile(r"(?!openphone|csv|(?:device|zapier|google-people|other)\Z).*", re.DOTALL)
# RFC 3986; the contract says `uri` where it means this.
_CHAR: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_URI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    rf"(?://(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{{2}})*@)?"
    rf"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{{2}})+(?::[0-9]{{0,5}})?(?:/{_CHAR}*)*|(?!//){_CHAR}(?:{_CHAR}|/)*)"
    rf"(?:\?(?:{_CHAR}|[/?])*)?(?:#(?:{_CHAR}|[/?])*)?"
)
_USER_ID: Final = re.compile(r"US[^\r\n\u2028\u2029]*")


def check_create(body: Any) -> list[Trouble]:
    """Return everything wrong with the body of a POST."""
    troubles = _object(_CREATE)("", body)
    # Only a POST must have these; the same fields are checked in a PATCH, which may leave them out.
    if isinstance(body, dict) and "defaultFields" not in body:
        troubles.append(Trouble("/defaultFields", "Required property", None, "object"))
    elif isinstance(body, dict) and isinstance(fields := body["defaultFields"], dict) and "firstName" not in fields:
        troubles.append(Trouble("/defaultFields/firstName", "Required property", None, "string"))
    return troubles


def check_patch(body: Any) -> list[Trouble]:
    """Return everything wrong with the body of a PATCH."""
    return _object(_PATCH)("", body)


def _text(path: str, value: Any, *, shortest: int = 0, longest: int | None = None) -> list[Trouble]:
    if not isinstance(value, str):
        return [Trouble(path, "Expected string", value, "string")]
    if len(value) < shortest:
        return [Trouble(path, f"Expected string length greater or equal to {shortest}", value, "string")]
    if longest is not None and len(value) > longest:
        return [Trouble(path, f"Expected string length less or equal to {longest}", value, "string")]
    return []


# Checks made of other checks, as the types of the contract are.


def _nullable(check: Check) -> Check:
    return lambda path, value: [] if value is None else check(path, value)


def _matching(pattern: re.Pattern[str], message: str, text: Check = _text) -> Check:
    def check(path: str, value: Any) -> list[Trouble]:
        troubles = text(path, value)
        if not troubles and not pattern.fullmatch(value):
            troubles.append(Trouble(path, message, value, "string"))
        return troubles

    return check


def _object(checks: dict[str, Check], required: tuple[str, ...] = ()) -> Check:
    def check(path: str, value: Any) -> list[Trouble]:
        if not isinstance(value, dict):
            return [Trouble(path, "Expected object", value, "object")]
        missing = [name for name in required if name not in value]
        troubles = [Trouble(f"{path}/{name}", "Required property", None, "string") for name in missing]
        # A property that the contract does not name has no check, and passes.
        for name, check_property in checks.items():
            if name in value:
                troubles += check_property(f"{path}/{name}", value[name])
        return troubles

    return check


def _items(value_check: Check) -> Check:
    check_item = _object({"name": _text, "value": _nullable(value_check), "id": _text}, ("name", "value"))

    def check(path: str, value: Any) -> list[Trouble]:
        if not isinstance(value, list):
            return [Trouble(path, "Expected array", value, "array")]
        return [trouble for index, item in enumerate(value) for trouble in check_item(f"{path}/{index}", item)]

    return check


_EXTERNAL_ID: Final = _nullable(partial(_text, shortest=1, longest=75))
_SOURCE_URL: Final = _matching(_URI, "Expected string to match 'uri' format", partial(_text, shortest=1, longest=200))
_DEFAULT_FIELDS: Final = _object(
    {
        **dict.fromkeys(SCALARS, _nullable(_text)),
        "emails": _items(_text),
        "phoneNumbers": _items(_matching(_E164, "Expected a phone number in E.164 format")),
    }
)
_PATCH: Final[dict[str, Check]] = {
    "defaultFields": _DEFAULT_FIELDS,
    "externalId": _EXTERNAL_ID,
    # The contract lets a PATCH set what a POST may not: null, a reserved source, three more characters.
    "source": _nullable(partial(_text, shortest=1, longest=75)),
    "sourceUrl": _nullable(_SOURCE_URL),
}
_CREATE: Final[dict[str, Check]] = {
    "defaultFields": _DEFAULT_FIELDS,
    "externalId": _EXTERNAL_ID,
    "source": _matching(_FREE_SOURCE, "Expected a source that is not reserved", partial(_text, shortest=1, longest=72)),
    "sourceUrl": _SOURCE_URL,
    "createdByUserId": _matching(_USER_ID, "Expected string to match '^US(.*)$'"),
}

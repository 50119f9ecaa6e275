"""One contact out of several that are one person: which is kept, what the others add to it, and what contradicts.

Nothing that a contact says may be lost without a word: where two of them say different things that one contact cannot
hold both of, they are not joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from importer.model.contact_parts import Contact, customs, fields, is_blank, items, match_key, plain
from importer.model.fields import ARRAYS, NAME_HALVES, SCALARS
from importer.plan.change import changes
from importer.plan.compare import same, shown
from importer.plan.marks_of_letters import are_alike, other_letters
from importer.plan.merge import merge
from importer.plan.policy import OnMatch
from importer.text import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_LISTED = 3


@dataclass(frozen=True, slots=True)
class Join:
    """Contacts that become one: `patch` (empty for no change) brings `kept` to what all of them say.

    `adds` and `notes` say in words what `kept` gets, and what of the others is written otherwise in it;
    `contradictions` is why they cannot become one. `left` is why they stay as they are, "" if they are joined.
    """

    kept: Contact
    others: tuple[Contact, ...]
    patch: Mapping[str, Any]
    adds: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left: str = ""

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """All contacts of the group, the kept one first."""
        return (self.kept, *self.others)


def choose_kept(
    contacts: Sequence[Contact], undeletable: Collection[str], has_row: Mapping[str, bool]
) -> tuple[Contact, tuple[Contact, ...]]:
    """Return the contact to keep, and the others.

    Kept is one that may not be deleted; of the others one of a row here (`has_row` by id), then the one that says most,
    then the oldest: all but the row is the same on every computer. One whose row is gone comes last, since the next run
    of its sheet may delete it.
    """

    def rank(contact: Contact) -> tuple[bool, int, int, str, str]:
        contact_id = str(contact["id"])
        facts = [value for value in fields(contact).values() if not is_blank(value)]
        size = len(facts) + sum(len(items(contact, key)) for key in ARRAYS.values()) + len(customs(contact))
        created = str(contact.get("createdAt") or "~")
        row = {True: 0, None: 1, False: 2}[has_row.get(contact_id)]
        return contact_id not in undeletable, row, -size, created, contact_id

    kept_contact, *duplicates = sorted(contacts, key=rank)
    return kept_contact, tuple(duplicates)


class _Differences:
    """What contacts contradict each other in, and what of them is written in another way in the one that is kept."""

    def __init__(self) -> None:
        self.contradictions: list[str] = []
        self.notes: list[str] = []

    def agreed(self, field: str, values: Sequence[Any]) -> Any:
        """Return the value of all contacts as the first one spells it; if they contradict, the first, and note that."""
        distinct: list[Any] = []
        for value in values:
            if is_blank(value):
                continue
            alike = next((place for place, held in enumerate(distinct) if _says_same(field, held, value)), None)
            if alike is None:
                distinct.append(value)
            elif field == NAME_HALVES[0] and len(folded(str(value))) > len(folded(str(distinct[alike]))):
                distinct[alike] = value  # the name of which the other is the initial
            elif not same(distinct[alike], value):
                self.notes.append(f"{field} stays {shown(distinct[alike])} (was {shown(value)} too)")
        if len(distinct) > 1:
            self.contradictions.append(f"{field}: {' and '.join(map(shown, distinct[:_LISTED]))}")
        return distinct[0] if distinct else None


def join(kept: Contact, duplicates: Sequence[Contact]) -> Join:
    """Return what makes `kept` say what all of them say; `left` names what contradicts."""
    contacts = (kept, *duplicates)
    differences = _Differences()
    agreed = differences.agreed
    default_fields = {
        name: agreed(name, [fields(contact).get(key) for contact in contacts]) for name, key in SCALARS.items()
    }
    if len({folded(" ".join(_full_name(fields(contact)))) for contact in contacts}) == 1:
        # Ann in the field of the first name and Ann in that of the last name are not Ann Ann.
        default_fields |= {half: fields(kept).get(SCALARS[half]) for half in NAME_HALVES}
    joined = {SCALARS[name]: value for name, value in default_fields.items()}
    # The joined name, too, must not differ in its letters from the name of any contact.
    if unlike := other_letters([*(_full_name(fields(contact)) for contact in contacts), _full_name(joined)]):
        named = " and ".join(map(shown, unlike))
        differences.contradictions.insert(0, f"name: {named}, which may be different names because of their accents")
    body: dict[str, Any] = {
        "defaultFields": joined,
        "sourceUrl": agreed("source_url", [contact.get("sourceUrl") for contact in contacts]),
    }
    for key in ARRAYS.values():
        body["defaultFields"][key] = _all_items(contacts, key, differences.notes)

    differences.contradictions += _unknown_values(kept, duplicates)
    body["customFields"] = []
    for key in dict.fromkeys(key for contact in contacts for key in customs(contact)):
        held = [customs(contact)[key] for contact in contacts if key in customs(contact)]
        name, values = held[0].get("name") or key, [item["value"] for item in held]
        if all(isinstance(value, list) for value in values):
            value: Any = list({plain(part): part for value in values for part in value}.values())
        else:
            value = agreed(f"custom:{name}", values)
        body["customFields"].append({"key": key, "value": value})

    patch = merge(body, kept, OnMatch.UPDATE)
    contradiction = (
        f"they contradict each other ({'; '.join(differences.contradictions)})" if differences.contradictions else ""
    )
    return Join(kept, tuple(duplicates), patch, _added(kept, patch), tuple(differences.notes), contradiction)


def says_all(contact: Contact, duplicates: Sequence[Contact]) -> bool:
    """Whether a contact says everything that the others say."""
    result = join(contact, duplicates)
    return not (result.patch or result.left)


def _says_same(field: str, first: object, second: object) -> bool:
    if same(first, second):
        return True
    if not (isinstance(first, str) and isinstance(second, str)) or field == "source_url":
        return False
    if are_alike(first, second):
        return True
    names = folded(first), folded(second)
    # The names agree, or these were no group: an initial belongs to the name that it begins.
    return field == NAME_HALVES[0] and names[0] != names[1] and names[0][:1] == names[1][:1] and 1 in map(len, names)


def _unknown_values(kept: Contact, duplicates: Sequence[Contact]) -> list[str]:
    """What the others say in fields that the API gets one day: they are not ours to fill."""
    unknown = {key for duplicate in duplicates for key in fields(duplicate)} - {*SCALARS.values(), *ARRAYS.values()}
    return [
        f"{key}, which this program does not know"
        for key in sorted(unknown)
        if any(fields(duplicate).get(key) not in (None, "", [], fields(kept).get(key)) for duplicate in duplicates)
    ]


def _full_name(contact_fields: Mapping[str, Any]) -> tuple[str, str]:
    first, last = (str(contact_fields.get(SCALARS[half]) or "") for half in NAME_HALVES)
    return first, last


def _all_items(contacts: Sequence[Contact], key: str, notes: list[str]) -> list[dict[str, Any]]:
    """The items of all contacts, each value once; a label that gives way to that of an earlier contact is noted."""
    items_by_key: dict[str, dict[str, Any]] = {}
    for contact in contacts:
        for item in items(contact, key):
            label = str(item.get("name") or "")
            item_of_key = items_by_key.setdefault(
                match_key(key, item["value"]), {"name": label, "value": item["value"]}
            )
            if label and folded(label) != folded(item_of_key["name"]):
                notes.append(f"{item['value']} keeps the label {item_of_key['name']!r} (was {label!r} too)")
    return list(items_by_key.values())


def _added(kept: Contact, patch: Mapping[str, Any]) -> tuple[str, ...]:
    words = []
    for change in changes(kept, patch, {}) if patch else ():
        old, new = change.old, change.new
        if isinstance(new, list):
            new = [value for value in new if value not in (old or ())]
        was = f" (was {shown(old)})" if not is_blank(old) and not isinstance(old, list) else ""
        words.append(f"{change.field} {', '.join(map(str, new)) if isinstance(new, list) else new}{was}")
    return tuple(words)

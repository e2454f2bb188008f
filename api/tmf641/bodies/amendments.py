"""A merge patch (RFC 7396) of an order, as the changes that it makes.

Clients send what they read, changed: a field with its present value is no change. What cannot be
changed and differs is refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from api.tmf641.bodies.parties import new_note
from api.tmf641.bodies.reading import validated
from api.tmf641.bodies.requested_orders import references, related_parties
from api.tmf641.bodies.service_orders import ServiceOrderUpdate
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.moments import floor, read_moment
from api.tmf641.queries.selection import Tree
from domain.orders.amendments import Amendable, Amendment

_VALUES = {
    "description": Amendable.DESCRIPTION,
    "priority": Amendable.PRIORITY,
    "requestedStartDate": Amendable.REQUESTED_START,
    "requestedCompletionDate": Amendable.REQUESTED_COMPLETION,
}
_NAMES = {part: name for name, part in _VALUES.items()}
_ITEMS = "serviceOrderItem"


def name_of(part: Amendable) -> str:
    """Return TMF641's name of a part of an order."""
    return _NAMES[part]


def amendment_of(body: Mapping[str, Any], present: Mapping[str, Any], known: Tree) -> Amendment:
    """Return the changes. ``present``: the order as it is shown; ``known``: its attributes.

    Raises TmfError for a change of what cannot be changed; attributes that no order has are
    ignored.
    """
    changed = {
        name: value
        for name, value in body.items()
        if name in known and not _is_same(name, value, present.get(name))
    }
    fixed = changed.keys() - ServiceOrderUpdate.model_fields.keys()
    if fixed:
        fault = Fault.NOT_AMENDABLE if _ITEMS in fixed else Fault.NOT_PATCHABLE
        raise TmfError(fault, *(f"/{name}" for name in sorted(fixed)))
    update = validated(ServiceOrderUpdate, changed)
    return Amendment(
        {_VALUES[name]: _value(update, name) for name in changed if name in _VALUES},
        dict(_document(update, changed)),
        [new_note(each) for each in update.note or ()],
    )


def _is_same(name: str, value: Any, present: Any) -> bool:
    if value == present or (value in (None, "", []) and present is None):
        return True
    if not name.endswith("Date") or not isinstance(value, str) or present is None:
        return False
    try:
        return floor(read_moment(value)) == read_moment(present)
    except ValueError:
        return False


def _value(update: ServiceOrderUpdate, name: str) -> Any:
    value = getattr(update, name) or None
    return value or "" if name == "description" else value


def _document(update: ServiceOrderUpdate, changed: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "notificationContact" in changed:
        yield "notificationContact", update.notificationContact or None
    if "externalReference" in changed:
        yield "externalReference", references(update.externalReference) or None
    if "relatedParty" in changed:
        yield "relatedParty", related_parties(update.relatedParty) or None

"""Requests for orders, parsed: the same for TMF641 and for our own API."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import rfc8785

from domain.catalogue.actions import ItemAction
from domain.orders.limits import MOST_ITEMS
from domain.orders.notes import NewNote

ENGINE_CLIENT = "volitus"
"""The client of the engine's own orders, which carry contracts."""


class InvalidRequest(ValueError):
    """The request is malformed. ``pointer`` is a JSON pointer into it; ``str()`` says what."""

    def __init__(self, pointer: str, what: str) -> None:
        super().__init__(what)
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class RequestedItem:
    """One item of a request."""

    id: str
    """The client's, unique in the order."""
    action: ItemAction
    product: str | None = None
    product_version: str | None = None
    """None: the current one."""
    service_id: UUID | None = None
    """The service that the product is for."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Values of characteristics by name."""
    after: tuple[str, ...] = ()
    """Ids of the items that must be completed first."""
    document: Mapping[str, Any] = field(default_factory=dict)
    """What else is kept and shown as it was given."""


@dataclass(frozen=True, slots=True)
class RequestedOrder:
    """A request for an order. Raises InvalidRequest for items that no order has."""

    items: tuple[RequestedItem, ...]
    account_id: UUID | None = None
    """None: the account of its services."""
    external_id: str | None = None
    """The client's id of the order."""
    category: str | None = None
    description: str = ""
    priority: str | None = None
    requested_start_at: datetime | None = None
    requested_completion_at: datetime | None = None
    depends_on: tuple[UUID, ...] = ()
    """Orders that must be completed first."""
    document: Mapping[str, Any] = field(default_factory=dict)
    """What else is kept and shown as it was given."""
    notes: tuple[NewNote, ...] = ()
    digest: str = ""
    """``digest_of`` the request's body: tells a repetition from another order."""

    def __post_init__(self) -> None:
        if not self.items:
            raise InvalidRequest("/serviceOrderItem", "An order has at least one item.")
        if len(self.items) > MOST_ITEMS:
            raise InvalidRequest("/serviceOrderItem", f"An order has at most {MOST_ITEMS} items.")
        _check_order({item.id: item.after for item in self.items}, [each.id for each in self.items])


def digest_of(body: Any) -> str:
    """Return the SHA-256 of a parsed JSON body in canonical form (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def _check_order(after: Mapping[str, tuple[str, ...]], ids: list[str]) -> None:
    for number, id_ in enumerate(ids):
        where = f"/serviceOrderItem/{number}"
        if ids.index(id_) < number:
            raise InvalidRequest(f"{where}/id", "Another item has the same id.")
        if not set(after[id_]) <= after.keys():
            raise InvalidRequest(
                f"{where}/serviceOrderItemRelationship", "It names an item that is not there."
            )
    done: set[str] = set()
    left = list(ids)
    while left:
        ready = [id_ for id_ in left if done.issuperset(after[id_])]
        if not ready:
            number = ids.index(left[0])
            raise InvalidRequest(
                f"/serviceOrderItem/{number}/serviceOrderItemRelationship",
                "The items wait for each other in a circle.",
            )
        done.update(ready)
        left = [id_ for id_ in left if id_ not in done]

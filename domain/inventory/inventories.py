"""What a service should be, what was told of it and what its network has, side by side. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.accounts import ServiceKind
from domain.inventory.characteristics import CHARACTERISTICS, Characteristic, should_be


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network had of a service when it was read, and what it has taken since."""

    has: Mapping[str, Any]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """One characteristic of a service. None: no value, or none is known."""

    characteristic: Characteristic
    should_be: Any
    """What an order set, else what the operator's systems told. None also where the network
    decides."""
    told: Any
    has: Any


@dataclass(frozen=True, slots=True)
class Inventory:
    """The characteristics of one service."""

    kind: ServiceKind
    wanted: Mapping[str, Any]
    """What orders set; None: it is to have none."""
    wanted_version: int
    told: Mapping[str, Any]
    told_at: datetime | None
    """Since when the operator's systems tell this; None: they have told none yet."""
    reading: Reading | None
    """None: the network has not been read."""

    @property
    def read_at(self) -> datetime | None:
        """When the network was read."""
        return None if self.reading is None else self.reading.read_at

    def lines(self) -> list[InventoryLine]:
        """Return a line for each characteristic of which something is known, without secrets."""
        should, has = should_be(self.wanted, self.told), self.reading.has if self.reading else {}
        return [
            InventoryLine(each, should.get(each.name), self.told.get(each.name), has.get(each.name))
            for each in CHARACTERISTICS
            if self.kind in each.kinds
            and not each.is_secret
            and any(each.name in known for known in (self.wanted, self.told, has))
        ]

"""Secrets of services: what an order sets or is given, and nobody else may read."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.access.permissions import Permission


class SecretName(StrEnum):
    """What a secret is. Those that are set are characteristics, by the same name."""

    WIFI_PASSWORD = "wifiPassword"  # noqa: S105 # its name
    """Set by an order, and forgotten once the order has ended."""
    ACTIVATION_CODE = "activationCode"
    """Of an eSIM (GSMA SGP.22, 4.1): whoever has it has the number. Given by the network."""


ACTIVATION_CODE_PERMISSION = Permission.SERVICE_ORDER
"""Needed on the service to read the activation code of its eSIM: that of who may order one."""


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a secret belongs: an item of an order, by its number, and what it is."""

    order_id: UUID
    item: int
    name: SecretName

    def __str__(self) -> str:
        return f"{self.order_id}/{self.item}/{self.name}"

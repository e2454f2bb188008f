"""Keep the sealed secrets of services, and delete them once nobody needs them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain import retention
from domain.inventory.secrets import SecretName, SecretPlace
from storage.database import Connection, Session

# A new activation code takes the place of those that the service had. What comes when the service
# has another owner, or has ended, is nobody's to read.
_KEEP = text("""
WITH replaced AS (
    DELETE FROM service_secret
    WHERE service_id = :service AND name = :name AND name = :replacing
      AND (order_id, item) <> (:order, :item)
)
INSERT INTO service_secret (order_id, item, name, service_id, sealed, kept_until)
SELECT :order, :item, :name, s.id, :sealed, statement_timestamp() + :kept_for
FROM service s WHERE s.id = :service AND s.status <> 'ended' AND NOT EXISTS (
    SELECT FROM service_order o WHERE o.id = :order AND o.account_id <> s.account_id)
FOR NO KEY UPDATE OF s
ON CONFLICT (order_id, item, name) DO UPDATE SET sealed = EXCLUDED.sealed
""")
_FIND = text("""
SELECT sealed FROM service_secret WHERE order_id = :order AND item = :item AND name = :name
""")
_OF_SERVICE = text("""
SELECT order_id, item, sealed FROM service_secret
WHERE service_id = :service AND name = :name AND kept_until > statement_timestamp()
ORDER BY kept_until DESC LIMIT 1
""")
_FORGET_SET = text("DELETE FROM service_secret WHERE order_id = :order AND name <> :given")
_FORGET_CODES = text(
    "DELETE FROM service_secret WHERE service_id = ANY(:services) AND name = :name"
)


class SealedSecret(NamedTuple):
    """A secret as it is kept, and where it belongs."""

    place: SecretPlace
    sealed: bytes


def keep(session: Session, place: SecretPlace, service_id: UUID, sealed: bytes) -> None:
    """Keep a sealed secret for ``retention.SERVICE_SECRET``. Idempotent; a later one replaces it.

    A service has one activation code: that of another order goes. Nothing is kept for a service
    that has ended, or moved to another account than the order's.
    """
    session.execute(
        _KEEP,
        _named(place)
        | {
            "service": service_id,
            "sealed": sealed,
            "replacing": SecretName.ACTIVATION_CODE,
            "kept_for": retention.SERVICE_SECRET,
        },
    )


def find(session: Session, place: SecretPlace) -> bytes | None:
    """Return the sealed secret at this place; None: there is none, or none any more."""
    found: bytes | None = session.execute(_FIND, _named(place)).scalar_one_or_none()
    return found


def activation_code(connection: Connection, service_id: UUID) -> SealedSecret | None:
    """Return the activation code of the service's eSIM, if one waits to be used."""
    name = SecretName.ACTIVATION_CODE
    row = connection.execute(_OF_SERVICE, {"service": service_id, "name": name}).one_or_none()
    if row is None:
        return None
    return SealedSecret(SecretPlace(row.order_id, row.item, name), row.sealed)


def forget_set(session: Session, order_id: UUID) -> None:
    """Delete what the order was to set: it has ended, or is deleted. Idempotent.

    What the network gave for its services stays.
    """
    session.execute(_FORGET_SET, {"order": order_id, "given": SecretName.ACTIVATION_CODE})


def forget_activation_code(session: Session, service_id: UUID) -> None:
    """Delete the service's activation code: it has another SIM."""
    forget_activation_codes(session, [service_id])


def forget_activation_codes(session: Session, service_ids: Sequence[UUID]) -> None:
    """Delete the activation codes of these services: they ended, or have another owner."""
    asked = {"services": list(service_ids), "name": SecretName.ACTIVATION_CODE}
    session.execute(_FORGET_CODES, asked)


def _named(place: SecretPlace) -> dict[str, object]:
    return {"order": place.order_id, "item": place.item, "name": place.name}

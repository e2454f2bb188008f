"""Keep what networks have of services, as it was read last."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.inventory.characteristics import BY_NAME, SECRETS
from domain.provisioning.network_services import NetworkService
from storage.database import Session

_STORE = text("""
INSERT INTO service_reading AS r (service_id, state, has, read_at)
SELECT id, :state, CAST(:has AS jsonb), statement_timestamp() FROM service WHERE id = :id
ON CONFLICT (service_id) DO UPDATE
SET state = EXCLUDED.state, has = EXCLUDED.has, read_at = EXCLUDED.read_at
""")
_SET_SINCE = text("""
UPDATE service_reading SET has = has || CAST(:has AS jsonb) WHERE service_id = :id
""")
_FORGET = text("DELETE FROM service_reading WHERE service_id = ANY(:ids)")


def store(session: Session, service_id: UUID, service: NetworkService) -> None:
    """Keep what the network has of a service now: of its characteristics those that we know."""
    values = {"id": service_id, "state": service.state, "has": _known(service.settings)}
    session.execute(_STORE, values)


def set_since(session: Session, service_id: UUID, settings: Mapping[str, Any]) -> None:
    """Note that the network has taken these settings since the reading, if there is one.

    The reading stays as old as it is.
    """
    session.execute(_SET_SINCE, {"id": service_id, "has": _known(settings)})


def forget(session: Session, service_ids: Sequence[UUID]) -> None:
    """Delete the readings of these services: they have another owner, or it is not known what."""
    session.execute(_FORGET, {"ids": list(service_ids)})


def _known(settings: Mapping[str, Any]) -> str:
    return json.dumps(
        {name: settings[name] for name in settings if name in BY_NAME and name not in SECRETS}
    )

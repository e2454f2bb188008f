"""Writes the id by which a network knows a service."""

from uuid import UUID

from sqlalchemy import text

from storage.database import Session

_KEEP = text("""
UPDATE service SET network_id = :network_id
WHERE id = :id AND network_id IS DISTINCT FROM :network_id
""")


def keep(session: Session, service_id: UUID, network_id: str) -> None:
    """Keep the id by which the network knows the service, for later steps and the next time."""
    session.execute(_KEEP, {"id": service_id, "network_id": network_id})

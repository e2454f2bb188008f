"""Read services as hosts of contracts, and whether a number can be given to one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind, ServiceStatus
from domain.contracts.start_checks import Host
from domain.inventory.characteristics import SIM_ABLE, should_be
from storage.contracts.resting import RESTS
from storage.contracts.rows import OPEN, PROMISING
from storage.database import Session
from storage.provisioning.shut_off import SHUT_OFF

_LOCK = text("SELECT FROM service WHERE id = :id FOR SHARE")
_HOST = text(f"""
SELECT {SHUT_OFF} AS is_shut_off, s.kind, s.status, s.number, s.wanted, s.told, s.user_id,
    EXISTS (SELECT FROM contract c WHERE c.host_service_id = s.id AND c.product = :product
        AND c.{OPEN}) AS has_one
FROM service s WHERE s.id = :id
""")
# Once a contract is active, its number is its service's: that may have got another one.
_TAKEN = text(f"""
SELECT EXISTS (SELECT FROM service WHERE own_number = :number)
    OR EXISTS (SELECT FROM contract c WHERE c.terms ->> 'number' = :number
        AND c.host_service_id IS NULL AND c.started_by IS NOT NULL AND c.{PROMISING})
    OR EXISTS (SELECT FROM contract c WHERE {RESTS} AND c.account_id <> :account)
""")


def lock(session: Session, service_id: UUID, product: str, starter_id: UUID) -> Host | None:
    """Lock a service that a contract of this product is to rest on. None: there is none."""
    session.execute(_LOCK, {"id": service_id})  # what is read then is as it is after the wait
    row = session.execute(_HOST, {"id": service_id, "product": product}).one_or_none()
    if row is None:
        return None
    sim = should_be(row.wanted, row.told).get("iccid")
    return Host(
        ServiceKind(row.kind),
        ServiceStatus(row.status),
        row.number,
        sim if isinstance(sim, str) else None,
        is_used_by_starter=row.user_id == starter_id,
        has_one_already=row.has_one,
        is_suspended=row.is_shut_off,
        is_sim_able=_is_able(row.told, sim),
    )


def _is_able(told: Mapping[str, Any], sim: object) -> bool | None:
    """Return what is told of this SIM; None: nothing, or of the one before it."""
    able = told.get(SIM_ABLE)
    return able if isinstance(able, bool) and told.get("iccid") == sim else None


def is_taken(session: Session, number: str, account_id: UUID) -> bool:
    """Return whether a number is in use, promised to a contract, or rests for another account."""
    asked = {"number": number, "account": account_id}
    return bool(session.execute(_TAKEN, asked).scalar_one())

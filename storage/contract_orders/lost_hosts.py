"""Suspends contracts that are told to be in force on a service that was reported lost here."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.contracts.reasons import SuspendReason
from storage.contract_orders import suspension
from storage.contract_orders.suspension import Orders
from storage.contracts import rows
from storage.database import Session
from storage.provisioning.shut_off import SHUTS_OFF

# A loss that is reported meanwhile waits, and finds what is told now.
_LOCK_HOSTS = text("""
SELECT FROM contract WHERE id IN (
    SELECT x.contract_id FROM contract_service x JOIN contract m ON m.host_service_id = x.service_id
    WHERE m.id = ANY(:ids))
ORDER BY id FOR SHARE
""")
_ON_LOST = text(f"""
SELECT m.id FROM contract m
WHERE m.id = ANY(:ids) AND m.state IN ('active', 'suspended', 'ending')
    AND (m.suspend_reason IS NULL OR m.suspend_reason = 'told') AND EXISTS (
        SELECT FROM contract_service x JOIN contract c ON c.id = x.contract_id
        WHERE x.service_id = m.host_service_id AND {SHUTS_OFF} AND c.suspend_reason <> 'told')
ORDER BY m.id
""")


def suspend_told(session: Session, contract_ids: Collection[UUID], *, actor: Actor) -> Orders:
    """Suspend what of these told contracts rests on a service that is shut off here. Idempotent.

    A host that the operator's record alone suspends is the operator's to know.
    """
    if not contract_ids:
        return Orders()
    about = {"ids": sorted(contract_ids)}
    session.execute(_LOCK_HOSTS, about)
    done = Orders()
    for id_ in session.execute(_ON_LOST, about).scalars().all():
        contract = rows.lock_with_others(session, id_)
        if contract is not None:
            reason = SuspendReason.HOST_SUSPENDED
            done += suspension.suspend(session, contract, reason, actor=actor)
    return done

"""Writes the checks for drift: requested, read network by network, ended."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor
from domain.inventory.drift import PROCESS
from domain.operations import OperationState
from domain.ops.stuck_reasons import StuckReason
from domain.processes import WaitsFor
from domain.reasons import Reason
from storage import locks
from storage.database import Session
from storage.locks import Purpose
from storage.requests import operations
from storage.requests.operations import Subject

_OPEN = text("""
SELECT id FROM operation WHERE kind = :kind AND state IN ('pending', 'running') LIMIT 1
""")
_STATE = text("SELECT state FROM operation WHERE id = :check FOR UPDATE")
_NETWORKS = text("""
INSERT INTO drift_network (check_id, network)
SELECT :check, COALESCE(network, '') FROM service WHERE status = 'active' GROUP BY 2
ON CONFLICT DO NOTHING
""")
_UNREAD = text("""
SELECT network FROM drift_network WHERE check_id = :check AND outcome IS NULL ORDER BY network
""")
_COUNTED = text("SELECT progress IS NOT NULL FROM operation WHERE id = :check")
_TOTAL = text("SELECT count(*) FROM service WHERE status = 'active'")
_GIVE_UP = text("""
UPDATE drift_network SET outcome = 'given_up', code = :code, detail = :detail
WHERE check_id = :check AND network = :network AND outcome IS NULL
""")
_FORGET = text("DELETE FROM drift_staged WHERE check_id = :check")


def request(session: Session, check_id: UUID, actor: Actor) -> UUID:
    """Request a check, unless one is open; returns the id of the one that is. Idempotent."""
    locks.lock(session, Purpose.DRIFT_CHECK)
    found = session.execute(_OPEN, {"kind": PROCESS}).scalar_one_or_none()
    if found is not None:
        return UUID(str(found))
    operations.request(session, check_id, PROCESS, None, Subject(asked={"by": actor.as_json()}))
    return check_id


def open_check(session: Session, check_id: UUID) -> list[str]:
    """Begin the check; returns the networks whose lists are still to be read. Idempotent."""
    if not is_open(session, check_id):
        return []
    operations.running(session, check_id, WaitsFor.NETWORK)
    session.execute(_NETWORKS, {"check": check_id})
    if not session.execute(_COUNTED, {"check": check_id}).scalar_one():
        operations.set_total(session, check_id, session.execute(_TOTAL).scalar_one())
    return list(session.execute(_UNREAD, {"check": check_id}).scalars())


def is_open(session: Session, check_id: UUID) -> bool:
    """Lock the check; returns whether it is to be carried out."""
    state = session.execute(_STATE, {"check": check_id}).scalar_one()
    return not OperationState(state).has_ended


def give_up(session: Session, check_id: UUID, network: str, code: StuckReason, detail: str) -> None:
    """Record that the rest of a network's list is not read. Idempotent."""
    parameters = {"check": check_id, "network": network, "code": code, "detail": detail}
    session.execute(_GIVE_UP, parameters)


def end(session: Session, check_id: UUID, counts: Mapping[str, int]) -> None:
    """End the check with what it found, and forget what it has read. Idempotent."""
    session.execute(_FORGET, {"check": check_id})
    operations.succeeded(session, check_id, counts)


def close(session: Session, check_id: UUID, why: Reason, actor: Actor) -> None:  # noqa: ARG001 # an operation's end names no actor
    """End the check as cancelled: nothing of it is compared. Idempotent."""
    session.execute(_FORGET, {"check": check_id})
    operations.cancelled(session, check_id, why)

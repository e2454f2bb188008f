"""Contracts for a term: people are warned before it is over, and then they end. Two sweeps."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.contracts.reasons import EndReason
from domain.contracts.states import ContractState
from domain.days import day_of, start_of
from domain.messages.notices import NewNotice, NoticeKind
from storage.access import representatives
from storage.audit import events
from storage.contracts import changing, ending, rows
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from storage.database import Connection, Session
from storage.messages import notices

ENGINE = Actor(ActorKind.ENGINE, "contracts")
WARNED_BEFORE = (30, 7)
"""Days before the end on which people are warned."""
_IN_FORCE = "c.state IN ('active', 'suspended')"
_OVER = f"""({_IN_FORCE} OR c.state = 'ending' AND c.ends_at > clock_timestamp())
    AND c.expires_on <= CAST(:today AS date)"""
_DUE = text(f"""
SELECT {rows.COLUMNS} FROM contract c WHERE {_OVER}
ORDER BY c.expires_on, c.id LIMIT :limit FOR NO KEY UPDATE OF c SKIP LOCKED
""")
_OVER_OF = text(f"""
SELECT {rows.COLUMNS} FROM contract c WHERE c.id = ANY(:ids) AND {_OVER}
ORDER BY c.id FOR NO KEY UPDATE OF c
""")
_TO_WARN = text(f"""
SELECT {rows.COLUMNS} FROM contract c
WHERE {_IN_FORCE} AND c.expires_on > CAST(:today AS date)
    AND c.expires_on - CAST(:today AS date) <= :days
    AND (c.warned_days IS NULL OR c.warned_days > :days)
ORDER BY c.expires_on, c.id LIMIT :limit FOR NO KEY UPDATE OF c SKIP LOCKED
""")
_AGE = text(f"""
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(CAST(c.expires_on AS timestamptz))), 0)
FROM contract c WHERE {_IN_FORCE} AND c.expires_on < current_date
""")
_OWNER = text("SELECT person_id FROM account WHERE id = :id")


def expire(session: Session, zone: ZoneInfo, *, limit: int = 100) -> int:
    """Set the end of contracts whose term is over; returns how many. It is now.

    An end that was set for later comes with the term.
    """
    found = session.execute(_DUE, {"today": _today(session, zone), "limit": limit}).all()
    for row in found:
        end_over(session, rows.stored(row), zone)
    return len(found)


def over(
    session: Session, contract_ids: Collection[UUID], zone: ZoneInfo
) -> Sequence[StoredContract]:
    """Lock those of these contracts whose term is over, and which end later or not at all."""
    asked = {"ids": sorted(contract_ids), "today": _today(session, zone)}
    return [rows.stored(row) for row in session.execute(_OVER_OF, asked)]


def end_over(session: Session, contract: StoredContract, zone: ZoneInfo) -> None:
    """Set the end of a locked contract whose term is over: it is now."""
    if contract.state is ContractState.ENDING:
        ending.bring_forward(session, contract, EndReason.TERM, actor=ENGINE)
        return
    at = _last_moment(contract, zone)
    ending.schedule(session, contract, End(at, EndReason.TERM), actor=ENGINE)


def warn(session: Session, zone: ZoneInfo, *, limit: int = 100) -> int:
    """Warn of contracts that expire within 30 days, and again within 7; returns how many.

    The user of one is told, else who owns the account or represents its owner. Each time once.
    """
    told, today = 0, _today(session, zone)
    for days in sorted(WARNED_BEFORE):  # the later warning takes the place of one that was missed
        asked = {"today": today, "days": days, "limit": limit}
        for row in session.execute(_TO_WARN, asked).all():
            contract = rows.stored(row)
            _tell(session, contract, zone)
            changing.update(session, contract, warned_days=days)
            told += 1
    return told


def age(connection: Connection) -> float:
    """Return the seconds since the first contract was to end whose term is over; about."""
    return float(connection.execute(_AGE).scalar_one())


def _tell(session: Session, contract: StoredContract, zone: ZoneInfo) -> None:
    if contract.expires_on is None:
        return
    through = contract.expires_on - timedelta(days=1)
    days = (contract.expires_on - day_of(contract.now, zone)).days
    facts: dict[str, UUID | date | int] = {"through": through, "days": days}
    kind = NoticeKind.CONTRACT_EXPIRES
    told = [
        NewNotice(id_, kind, contract.id, f"{through} {days}", contract.account_id, facts)
        for id_ in _whom(session, contract)
    ]
    notices.create(session, told, actor=ENGINE)


def _whom(session: Session, contract: StoredContract) -> list[UUID]:
    if contract.person_id is not None:
        return [contract.person_id]
    owner = session.execute(_OWNER, {"id": contract.account_id}).scalar_one()
    return [owner] if owner else sorted(representatives.of_account(session, contract.account_id))


def _last_moment(contract: StoredContract, zone: ZoneInfo) -> datetime:
    return contract.now if contract.expires_on is None else start_of(contract.expires_on, zone)


def _today(session: Session, zone: ZoneInfo) -> str:
    return day_of(events.now(session), zone).isoformat()

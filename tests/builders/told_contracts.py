"""Contracts as the operator's systems tell them, in tests, and how such a one stands."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from domain.contracts.reasons import SuspendReason
from domain.contracts.states import ContractState
from domain.contracts.told import ToldContract, ToldRefusal
from storage.contracts import rows, telling
from storage.contracts.rows import StoredContract
from storage.contracts.set_ends import SetEnds
from storage.database import Session
from tests.builders.days import ZONE
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.rows import BILLING

ID = UUID(int=14)
PAST, FUTURE = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 10))
_MOMENTS = {ContractState.ENDING: FUTURE, ContractState.ENDED: PAST}


class Stands(NamedTuple):
    """How a contract stands."""

    state: str
    end: str
    """``told``, ``here``, ``outside`` or ``begun``; ``-``: it does not end. And what is beside."""
    suspended: str
    """``told``, ``here`` or ``both``; ``-``: it is not."""


def told(state: str, **changes: Any) -> ToldContract:
    """Kuusk's contract of its telephone, as a record tells it."""
    known = ContractState(state)
    values = {"services": (PHONE.id,), "ends_at": _MOMENTS.get(known)} | changes
    return ToldContract(ID, OFFICE.id, "Kõnepakett XL", known, **values)


def tell(session: Session, state: str, **changes: Any) -> ToldRefusal | None:
    """Tell that contract; returns why it is refused."""
    taken, _ = telling.put(session, [[told(state, **changes)]], ZONE, actor=BILLING)
    return taken.refused.get(ID)


def stands(session: Session) -> Stands:
    """How that contract is stored now."""
    found = rows.read(session, ID)
    assert found is not None
    return Stands(found.state, _end(found), _suspended(found))


def _end(found: StoredContract) -> str:
    if found.end_process_id is not None:
        return "begun"
    if found.end_is_from_outside:
        own = SetEnds.of(found).own
        return "outside" if own is None else f"outside, {own.end_source}"
    source = found.end_source or "-"
    return f"{source}, leaving" if found.port_out_id else source


def _suspended(found: StoredContract) -> str:
    if found.suspend_reason in {None, SuspendReason.TOLD}:
        return found.suspend_reason or "-"
    return "both" if found.suspension_is_told else "here"

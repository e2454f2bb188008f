"""Read and lock contracts as they are stored.

A contract is locked after companies, approvals and accounts, and before services and orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.reasons import EndReason, EndSource, StartRefusal, SuspendReason
from domain.contracts.states import ContractState
from storage.database import Connection, Session


@dataclass(frozen=True, slots=True)
class StoredContract:
    """A contract as it was at ``now``, by the database's clock."""

    id: UUID
    account_id: UUID
    owner_id: UUID
    product: str
    product_version: str | None
    state: ContractState
    agreement: Agreement
    party: Party
    person_id: UUID | None
    host_service_id: UUID | None
    host_account_id: UUID | None
    host_owner_id: UUID | None
    sim: str | None
    terms: Mapping[str, Any]
    signed_at: datetime | None
    starts_on: date | None
    committed_until: date | None
    billed_until: date | None
    number_kept_until: datetime | None
    device_value_left_cents: int | None
    device_instalments_left_cents: int | None
    terms_changed_on: date | None
    document_replaced_on: date | None
    expires_on: date | None
    agree_by: datetime | None
    ends_at: datetime | None
    end_reason: EndReason | None
    end_source: EndSource | None
    end_by: Mapping[str, Any] | None
    end_cost: Sequence[Mapping[str, Any]] | None
    is_end_cost_known: bool | None
    end_is_from_outside: bool
    port_out_id: UUID | None
    end_beside: Mapping[str, Any] | None
    suspend_reason: SuspendReason | None
    suspension_is_told: bool
    """The operator's record suspends it, whatever else does."""
    suspend_order_id: UUID | None
    refusal: StartRefusal | None
    start_order_id: UUID | None
    end_order_id: UUID | None
    end_process_id: UUID | None
    created_at: datetime
    ended_at: datetime | None
    closed_at: datetime | None
    version: int
    now: datetime
    service_ids: tuple[UUID, ...]

    @property
    def is_waiting(self) -> bool:
        """Return whether those who must agree can do so."""
        is_late = self.agree_by is not None and self.agree_by <= self.now
        return self.state is ContractState.OFFERED and not is_late

    @property
    def is_end_reached(self) -> bool:
        """Return whether the moment of its end is over, carried out or not."""
        return self.ends_at is not None and self.ends_at <= self.now

    @property
    def is_end_anothers(self) -> bool:
        """Return whether its end is not one that the customer's persons set: staff call it off."""
        is_persons = "side" in (self.end_by or {})
        return self.ends_at is not None and (self.end_is_from_outside or not is_persons)


_FIELDS = tuple(each.name for each in fields(StoredContract))
COLUMNS = (
    ", ".join(f"c.{name}" for name in _FIELDS[:-2])
    + """, clock_timestamp() AS now, ARRAY(
    SELECT s.service_id FROM contract_service s WHERE s.contract_id = c.id ORDER BY s.service_id
) AS service_ids"""
)
"""Columns of the contract ``c``."""
OPEN = "state NOT IN ('ended', 'declined', 'lapsed', 'cancelled')"
"""Condition: the contract has not ended."""
PROMISING = "state IN ('draft', 'offered', 'signed', 'activating')"
"""Condition: the contract is not active yet, and the number in its terms is promised to it."""
_READ = text(f"SELECT {COLUMNS} FROM contract c WHERE c.id = :id")
_LOCK = text("SELECT FROM contract WHERE id = :id FOR NO KEY UPDATE")
_LOCK_WITH_OTHERS = text("""
SELECT FROM contract WHERE id = :id OR id IN (
    SELECT y.contract_id FROM contract_service x JOIN contract_service y USING (service_id)
    WHERE x.contract_id = :id)
ORDER BY id FOR NO KEY UPDATE
""")
_OF_SERVICES = text(f"""
SELECT {COLUMNS} FROM contract c
WHERE c.id IN (SELECT contract_id FROM contract_service WHERE service_id = ANY(:ids))
    AND c.{OPEN}
ORDER BY c.id FOR NO KEY UPDATE OF c
""")
_ON_HOSTS = text(f"""
SELECT {COLUMNS} FROM contract c
WHERE c.host_service_id = ANY(:ids)
    AND c.{OPEN}
ORDER BY c.id FOR NO KEY UPDATE OF c
""")


def read(connection: Connection | Session, contract_id: UUID) -> StoredContract | None:
    """Read a contract; None: there is none of this id."""
    row = connection.execute(_READ, {"id": contract_id}).one_or_none()
    return None if row is None else stored(row)


def lock(session: Session, contract_id: UUID) -> StoredContract | None:
    """Lock a contract and return it as it is then; None: there is none."""
    session.execute(_LOCK, {"id": contract_id})
    return read(session, contract_id)


def lock_with_others(session: Session, contract_id: UUID) -> StoredContract | None:
    """Lock a contract with all others about its services, by their ids; return that one."""
    session.execute(_LOCK_WITH_OTHERS, {"id": contract_id})
    return read(session, contract_id)


def lock_open_of(session: Session, service_ids: Sequence[UUID]) -> list[StoredContract]:
    """Lock the contracts about these services that have not ended, in the order of their ids."""
    return [stored(row) for row in session.execute(_OF_SERVICES, {"ids": list(service_ids)})]


def lock_open_on(session: Session, host_ids: Sequence[UUID]) -> list[StoredContract]:
    """Lock the contracts that rest on these services and have not ended, by their ids."""
    return [stored(row) for row in session.execute(_ON_HOSTS, {"ids": list(host_ids)})]


def stored(row: Any) -> StoredContract:
    """Build a contract from a row with ``COLUMNS``."""
    named = {name: getattr(row, name) for name in _FIELDS}
    named |= {
        "state": ContractState(row.state),
        "agreement": Agreement(row.agreement),
        "party": Party(row.party),
        "end_reason": None if row.end_reason is None else EndReason(row.end_reason),
        "end_source": None if row.end_source is None else EndSource(row.end_source),
        "suspend_reason": None if row.suspend_reason is None else SuspendReason(row.suspend_reason),
        "refusal": None if row.refusal is None else StartRefusal(row.refusal),
        "service_ids": tuple(row.service_ids),
    }
    return StoredContract(**named)

"""Reads differences and checks for drift."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from sqlalchemy import Row, text

from domain.accounts import ServiceKind, ServiceStatus
from domain.audit import Actor, ActorKind
from domain.inventory.drift import DriftDecision, DriftEnd, DriftState, decisions_about
from storage.audit import event_notes
from storage.audit.staff import name_of
from storage.database import Connection
from storage.id_prefix import IdPrefix, ids_with_prefix

Place = tuple[datetime, UUID]
"""Where a page ended: ``found_at`` and id of its last difference."""


@dataclass(frozen=True, slots=True)
class DriftFilter:
    """Which of the open differences; None: any. ``network``: empty for the usual one."""

    state: DriftState | None = None
    characteristic: str | None = None
    network: str | None = None
    service_id: UUID | None = None
    ids: Sequence[UUID] | None = None

    def among(self, ids: Sequence[UUID]) -> Self:
        """The same filter, of these differences only."""
        return replace(self, ids=ids)

    def parameters(self) -> dict[str, Any]:
        """Parameters of ``FITS``."""
        return {
            "state": self.state,
            "characteristic": self.characteristic,
            "network": self.network,
            "service": self.service_id,
            "ids": None if self.ids is None else list(self.ids),
        }


FITS = """d.ended_at IS NULL
    AND (CAST(:state AS text) IS NULL OR d.state = :state)
    AND (CAST(:characteristic AS text) IS NULL OR d.characteristic = :characteristic)
    AND (CAST(:network AS text) IS NULL OR COALESCE(s.network, '') = :network)
    AND (CAST(:service AS uuid) IS NULL OR d.service_id = :service)
    AND (CAST(:ids AS uuid[]) IS NULL OR d.id = ANY(:ids))"""
"""SQL: the difference ``d`` of the service ``s`` is open and fits the filter."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference between what a service should have and what its network shows."""

    id: UUID
    service_id: UUID
    account_id: UUID
    kind: ServiceKind
    service_number: str | None
    """In E.164; None: it has none."""
    service_name: str
    service_status: ServiceStatus
    network: str | None
    """None: the usual one."""
    characteristic: str
    state: DriftState
    expected: Any
    """None: nothing; or the difference has ended."""
    shown: Any
    """None: the difference has ended."""
    found_at: datetime
    seen_at: datetime
    decided_at: datetime | None
    decided_by: Actor | None
    """The member of staff who decided last; None: nobody did."""
    note: str | None
    """What they wrote; None: nobody decided, or it is erased."""
    operation_id: UUID | None
    """The resend that repairs it."""
    ended_at: datetime | None
    ending: DriftEnd | None

    @property
    def may(self) -> list[DriftDecision]:
        """What a person may decide about it now."""
        if self.ended_at is not None or self.service_status is not ServiceStatus.ACTIVE:
            return []
        return decisions_about(self.characteristic, self.state)


_COLUMNS = f"""d.id, d.service_id, s.account_id, s.kind, s.number AS service_number,
    s.name AS service_name, s.status AS service_status, s.network, d.characteristic, d.state,
    d.expected, d.shown, d.found_at, d.seen_at, d.decided_at, d.decided_by,
    {name_of("d.decided_by")} AS by_name,
    {event_notes.text_of("d.note_id")} AS note, d.operation_id, d.ended_at, d.ending"""
_PAGE = text(f"""
SELECT {_COLUMNS} FROM drift d JOIN service s ON s.id = d.service_id
WHERE {FITS} AND (CAST(:moment AS timestamptz) IS NULL
    OR (d.found_at, d.id) > (CAST(:moment AS timestamptz), CAST(:after AS uuid)))
ORDER BY d.found_at, d.id LIMIT :limit
""")
_ONE = text(
    f"SELECT {_COLUMNS} FROM drift d JOIN service s ON s.id = d.service_id WHERE d.id = :id"
)
_GROUPS = text(f"""
SELECT d.characteristic, d.state, count(*), min(d.found_at)
FROM drift d JOIN service s ON s.id = d.service_id WHERE {FITS}
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
""")


class DriftGroup(NamedTuple):
    """Open differences of one characteristic in one state."""

    characteristic: str
    state: DriftState
    differences: int
    oldest: datetime


def page(
    connection: Connection, which: DriftFilter, *, after: Place | None, limit: int
) -> list[Drift]:
    """Return up to ``limit`` open differences that fit, the one found first comes first."""
    moment, id_ = after or (None, None)
    asked = {"moment": moment, "after": id_, "limit": limit}
    return [_drift(row) for row in connection.execute(_PAGE, which.parameters() | asked)]


def one(connection: Connection, drift_id: UUID) -> Drift | None:
    """Return a difference, open or ended; None: there is none."""
    row = connection.execute(_ONE, {"id": drift_id}).one_or_none()
    return None if row is None else _drift(row)


def groups(connection: Connection, which: DriftFilter) -> list[DriftGroup]:
    """Count open differences that fit by characteristic and state, the most first."""
    rows = connection.execute(_GROUPS, which.parameters())
    return [DriftGroup(name, DriftState(state), *more) for name, state, *more in rows]


def ids(connection: Connection, prefix: IdPrefix) -> list[UUID]:
    """Return up to five differences whose ids begin so."""
    return ids_with_prefix(connection, "drift", prefix)


def _drift(row: Row[Any]) -> Drift:
    found = row._asdict()
    found["kind"], found["state"] = ServiceKind(row.kind), DriftState(row.state)
    found["service_status"] = ServiceStatus(row.service_status)
    found["ending"] = row.ending and DriftEnd(row.ending)
    name = found.pop("by_name")
    found["decided_by"] = row.decided_by and Actor(ActorKind.OPS, row.decided_by, name=name)
    return Drift(**found)

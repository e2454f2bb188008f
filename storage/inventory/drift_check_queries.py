"""Reads checks for drift: the last ones, and what operations watch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, text

from domain.inventory.drift import DriftState, NetworkOutcome
from domain.operations import OperationState
from domain.ops.stuck_reasons import StuckReason
from storage.database import Connection


class NetworkRead(NamedTuple):
    """How far a check has read a network's list, or how that ended."""

    network: str
    """Empty: the usual one."""
    shown: int
    rejected: int
    total: int | None
    """Services on its list, as it says."""
    outcome: NetworkOutcome | None
    """None: it is being read."""
    code: StuckReason | None
    """Why it was given up."""
    detail: str


@dataclass(frozen=True, slots=True)
class DriftCheck:
    """A check, and what it has read of each network."""

    id: UUID
    state: OperationState
    asked_at: datetime
    ended_at: datetime | None
    result: Mapping[str, int] | None
    """``DriftCounts``, once it has succeeded."""
    error: dict[str, Any] | None
    networks: Sequence[NetworkRead]


_CHECKS = text("""
SELECT o.id, o.state, p.asked_at, p.ended_at, o.result, o.error, COALESCE((
    SELECT jsonb_agg(to_jsonb(n) ORDER BY n.network) FROM (
        SELECT network, shown, rejected, total, outcome, code, detail FROM drift_network
        WHERE check_id = o.id) n), '[]') AS networks
FROM process p JOIN operation o ON o.id = p.id
WHERE p.type = 'drift_check' AND (CAST(:id AS uuid) IS NULL OR p.id = :id)
ORDER BY p.ended_at DESC NULLS FIRST, p.id LIMIT :limit
""")
_METRICS = text("""
SELECT (SELECT COALESCE(jsonb_agg(jsonb_build_array(characteristic, state, count)), '[]') FROM (
            SELECT characteristic, state, count(*) FROM drift WHERE ended_at IS NULL
            GROUP BY 1, 2) g),
    last.age, last.result
FROM (SELECT) one LEFT JOIN LATERAL (
    SELECT extract(epoch FROM clock_timestamp() - p.ended_at) AS age, o.result
    FROM process p JOIN operation o ON o.id = p.id AND o.state = 'succeeded'
    WHERE p.type = 'drift_check' AND p.ended_at IS NOT NULL
    ORDER BY p.ended_at DESC LIMIT 1) last ON TRUE
""")


def checks(
    connection: Connection, *, check_id: UUID | None = None, limit: int = 1
) -> list[DriftCheck]:
    """Return the last checks, newest first: open ones before those that have ended."""
    rows = connection.execute(_CHECKS, {"id": check_id, "limit": limit})
    return [_check(row) for row in rows]


def _check(row: Row[Any]) -> DriftCheck:
    found = row._asdict()
    found["state"] = OperationState(row.state)
    found["networks"] = [_network(each) for each in row.networks]
    return DriftCheck(**found)


def _network(row: Mapping[str, Any]) -> NetworkRead:
    found = dict(row)
    found["outcome"] = row["outcome"] and NetworkOutcome(row["outcome"])
    found["code"] = row["code"] and StuckReason(row["code"])
    return NetworkRead(**found)


class OpenDrift(NamedTuple):
    """Number of open differences of one characteristic in one state."""

    characteristic: str
    state: DriftState
    differences: int


@dataclass(frozen=True, slots=True)
class DriftMetrics:
    """Open differences, and the last check that succeeded."""

    open: Sequence[OpenDrift]
    age: float | None
    """Seconds since it ended; None: there was none."""
    last: Mapping[str, int]
    """Its ``DriftCounts``; empty: there was none."""


def drift_metrics(connection: Connection) -> DriftMetrics:
    """Return the numbers as they are now."""
    rows, age, result = connection.execute(_METRICS).one()
    found = [OpenDrift(name, DriftState(state), count) for name, state, count in rows]
    return DriftMetrics(found, None if age is None else float(age), result or {})

"""Reads targets: their state, why they fail, who paused them, how many steps wait or are stuck."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from domain.audit import Actor
from domain.provisioning.target_failures import TargetFailures
from domain.provisioning.targets import Target, TargetKind, TargetState
from storage.audit import event_notes
from storage.audit.staff import name_of
from storage.provisioning import target_failure_queries
from storage.provisioning.target_failure_queries import CULPRITS, FAILING


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """One target. A target that never failed and was never paused has no row, and is available."""

    name: TargetKind
    state: TargetState
    paused_by: Actor | None
    """The operator who paused it; None: available, or paused after failures."""
    note: str | None
    """What the operator wrote who paused it; None: nobody did, or it is erased."""
    failures: int
    """In a row."""
    changed_at: datetime | None
    probe_at: datetime | None
    """When the next step is let through to probe it; None: only an operator resumes it."""
    failing: TargetFailures
    version: int
    waiting_steps: int
    stuck_steps: int

    @classmethod
    def of(cls, row: Any) -> "TargetStatus":
        """From a row of the statement below."""
        by = row.paused_by
        typed: dict[str, Any] = {
            "name": TargetKind(row.name),
            "state": TargetState(row.state),
            "paused_by": Actor.from_json(by, row.by_name) if by else None,
            "failing": target_failure_queries.failing(row),
        }
        names = {field.name for field in fields(cls)} - typed.keys()
        return cls(**{name: getattr(row, name) for name in names}, **typed)


_TARGETS = text(f"""
SELECT n.name, COALESCE(t.state, 'available') AS state, COALESCE(t.failures, 0) AS failures,
    t.paused_by, {name_of("t.paused_by ->> 'id'")} AS by_name,
    {event_notes.text_of("t.note_id")} AS note, t.changed_at, t.probe_at,
    COALESCE(t.version, 0) AS version,
    (SELECT count(*) FROM step w
        WHERE w.target = n.name AND w.waits_for = 'target') AS waiting_steps,
    (SELECT count(*) FROM stuck k WHERE k.target = n.name AND k.state <> 'closed'
        AND k.kind <> 'paused') AS stuck_steps,
    failing.resources, failing.codes, culprits.steps
FROM unnest(CAST(:names AS text[])) n(name) LEFT JOIN target t ON t.name = n.name
    CROSS JOIN LATERAL {FAILING.format(name="n.name")} failing
    CROSS JOIN LATERAL {CULPRITS.format(name="n.name")} culprits
ORDER BY n.name
""")


def every_target(connection: Connection) -> Sequence[TargetStatus]:
    """Status of every target, by name."""
    return _read(connection, [str(kind) for kind in TargetKind])


def one_target(connection: Connection, target: Target) -> TargetStatus:
    """Status of one target."""
    (found,) = _read(connection, [target.name])
    return found


def _read(connection: Connection, names: Sequence[str]) -> Sequence[TargetStatus]:
    return [TargetStatus.of(row) for row in connection.execute(_TARGETS, {"names": list(names)})]

"""Reads targets: their state, why they fail, who paused them, how many steps wait or are stuck."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.audit import Actor
from domain.provisioning.target_failures import TargetFailures
from domain.provisioning.targets import Target, TargetKind, TargetState
from storage.audit import event_notes
from storage.audit.staff import name_of
from storage.ops.paused_targets import item_id
from storage.provisioning import target_failure_queries
from storage.provisioning.target_failure_queries import CULPRITS, FAILING


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """One target. A target that never failed and was never paused has no row, and is available."""

    name: str
    kind: TargetKind
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

    @property
    def item_id(self) -> UUID:
        """Id of its stuck item, and subject of its events."""
        return item_id(Target(self.kind, self.name))

    @classmethod
    def of(cls, row: Any) -> "TargetStatus":
        """From a row of the statement below."""
        by = row.paused_by
        typed: dict[str, Any] = {
            "kind": TargetKind(row.kind),
            "state": TargetState(row.state),
            "paused_by": Actor.from_json(by, row.by_name) if by else None,
            "failing": target_failure_queries.failing(row),
        }
        names = {field.name for field in fields(cls)} - typed.keys()
        return cls(**{name: getattr(row, name) for name in names}, **typed)


# A name that no setting has any more is shown while something waits for it or is stuck there.
NAMED = """(
    SELECT kind AS name, kind FROM unnest(CAST(:kinds AS text[])) own(kind) UNION
    SELECT o.name, o.kind FROM target o WHERE o.is_named OR o.state <> 'available'
        OR EXISTS (SELECT FROM step w WHERE w.target = o.name AND w.waits_for IS NOT NULL)
        OR EXISTS (SELECT FROM stuck k WHERE k.target = o.name AND k.state <> 'closed'))"""
"""Row source with ``name`` and ``kind`` of every target: each kind's own, and the others."""
KINDS = [str(kind) for kind in TargetKind]
_TARGETS = f"""
SELECT n.name, n.kind, COALESCE(t.state, 'available') AS state, COALESCE(t.failures, 0) AS failures,
    t.paused_by, {name_of("t.paused_by ->> 'id'")} AS by_name,
    {event_notes.text_of("t.note_id")} AS note, t.changed_at, t.probe_at,
    COALESCE(t.version, 1) AS version,
    (SELECT count(*) FROM step w
        WHERE w.target = n.name AND w.waits_for = 'target') AS waiting_steps,
    (SELECT count(*) FROM stuck k WHERE k.target = n.name AND k.state <> 'closed'
        AND k.kind <> 'paused') AS stuck_steps,
    failing.resources, failing.codes, culprits.steps
FROM {NAMED} n LEFT JOIN target t ON t.name = n.name
    CROSS JOIN LATERAL {FAILING.format(name="n.name")} failing
    CROSS JOIN LATERAL {CULPRITS.format(name="n.name")} culprits
"""
_EVERY = text(f"{_TARGETS} ORDER BY n.name")
_ONE = text(f"{_TARGETS} WHERE n.name = :name")


def every_target(connection: Connection) -> Sequence[TargetStatus]:
    """Status of every target, by name."""
    return [TargetStatus.of(row) for row in connection.execute(_EVERY, {"kinds": KINDS})]


def one_target(connection: Connection, name: str) -> TargetStatus | None:
    """Status of the target with this name; None: there is none."""
    row = connection.execute(_ONE, {"kinds": KINDS, "name": name}).one_or_none()
    return TargetStatus.of(row) if row else None


_FIND = text(f"SELECT n.kind FROM {NAMED} n WHERE n.name = :name")


def find(connection: Connection, name: str) -> Target | None:
    """The target with this name; None: there is none."""
    asked = {"kinds": KINDS, "name": name}
    kind = connection.execute(_FIND, asked).scalar_one_or_none()
    return Target(TargetKind(kind), name) if kind else None

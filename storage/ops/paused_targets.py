"""Paused targets in the list of stuck items (kind ``paused``): one item for all steps that wait.

Rows of ``target`` are locked before rows of ``stuck``.
"""

from dataclasses import asdict, dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import text
from sqlmodel import Session

from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.targets import Target


def item_id(target: Target) -> UUID:
    """Id of the target's stuck item and subject of its events."""
    return uuid5(NAMESPACE_URL, f"volitus:target/{target.name}")


@dataclass(frozen=True, slots=True)
class Pause:
    """The pause of a target."""

    code: StuckReason
    attempts: int
    """Failures in a row."""
    detail: str = ""
    """Why it failed: codes and counts."""
    note_id: int | None = None
    """The event whose note says why an operator paused it."""


_OPEN = text("""
INSERT INTO stuck AS k (id, kind, target, code, detail, note_id, attempts, first_failed_at,
                        last_failed_at, since, allowed_decisions, correctable_inputs, state)
SELECT :id, 'paused', :target, :code, :detail, :note_id, :attempts, at, at, at, '{}', '{}', 'stuck'
FROM (SELECT clock_timestamp() AS at) now
ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code, detail = EXCLUDED.detail,
    note_id = EXCLUDED.note_id,
    attempts = EXCLUDED.attempts, last_failed_at = EXCLUDED.last_failed_at,
    since = CASE WHEN k.state = 'closed' THEN EXCLUDED.since ELSE k.since END,
    first_failed_at = CASE WHEN k.state = 'closed' THEN EXCLUDED.since ELSE k.first_failed_at END,
    state = 'stuck', version = k.version + 1, closed_at = NULL, resolution = NULL
""")


def open_(session: Session, target: Target, pause: Pause) -> None:
    """List this target as paused, or update its item."""
    item = asdict(pause) | {"id": item_id(target), "target": target.name}
    session.execute(_OPEN, item)


_CLOSE = text("""
UPDATE stuck SET state = 'closed', closed_at = clock_timestamp(), resolution = :resolution,
    version = version + 1
WHERE id = :id
""")


def close(session: Session, target: Target, resolution: Resolution) -> None:
    """Close the item of a target that is available again."""
    session.execute(_CLOSE, {"id": item_id(target), "resolution": resolution})

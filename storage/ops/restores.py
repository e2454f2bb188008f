"""What follows a restore of the database: what may have been done in the lost time is in doubt."""

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.ops.stuck_reasons import TEXTS, StuckReason
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.database import Session

_CODE = StuckReason.DATABASE_RESTORED
# Steps that a target accepted are asked about anyway, and refused ones wait for a decision.
_DOUBT = text(f"""
UPDATE step s SET state = 'doubt', code = '{_CODE}', detail = '', question_code = NULL,
    question_detail = '', sent_at = clock_timestamp(), troubled_since = clock_timestamp(),
    version = s.version + 1
FROM (
    SELECT s.id FROM step s JOIN process p ON p.id = s.process_id
    WHERE p.ended_at IS NULL AND s.ended_at IS NULL AND s.state IN ('asked', 'sending', 'trouble')
    ORDER BY s.created_at DESC, s.id FOR UPDATE OF s
) unsettled
WHERE s.id = unsettled.id
""")


def doubt_unsettled(session: Session, *, actor: Actor, why: str) -> int:
    """Put every step in doubt that may have been sent in the lost time; returns how many there are.

    Its target is then asked about it before it is sent. Repeating is safe.
    """
    found: int = session.execute(_DOUBT).rowcount  # type: ignore[attr-defined] # of an UPDATE
    event = NewEvent(
        EventKind.DATABASE_RESTORED,
        reason=Reason(_CODE, TEXTS[_CODE], {"steps": str(found)}),
    )
    event_notes.append(session, event, why, actor=actor)
    return found

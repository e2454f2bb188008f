"""Table ``number_block``: prefixes and numbers to which nothing is sent for a time.

The conversion watch closes prefixes, the gateway's reports block numbers, operators lift blocks.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.numbers.blocks import ActiveBlock, BlockKind, BlockOpening
from domain.numbers.conversion_watch import Conversion
from domain.numbers.phone_numbers import PhoneNumber
from domain.reasons import Reason
from storage import locks
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.audit.staff import name_of
from storage.database import Connection
from storage.locks import Purpose
from storage.requests import rate_limits

BLOCKED_UNTIL = """
SELECT max(until) FROM number_block
WHERE until > clock_timestamp()
  AND (kind, subject) IN (('number', :number), ('prefix', :blockable_prefix))
"""
"""SQL: the end of the block of ``:number`` or of its prefix; NULL where there is none."""
_IS_BLOCKED = text(f"SELECT ({BLOCKED_UNTIL}) IS NOT NULL")

_CONVERSION = text("""
SELECT count(*), count(*) FILTER (WHERE state = 'verified'),
       count(DISTINCT COALESCE(CAST(person_id AS text), client || ' ' || number))
           FILTER (WHERE state <> 'verified')
FROM verification v
WHERE prefix = :prefix AND method = 'sms'
  AND created_at > clock_timestamp() - CAST(:window AS interval)
  AND (state <> 'sent' OR expires_at < clock_timestamp())
  AND (state <> 'cancelled'
       OR EXISTS (SELECT FROM sms WHERE verification_id = v.id AND delivery = 'delivered'))
  AND created_at > COALESCE((SELECT max(until) FROM number_block
                             WHERE kind = 'prefix' AND subject = :prefix), '-infinity')
""")

_LIMIT_REACHED = Reason("limit_reached", "Requested too many codes")
_ACTIVE = text(f"""
SELECT b.id, b.kind, b.subject, b.reason, b.until, clock_timestamp() AS read_at, e.at, e.actor,
    event_note.text AS note, {name_of("e.actor ->> 'id'")} AS actor_name
FROM number_block b
LEFT JOIN LATERAL (
    SELECT id, at, actor FROM event
    WHERE subject_id = b.id AND kind = 'number_block:opened' ORDER BY id LIMIT 1) e ON TRUE
LEFT JOIN event_note ON event_note.event_id = e.id
WHERE b.until > clock_timestamp()
UNION ALL
SELECT NULL, kind, subject, NULL, used_until, clock_timestamp(), NULL, NULL, NULL, NULL
FROM rate_limit WHERE used_until > clock_timestamp() + interval '1 minute'
ORDER BY kind, subject
""")


def conversion(connection: Connection, prefix: str, window: timedelta) -> Conversion:
    """Count the codes sent to this prefix within ``window``, and those that came back."""
    counted = connection.execute(_CONVERSION, {"prefix": prefix, "window": window}).one()
    return Conversion(*counted)


def is_blocked(connection: Connection, number: PhoneNumber) -> bool:
    """Return whether the number or its prefix is blocked now."""
    subjects = {"number": number.e164, "blockable_prefix": number.prefix}
    return bool(connection.execute(_IS_BLOCKED, subjects).scalar_one())


def active(connection: Connection) -> Sequence[ActiveBlock]:
    """All blocks in force, and all rate limits that are partly used."""
    return [_active(row) for row in connection.execute(_ACTIVE)]


def _active(row: Row[Any]) -> ActiveBlock:
    opening = None
    if row.actor is not None:
        opening = BlockOpening(row.at, Actor.from_json(row.actor, row.actor_name), row.note)
    why = Reason.from_json(row.reason) if row.reason else _LIMIT_REACHED
    return ActiveBlock(row.id, row.kind, row.subject, why, row.until, row.read_at, opening)


LIFTED = Reason("lifted_by_operator", "Operations lifted the block")
_BLOCK = text("""
INSERT INTO number_block (id, kind, subject, reason, until)
SELECT gen_random_uuid(), :kind, :subject, CAST(:reason AS jsonb), clock_timestamp() + :time
WHERE NOT EXISTS (SELECT FROM number_block
                  WHERE kind = :kind AND subject = :subject AND until > clock_timestamp())
RETURNING id
""")
_LIFT = text("""
UPDATE number_block SET until = clock_timestamp()
WHERE kind = :kind AND subject = :subject AND until > clock_timestamp() RETURNING id
""")


def block(
    session: Session,
    kind: BlockKind,
    subject: str,
    time: timedelta,
    reason: Reason,
    *,
    actor: Actor,
    note: str = "",
) -> None:
    """Block a number or a prefix for a time. One that is blocked stays as it is.

    ``note``: what a member of staff wrote who blocks it.
    """
    locks.lock(session, Purpose.NUMBER_BLOCK, subject)
    row = {"kind": kind, "subject": subject, "time": time, "reason": json.dumps(reason.as_json())}
    opened: UUID | None = session.execute(_BLOCK, row).scalar_one_or_none()
    if opened is not None:
        event = _event(EventKind.NUMBER_BLOCK_OPENED, opened, kind, reason)
        event_notes.append(session, event, note, actor=actor)


def lift(session: Session, kind: str, subject: str, why: str, *, actor: Actor) -> bool:
    """Lift a block, or give a used rate limit back; returns whether there was one."""
    named: dict[str, Any] = {"kind": kind, "subject": subject}
    lifted: UUID | None = session.execute(_LIFT, named).scalar_one_or_none()
    freed = rate_limits.forget(session, kind, subject)
    if lifted is None and not freed:
        return False
    event = _event(EventKind.NUMBER_BLOCK_LIFTED, lifted, kind, LIFTED)
    event_notes.append(session, event, why, actor=actor)
    return True


def _event(event: EventKind, id_: UUID | None, kind: str, reason: Reason) -> NewEvent:
    # Without the subject: events hold no numbers.
    return NewEvent(event, subject_id=id_, reason=reason, after={"kind": kind})

"""Prefixes and numbers to which nothing is sent for a time: closed by the watch, lifted by people.

The watch is for toll fraud: someone who earns by SMS asks for codes and never types one in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.numbers.phone_numbers import PhoneNumber
from domain.reasons import Reason
from storage import locks
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Database
from storage.locks import Purpose
from storage.requests import rate_limits
from storage.requests.rate_limits import LimitReached

WATCH = Actor(ActorKind.ENGINE, "conversion-watch")


@dataclass(frozen=True, slots=True)
class ConversionWatch:
    """When too few of the codes sent to a prefix come back, it is closed for a time."""

    window: timedelta = timedelta(hours=1)
    least: int = 20
    """Nothing is concluded from fewer verifications than this."""
    share: float = 0.1
    """Close where less than this share came back."""
    closed_for: timedelta = timedelta(hours=1)


_CONVERSION = text("""
SELECT count(*) AS sent, count(*) FILTER (WHERE state = 'verified') AS verified
FROM verification
WHERE prefix = :prefix AND method = 'sms'
  AND created_at > clock_timestamp() - CAST(:window AS interval)
  AND (state <> 'sent' OR expires_at < clock_timestamp())
  AND created_at > COALESCE((SELECT max(until) FROM number_block
                             WHERE kind = 'prefix' AND subject = :prefix), '-infinity')
""")

_IN_FORCE = """
SELECT id, kind, subject, reason, opened_at, until FROM number_block
WHERE until > clock_timestamp()
"""
_STOPS = text(_IN_FORCE + " AND (kind, subject) IN (('number', :number), ('prefix', :prefix))")
_ALL = text(f"""
SELECT * FROM ({_IN_FORCE}
UNION ALL
SELECT NULL, kind, subject, '{{"code": "limit_reached", "text": "Asked for too many codes"}}',
       NULL, used_until
FROM send_quota
WHERE used_until > clock_timestamp() + interval '1 minute'
) AS b ORDER BY kind, subject
""")


def watch(database: Database, number: PhoneNumber, rules: ConversionWatch) -> None:
    """Close the number's prefix where the codes sent to it do not come back. Repeating is harmless.

    In a transaction of its own: the request that shows it may be refused and rolled back.
    """
    asked = {"prefix": number.prefix, "window": rules.window}
    with database.reading() as connection:
        seen = connection.execute(_CONVERSION, asked).one()
    if seen.sent < rules.least or seen.verified >= rules.share * seen.sent:
        return
    said = f"{seen.verified} of {seen.sent} codes came back"
    with database.transaction() as session:
        stop(
            session,
            ("prefix", number.prefix),
            rules.closed_for,
            Reason("low_conversion", said),
            actor=WATCH,
        )


def stop(
    session: Session, what: tuple[str, str], time: timedelta, reason: Reason, *, actor: Actor
) -> None:
    """Send nothing to this ``(kind, subject)`` for a time; one that is stopped stays as it is."""
    kind, subject = what
    locks.lock(session, Purpose.NUMBER_BLOCK, subject)
    block_id = uuid4()
    opened = session.execute(
        text(
            "INSERT INTO number_block (id, kind, subject, reason, until)"
            " SELECT :id, :kind, :subject, CAST(:reason AS jsonb), clock_timestamp() + :time"
            " WHERE NOT EXISTS (SELECT FROM number_block WHERE kind = :kind"
            "   AND subject = :subject AND until > clock_timestamp()) RETURNING id"
        ),
        {"id": block_id, "kind": kind, "subject": subject, "time": time}
        | {"reason": json.dumps(reason.as_json())},
    ).one_or_none()
    if opened is not None:
        line = _line(EventKind.NUMBER_BLOCK_OPENED, block_id, kind, reason)
        events.append(session, [line], actor=actor, at=events.now(session))


def check(session: Session, number: PhoneNumber, at: datetime) -> None:
    """Raises LimitReached, of the kind ``block``, where nothing is sent to the number now."""
    asked = {"number": number.e164, "prefix": number.prefix}
    untils = [row.until for row in session.execute(_STOPS, asked)]
    if untils:
        raise LimitReached("block", max(untils) - at)


def in_force(connection: Connection) -> Sequence[Row[Any]]:
    """Every block, and everyone who has used some of a limit (those have no id).

    Of a limit ``until`` tells when all of it is free again; one more is allowed a span less a step
    before that.
    """
    return connection.execute(_ALL).all()


def lift(session: Session, kind: str, subject: str, reason: Reason, *, actor: Actor) -> bool:
    """Let this one through again; returns whether anything was in the way."""
    lifted: UUID | None = session.execute(
        text(
            "UPDATE number_block SET until = clock_timestamp()"
            " WHERE kind = :kind AND subject = :subject AND until > clock_timestamp() RETURNING id"
        ),
        {"kind": kind, "subject": subject},
    ).scalar_one_or_none()
    freed = rate_limits.give_back(session, kind, subject)
    if lifted is None and not freed:
        return False
    line = _line(EventKind.NUMBER_BLOCK_LIFTED, lifted, kind, reason)
    events.append(session, [line], actor=actor, at=events.now(session))
    return True


def _line(kind: EventKind, block_id: UUID | None, of: str, reason: Reason) -> NewEvent:
    # The subject stays in its table: history holds no numbers.
    return NewEvent(kind, subject_id=block_id, reason=reason, after={"kind": of})

"""Writes the table ``notice``: the inboxes of people."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.messages.notices import (
    SMS_A_DAY,
    UNASKED,
    UNASKED_SMS_A_DAY,
    NewNotice,
    NoticeKind,
)
from domain.processes import ProcessType, notice_sms_id
from storage.database import Session
from storage.messages.contact_queries import LANGUAGE, NUMBER, WANTS_SMS
from storage.processes import processes

_SMS_OF_A_DAY = """(
        SELECT count(*) FROM notice earlier JOIN process p ON p.id = earlier.id
        WHERE earlier.person_id = w.person_id
          AND (earlier.kind = ANY(:unasked)) = w.is_unasked
          AND earlier.created_at > clock_timestamp() - interval '1 day')"""
# Sorted by the unique key, so that two who create the same notices do not deadlock. An erased
# person gets none: the lock waits for an erasure that is under way.
_CREATE = text(f"""
WITH asked AS (
    SELECT * FROM jsonb_to_recordset(CAST(:notices AS jsonb)) AS n(
        id uuid, person_id uuid, kind text, subject_id uuid, occasion text, account_id uuid,
        facts jsonb, workflow_id text)
), present AS MATERIALIZED (
    SELECT id FROM person WHERE id IN (SELECT person_id FROM asked) AND erased_at IS NULL
    ORDER BY id FOR KEY SHARE
), created AS (
    INSERT INTO notice (id, person_id, kind, subject_id, occasion, account_id, owner_id, facts,
                        created_at)
    SELECT n.id, n.person_id, n.kind, n.subject_id, n.occasion, n.account_id,
           COALESCE(a.company_id, a.person_id), n.facts, (SELECT clock_timestamp())
    FROM asked n JOIN present p ON p.id = n.person_id LEFT JOIN account a ON a.id = n.account_id
    ORDER BY n.person_id, n.kind, n.subject_id, n.occasion
    ON CONFLICT (person_id, kind, subject_id, occasion) DO NOTHING
    RETURNING id, person_id, kind, account_id, created_at
), wished AS (
    SELECT n.id, n.person_id, n.kind = ANY(:unasked) AS is_unasked, row_number() OVER (
               PARTITION BY n.person_id, n.kind = ANY(:unasked) ORDER BY n.id) AS place
    FROM created n JOIN contact_settings c ON c.person_id = n.person_id
    WHERE {WANTS_SMS} AND {NUMBER} IS NOT NULL
), sms_wished AS (
    SELECT w.id, n.workflow_id FROM wished w JOIN asked n ON n.id = w.id
    WHERE w.place + {_SMS_OF_A_DAY}
          <= CASE WHEN w.is_unasked THEN :unasked_a_day ELSE :sms_a_day END
), process AS ({processes.asked("sms_wished", workflow_id="workflow_id")}
)
INSERT INTO event (at, kind, actor, subject_id, account_id, person_id, after)
SELECT n.created_at, :event_kind, CAST(:actor AS jsonb), n.id, n.account_id, n.person_id,
       jsonb_build_object('kind', n.kind, 'language', {LANGUAGE})
FROM created n LEFT JOIN contact_settings c ON c.person_id = n.person_id
ORDER BY n.person_id, n.kind, n.id
RETURNING subject_id
""")


def create(session: Session, notices: Iterable[NewNotice], *, actor: Actor) -> list[UUID]:
    """Create these notices, and an event ``notice:created`` for each; returns the ids of new ones.

    Where the person wants SMS, asks for the process that sends one, ``SMS_A_DAY`` at most: who has
    got as many looks into the inbox. Those that strangers bring about are counted for themselves.

    Idempotent: a notice that exists with the same person, kind, subject and occasion is left as it
    is, unless it was deleted (``domain.retention.NOTICE``). One statement, however many there are.
    """
    rows = [_row(uuid4(), notice) for notice in notices]
    if not rows:
        return []
    parameters = {
        "notices": json.dumps(rows),
        "event_kind": EventKind.NOTICE_CREATED,
        "actor": json.dumps(actor.as_json()),
        **processes.new(ProcessType.NOTICE_SMS),
        "sms_a_day": SMS_A_DAY,
        "unasked": sorted(UNASKED),
        "unasked_a_day": UNASKED_SMS_A_DAY,
    }
    return list(session.execute(_CREATE, parameters).scalars().all())


def _row(id_: UUID, notice: NewNotice) -> dict[str, Any]:
    return {"id": str(id_), "workflow_id": notice_sms_id(id_), **notice.as_json()}


# In the order of their ids, as _READ_THROUGH: two at once do not deadlock.
_REMOVE = text("""
WITH asked AS (
    SELECT * FROM unnest(CAST(:subjects AS uuid[]), CAST(:persons AS uuid[]))
        AS a(subject_id, person_id)
), found AS (
    SELECT n.id FROM notice n JOIN asked a USING (person_id, subject_id) WHERE n.kind = :kind
    ORDER BY n.id FOR UPDATE OF n
)
DELETE FROM notice USING found WHERE notice.id = found.id
""")


def remove(session: Session, kind: NoticeKind, persons: Mapping[UUID, UUID]) -> None:
    """Remove the notices of this kind about these subjects, each from this person's inbox."""
    if persons:
        asked = {"subjects": [*persons], "persons": [*persons.values()], "kind": kind}
        session.execute(_REMOVE, asked)


_READ = text("""
UPDATE notice SET read_at = COALESCE(read_at, clock_timestamp())
WHERE id = :id AND person_id = :person RETURNING id
""")


def mark_read(session: Session, person_id: UUID, notice_id: UUID) -> bool:
    """Mark one notice as read. Idempotent. False: the person has no such notice."""
    row = {"person": person_id, "id": notice_id}
    return session.execute(_READ, row).one_or_none() is not None


# In the order of their ids: two at once do not deadlock.
_READ_THROUGH = text("""
WITH seen AS (
    SELECT created_at, id FROM notice WHERE id = :id AND person_id = :person
), older AS (
    SELECT n.id FROM notice n, seen
    WHERE n.person_id = :person AND n.read_at IS NULL
      AND (n.created_at, n.id) <= (seen.created_at, seen.id)
    ORDER BY n.id FOR UPDATE OF n
), changed AS (
    UPDATE notice SET read_at = clock_timestamp() FROM older WHERE older.id = notice.id
)
SELECT EXISTS (SELECT FROM seen)
""")


def mark_read_through(session: Session, person_id: UUID, notice_id: UUID) -> bool:
    """Mark a notice and all older ones as read. False: the person has no such notice."""
    row = {"person": person_id, "id": notice_id}
    return bool(session.execute(_READ_THROUGH, row).scalar_one())

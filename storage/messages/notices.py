"""Writes the table ``notice``: the inboxes of people."""

import json
from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.messages.notices import NewNotice
from storage.database import Session
from storage.messages.contact_queries import LANGUAGE

# Sorted by the unique key, so that two who create the same notices do not deadlock. An erased
# person gets none: the lock waits for an erasure that is under way.
_CREATE = text(f"""
WITH asked AS (
    SELECT * FROM jsonb_to_recordset(CAST(:notices AS jsonb)) AS n(
        id uuid, person_id uuid, kind text, subject_id uuid, occasion text, account_id uuid,
        facts jsonb)
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

    Idempotent: a notice that exists with the same person, kind, subject and occasion is left as it
    is, unless it was deleted (``domain.retention.NOTICE``). One statement, however many there are.
    """
    rows = [{"id": str(uuid4()), **notice.as_json()} for notice in notices]
    if not rows:
        return []
    parameters = {
        "notices": json.dumps(rows),
        "event_kind": EventKind.NOTICE_CREATED,
        "actor": json.dumps(actor.as_json()),
    }
    return list(session.execute(_CREATE, parameters).scalars())


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

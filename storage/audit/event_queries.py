"""Read the history: an account's, a person's, and everything in the order of the chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.audit import FOR_REPRESENTATIVES
from storage.audit.events import COLUMNS, Event
from storage.audit.staff import name_of


@dataclass(frozen=True, slots=True)
class NamedEvent:
    """An event, its note, and the names of the person it concerns and of who is behind it."""

    event: Event
    person_name: str | None
    staff_name: str | None
    note: str | None
    actor_name: str | None
    """Name of the person who acted, or for whom a portal did."""
    has_accepted: bool
    """False of a delegation that its receiver has not accepted: only they and staff see who."""


_STAFF = name_of("e.actor ->> 'id'")
NAMES = f"""p.name, {_STAFF}, n.text, behind.name,
    NOT EXISTS (SELECT FROM delegation d WHERE d.id = e.subject_id AND d.accepted_at IS NULL)"""
"""Columns beside the event's own in a ``NamedEvent``, in its order."""
WIDTH = 5
"""Number of NAMES."""
BESIDE = """LEFT JOIN person p ON p.id = e.person_id
    LEFT JOIN person behind ON behind.id = CAST(NULLIF(CASE e.actor ->> 'kind'
        WHEN 'person' THEN e.actor ->> 'id' WHEN 'portal' THEN e.actor ->> 'for' END, '') AS uuid)
    LEFT JOIN event_note n ON n.event_id = e.id"""
_HISTORY = text(f"""
SELECT {NAMES}, {COLUMNS} FROM event e {BESIDE}
WHERE e.account_id = :account AND (CAST(:before_id AS bigint) IS NULL OR e.id < :before_id)
  AND e.id > :owned_from
  AND (NOT :of_this_owner OR e.kind <> 'notice:created')
  AND (:proposals_too OR e.kind <> ALL(:of_proposals))
ORDER BY e.id DESC LIMIT :limit
""")

OWNER_CHANGE = """(e.kind = 'account:changed'
  AND (e.before->'company_id', e.before->'person_id')
      IS DISTINCT FROM (e.after->'company_id', e.after->'person_id'))"""
_OWNED_FROM = text(f"""
SELECT max(e.id) FROM event e WHERE e.subject_id = :account AND {OWNER_CHANGE}
""")
_OWNED_SINCE = text(f"""
SELECT e.at FROM event e WHERE e.subject_id = :account AND {OWNER_CHANGE} ORDER BY e.id DESC LIMIT 1
""")
# The event of a new owner says who owned the account before.
_OF_PERSON = text(f"""
SELECT {NAMES}, {COLUMNS} FROM event e {BESIDE}
WHERE e.person_id = :person AND (CAST(:before_id AS bigint) IS NULL OR e.id < :before_id)
  AND NOT {OWNER_CHANGE}
ORDER BY e.id DESC LIMIT :limit
""")


def history(
    connection: Connection,
    account_id: UUID,
    *,
    before_id: int | None,
    limit: int,
    of_this_owner: bool = False,
    proposals_too: bool = True,
) -> Sequence[NamedEvent]:
    """Up to ``limit`` events of this account that are older than ``before_id``, newest first.

    ``of_this_owner``: only those since the account got its owner, which leaves out this change
    itself and all that ended with it, which is written before. It leaves out notices too: what
    somebody is told, and in what language, is between them and the operator.

    ``proposals_too``: also what is or was only proposed, for who represents the account's company.
    """
    asked = {
        "account": account_id,
        "before_id": before_id,
        "limit": limit,
        "owned_from": owned_from(connection, account_id) if of_this_owner else 0,
        "of_this_owner": of_this_owner,
        "proposals_too": proposals_too,
        "of_proposals": sorted(FOR_REPRESENTATIVES),
    }
    return [named(row) for row in connection.execute(_HISTORY, asked)]


def of_person(
    connection: Connection, person_id: UUID, *, before_id: int | None, limit: int
) -> Sequence[NamedEvent]:
    """Up to ``limit`` events about this person that are older than ``before_id``, newest first.

    Without those by which they became the owner of an account.
    """
    asked = {"person": person_id, "before_id": before_id, "limit": limit}
    return [named(row) for row in connection.execute(_OF_PERSON, asked)]


def named(row: Sequence[Any]) -> NamedEvent:
    """Build it from a row of ``NAMES`` and ``COLUMNS``."""
    return NamedEvent(Event(*row[WIDTH:]), *row[:WIDTH])


def owned_from(connection: Connection, account_id: UUID) -> int:
    """Id of the event by which the account got its present owner; 0: it had no other."""
    changed: int | None = connection.execute(_OWNED_FROM, {"account": account_id}).scalar_one()
    return changed or 0


def owned_since(connection: Connection, account_id: UUID) -> datetime | None:
    """When the account got its present owner; None: it had no other."""
    at: datetime | None = connection.execute(
        _OWNED_SINCE, {"account": account_id}
    ).scalar_one_or_none()
    return at


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event in the hash chain, with what is beside the chain: its note, and a name of staff."""

    position: int
    hash: str
    note: str | None
    staff_name: str | None
    event: Event


_SEALED = f"""
SELECT s.position, s.hash, n.text, {_STAFF}, {COLUMNS}
FROM event_seal s JOIN event e ON e.id = s.event_id
    LEFT JOIN event_note n ON n.event_id = e.id
"""
_ONWARDS = text(f"{_SEALED} WHERE s.position > :after ORDER BY s.position LIMIT :limit")
_ACCOUNT_ONWARDS = text(f"""{_SEALED}
WHERE e.account_id = :account AND s.position > :after ORDER BY s.position LIMIT :limit""")
_NEWEST = text(f"""{_SEALED}
WHERE CAST(:account AS uuid) IS NULL OR e.account_id = :account
ORDER BY s.position DESC LIMIT :limit""")


def feed(
    connection: Connection, *, after: int, limit: int, account_id: UUID | None = None
) -> Sequence[SealedEvent]:
    """Up to ``limit`` sealed events after this position, in the order of the chain.

    ``account_id``: only those of this account.
    """
    asked = {"after": after, "limit": limit, "account": account_id}
    rows = connection.execute(_ONWARDS if account_id is None else _ACCOUNT_ONWARDS, asked)
    return [_sealed(*row) for row in rows]


def newest(
    connection: Connection, *, limit: int, account_id: UUID | None = None
) -> Sequence[SealedEvent]:
    """The newest ``limit`` sealed events, in the order of the chain.

    ``account_id``: only those of this account.
    """
    rows = connection.execute(_NEWEST, {"limit": limit, "account": account_id}).all()
    return [_sealed(*row) for row in rows[::-1]]


def _sealed(
    position: int, hash_: str, note: str | None, staff_name: str | None, *event: Any
) -> SealedEvent:
    return SealedEvent(position, hash_, note, staff_name, Event(*event))


@dataclass(frozen=True, slots=True)
class SubjectEvent:
    """Kind and time of an event of a subject."""

    id: int
    at: datetime
    kind: str
    subject_id: UUID
    state: str | None
    """State of the subject after it, where the event changed that."""


_ABOUT = text("""
SELECT id, at, kind, subject_id, after ->> 'state' FROM event
WHERE subject_id = ANY(:subjects) ORDER BY id
""")


def about(connection: Connection, subjects: Sequence[UUID]) -> Sequence[SubjectEvent]:
    """Every event about these subjects, oldest first."""
    rows = connection.execute(_ABOUT, {"subjects": list(subjects)})
    return [SubjectEvent(*row) for row in rows]

"""Writer and reader of ``billing_snapshot`` and ``billing_change``."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.billing.snapshots import SnapshotKind
from storage.database import Connection, Session

_FIND = text("""
SELECT clock_timestamp() AS now, s.body, s.read_at, c.changed_at
FROM (SELECT CAST(:account AS uuid) AS id) a
LEFT JOIN billing_snapshot s
  ON s.account_id = a.id AND s.kind = :kind AND s.subject = :subject
LEFT JOIN billing_change c ON c.account_id = a.id
""")
_PUT = text("""
INSERT INTO billing_snapshot AS s (account_id, kind, subject, body, read_at)
SELECT CAST(:account AS uuid), :kind, :subject, CAST(:body AS jsonb), CAST(:read_at AS timestamptz)
WHERE NOT EXISTS (
    SELECT FROM billing_change WHERE account_id = :account AND changed_at >= :read_at)
ON CONFLICT (account_id, kind, subject)
DO UPDATE SET body = excluded.body, read_at = excluded.read_at WHERE s.read_at <= excluded.read_at
""")
_DROP = text("""
INSERT INTO billing_change AS c (account_id, changed_at) VALUES (:account, clock_timestamp())
ON CONFLICT (account_id) DO UPDATE SET changed_at = excluded.changed_at
""")


_FORGET = text("DELETE FROM billing_snapshot WHERE account_id = ANY(:accounts)")


class Subject(NamedTuple):
    """Key of a snapshot: an account, a kind, and which of that kind (empty: the only one)."""

    account_id: UUID
    kind: SnapshotKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The last answer about a subject, if there is one.

    It is too old to be fresh where it was read before ``changed_at``.
    """

    now: datetime
    """The database's clock."""
    body: Any
    read_at: datetime | None
    """Just before billing was asked; None: there is no answer."""
    changed_at: datetime | None
    """When something here last changed what billing will say; None: nothing did."""


def find(connection: Connection, subject: Subject) -> Found:
    """Return the last answer about this subject. One statement."""
    asked = {"account": subject.account_id, "kind": subject.kind, "subject": subject.name}
    row = connection.execute(_FIND, asked).one()
    return Found(row.now, row.body, row.read_at, row.changed_at)


def put(session: Session, subject: Subject, body: Any, read_at: datetime) -> None:
    """Keep an answer that was asked for at ``read_at``; a later one stays.

    One that was asked for before the last change is not kept: it may be an earlier owner's.
    """
    kept = {
        "account": subject.account_id,
        "kind": subject.kind,
        "subject": subject.name,
        "body": json.dumps(body),
        "read_at": read_at,
    }
    session.execute(_PUT, kept)


def forget_on_accounts(session: Session, account_ids: Sequence[UUID]) -> None:
    """Delete what billing said of accounts that get another owner: it is not theirs to read."""
    session.execute(_FORGET, {"accounts": [*account_ids]})
    for account_id in sorted(account_ids):
        drop(session, account_id)


def drop(session: Session, account_id: UUID) -> None:
    """Let no answer about this account count as fresh that was asked for before this moment.

    Called where something here changes what billing will say: a payment, an order's booking.
    What is known stays, and is shown as stale where billing is down. Idempotent.
    """
    session.execute(_DROP, {"account": account_id})

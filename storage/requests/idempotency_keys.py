"""Idempotency-Keys: the first request with a key is carried out, its repetitions get its answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

PATIENCE = timedelta(minutes=1)
"""A first request without an answer for this long has crashed: a repetition takes its place."""


class Claim(Enum):
    """State of a key under which there is no answer."""

    OURS = "ours"
    """The key was free: this request is to be carried out."""
    RUNNING = "running"
    """The first request is being carried out."""
    REUSED = "reused"
    """The key belongs to another request."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to the first request."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]


_CLAIM = text("""
INSERT INTO idempotency_key AS k (caller, key, fingerprint, person_id)
VALUES (:caller, :key, :fingerprint, :person)
ON CONFLICT (caller, key) DO UPDATE SET created_at = clock_timestamp()
WHERE k.status IS NULL AND k.fingerprint = EXCLUDED.fingerprint
  AND k.created_at < clock_timestamp() - CAST(:patience AS interval)
RETURNING TRUE
""")

_KEEP = text("""
UPDATE idempotency_key
SET status = :status, headers = CAST(:headers AS jsonb), body = CAST(:body AS jsonb)
WHERE caller = :caller AND key = :key
""")


def claim(
    session: Session,
    caller: str,
    key: str,
    fingerprint: str,
    patience: timedelta = PATIENCE,
    *,
    person_id: UUID | None = None,
) -> Claim | Kept:
    """Claim this key for a request, or return what was found under it.

    ``person_id``: the person for whom the caller acts.

    Commit at once: others wait for it. A caller that gets ``OURS`` must ``keep`` an answer or
    ``release`` the key. A request that crashes before that is carried out again.
    """
    asked: dict[str, Any] = {"caller": caller, "key": key, "fingerprint": fingerprint}
    asked |= {"patience": patience, "person": person_id}
    if session.execute(_CLAIM, asked).one_or_none():
        return Claim.OURS
    row = session.execute(
        text(
            "SELECT fingerprint, status, headers, body FROM idempotency_key"
            " WHERE caller = :caller AND key = :key"
        ),
        asked,
    ).one_or_none()
    if row is None:  # released at this moment
        return Claim.RUNNING
    if row.fingerprint != fingerprint:
        return Claim.REUSED
    return Claim.RUNNING if row.status is None else Kept(row.status, row.headers, row.body)


def keep(session: Session, caller: str, key: str, answer: Kept) -> None:
    """Keep the answer for every repetition."""
    session.execute(
        _KEEP,
        {
            "caller": caller,
            "key": key,
            "status": answer.status,
            "headers": json.dumps(dict(answer.headers)),
            "body": json.dumps(dict(answer.body)),
        },
    )


def release(session: Session, caller: str, key: str) -> None:
    """Free the key of a request that got no answer: a repetition is carried out."""
    session.execute(
        text(
            "DELETE FROM idempotency_key WHERE caller = :caller AND key = :key AND status IS NULL"
        ),
        {"caller": caller, "key": key},
    )


def forget(session: Session, older_than: timedelta) -> int:
    """Delete keys older than this; returns how many."""
    dropped = session.execute(
        text(
            "WITH dropped AS (DELETE FROM idempotency_key"
            " WHERE created_at < now() - CAST(:age AS interval) RETURNING key)"
            " SELECT count(*) FROM dropped"
        ),
        {"age": older_than},
    )
    return int(dropped.scalar_one())

"""Reading number verifications as those who asked for them see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

_SHOWN = """
SELECT v.id, v.person_id, v.client, v.number, v.method, v.language, v.sends, v.tries,
       v.created_at, v.expires_at, v.resend_at, v.ended_at, v.reason, v.proven_at,
       CASE WHEN v.state = 'sent' AND v.expires_at <= clock_timestamp() AND v.proven_at IS NULL
            THEN 'expired' ELSE v.state END AS state,
       (SELECT delivery FROM sms WHERE verification_id = v.id ORDER BY send DESC LIMIT 1)
           AS delivery,
       v.state = 'verified' AND EXISTS (
           SELECT FROM service s
           JOIN access_grant g ON g.account_id = s.account_id
                AND (g.service_id IS NULL OR g.service_id = s.id)
           WHERE s.number = v.number AND s.status = 'active' AND s.kind <> 'mobiil_id'
             AND g.person_id = v.person_id AND g.origin = 'number_verification'
             AND g.validity @> clock_timestamp()) AS granted
FROM verification v
"""

_ONE = text(_SHOWN + " WHERE v.id = :id")
_OF_PERSON = text(
    _SHOWN
    + """
WHERE v.person_id = :person
  AND (CAST(:before_at AS timestamptz) IS NULL OR (v.created_at, v.id) < (:before_at, :before_id))
ORDER BY v.created_at DESC, v.id DESC LIMIT :limit
"""
)


def one(connection: Connection, verification_id: UUID) -> Row[Any] | None:
    """This verification, as it stands now; one whose time ran out reads as expired."""
    return connection.execute(_ONE, {"id": verification_id}).one_or_none()


def of_person(
    connection: Connection,
    person_id: UUID,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """A person's verifications, the newest first."""
    before_at, before_id = before or (None, None)
    asked = {"person": person_id, "before_at": before_at, "before_id": before_id, "limit": limit}
    return connection.execute(_OF_PERSON, asked).all()


def is_ours(connection: Connection, number: str) -> bool:
    """Whether an active service of this operator has the number."""
    found = connection.execute(
        text(
            "SELECT 1 FROM service WHERE number = :number AND status = 'active'"
            " AND kind <> 'mobiil_id'"
        ),
        {"number": number},
    )
    return found.one_or_none() is not None


@dataclass(frozen=True, slots=True)
class VerificationToStart:
    """What a verification's workflow is started from."""

    id: UUID
    life_left: timedelta
    sends: int
    is_proven: bool
    """The right code came."""


def to_start(connection: Connection, verification_id: UUID) -> VerificationToStart:
    """Read what the verification's workflow is started from. It must exist."""
    row = connection.execute(
        text(
            "SELECT id, GREATEST(expires_at - clock_timestamp(), interval '0'), sends,"
            " proven_at IS NOT NULL FROM verification WHERE id = :id"
        ),
        {"id": verification_id},
    ).one()
    return VerificationToStart(*row)

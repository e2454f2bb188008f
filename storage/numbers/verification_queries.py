"""Queries of number verifications for those who requested them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import RowMapping, text

from domain.accounts import ServiceLabel
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import (
    DeliveryStatus,
    Requester,
    VerificationMethod,
    VerificationState,
)
from domain.reasons import Reason
from storage.access.grant_rows import in_force
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class VerificationView:
    """A verification for display. One whose time ran out is shown as expired."""

    id: UUID
    requester: Requester
    number: str
    """E.164."""
    method: VerificationMethod
    state: VerificationState
    language: Language
    sends: int
    wrong_codes: int
    created_at: datetime
    expires_at: datetime
    resend_at: datetime
    code_accepted_at: datetime | None
    ended_at: datetime | None
    reason: Reason | None
    """Why it ended."""
    delivery: DeliveryStatus | None
    """Of its newest SMS; None: none was prepared yet."""
    service: ServiceLabel | None
    """The service on which, or on whose account, the number gives its person access now."""

    @property
    def access_in_force(self) -> bool:
        """Return whether the number gives its person access now."""
        return self.service is not None

    @classmethod
    def of(cls, row: RowMapping) -> Self:
        """From a row of ``_VIEW``."""
        columns = dict(row)
        reason, delivery = columns.pop("reason"), columns.pop("delivery")
        return cls(
            requester=Requester(columns.pop("person_id"), columns.pop("client")),
            method=VerificationMethod(columns.pop("method")),
            state=VerificationState(columns.pop("state")),
            language=Language(columns.pop("language")),
            reason=Reason.from_json(reason) if reason else None,
            delivery=DeliveryStatus(delivery) if delivery else None,
            service=ServiceLabel.of_json(columns.pop("service")),
            **columns,
        )


_VIEW = f"""
SELECT v.id, v.person_id, v.client, v.number, v.method, v.language, v.sends, v.wrong_codes,
       v.created_at, v.expires_at, v.resend_at, v.ended_at, v.reason, v.code_accepted_at,
       CASE WHEN v.state = 'sent' AND v.expires_at <= clock_timestamp()
                 AND v.code_accepted_at IS NULL
            THEN 'expired' ELSE v.state END AS state,
       (SELECT delivery FROM sms WHERE verification_id = v.id ORDER BY send DESC LIMIT 1)
           AS delivery,
       CASE WHEN v.state = 'verified' THEN (
           SELECT to_jsonb(s) FROM service s
           JOIN access_grant g ON g.account_id = s.account_id
                AND (g.service_id IS NULL OR g.service_id = s.id)
           WHERE s.own_number = v.number
             AND g.person_id = v.person_id AND g.origin = 'number_verification'
             AND {in_force("g", "clock_timestamp()")} LIMIT 1) END AS service
FROM verification v
"""
_ONE = text(f"{_VIEW} WHERE v.id = :id")
_OF_PERSON = text(f"""{_VIEW}
WHERE v.person_id = :person
  AND (CAST(:before_at AS timestamptz) IS NULL OR (v.created_at, v.id) < (:before_at, :before_id))
ORDER BY v.created_at DESC, v.id DESC LIMIT :limit
""")
_IS_CUSTOMER_NUMBER = text("SELECT EXISTS (SELECT FROM service WHERE own_number = :number)")


def one(connection: Connection, verification_id: UUID) -> VerificationView | None:
    """Read a verification as it stands now."""
    row = connection.execute(_ONE, {"id": verification_id}).mappings().one_or_none()
    return None if row is None else VerificationView.of(row)


def of_person(
    connection: Connection,
    person_id: UUID,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[VerificationView]:
    """List a person's verifications, the newest first. ``before``: time and id of the last seen."""
    before_at, before_id = before or (None, None)
    page = {"person": person_id, "before_at": before_at, "before_id": before_id, "limit": limit}
    return [VerificationView.of(row) for row in connection.execute(_OF_PERSON, page).mappings()]


_HAS_PROVED = text("""
SELECT EXISTS (SELECT FROM verification
               WHERE person_id = :person AND number = :number AND state = 'verified')
""")


def has_proved(connection: Connection, requester: Requester, number: str) -> bool:
    """Return whether this person has proved before to hold the number. Programs prove nothing."""
    if requester.person_id is None:
        return False
    row = {"person": requester.person_id, "number": number}
    return bool(connection.execute(_HAS_PROVED, row).scalar_one())


_STANDING = text("""
SELECT EXISTS (SELECT FROM verification
               WHERE person_id = :person AND number = :number AND state = 'verified') AS proved,
       EXISTS (SELECT FROM verification
               WHERE COALESCE(CAST(person_id AS text), client) = :requester AND number = :number
                 AND state = 'sent' AND id <> :id) AS has_open
""")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a requester has to do with a number already."""

    proved: bool
    """This person has proved before to hold it. Programs prove nothing."""
    has_open: bool
    """An earlier verification of theirs is open."""


def standing(
    connection: Connection, requester: Requester, number: str, verification_id: UUID
) -> Standing:
    """Return the requester's standing before they request this verification."""
    row = {
        "person": requester.person_id,
        "requester": requester.key,
        "number": number,
        "id": verification_id,
    }
    return Standing(*connection.execute(_STANDING, row).one())


def is_customer_number(connection: Connection, number: str) -> bool:
    """Return whether an active service of this operator has the number."""
    return bool(connection.execute(_IS_CUSTOMER_NUMBER, {"number": number}).scalar_one())


@dataclass(frozen=True, slots=True)
class VerificationToStart:
    """Row that the workflow of a verification is started from."""

    id: UUID
    life_left: timedelta
    sends: int
    code_accepted: bool


_TO_START = text("""
SELECT id, GREATEST(expires_at - clock_timestamp(), interval '0'), sends,
       code_accepted_at IS NOT NULL
FROM verification WHERE id = :id
""")


def to_start(connection: Connection, verification_id: UUID) -> VerificationToStart:
    """Read what the verification's workflow is started from. It must exist."""
    row = connection.execute(_TO_START, {"id": verification_id}).one()
    return VerificationToStart(*row)

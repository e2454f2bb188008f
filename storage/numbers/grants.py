"""Grants of verified numbers, and their end when the number leaves the service."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.access.grants import Origin
from domain.access.permissions import Role
from domain.audit import Actor
from domain.numbers.verifications import (
    NUMBER_LEFT,
    NUMBER_VERIFIED,
    OWN_NUMBER_VERIFIED,
    USER_CHANGED,
)
from storage.access import bars, grants
from storage.access.grants import Ending, GrantChange, Starting

# Both locked, so that a system of the operator's that moves the number or the account comes before
# or after, and so that two numbers of a person's own account do not start the same grant twice.
_SERVICE = text("""
SELECT s.id, s.account_id, COALESCE(a.person_id = :person, FALSE)
FROM service s JOIN account a ON a.id = s.account_id
WHERE s.own_number = :number AND a.status = 'active'
FOR NO KEY UPDATE OF s, a
""")

_HELD = text("""
SELECT id FROM access_grant
WHERE person_id = :person AND account_id = :account AND service_id IS NOT DISTINCT FROM :service
  AND role = :role AND origin = 'number_verification' AND upper_inf(validity)
""")

# A grant rests on every number of its scope that its person verified, not just on the first.
_VERIFIED = """
SELECT FROM verification v JOIN service s ON s.own_number = v.number
WHERE v.person_id = g.person_id AND v.state = 'verified' AND s.account_id = g.account_id
  AND (g.service_id IS NULL OR s.id = g.service_id)
"""
_GIVEN_AWAY = "s.id = ANY(:given_away) AND s.user_id IS NOT NULL AND s.user_id <> g.person_id"
_LEFT = text(f"""
SELECT g.id, EXISTS ({_VERIFIED} AND {_GIVEN_AWAY}) AS user_changed
FROM access_grant g
WHERE g.origin = 'number_verification' AND upper_inf(g.validity) AND g.account_id = ANY(:accounts)
  AND NOT EXISTS ({_VERIFIED} AND NOT COALESCE({_GIVEN_AWAY}, false))
ORDER BY g.id
""")


@dataclass(frozen=True, slots=True)
class _NumberService:
    """The active service that has a number."""

    id: UUID
    account_id: UUID
    own: bool
    """Whether the account is the person's own private one."""


def give(
    session: Session, person_id: UUID, number: str, proof: UUID, *, actor: Actor
) -> Sequence[UUID]:
    """Grant what the number gives to this person; returns the grants, new or already in force.

    The role ``user`` on the number's service; ``administrator`` of the account if it is the
    person's own private one. A number of another operator gives nothing, and none gives anything
    to a person who is barred on the account.
    """
    row = session.execute(_SERVICE, {"number": number, "person": person_id}).one_or_none()
    if row is None:
        return []
    service = _NumberService(*row)
    if bars.is_barred(session, person_id, service.account_id):
        return []
    wanted = _wanted(service, person_id, proof)
    held = session.execute(
        _HELD,
        {
            "person": person_id,
            "account": wanted.account_id,
            "service": wanted.service_id,
            "role": wanted.role,
        },
    ).scalar_one_or_none()
    if held is not None:
        return [held]
    return [change.grant_id for change in grants.start(session, [wanted], actor=actor)]


def _wanted(service: _NumberService, person_id: UUID, proof: UUID) -> Starting:
    role, reason = (
        (Role.ADMINISTRATOR, OWN_NUMBER_VERIFIED) if service.own else (Role.USER, NUMBER_VERIFIED)
    )
    return Starting(
        person_id,
        service.account_id,
        role,
        Origin.NUMBER_VERIFICATION,
        reason.as_json(),
        proof,
        None if service.own else service.id,
    )


def end_left(
    session: Session,
    accounts: Sequence[UUID],
    given_away: Sequence[UUID],
    *,
    actor: Actor,
) -> Sequence[GrantChange]:
    """End grants that rest on numbers which left these accounts, or went to another user.

    ``given_away``: services of which the operator has just named another user. Returns those that
    ended.
    """
    rows = session.execute(_LEFT, {"accounts": list(accounts), "given_away": list(given_away)})
    endings = [
        Ending(grant_id, (USER_CHANGED if user_changed else NUMBER_LEFT).as_json())
        for grant_id, user_changed in rows
    ]
    return grants.end(session, endings, actor=actor)

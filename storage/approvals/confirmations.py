"""Table ``approval_confirmation``: every statement that writes it, each with its event."""

from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.approvals.confirmations import Confirming
from domain.audit import Actor, EventKind
from domain.identifiers import PersonKey
from storage.access.grant_rows import in_force
from storage.access.representatives import REPRESENTS
from storage.approvals.rows import StoredApproval
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Connection, Session

_INSERT = text("""
INSERT INTO approval_confirmation (id, approval_id, person_id, digest, template_version, language,
    issuer, acr, amr, auth_time, token_id, confirmed_at)
VALUES (:id, :approval, :person, :digest, :template, :language, :issuer, :acr, :amr, :auth_time,
    :token, clock_timestamp())
ON CONFLICT (approval_id, person_id) WHERE taken_back_at IS NULL DO NOTHING RETURNING id
""")
_TAKE_BACK = text("""
UPDATE approval_confirmation SET taken_back_at = clock_timestamp()
WHERE approval_id = :approval AND person_id = :person AND taken_back_at IS NULL RETURNING id
""")
_COUNT = text("""
UPDATE approval_confirmation SET counted = true
WHERE approval_id = :approval AND taken_back_at IS NULL AND person_id = ANY(:persons)
""")
# Whoever is frozen, or lost the right, is no representative now: their word does not count.
_STANDING = text(f"""
SELECT c.approval_id, c.person_id, p.country, p.code FROM approval_confirmation c
JOIN approval a ON a.id = c.approval_id JOIN person p ON p.id = c.person_id
WHERE c.approval_id = ANY(:approvals) AND c.taken_back_at IS NULL AND EXISTS (
    SELECT FROM access_grant g
    WHERE g.account_id = a.account_id AND g.person_id = c.person_id AND {REPRESENTS}
      AND {in_force("g", "clock_timestamp()")})
ORDER BY c.confirmed_at, c.id
""")
_HAS = text("""
SELECT FROM approval_confirmation
WHERE approval_id = :approval AND person_id = :person AND taken_back_at IS NULL
""")


def insert(session: Session, approval: StoredApproval, given: Confirming, *, actor: Actor) -> bool:
    """Keep a person's confirmation of a locked approval; False: they have confirmed already."""
    login = given.login
    row = {
        "id": uuid4(),
        "approval": approval.id,
        "person": given.person_id,
        "digest": given.digest,
        "template": given.template_version,
        "language": given.language,
        "issuer": login.issuer,
        "acr": login.acr.claim,
        "amr": list(login.amr),
        "auth_time": login.auth_time,
        "token": login.token_id,
    }
    if session.execute(_INSERT, row).one_or_none() is None:
        return False
    shown = {"template": given.template_version, "language": given.language}
    _record(session, approval, EventKind.APPROVAL_CONFIRMED, given.person_id, shown, actor=actor)
    return True


def take_back(session: Session, approval: StoredApproval, person_id: UUID, *, actor: Actor) -> bool:
    """Take a person's confirmation of a locked approval back; False: none of theirs stands."""
    theirs = {"approval": approval.id, "person": person_id}
    if session.execute(_TAKE_BACK, theirs).one_or_none() is None:
        return False
    _record(session, approval, EventKind.APPROVAL_TAKEN_BACK, person_id, {}, actor=actor)
    return True


def has_confirmed(connection: Connection | Session, approval_id: UUID, person_id: UUID) -> bool:
    """Return whether a confirmation of this person stands."""
    asked = {"approval": approval_id, "person": person_id}
    return connection.execute(_HAS, asked).one_or_none() is not None


def standing(connection: Connection | Session, approval: StoredApproval) -> dict[PersonKey, UUID]:
    """Return who has confirmed and represents the company now, the first to confirm first."""
    return standing_of(connection, [approval.id]).get(approval.id, {})


def standing_of(
    connection: Connection | Session, approval_ids: Sequence[UUID]
) -> dict[UUID, dict[PersonKey, UUID]]:
    """Return the same by approval; those that nobody has confirmed are missing."""
    found: dict[UUID, dict[PersonKey, UUID]] = {}
    for row in connection.execute(_STANDING, {"approvals": list(approval_ids)}):
        key = PersonKey(row.country, row.code)
        found.setdefault(row.approval_id, {})[key] = row.person_id
    return found


def count(session: Session, approval_id: UUID, persons: Collection[UUID]) -> None:
    """Mark the confirmations by which the act is carried out."""
    session.execute(_COUNT, {"approval": approval_id, "persons": list(persons)})


def _record(
    session: Session,
    approval: StoredApproval,
    kind: EventKind,
    person_id: UUID,
    after: dict[str, object],
    *,
    actor: Actor,
) -> None:
    event = NewEvent(
        kind,
        subject_id=approval.id,
        account_id=approval.account_id,
        company_id=approval.company_id,
        person_id=person_id,
        after={"digest": approval.digest} | after,
    )
    events.append(session, [event], actor=actor)

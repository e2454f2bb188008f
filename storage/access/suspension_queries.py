"""Reading suspensions: what holds access back, and the freezes by operators."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.access.suspensions import Freeze, Frozen, Subject, Suspension
from domain.audit import Actor, ActorKind
from domain.identifiers import PersonKey
from domain.reasons import Reason
from storage.access.grant_rows import MOMENT, given_in_its_name
from storage.audit import event_notes
from storage.audit.staff import name_of
from storage.database import Connection, Session

Place = tuple[datetime, UUID]
"""Where a page ended: start and id of its last freeze."""


def over_access(person: str, account: str, moment: str) -> str:
    """SQL: what suspends a person or an account, all of them SQL expressions."""
    return f"""
WITH who AS (
    SELECT {person} AS id
), valid AS (
    SELECT g.person_id, g.passed_on_by, g.origin, g.permissions, g.created_at
    FROM access_grant g JOIN who ON g.person_id = who.id
    WHERE g.account_id = {account} AND g.validity @> {moment}
)
SELECT CASE WHEN x.account_id = {account} THEN 'account' WHEN x.person_id = who.id THEN 'person'
            ELSE 'giver' END AS frozen, x.begun_at, EXISTS (
           SELECT FROM valid
           WHERE x.account_id = {account} AND (x.kind <> 'company' OR {given_in_its_name("valid")})
              OR x.person_id IN (valid.person_id, valid.passed_on_by)) AS holds_back,
       CASE WHEN x.kind = 'company' THEN x.reason END AS reason
FROM who JOIN suspension x ON x.account_id = {account} OR x.person_id = who.id
    OR x.person_id IN (SELECT passed_on_by FROM valid)
WHERE x.period @> {moment} ORDER BY x.begun_at, x.id
"""


_PERSON = """COALESCE(CAST(:person AS uuid), (
        SELECT id FROM person WHERE country = :country AND code = :code))"""
_OVER = text(over_access(_PERSON, ":account", MOMENT))


def over(
    connection: Connection,
    person: UUID | PersonKey,
    account_id: UUID,
    at: datetime | None = None,
) -> list[Suspension]:
    """Return what suspends this person or this account, now or at ``at``; the oldest first.

    Also what suspends a person who passed access to it on to this one.
    """
    id_, key = (person, None) if isinstance(person, UUID) else (None, person)
    asked = {
        "person": id_,
        "country": key and key.country,
        "code": key and key.code,
        "account": account_id,
        "at": at,
    }
    return [suspension_of(row) for row in connection.execute(_OVER, asked)]


def suspension_of(columns: Sequence[Any]) -> Suspension:
    """Build a suspension from the columns of ``over_access``."""
    frozen, since, holds_back, said = columns
    return Suspension(Frozen(frozen), since, holds_back, Reason.from_json(said) if said else None)


_COLUMNS = f"""x.id, x.person_id, p.name AS person_name, x.account_id,
    a.reference, a.name AS account_name,
    x.reason, x.begun_at,
    x.begun_by, {name_of("x.begun_by")} AS begun_name,
    {event_notes.text_of("x.note_id")} AS note, x.lift_requested_at,
    x.lift_requested_by, {name_of("x.lift_requested_by")} AS requested_name,
    {event_notes.text_of("x.lift_note_id")} AS lift_note, upper(x.period) AS lifted_at,
    x.lifted_by, {name_of("x.lifted_by")} AS lifted_name"""
_ROWS = """suspension x LEFT JOIN person p ON p.id = x.person_id
LEFT JOIN account a ON a.id = x.account_id"""
_FREEZE = text(f"SELECT {_COLUMNS} FROM {_ROWS} WHERE x.kind = 'freeze' AND x.id = :id")
_FREEZES = text(f"""
SELECT {_COLUMNS} FROM {_ROWS}
WHERE x.kind = 'freeze' AND (:all OR upper_inf(x.period))
  AND (CAST(:person AS uuid) IS NULL OR x.person_id = :person)
  AND (CAST(:account AS uuid) IS NULL OR x.account_id = :account)
  AND (CAST(:moment AS timestamptz) IS NULL
       OR (x.begun_at, x.id) < (CAST(:moment AS timestamptz), CAST(:id AS uuid)))
ORDER BY x.begun_at DESC, x.id DESC LIMIT :limit
""")


def freeze(connection: Connection | Session, freeze_id: UUID) -> Freeze | None:
    """Return a freeze; None: there is none."""
    row = connection.execute(_FREEZE, {"id": freeze_id}).one_or_none()
    return None if row is None else _freeze(row)


def freezes(
    connection: Connection,
    *,
    lifted_too: bool,
    before: Place | None,
    limit: int,
    of: Subject | None = None,
) -> Sequence[Freeze]:
    """Return up to ``limit`` freezes that began before ``before``, newest first; None: of all."""
    moment, id_ = before or (None, None)
    named = {"person": of and of.person_id, "account": of and of.account_id}
    asked = {"all": lifted_too, "moment": moment, "id": id_, "limit": limit}
    return [_freeze(row) for row in connection.execute(_FREEZES, asked | named)]


def _freeze(row: Row[Any]) -> Freeze:
    return Freeze(
        id=row.id,
        subject=Subject(row.person_id, row.account_id),
        person_name=row.person_name,
        account_reference=row.reference,
        account_name=row.account_name,
        reason=Reason.from_json(row.reason),
        begun_at=row.begun_at,
        begun_by=_staff(row.begun_by, row.begun_name),
        note=row.note,
        lift_requested_by=_perhaps(row.lift_requested_by, row.requested_name),
        lift_requested_at=row.lift_requested_at,
        lift_note=row.lift_note,
        lifted_by=_perhaps(row.lifted_by, row.lifted_name),
        lifted_at=row.lifted_at,
    )


def _staff(id_: str, name: str | None) -> Actor:
    return Actor(ActorKind.OPS, id_, name=name)


def _perhaps(id_: str | None, name: str | None) -> Actor | None:
    return _staff(id_, name) if id_ else None

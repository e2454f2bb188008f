"""Reads readings of signing rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.audit import Actor, ActorKind
from domain.authority_documents import AuthorityDocument
from domain.identifiers import PersonKey
from domain.signing_rules.readings import Group, Reading
from domain.signing_rules.states import ReadingState, shown_at
from storage.access.grant_rows import MOMENT
from storage.audit.staff import name_of
from storage.database import Connection
from storage.parties import documents

_STATED = """EXISTS (
    SELECT FROM register_state s WHERE s.id = r.register_state_id AND upper_inf(s.in_force))"""
_GROUPS = """
SELECT r.id, r.company_id, r.register_state_id, r.through_day, m.group_no, p.country, p.code
FROM signing_rule_reading r
JOIN signing_rule_member m ON m.reading_id = r.id JOIN person p ON p.id = m.person_id
"""
_APPLYING = text(f"""
{_GROUPS} WHERE r.company_id = ANY(:companies) AND r.state = 'confirmed'
  AND r.ends_at > clock_timestamp() AND {_STATED}
""")
# One that ended or became void had been confirmed if that has a time of its own.
_APPLIED_AT = text(f"""
{_GROUPS} WHERE r.company_id = (SELECT company_id FROM register_state WHERE id = :register_state)
  AND r.register_state_id = :register_state
  AND (r.state = 'confirmed' OR r.ended_at IS NOT NULL) AND {MOMENT} >= r.decided_at
  AND {MOMENT} < LEAST(r.ends_at, r.ended_at)
""")
_READINGS = f"""
SELECT r.id, r.company_id, r.register_state_id, r.state, r.through_day, r.ends_at, r.document_id,
       r.recorded_by, {name_of("r.recorded_by")} AS recorder, r.recorded_at,
       r.decided_by, {name_of("r.decided_by")} AS decider, r.decided_at,
       r.ended_by, {name_of("r.ended_by")} AS ender, r.ended_at,
       {_STATED} AS stated, clock_timestamp() AS now
FROM signing_rule_reading r WHERE {{which}}
"""
_ONE = text(_READINGS.format(which="r.id = :id"))
_OF_COMPANY = text(
    _READINGS.format(which="r.company_id = :company")
    + " ORDER BY r.recorded_at DESC, r.id LIMIT :limit"
)
_MEMBERS = text("""
SELECT m.reading_id, m.group_no, m.person_id, p.name
FROM signing_rule_member m JOIN person p ON p.id = m.person_id
WHERE m.reading_id = ANY(:ids) ORDER BY m.reading_id, m.group_no, p.name, m.person_id
""")


@dataclass(frozen=True, slots=True)
class ReadMember:
    """A member of a group of a reading."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedReading:
    """A reading, how far it is, and the paper that it rests on."""

    id: UUID
    company_id: UUID
    register_state_id: UUID
    state: ReadingState
    """As it is at this moment."""
    stored_state: ReadingState
    groups: tuple[tuple[ReadMember, ...], ...]
    through_day: date
    document: AuthorityDocument
    recorded_by: Actor
    recorded_at: datetime
    decided_by: Actor | None
    """Who confirmed, rejected or withdrew it."""
    decided_at: datetime | None
    ended_by: Actor | None
    ended_at: datetime | None


def applying(connection: Connection, company_ids: Iterable[UUID]) -> dict[UUID, Reading]:
    """Return the readings that apply to these companies' current states, by company."""
    return _grouped(connection.execute(_APPLYING, {"companies": list(company_ids)}))


def applied_at(
    connection: Connection, register_state_id: UUID, at: datetime | None
) -> Reading | None:
    """Return the reading of this register state that applies now, or applied at ``at``."""
    asked = {"register_state": register_state_id, "at": at}
    return next(iter(_grouped(connection.execute(_APPLIED_AT, asked)).values()), None)


def _grouped(rows: Iterable[Row[Any]]) -> dict[UUID, Reading]:
    found: dict[UUID, Reading] = {}
    members: dict[UUID, dict[int, set[PersonKey]]] = {}
    for row in rows:
        found[row.company_id] = Reading(row.id, (), row.register_state_id, row.through_day)
        groups = members.setdefault(row.company_id, {})
        groups.setdefault(row.group_no, set()).add(PersonKey(row.country, row.code))
    return {
        company_id: replace(reading, groups=_frozen(members[company_id]))
        for company_id, reading in found.items()
    }


def _frozen(groups: Mapping[int, set[PersonKey]]) -> tuple[Group, ...]:
    return tuple(frozenset(groups[number]) for number in sorted(groups))


def find(connection: Connection, reading_id: UUID) -> RecordedReading | None:
    """Return a reading; None: there is none with this id."""
    found = _read(connection, connection.execute(_ONE, {"id": reading_id}).all())
    return next(iter(found), None)


def of_company(
    connection: Connection, company_id: UUID, *, limit: int
) -> Sequence[RecordedReading]:
    """Return up to ``limit`` readings of a company's rule, past ones too, the newest first."""
    asked = {"company": company_id, "limit": limit}
    return _read(connection, connection.execute(_OF_COMPANY, asked).all())


def _read(connection: Connection, rows: Sequence[Row[Any]]) -> Sequence[RecordedReading]:
    papers = documents.find(connection, [row.document_id for row in rows])
    members = _members(connection, [row.id for row in rows])
    return [
        RecordedReading(
            id=row.id,
            company_id=row.company_id,
            register_state_id=row.register_state_id,
            state=shown_at(ReadingState(row.state), row.ends_at, row.now, stated=row.stated),
            stored_state=ReadingState(row.state),
            groups=members[row.id],
            through_day=row.through_day,
            document=papers[row.document_id],
            recorded_by=Actor(ActorKind.OPS, row.recorded_by, name=row.recorder),
            recorded_at=row.recorded_at,
            decided_by=_officer(row.decided_by, row.decider),
            decided_at=row.decided_at,
            ended_by=_officer(row.ended_by, row.ender),
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def _members(
    connection: Connection, ids: Sequence[UUID]
) -> dict[UUID, tuple[tuple[ReadMember, ...], ...]]:
    found: dict[UUID, dict[int, list[ReadMember]]] = {}
    for row in connection.execute(_MEMBERS, {"ids": list(ids)}):
        groups = found.setdefault(row.reading_id, {})
        groups.setdefault(row.group_no, []).append(ReadMember(row.person_id, row.name))
    return {id_: tuple(map(tuple, groups.values())) for id_, groups in found.items()}


def _officer(id_: str | None, name: str | None) -> Actor | None:
    return None if id_ is None else Actor(ActorKind.OPS, id_, name=name)

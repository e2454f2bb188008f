"""Writer of ``signing_rule_reading`` and its members. The grants follow: ``reading_grants``.

Every change needs the company to be locked (``storage.registry.register_states.lock``): so no
reading is confirmed while the register's next word is being recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.authority_documents import NewDocument
from domain.reasons import Reason
from domain.signing_rules import readings
from domain.signing_rules.readings import Group
from domain.signing_rules.states import ReadingState
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.parties import documents, upsert

_RECORD = text("""
INSERT INTO signing_rule_reading
    (id, company_id, register_state_id, through_day, ends_at, document_id, recorded_by, recorded_at)
VALUES (gen_random_uuid(), :company, :register_state, :through_day, :ends_at, :document, :by,
        clock_timestamp())
RETURNING id
""")
_MEMBERS = text("""
INSERT INTO signing_rule_member (reading_id, group_no, person_id, role)
SELECT :reading, m.group_no, m.person_id, m.role
FROM unnest(CAST(:groups AS int[]), CAST(:persons AS uuid[]), CAST(:roles AS text[]))
    AS m(group_no, person_id, role)
""")
_DECIDE = text("""
UPDATE signing_rule_reading SET state = :state, decided_by = :by, decided_at = clock_timestamp()
WHERE id = :id
""")
_END = text("""
UPDATE signing_rule_reading SET state = 'ended', ended_by = :by, ended_at = clock_timestamp()
WHERE id = :id
""")
_PROPOSED = text("""
SELECT EXISTS (
    SELECT FROM signing_rule_reading WHERE company_id = :company AND state = 'proposed')
""")
_CONFIRMED = text("""
SELECT id FROM signing_rule_reading WHERE company_id = :company AND state = 'confirmed'
""")
_VOID = text("""
WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at)
UPDATE signing_rule_reading r SET state = 'void', decided_at = COALESCE(r.decided_at, m.at),
    ended_at = CASE WHEN r.state = 'confirmed' THEN m.at END
FROM moment m, register_state now
WHERE r.company_id = ANY(:companies) AND r.state IN ('proposed', 'confirmed')
  AND now.company_id = r.company_id AND upper_inf(now.in_force) AND now.id <> r.register_state_id
RETURNING r.id, r.company_id, r.register_state_id, now.id AS now
""")


_VOIDED = EventKind.SIGNING_RULE_READING_VOID


@dataclass(frozen=True, slots=True)
class ReadingKey:
    """A reading, and the company whose rule it reads."""

    id: UUID
    company_id: UUID


@dataclass(frozen=True, slots=True)
class NewReading:
    """A reading to record, and the paper that it rests on."""

    company_id: UUID
    register_state_id: UUID
    """The company's current state, which is read."""
    groups: Sequence[Group]
    through_day: date
    ends_at: datetime
    """The first moment after ``through_day``."""
    document: NewDocument


def is_proposed(session: Session, company_id: UUID) -> bool:
    """Return whether a reading of the company's rule waits for its second officer."""
    return bool(session.execute(_PROPOSED, {"company": company_id}).scalar_one())


def record(session: Session, new: NewReading, *, actor: Actor) -> UUID:
    """Record a reading, which another officer has to confirm; returns its id.

    People who were unknown are created. Raises IntegrityError where one of the company is open.
    """
    document_id = documents.record(session, new.document, actor=actor)
    row = {
        "company": new.company_id,
        "register_state": new.register_state_id,
        "through_day": new.through_day,
        "ends_at": new.ends_at,
        "document": document_id,
        "by": actor.id,
    }
    reading_id: UUID = session.execute(_RECORD, row).scalar_one()
    members = _write_members(session, reading_id, new.groups)
    after = {
        "register_state": str(new.register_state_id),
        "through": new.through_day.isoformat(),
        "document": str(document_id),
        "members": members,
    }
    recorded = EventKind.SIGNING_RULE_READING_RECORDED
    event = _event(recorded, ReadingKey(reading_id, new.company_id), readings.RECORDED)
    events.append(session, [replace(event, after=after)], actor=actor)
    return reading_id


def _write_members(session: Session, reading_id: UUID, groups: Sequence[Group]) -> list[list[str]]:
    roles = readings.roles(groups)
    ids = upsert.person_ids(session, roles)
    members = [(number, person) for number, group in enumerate(groups) for person in sorted(group)]
    rows = {
        "groups": [number for number, _ in members],
        "persons": [ids[person] for _, person in members],
        "roles": [roles[person].value for _, person in members],
    }
    session.execute(_MEMBERS, {"reading": reading_id} | rows)
    return [sorted(str(ids[person]) for person in group) for group in groups]


_DECISIONS: dict[ReadingState, tuple[EventKind, Reason]] = {
    ReadingState.CONFIRMED: (EventKind.SIGNING_RULE_READING_CONFIRMED, readings.CONFIRMED),
    ReadingState.REJECTED: (EventKind.SIGNING_RULE_READING_REJECTED, readings.REJECTED),
    ReadingState.WITHDRAWN: (EventKind.SIGNING_RULE_READING_WITHDRAWN, readings.WITHDRAWN),
}


def decide(
    session: Session, reading: ReadingKey, decision: ReadingState, *, actor: Actor, note: str
) -> None:
    """Confirm, reject or withdraw a proposed reading, as the caller has found allowed.

    A confirmed one takes the place of the company's other, which ends.
    """
    if decision is ReadingState.CONFIRMED:
        found = session.execute(_CONFIRMED, {"company": reading.company_id}).scalars().all()
        for other in found:
            before = ReadingKey(other, reading.company_id)
            _end(session, before, readings.REPLACED, actor=actor, note=note)
    kind, reason = _DECISIONS[decision]
    session.execute(_DECIDE, {"id": reading.id, "state": decision, "by": actor.id})
    event_notes.append(session, _event(kind, reading, reason), note, actor=actor)


def end(session: Session, reading: ReadingKey, *, actor: Actor, note: str) -> None:
    """End a confirmed reading."""
    _end(session, reading, readings.ENDED, actor=actor, note=note)


def _end(session: Session, reading: ReadingKey, reason: Reason, *, actor: Actor, note: str) -> None:
    session.execute(_END, {"id": reading.id, "by": actor.id})
    event = _event(EventKind.SIGNING_RULE_READING_ENDED, reading, reason)
    event_notes.append(session, event, note, actor=actor)


def void(session: Session, company_ids: Sequence[UUID], *, actor: Actor) -> None:
    """Make void the readings of what the register does not say any more. Idempotent.

    A company without a current register state keeps its reading: unknown is not no.
    """
    rows = session.execute(_VOID, {"companies": list(company_ids)}).all()
    lines = [
        replace(
            _event(_VOIDED, ReadingKey(row.id, row.company_id), readings.CHANGED),
            before={"register_state": str(row.register_state_id)},
            after={"register_state": str(row.now)},
        )
        for row in sorted(rows)
    ]
    events.append(session, lines, actor=actor)


def _event(kind: EventKind, reading: ReadingKey, reason: Reason) -> NewEvent:
    return NewEvent(kind, subject_id=reading.id, company_id=reading.company_id, reason=reason)

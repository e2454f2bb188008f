"""Writer and reader of ``signing_rule_look``: officers' words on groups that a register states."""

from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, ActorKind, EventKind
from domain.signing_rules.looks import REASONS, Look, LookResult
from storage.audit import event_notes
from storage.audit.event_notes import text_of
from storage.audit.events import NewEvent
from storage.audit.staff import name_of
from storage.database import Connection, Session

_LOOK = text("""
INSERT INTO signing_rule_look (company_id, digest, result, looked_by, looked_at, note_id)
VALUES (:company, :digest, :result, :by, clock_timestamp(), :note_id)
ON CONFLICT (company_id, digest) DO UPDATE
SET result = EXCLUDED.result, looked_by = EXCLUDED.looked_by, looked_at = EXCLUDED.looked_at,
    note_id = EXCLUDED.note_id
""")
_RESULT = text("""
SELECT result FROM signing_rule_look WHERE company_id = :company AND digest = :digest
""")
_FIND = text(f"""
SELECT l.result, l.looked_by, l.looked_at, {text_of("l.note_id")} AS note,
       {name_of("l.looked_by")} AS name
FROM signing_rule_look l WHERE l.company_id = :company AND l.digest = :digest
""")


def look(
    session: Session, company_id: UUID, digest: str, *, ok: bool, actor: Actor, note: str
) -> None:
    """Record an officer's word on the register state with this digest, the company's current one.

    The company is locked. A later word takes the place of an earlier one.
    """
    result = LookResult.CONFIRMED if ok else LookResult.REFUSED
    event = NewEvent(
        EventKind.SIGNING_RULE_LOOKED_AT,
        subject_id=company_id,
        company_id=company_id,
        reason=REASONS[result],
        after={"result": result.value, "digest": digest},
    )
    note_id = event_notes.append(session, event, note, actor=actor)
    asked = {"company": company_id, "digest": digest, "result": result, "by": actor.id}
    session.execute(_LOOK, asked | {"note_id": note_id})


def confirmed(connection: Connection, company_id: UUID, digest: str) -> bool | None:
    """Return whether an officer found these groups read rightly; None: nobody has looked."""
    asked = {"company": company_id, "digest": digest}
    result = connection.execute(_RESULT, asked).scalar_one_or_none()
    return None if result is None else bool(result == LookResult.CONFIRMED)


def find(connection: Connection, company_id: UUID, digest: str) -> Look | None:
    """Return the look at this register state; None: nobody has looked."""
    asked = {"company": company_id, "digest": digest}
    row = connection.execute(_FIND, asked).one_or_none()
    if row is None:
        return None
    by = Actor(ActorKind.OPS, row.looked_by, name=row.name)
    return Look(LookResult(row.result), by, row.looked_at, row.note)

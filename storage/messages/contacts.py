"""Writes the table ``contact_settings``: a person's choice, and the operator's beside it.

Neither overwrites the other, and the person's comes first.
"""

from uuid import UUID

from sqlalchemy import TextClause, text

from domain.audit import Actor, EventKind
from domain.messages.contact import ContactChoice
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.messages import contact_queries


def _put(prefix: str) -> TextClause:
    columns = [f"{prefix}{name}" for name in ("language", "sms", "number")]
    values = ", ".join(f"EXCLUDED.{name}" for name in columns)
    old = ", ".join(f"contact_settings.{name}" for name in columns)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns)
    return text(f"""
INSERT INTO contact_settings (person_id, {", ".join(columns)})
SELECT id, :language, :sms, :number FROM person WHERE id = :person AND erased_at IS NULL
FOR KEY SHARE
ON CONFLICT (person_id) DO UPDATE SET {changes}, updated_at = clock_timestamp()
WHERE ({old}) IS DISTINCT FROM ({values})
RETURNING person_id
""")


_CHOOSE, _GIVE = _put(""), _put("operator_")


def choose(session: Session, person_id: UUID, choice: ContactChoice, *, actor: Actor) -> None:
    """Record the person's own choice. Idempotent; a change is an event, without the number."""
    _write(session, _CHOOSE, person_id, choice, actor)


def give(session: Session, person_id: UUID, choice: ContactChoice, *, actor: Actor) -> None:
    """Record the operator's contact of a person: it counts where they chose none themselves."""
    _write(session, _GIVE, person_id, choice, actor)


def _write(
    session: Session, statement: TextClause, person_id: UUID, choice: ContactChoice, actor: Actor
) -> None:
    row = {
        "person": person_id,
        "language": choice.language,
        "sms": choice.sms,
        "number": choice.number,
    }
    if session.execute(statement, row).one_or_none() is None:
        return
    now = contact_queries.contact(session, person_id)
    after = {"language": now.language, "sms": now.sms, "number_from": now.number_from}
    changed = NewEvent(
        EventKind.CONTACT_CHANGED, subject_id=person_id, person_id=person_id, after=after
    )
    events.append(session, [changed], actor=actor)

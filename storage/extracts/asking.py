"""Take a person's request for an extract: extract, operation, event and limits together."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.call_details import extracts as limits
from domain.call_details.extracts import KIND
from domain.call_details.secrecy import Level
from domain.reasons import Reason
from storage import locks
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.database import Session
from storage.extracts.rows import ExtractTerms
from storage.locks import Purpose
from storage.numbers import extract_notices
from storage.numbers.extract_notices import FullExtract
from storage.requests import operations
from storage.requests.operations import Subject

_COUNT = text("""
SELECT count(*) FILTER (WHERE state = 'making') AS open,
    count(*) FILTER (WHERE state = 'making' AND person_id = :person) AS open_of_person,
    count(*) FILTER (WHERE state = 'ready' AND person_id = :person
        AND kept_until > statement_timestamp()) AS kept_of_person
FROM extract WHERE account_id = :account AND state IN ('making', 'ready')
""")
_INSERT = text("""
INSERT INTO extract (id, account_id, person_id, state, level, format, language, from_day,
    through_day, begins_at, ends_at, services, is_of_all, kinds, direction, roaming, min_cost,
    is_read)
VALUES (:id, :account, :person, 'making', :level, :format, :language, :from_day, :through_day,
    :begins_at, :ends_at, :services, :is_of_all, :kinds, :direction, :roaming, :min_cost, false)
ON CONFLICT (id) DO NOTHING
""")
_NOTE = text("UPDATE extract SET note_id = :note WHERE id = :id")
_IS_THERE = text("SELECT EXISTS (SELECT FROM extract WHERE id = :id)")
_SHOWN = 20
"""Services that an event names; of more it says how many there are."""


class TooMany(Exception):
    """So many extracts are in the making, or kept, that one of them must end first."""


@dataclass(frozen=True, slots=True)
class NewExtract:
    """An extract that a person asks for."""

    id: UUID
    account_id: UUID
    person_id: UUID
    terms: ExtractTerms
    purpose: str = ""
    """Purpose, in the maker's words: a note of the event. Empty: none is needed."""


def is_there(session: Session, extract_id: UUID) -> bool:
    """Return whether it was asked for before."""
    return bool(session.execute(_IS_THERE, {"id": extract_id}).scalar_one())


def request(session: Session, new: NewExtract, *, actor: Actor) -> None:
    """Ask for an extract, under an id of its own. Raises TooMany."""
    locks.lock(session, Purpose.EXTRACT, str(new.account_id))
    _require_room(session, new)
    session.execute(_INSERT, _values(new))
    subject = Subject(new.account_id)
    operations.request(session, new.id, KIND, new.person_id, subject)
    event_id = event_notes.append(session, _event(new), new.purpose, actor=actor)
    if new.purpose:
        session.execute(_NOTE, {"id": new.id, "note": event_id})
    if new.terms.level is Level.FULL:
        extract_notices.tell(session, _told_of(new, event_id), actor=actor)


def _require_room(session: Session, new: NewExtract) -> None:
    asked = {"account": new.account_id, "person": new.person_id}
    found = session.execute(_COUNT, asked).one()
    if (
        found.open >= limits.OPEN_PER_ACCOUNT
        or found.open_of_person >= limits.OPEN_PER_PERSON
        or found.kept_of_person >= limits.KEPT_PER_PERSON
    ):
        raise TooMany


def _values(new: NewExtract) -> dict[str, Any]:
    terms, which = new.terms, new.terms.which
    return {
        "id": new.id,
        "account": new.account_id,
        "person": new.person_id,
        "level": terms.level,
        "format": terms.format,
        "language": terms.language,
        "from_day": terms.from_day,
        "through_day": terms.through_day,
        "begins_at": which.period.start,
        "ends_at": which.period.end,
        "services": sorted(which.services),
        "is_of_all": terms.is_of_all,
        "kinds": sorted(which.kinds),
        "direction": which.direction,
        "roaming": which.is_roaming,
        "min_cost": which.min_cost,
    }


def _told_of(new: NewExtract, event_id: int) -> FullExtract:
    terms, which = new.terms, new.terms.which
    return FullExtract(
        new.id,
        new.account_id,
        new.person_id,
        which.services,
        which.period.start,
        terms.from_day,
        terms.through_day,
        event_id,
    )


def _event(new: NewExtract) -> NewEvent:
    """Only filters that there are: nobody reads a list of nulls."""
    terms, which = new.terms, new.terms.which
    services = sorted(which.services)
    narrowed: dict[str, Any] = {
        "kinds": sorted(each.value for each in which.kinds) or None,
        "direction": which.direction,
        "roaming": which.is_roaming,
        "min_cost": None if which.min_cost is None else f"{which.min_cost:f}",
        "services": None if len(services) > _SHOWN else [str(each) for each in services],
    }
    after = {
        "level": terms.level.value,
        "format": terms.format.value,
        "from_day": terms.from_day.isoformat(),
        "through_day": terms.through_day.isoformat(),
        "service_count": len(services),
    }
    after |= {name: value for name, value in narrowed.items() if value is not None}
    return NewEvent(
        EventKind.EXTRACT_REQUESTED,
        subject_id=new.id,
        account_id=new.account_id,
        person_id=new.person_id,
        reason=Reason("purpose_stated", "They said what they need it for") if new.purpose else None,
        after=after,
    )

"""Writer of ``appointment``: in which companies a person is a holder, and what that leads to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.identifiers import CompanyKey, PersonKey
from domain.registry.register import Appointment, Holder
from storage.access.grant_rows import by_register
from storage.database import Connection, Session
from storage.parties import upsert
from storage.registry import register_state_queries
from storage.registry.register_state_queries import StoredState


class PersonAt(NamedTuple):
    """A person, and the database's time when the person was read."""

    key: PersonKey
    at: datetime


_PERSON = text("SELECT country, code, clock_timestamp() FROM person WHERE id = :id")
_COMPANY = text("SELECT country, code FROM company WHERE id = :id")

_LASTING = "(upper_inf(g.validity) OR upper(g.validity) > clock_timestamp())"
_GRANTED = text(f"""
SELECT DISTINCT a.company_id FROM account a
JOIN access_grant g ON g.account_id = a.id
WHERE g.person_id = :person AND {by_register("g")} AND {_LASTING}
""")

_CUSTOMERS = text("""
SELECT DISTINCT company_id FROM account WHERE company_id = ANY(:ids) AND status = 'active'
""")

_APPOINTED = text("""
INSERT INTO appointment (person_id, company_id, as_of)
SELECT :person, id, :as_of FROM unnest(CAST(:ids AS uuid[])) AS id
ON CONFLICT (person_id, company_id) DO UPDATE SET as_of = EXCLUDED.as_of
""")

_NO_LONGER = text("""
DELETE FROM appointment WHERE person_id = :person AND NOT company_id = ANY(:ids)
""")

_OLDEST_STATE = text(f"""
SELECT min(s.as_of) FROM register_state s JOIN account a ON a.company_id = s.company_id
JOIN access_grant g ON g.account_id = a.id
WHERE g.person_id = :person AND {by_register("g")} AND {_LASTING}
  AND upper_inf(s.in_force)
""")


def person_at(session: Session, person_id: UUID) -> PersonAt:
    """Return a person's key and the time."""
    country, code, at = session.execute(_PERSON, {"id": person_id}).one()
    return PersonAt(PersonKey(country, code), at)


def company_key(connection: Connection, company_id: UUID) -> CompanyKey:
    """Return a company's key."""
    return CompanyKey(*connection.execute(_COMPANY, {"id": company_id}).one())


def oldest_state(session: Session, person_id: UUID) -> datetime | None:
    """Return ``as_of`` of the oldest register state that the person's grants rest on."""
    found: datetime | None = session.execute(
        _OLDEST_STATE, {"person": person_id}
    ).scalar_one_or_none()
    return found


def record_appointments(
    session: Session,
    person_id: UUID,
    person: PersonKey,
    appointments: Sequence[Appointment],
    *,
    as_of: datetime,
) -> list[UUID]:
    """Record in which companies the person is a holder.

    Returns the companies to query about: those with an account here, or in which the person
    holds a grant, whose entries of the person differ from the current state.
    """
    ids = upsert.company_ids(session, [a.company for a in appointments])
    answered = {ids[a.company]: a for a in appointments}
    parameters = {"person": person_id, "ids": list(answered)}
    session.execute(_APPOINTED, {**parameters, "as_of": as_of})
    session.execute(_NO_LONGER, parameters)
    customers = set(session.execute(_CUSTOMERS, {"ids": list(answered)}).scalars())
    granted = set(session.execute(_GRANTED, {"person": person_id}).scalars())
    known = register_state_queries.current(session, sorted(customers | granted))
    return [
        company_id
        for company_id in sorted(customers | granted)
        if _answered(answered.get(company_id)) != _stored(known, company_id, person)
    ]


def _answered(appointment: Appointment | None) -> object:
    """Return what the answer about a person says of a company; comparable with ``_stored``."""
    if appointment is None:
        return None
    return appointment.status, appointment.form_confers, _entries(appointment.holders)


def _stored(known: Mapping[UUID, StoredState], company_id: UUID, person: PersonKey) -> object:
    stored = known.get(company_id)
    if stored is None:
        return "never queried"
    state = stored.state
    entries = _entries(tuple(h for h in state.holders if h.person == person))
    return (state.status, state.form_confers, entries) if entries else None


def _entries(holders: Sequence[Holder]) -> frozenset[tuple[str, str, bool | None]]:
    return frozenset((h.role, h.capacity.value, h.acts_alone) for h in holders)

"""Asking the register about one person, now: at login, and whenever the person says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import text
from temporalio import activity

from activities.heartbeat import heartbeating
from activities.registry.errors import as_failure
from domain.audit import Actor, ActorKind
from domain.identifiers import CompanyKey, PersonKey
from domain.processes import WaitsFor
from domain.reasons import Reason
from domain.registry.register import (
    Absent,
    Appointment,
    Holder,
    Register,
    RegisterState,
    RegisterUnknown,
)
from storage.database import Database, Session
from storage.parties import upsert
from storage.registry import align_grants, register_states
from storage.registry.register_states import Belief
from storage.requests import operations

SOURCE = "person"


class RefreshRequest(BaseModel, frozen=True):
    """Whose access to look at, and the operation that tells how it went."""

    person_id: UUID
    operation_id: UUID


class PersonAsked(BaseModel, frozen=True):
    """What the register's word on a person leads to: companies whose state must be asked for."""

    as_of: datetime
    appointments: int
    to_ask: tuple[UUID, ...]


class CompaniesToAlign(BaseModel, frozen=True):
    """Companies to ask about and align at once."""

    request: RefreshRequest
    company_ids: tuple[UUID, ...]


class Aligned(BaseModel, frozen=True):
    """What a refresh changed. ``unknown``: companies that could not be asked about."""

    started: int = 0
    ended: int = 0
    unknown: int = 0

    def __add__(self, other: "Aligned") -> "Aligned":
        return Aligned(
            started=self.started + other.started,
            ended=self.ended + other.ended,
            unknown=self.unknown + other.unknown,
        )


class RefreshEnd(BaseModel, frozen=True):
    """How a refresh ended. ``failure`` is the register's trouble, where it had one."""

    request: RefreshRequest
    aligned: Aligned = Aligned()
    as_of: datetime | None = None
    failure: str | None = None


_KNOWN = text("""
SELECT DISTINCT a.company_id FROM account a
JOIN access_grant g ON g.account_id = a.id
WHERE g.person_id = :person AND g.origin = 'register' AND upper_inf(g.validity)
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

# The newest word on any company in which this person holds something: how old is what stands.
_LAST_GOOD = text("""
SELECT min(s.as_of) FROM register_state s JOIN account a ON a.company_id = s.company_id
JOIN access_grant g ON g.account_id = a.id
WHERE g.person_id = :person AND g.origin = 'register' AND upper_inf(g.validity)
  AND upper_inf(s.believed)
""")


class Refreshing:
    """One person's access, looked at anew."""

    def __init__(self, database: Database, register: Register) -> None:
        self._database = database
        self._register = register

    @activity.defn
    def ask_about_person(self, request: RefreshRequest) -> PersonAsked:
        """Ask where the person is a holder, and find where that differs from what is believed.

        Grants nothing and ends nothing by itself: an answer about a person may leave out others,
        so every difference is settled by asking for the company's own state.
        """
        with self._database.transaction() as session:
            operations.running(session, request.operation_id, WaitsFor.REGISTER)
            row = session.execute(
                text("SELECT country, code, clock_timestamp() AS now FROM person WHERE id = :id"),
                {"id": request.person_id},
            ).one()
        try:
            with heartbeating():
                appointments = self._register.companies_of(PersonKey(row.country, row.code))
        except RegisterUnknown as error:
            raise as_failure(error) from None
        person = PersonKey(row.country, row.code)
        with self._database.transaction() as session:
            to_ask = _differing(session, request.person_id, person, appointments, row.now)
        return PersonAsked(as_of=row.now, appointments=len(appointments), to_ask=tuple(to_ask))

    @activity.defn
    def align_companies(self, companies: CompaniesToAlign) -> Aligned:
        """Ask for each company's state and align it at once. Repeating is harmless."""
        with heartbeating():
            return self._align_all(companies)

    def _align_all(self, companies: CompaniesToAlign) -> Aligned:
        aligned = Aligned()
        for company_id in companies.company_ids:
            try:
                done = self._align(company_id, companies.request.person_id)
            except RegisterUnknown as error:
                if error.retry:
                    raise as_failure(error) from None
                done = Aligned(unknown=1)
            aligned += done
        return aligned

    def _align(self, company_id: UUID, person_id: UUID) -> Aligned:
        with self._database.reading() as connection:
            row = connection.execute(
                text("SELECT country, code FROM company WHERE id = :id"), {"id": company_id}
            ).one()
        said = self._register.state(CompanyKey(row.country, row.code))
        if isinstance(said, Absent):
            return Aligned(unknown=1)
        actor = Actor(ActorKind.REGISTER, self._register.country)
        with self._database.transaction() as session:
            register_states.lock(session, [company_id])
            register_states.believe(session, {company_id: said}, actor=actor)
            change = align_grants.align(session, [company_id], actor=actor)
        mine = [c for c in (*change.started, *change.ended) if c.person_id == person_id]
        started = [c for c in mine if c in change.started]
        return Aligned(started=len(started), ended=len(mine) - len(started))

    @activity.defn
    def end_refresh(self, end: RefreshEnd) -> None:
        """Tell the operation how it ended. Repeating changes nothing."""
        with self._database.transaction() as session:
            if end.failure:
                oldest = session.execute(
                    _LAST_GOOD, {"person": end.request.person_id}
                ).scalar_one_or_none()
                operations.failed(session, end.request.operation_id, _unavailable(end, oldest))
            else:
                result = {
                    "as_of": end.as_of.isoformat() if end.as_of else None,
                    **end.aligned.model_dump(),
                }
                operations.succeeded(session, end.request.operation_id, result)


_NOT_AT_ALL = "Access stays as the register last gave it; nothing new was granted."
_PARTLY = "Access follows what it did answer; the rest stays as it last gave it."


def _unavailable(end: RefreshEnd, oldest: datetime | None) -> Reason:
    access = _PARTLY if end.aligned != Aligned() else _NOT_AT_ALL
    facts = {"cause": end.failure, "as_of": oldest.isoformat() if oldest else None}
    return Reason("register_unavailable", f"The register could not be queried. {access}", facts)


def _differing(
    session: Session,
    person_id: UUID,
    person: PersonKey,
    appointments: Sequence[Appointment],
    as_of: datetime,
) -> list[UUID]:
    """Companies with an account here of which the person's entries are not what is believed."""
    ids = upsert.company_ids(session, [a.company for a in appointments])
    told = {ids[a.company]: a for a in appointments}
    appointed = {"person": person_id, "ids": list(told)}
    session.execute(_APPOINTED, {**appointed, "as_of": as_of})
    session.execute(_NO_LONGER, appointed)
    customers = set(session.execute(_CUSTOMERS, {"ids": list(told)}).scalars())
    held = set(session.execute(_KNOWN, {"person": person_id}).scalars())
    known = register_states.current(session, sorted(customers | held))
    return [
        company_id
        for company_id in sorted(customers | held)
        if _mark(told.get(company_id)) != _believed(known, company_id, person)
    ]


def _mark(appointment: Appointment | None) -> object:
    """What an answer about a person says of a company; comparable with ``_believed``."""
    if appointment is None:
        return None
    return appointment.status, appointment.form_confers, _entries(appointment.holders)


def _believed(known: Mapping[UUID, Belief], company_id: UUID, person: PersonKey) -> object:
    belief = known.get(company_id)
    if belief is None:
        return "never asked"
    state: RegisterState = belief.state
    entries = _entries(tuple(h for h in state.holders if h.person == person))
    return (state.status, state.form_confers, entries) if entries else None


def _entries(holders: Sequence[Holder]) -> frozenset[tuple[str, str, bool | None]]:
    return frozenset((h.role, h.capacity.value, h.acts_alone) for h in holders)

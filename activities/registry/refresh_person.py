"""Refresh one person: query the register about the person at login, or when the person asks."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from activities.heartbeat import heartbeating
from activities.registry.errors import as_failure
from domain.delegations.departures import STANDARD, DepartureRules
from domain.processes import WaitsFor
from domain.reasons import Reason
from domain.registry.hold_limits import HoldLimits
from domain.registry.ports import Register
from domain.registry.register import REGISTER_BUSY, Absent, RegisterUnknown
from domain.task_queues import ActivityQueue, RegisterQueue
from storage.database import Database
from storage.registry import apply_answers, appointments
from storage.requests import operations


class RefreshRequest(BaseModel, frozen=True):
    """Person to refresh, and the operation that reports the result."""

    person_id: UUID
    operation_id: UUID


class PersonQueried(BaseModel, frozen=True):
    """Result of querying about a person: ``to_query`` are the companies to query about."""

    as_of: datetime
    appointments: int
    to_query: tuple[UUID, ...]


class CompaniesToAlign(BaseModel, frozen=True):
    """Companies to query about and to align."""

    request: RefreshRequest
    company_ids: tuple[UUID, ...]


class Aligned(BaseModel, frozen=True):
    """Grants that a refresh changed.

    ``unknown``: companies that could not be queried about; ``held``: companies of which nothing was
    applied, for it would end too much access.
    """

    started: int = 0
    ended: int = 0
    unknown: int = 0
    held: int = 0

    def __add__(self, other: "Aligned") -> "Aligned":
        return Aligned(
            started=self.started + other.started,
            ended=self.ended + other.ended,
            unknown=self.unknown + other.unknown,
            held=self.held + other.held,
        )


class RefreshEnd(BaseModel, frozen=True):
    """Result of a refresh. ``failure``: code of the register's error, if there was one."""

    request: RefreshRequest
    aligned: Aligned = Aligned()
    as_of: datetime | None = None
    failure: str | None = None


class RefreshPersonActivities:
    """Activities of PersonRefresh that query the register."""

    queue: ClassVar[ActivityQueue | None] = RegisterQueue.PEOPLE

    def __init__(
        self,
        database: Database,
        register: Register,
        limits: HoldLimits,
        on_departure: DepartureRules = STANDARD,
    ) -> None:
        self._database = database
        self._register = register
        self._limits = limits
        self._on_departure = on_departure

    @activity.defn(name="registry.query_person")
    def query_person(self, request: RefreshRequest) -> PersonQueried:
        """Query where the person is a holder, and compare that with the current states.

        Grants nothing and ends nothing by itself: an answer about a person may leave out others,
        so each difference is settled by querying about the company.
        """
        with self._database.transaction() as session:
            operations.running(session, request.operation_id, WaitsFor.REGISTER)
            person = appointments.person_at(session, request.person_id)
        try:
            with heartbeating(), activity.shield_thread_cancel_exception():
                found = self._register.companies_of(person.key)
        except RegisterUnknown as error:
            raise as_failure(error) from None
        with self._database.transaction() as session:
            to_query = appointments.record_appointments(
                session, request.person_id, person.key, found, as_of=person.at
            )
        return PersonQueried(as_of=person.at, appointments=len(found), to_query=tuple(to_query))

    @activity.defn(name="registry.align_companies")
    def align_companies(self, companies: CompaniesToAlign) -> Aligned:
        """Query each company's state and align its accounts. Idempotent."""
        with heartbeating():
            return self._align_all(companies)

    def _align_all(self, companies: CompaniesToAlign) -> Aligned:
        aligned = Aligned()
        for company_id in companies.company_ids:
            try:
                done = self._align(company_id, companies.request.person_id)
            except RegisterUnknown as error:
                if error.retry or error.concerns_all:
                    raise as_failure(error) from None
                done = Aligned(unknown=1)
            aligned += done
        return aligned

    def _align(self, company_id: UUID, person_id: UUID) -> Aligned:
        with self._database.reading() as connection:
            company = appointments.company_key(connection, company_id)
        with activity.shield_thread_cancel_exception():  # a turn at the register is given back
            state = self._register.state(company)
        if isinstance(state, Absent):
            return Aligned(unknown=1)
        change = apply_answers.apply_or_hold(
            self._database,
            company_id,
            state,
            self._limits,
            register=self._register.country,
            on_departure=self._on_departure,
        )
        if change is None:
            return Aligned(held=1)
        mine = [c for c in (*change.started, *change.lost) if c.person_id == person_id]
        started = [c for c in mine if c in change.started]
        return Aligned(started=len(started), ended=len(mine) - len(started))


class EndRefreshActivities:
    """The activity that ends a refresh. It queries no register, so it needs no turn."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="registry.end_refresh")
    def end_refresh(self, end: RefreshEnd) -> None:
        """End the operation with the result. Idempotent."""
        with self._database.transaction() as session:
            if end.failure:
                oldest = appointments.oldest_state(session, end.request.person_id)
                operations.failed(session, end.request.operation_id, _unavailable(end, oldest))
            else:
                result = {
                    "as_of": end.as_of.isoformat() if end.as_of else None,
                    **end.aligned.model_dump(),
                }
                operations.succeeded(session, end.request.operation_id, result)


_CAUSES = {
    "register_budget_spent": "Today's queries to the register for people who log in are used up.",
    REGISTER_BUSY: "Too many queries wait for the register.",
}
_NOT_AT_ALL = "Access stays as the register last gave it; nothing new was granted."
_PARTLY = "Access follows what it did answer; the rest stays as it last gave it."


def _unavailable(end: RefreshEnd, oldest: datetime | None) -> Reason:
    access = _PARTLY if end.aligned != Aligned() else _NOT_AT_ALL
    facts = {"cause": end.failure, "as_of": oldest.isoformat() if oldest else None}
    why = _CAUSES.get(end.failure or "", "The register could not be queried.")
    return Reason("register_unavailable", f"{why} {access}", facts)

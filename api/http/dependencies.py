"""Dependencies of routes: the engine, its database, and the person for whom a caller acts."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from temporalio.client import Client

from api.auth.authorization import Authorized
from api.auth.principals import PersonCaller
from api.http.problems import Problem
from api.http.schemas import Moment
from api.parts import parts_of
from domain.audit import Actor
from services.access.uses import AccessUses
from services.billing.reader import BillingReader
from services.engine import Engine
from services.parties.people import ensure_person
from storage.database import Database
from storage.parties import people


async def _database(request: Request) -> Database:
    return parts_of(request).engine.database


async def _temporal(request: Request) -> Client:
    return parts_of(request).engine.temporal


async def _engine(request: Request) -> Engine:
    return parts_of(request).engine


async def _uses(request: Request) -> AccessUses:
    return parts_of(request).uses


async def _billing(request: Request) -> BillingReader:
    return parts_of(request).billing


Store = Annotated[Database, Depends(_database)]
Temporal = Annotated[Client, Depends(_temporal)]
EngineDep = Annotated[Engine, Depends(_engine)]
Uses = Annotated[AccessUses, Depends(_uses)]
Billing = Annotated[BillingReader, Depends(_billing)]


def acting_person(database: Database, admitted: Authorized) -> UUID:
    """Return the id of the person for whom the caller acts, created at the first login.

    The name of their login is kept where no register names them.

    Raises Problem where a client names a person who is unknown, or whose data was erased.
    """
    person = admitted.person
    if person is None:
        raise Problem("on_behalf_of_missing")
    if not isinstance(person, UUID):
        caller = admitted.caller
        name = caller.name if isinstance(caller, PersonCaller) else ""
        return ensure_person(database, person, name)
    with database.single_read() as connection:
        found = people.find(connection, person)
    if found is None or found.erased:
        raise Problem("not_found")
    return person


@dataclass(frozen=True, slots=True)
class ActingPerson:
    """The person for whom a caller acts, and the actor of the events that follow."""

    id: UUID
    actor: Actor
    """Names the person: who logged in, or whom the portal acts for."""


def acting(database: Database, admitted: Authorized) -> ActingPerson:
    """Return who acts, for a route that writes; the person is created at the first login.

    Raises Problem as ``acting_person`` does.
    """
    person_id = acting_person(database, admitted)
    return ActingPerson(person_id, admitted.actor.naming(person_id))


At = Annotated[Moment | None, Query(description="A past moment. Left out: now.")]

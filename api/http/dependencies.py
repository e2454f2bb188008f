"""Dependencies of routes: the engine, its database, and the person whom a request is about."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import AfterValidator, AwareDatetime
from temporalio.client import Client

from api.auth.authorization import Authorized
from api.http.problems import Problem
from api.parts import parts_of
from services.engine import Engine
from storage.database import Database
from storage.parties import people

CLOCKS_DIFFER = timedelta(minutes=1)


async def _database(request: Request) -> Database:
    return parts_of(request).engine.database


async def _temporal(request: Request) -> Client:
    return parts_of(request).engine.temporal


async def _engine(request: Request) -> Engine:
    return parts_of(request).engine


EngineDep = Annotated[Engine, Depends(_engine)]
Store = Annotated[Database, Depends(_database)]
Temporal = Annotated[Client, Depends(_temporal)]


def acting_person(database: Database, admitted: Authorized) -> UUID:
    """The id of the person for whom the caller speaks; someone who logs in first becomes known.

    Raises Problem where a client names a person whom nobody knows.
    """
    person = admitted.person
    if person is None:
        raise Problem("on_behalf_of_missing")
    if not isinstance(person, UUID):
        return people.known_as(database, person)
    with database.reading() as connection:
        if people.find(connection, person) is None:
            raise Problem("not_found")
    return person


def _not_in_future(moment: datetime) -> datetime:
    if moment > datetime.now(UTC) + CLOCKS_DIFFER:
        raise ValueError("nobody knows who will have access in the future")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_not_in_future)]
At = Annotated[Moment | None, Query(description="As it was at this past moment, instead of now.")]

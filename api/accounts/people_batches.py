"""POST /v1/people/lookups: a program learns the ids of many persons at once."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from api.accounts.people import WHO_KNOWS_CODES, PersonCode, PersonId
from api.auth.authorization import Authorized
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from domain.identifiers import InvalidIdentifier, PersonKey
from services.parties.people import ensure_people

router = APIRouter(prefix="/v1/people", tags=["people"], route_class=GuardedRoute)

_Admitted = Annotated[Authorized, Depends(WHO_KNOWS_CODES)]


class PeopleCodes(RequestModel):
    """Several persons, by their codes."""

    people: list[PersonCode] = Field(
        min_length=1, max_length=100, description="The persons, in the order of the answers."
    )

    def keys(self) -> list[PersonKey]:
        """Return the validated keys. Raises Problem, which points at each wrong code."""
        today, keys, issues = datetime.now(UTC).date(), [], []
        for number, person in enumerate(self.people):
            try:
                keys.append(PersonKey.of(person.country, person.code, today=today))
            except InvalidIdentifier as error:
                issues.append(ValidationIssue(f"/people/{number}/code", str(error)))
        if issues:
            raise Problem("invalid", errors=issues)
        return keys


class PeopleIds(ResponseModel):
    """Several persons, by the ids that every other route uses."""

    items: list[PersonId] = Field(
        description="One for each person, in the order of the request; the same twice: twice."
    )


async def _counted(asked: PeopleCodes, request: Request, admitted: _Admitted) -> PeopleCodes:
    parts_of(request).limits.count_more(admitted.caller, len(asked.people) - 1)
    return asked


_Counted = Annotated[PeopleCodes, Depends(_counted)]


@router.post("/lookups", operation_id="lookUpPeople")
def look_up_people(people: _Counted, admitted: _Admitted, database: Store) -> PeopleIds:
    """Return the ids of up to 100 persons, each created where the person is new.

    As `POST /v1/people/lookup` for each. A code that nobody can have refuses all of them (422), and
    nobody is created. Each person counts as a request in the caller's rate. One event,
    `people:looked_up`, says how many the program looked up, and not whom.
    """
    ids = ensure_people(database, people.keys(), actor=admitted.actor)
    return PeopleIds(items=[PersonId(id=id_) for id_ in ids])

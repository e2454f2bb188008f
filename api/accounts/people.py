"""POST /v1/people/lookup: a program learns a person's id by personal code, in a body."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel
from api.http.validation_errors import ValidationIssue
from domain.identifiers import InvalidIdentifier, PersonKey
from services.parties.people import ensure_person

router = APIRouter(prefix="/v1/people", tags=["people"], route_class=GuardedRoute)

WHO_KNOWS_CODES = Allow(scopes=(Scope.ACT_FOR_PERSON, Scope.ACCOUNTS))


class PersonCode(RequestModel):
    """A person, by country and the personal code that it gave."""

    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")
    code: str = Field(
        min_length=1,
        max_length=256,
        description="Personal code of the person, in their country's form.",
    )

    def key(self, pointer: str = "/code") -> PersonKey:
        """Return the validated key. Raises Problem, which points at the code."""
        try:
            return PersonKey.of(self.country, self.code, today=datetime.now(UTC).date())
        except InvalidIdentifier as error:
            raise Problem("invalid", errors=[ValidationIssue(pointer, str(error))]) from None


class PersonId(ResponseModel):
    """A person, by the id that every other route uses."""

    id: UUID


@router.post("/lookup", operation_id="lookUpPerson")
def look_up_person(
    person: PersonCode, _admitted: Annotated[Authorized, Depends(WHO_KNOWS_CODES)], database: Store
) -> PersonId:
    """Return the id of this person, created where the person is new.

    For programs. Staff search (`POST /v1/ops/people/search`), which is recorded and creates nobody.
    """
    return PersonId(id=ensure_person(database, person.key()))

"""POST /v1/access/check: whether a person may do something on an account.

The API's most frequent request: one read, one decision, no more.
"""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.access.chains import GrantChain
from api.access.schemas import AccessCheckRequest, AccessDecision, decision_fields
from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope, StaffCaller, StaffRole
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.sentences import reader_of, sentences_of
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from api.people.look_ups import note_look_up
from domain.identifiers import PersonKey
from domain.people.look_ups import LookUp
from services.access.check import check_with_chains
from storage.database import Database
from storage.parties import people

router = APIRouter(prefix="/v1/access", tags=["access"], route_class=GuardedRoute)

MAY_CHECK = Allow(
    person=True,
    portal=True,
    scopes=(Scope.CHECK,),
    roles=(StaffRole.SUPPORT, StaffRole.OPS),
    acts=True,
)


async def _parsed(request: Request) -> AccessCheckRequest:
    # Validates the body as FastAPI would, in a quarter of the time.
    try:
        return AccessCheckRequest.model_validate_json(await request.body())
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from None


_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/AccessCheckRequest"}}
    },
}


@router.post(
    "/check",
    operation_id="checkAccess",
    response_model=AccessDecision,
    openapi_extra={"requestBody": _BODY},
)
def check_access(
    question: Annotated[AccessCheckRequest, Depends(_parsed)],
    request: Request,
    admitted: Annotated[Authorized, Depends(MAY_CHECK)],
) -> Response:
    """Decide whether a person may do something on an account.

    An account that does not exist gets the decision of one without access. A person may only ask
    about themselves; anyone else, known or not, is refused (403). A person about whom staff ask is
    the event `person:looked_up`.
    """
    parts = parts_of(request)
    database = parts.engine.database
    person = person_of(database, question.person_id, admitted)
    if question.person_id is not None:
        note_look_up(database, admitted, [question.person_id], LookUp.CHECK)
    decision, behind = check_with_chains(
        database,
        person,
        question.permission,
        question.account_id,
        lambda connection: reader_of(connection, admitted),
        service_id=question.service_id,
        at=question.at,
    )
    # Staff who ask about somebody do not use that person's access.
    if decision.allowed and question.at is None and not isinstance(admitted.caller, StaffCaller):
        parts.uses.note(person, question.account_id)
    parts.meters.decisions.labels(decision.allowed).inc()
    shown = [
        GrantChain.of(grant, chain, question.permission, sentences_of(request)).model_dump()
        for grant, chain in behind.items()
    ]
    # Encoded without the model, for speed; a test compares the two.
    body = msgspec.json.encode(decision_fields(decision, shown))
    return Response(body, media_type="application/json")


def person_of(database: Database, named: UUID | None, admitted: Authorized) -> UUID | PersonKey:
    """Return the person to decide about. Raises Problem where the caller may not ask about them."""
    own = admitted.person
    if named is None or own is None:
        asked = named or own
        if asked is None:
            raise Problem(
                "invalid", errors=[ValidationIssue("/person_id", "Whose access is it about?")]
            )
        return asked
    if isinstance(own, PersonKey):
        with database.single_read() as connection:
            own = people.id_of(connection, own)
    if named != own:
        raise Problem("insufficient_scope")
    return named

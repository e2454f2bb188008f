"""POST /v1/access/check: whether a person may do something on an account.

The API's most frequent request: one read, one decision, no more.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
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
from api.http.schemas import RequestModel
from api.http.sentences import reader_of, sentences_of
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from api.people.look_ups import note_look_up
from domain.access.decisions import Decision
from domain.access.permissions import Permission
from domain.identifiers import PersonKey
from domain.people.look_ups import LookUp
from runtime.sentences import Sentences
from services.access.check import check_with_chains
from services.delegations.chains import Chain
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


_MISSING = "Field required"
Asked = TypeVar("Asked", bound=RequestModel)


async def parsed(model: type[Asked], request: Request) -> Asked:
    """Return the body. Validates it as FastAPI would, in a quarter of the time."""
    body = await request.body()
    if not body:
        raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": _MISSING}])
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from None


async def _parsed(request: Request) -> AccessCheckRequest:
    return await parsed(AccessCheckRequest, request)


def body_of(model: type[RequestModel]) -> dict[str, Any]:
    """Return what OpenAPI says of a body that ``parsed`` reads."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


@router.post(
    "/check",
    operation_id="checkAccess",
    response_model=AccessDecision,
    openapi_extra={"requestBody": body_of(AccessCheckRequest)},
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
    shown = chains_of(decision, behind, question.permission, sentences_of(request))
    # Encoded without the model, for speed; a test compares the two.
    body = msgspec.json.encode(decision_fields(decision, datetime.now(UTC), shown))
    return Response(body, media_type="application/json")


def chains_of(
    decision: Decision,
    behind: Mapping[UUID, Chain],
    permission: Permission,
    sentences: Sentences,
) -> list[dict[str, Any]]:
    """Show the chains behind the delegated grants that allow it."""
    return [
        GrantChain.of(grant, behind[grant], permission, sentences).model_dump()
        for grant in decision.grants
        if grant in behind
    ]


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

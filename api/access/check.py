"""May this person do that? The hot path: one question, one read, one answer."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope, StaffRole
from api.http.dependencies import Moment
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import Reason, RequestModel, ResponseModel
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from domain.access.decisions import Decision, decide
from domain.access.permissions import Permission
from domain.identifiers import PersonKey
from storage.access import grant_queries
from storage.database import Connection, Database
from storage.parties import people

router = APIRouter(prefix="/v1/access", tags=["access"], route_class=GuardedRoute)

MAY_CHECK = Allow(
    person=True,
    portal=True,
    scopes=(Scope.CHECK,),
    roles=(StaffRole.SUPPORT, StaffRole.OPS),
)


class AccessCheckRequest(RequestModel):
    """Who wants to do what, where."""

    account_id: UUID
    permission: Permission
    service_id: UUID | None = Field(
        None, description="For what concerns one service; else it is about the whole account."
    )
    person_id: UUID | None = Field(None, description="Left out: the person who is calling.")
    at: Moment | None = Field(None, description="As it was at this past moment, instead of now.")


class AccessDecision(ResponseModel):
    """Yes or no, never without a reason."""

    allowed: bool
    reasons: list[Reason]
    grants: list[UUID] = Field(description="The grants that allow it.")
    valid_until: datetime | None = Field(
        description="When the last of them ends by itself; null: no end is known."
    )
    as_of: datetime | None = Field(description="The newest confirmation by a grant's source.")
    decided_at: datetime


async def _asked(request: Request) -> AccessCheckRequest:
    # What FastAPI does with a body, in a quarter of the time.
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
    question: Annotated[AccessCheckRequest, Depends(_asked)],
    request: Request,
    admitted: Annotated[Authorized, Depends(MAY_CHECK)],
) -> Response:
    """May this person do this on this account?

    An account that does not exist is answered like one without access. A person who asks about
    someone else is refused (403), whoever that is.
    """
    parts = parts_of(request)
    database = parts.engine.database
    person = whom(database, question.person_id, admitted)
    with database.reading() as connection:
        decision = decided(connection, person, question)
    parts.meters.decisions.labels(decision.allowed).inc()
    # Encoded without the model, for speed; a test compares the two.
    body = msgspec.json.encode(decision_fields(decision))
    return Response(body, media_type="application/json")


def decided(
    connection: Connection, person: UUID | PersonKey, question: AccessCheckRequest
) -> Decision:
    """The decision; where nothing is held any more, also why the last access ended."""
    account_id, at = question.account_id, question.at
    held = grant_queries.held(connection, person, account_id, at)
    decision = decide(question.permission, held, question.service_id)
    if held:
        return decision
    past = grant_queries.ended(connection, person, account_id, at)
    why = tuple(end.reason for end in past if end.reason is not None)
    return replace(decision, reasons=decision.reasons + why)


def whom(database: Database, named: UUID | None, admitted: Authorized) -> UUID | PersonKey:
    """The person asked about. Raises Problem where the caller may not ask about that person."""
    own = admitted.person
    if named is None or own is None:
        asked = named or own
        if asked is None:
            raise Problem(
                "invalid", errors=[ValidationIssue("/person_id", "Whose access is it about?")]
            )
        return asked
    if isinstance(own, PersonKey):
        with database.reading() as connection:
            own = people.id_of(connection, own)
    if named != own:
        raise Problem("insufficient_scope")
    return named


def decision_fields(decision: Decision) -> dict[str, Any]:
    """The fields of an AccessDecision."""
    return {
        "allowed": decision.allowed,
        "reasons": [reason.as_json() for reason in decision.reasons],
        "grants": decision.grants,
        "valid_until": decision.valid_until,
        "as_of": decision.as_of,
        "decided_at": datetime.now(UTC),
    }

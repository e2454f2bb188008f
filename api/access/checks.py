"""POST /v1/access/checks: many questions about access at once, answered by one read."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from api.access.check import MAY_CHECK, body_of, chains_of, parsed
from api.access.schemas import (
    AccessCheckRequest,
    AccessChecksRequest,
    AccessDecisions,
    decision_fields,
)
from api.auth.authorization import Authorized
from api.auth.principals import StaffCaller
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.sentences import reader_of, sentences_of
from api.http.validation_errors import ValidationIssue
from api.parts import Parts, parts_of
from api.people.look_ups import note_look_up
from domain.access.decisions import Decision
from domain.identifiers import PersonKey
from domain.people.look_ups import LookUp
from services.access.check_many import Question, check_many
from storage.database import Database
from storage.parties import people

router = APIRouter(prefix="/v1/access", tags=["access"], route_class=GuardedRoute)

Admitted = Annotated[Authorized, Depends(MAY_CHECK)]


async def _parsed(request: Request) -> AccessChecksRequest:
    return await parsed(AccessChecksRequest, request)


_Asked = Annotated[AccessChecksRequest, Depends(_parsed)]


async def _counted(asked: _Asked, request: Request, admitted: Admitted) -> None:
    parts_of(request).limits.count_more(admitted.caller, len(asked.questions) - 1)


@router.post(
    "/checks",
    operation_id="checkAccessMany",
    response_model=AccessDecisions,
    openapi_extra={"requestBody": body_of(AccessChecksRequest)},
    dependencies=[Depends(_counted)],
)
def check_access_many(asked: _Asked, request: Request, admitted: Admitted) -> Response:
    """Decide up to 100 questions about access, in one read and of one moment.

    Each question and its answer are those of `POST /v1/access/check`: an account that does not
    exist gets the decision of one without access, and the others are answered all the same. A
    question that the caller may not ask, or that cannot be read, refuses all of them (403, 422).
    Each question counts as a request in the caller's rate. Each person about whom staff ask is the
    event `person:looked_up`, once.
    """
    parts = parts_of(request)
    database = parts.engine.database
    persons = _persons(database, asked.questions, admitted)
    named = {each.person_id for each in asked.questions if each.person_id is not None}
    note_look_up(database, admitted, named, LookUp.CHECK)
    questions = [
        Question(person, each.account_id, each.permission, each.service_id, each.at)
        for person, each in zip(persons, asked.questions, strict=True)
    ]
    decisions, behind = check_many(
        database, questions, lambda connection: reader_of(connection, admitted)
    )
    decided_at = datetime.now(UTC)
    _note(parts, admitted, questions, decisions)
    sentences = sentences_of(request)
    answers = [
        decision_fields(
            decision, decided_at, chains_of(decision, behind, question.permission, sentences)
        )
        for question, decision in zip(questions, decisions, strict=True)
    ]
    # Encoded without the model, as a single answer is.
    return Response(msgspec.json.encode({"items": answers}), media_type="application/json")


def _note(
    parts: Parts,
    admitted: Authorized,
    questions: Sequence[Question],
    decisions: Sequence[Decision],
) -> None:
    """Count the decisions, and note which access is used. Staff do not use what they ask about."""
    for question, decision in zip(questions, decisions, strict=True):
        parts.meters.decisions.labels(decision.allowed).inc()
        if (
            decision.allowed
            and question.at is None
            and not isinstance(admitted.caller, StaffCaller)
        ):
            parts.uses.note(question.person, question.account_id)


def _persons(
    database: Database, questions: Sequence[AccessCheckRequest], admitted: Authorized
) -> list[UUID | PersonKey]:
    """Return whom each question is about. Raises Problem where the caller may not ask about one."""
    own = admitted.person
    unnamed = [number for number, each in enumerate(questions) if each.person_id is None]
    if own is None:
        if unnamed:
            raise Problem("invalid", errors=[_whose(number) for number in unnamed])
        return [each.person_id for each in questions if each.person_id is not None]
    if len(unnamed) < len(questions):
        _require_own(database, own, questions)
    return [own for _ in questions]


def _whose(number: int) -> ValidationIssue:
    return ValidationIssue(f"/questions/{number}/person_id", "Whose access is it about?")


def _require_own(
    database: Database, own: UUID | PersonKey, questions: Sequence[AccessCheckRequest]
) -> None:
    id_: UUID | None
    if isinstance(own, PersonKey):
        with database.single_read() as connection:
            id_ = people.id_of(connection, own)
    else:
        id_ = own
    if any(each.person_id not in (None, id_) for each in questions):
        raise Problem("insufficient_scope")

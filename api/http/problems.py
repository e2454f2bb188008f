"""Problem details (RFC 9457): every error has a stable code and repeats nothing of the request."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, WithJsonSchema
from starlette.exceptions import HTTPException

from api.auth.errors import InsufficientScope, KeysUnavailable, OnBehalfOfMissing, Unauthenticated
from api.http.validation_errors import ValidationIssue, validation_issues
from services.errors import Refused
from services.temporal import TemporalUnavailable
from storage.database import UNAVAILABLE

log = structlog.get_logger(__name__)

Responses = dict[int | str, dict[str, Any]]
"""Responses of a route in OpenAPI, by status."""

MEDIA_TYPE = "application/problem+json"

KINDS: dict[str, tuple[int, str]] = {
    "account_unknown": (409, "There is no such account"),
    "body_too_large": (413, "The body is too large"),
    "code_wrong": (422, "This is not the code that was sent"),
    "cursor_invalid": (400, "The cursor is not one that this list gave"),
    "database_unavailable": (503, "The database does not answer"),
    "idempotency_key_in_use": (409, "The first request with this key is still being answered"),
    "idempotency_key_missing": (400, "The header Idempotency-Key is missing or malformed"),
    "idempotency_key_reused": (422, "This Idempotency-Key belongs to another request"),
    "insufficient_scope": (403, "This caller may not do that"),
    "internal": (500, "Something went wrong here"),
    "invalid": (422, "The request is not valid"),
    "keys_unavailable": (503, "The issuer's keys cannot be had, so the token cannot be checked"),
    "malformed": (400, "The request cannot be read"),
    "method_not_allowed": (405, "That cannot be done here"),
    "not_found": (404, "There is nothing here that you may see"),
    "number_not_allowed": (422, "No code can be sent to this number"),
    "number_taken": (409, "Another active service has this number"),
    "not_cancellable": (409, "This operation cannot be cancelled, or has ended"),
    "on_behalf_of_missing": (400, "The header On-Behalf-Of is missing or malformed"),
    "reference_taken": (409, "Another account has this reference"),
    "run_not_held": (409, "The run does not wait for a decision"),
    "service_ended": (409, "The service has ended"),
    "signature_refused": (401, "The signature is not that of the gateway"),
    "step_up_needed": (401, "A better or fresher login is needed"),
    "stuck_changed": (409, "It has changed since that version: read it again"),
    "stuck_decision_refused": (409, "This cannot be decided about it"),
    "stuck_no_more": (409, "It is no longer stuck"),
    "target_unchanged": (409, "The target is so already"),
    "token_missing": (401, "A bearer token is needed"),
    "token_refused": (401, "The token was refused"),
    "too_many_requests": (429, "Too many of these for now"),
    "verification_closed": (409, "This verification has ended"),
    "workflows_unavailable": (503, "Nothing can be started at the moment"),
}
"""Every code with its status and title. Codes may be added, and never change their meaning."""

_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
_OF_STATUS = {
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
}
_RETRY = {"Retry-After": "5"}


class Problem(Exception):
    """Raised where a request cannot be carried out; answered as problem details."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[ValidationIssue] = (),
        headers: Mapping[str, str] | None = None,
        verification: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers
        self.verification = verification


# The model stands above this module: api.numbers.schemas.Verification.
_VERIFICATION = {"anyOf": [{"$ref": "#/components/schemas/Verification"}, {"type": "null"}]}


class ProblemDetails(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(description="`urn:volitus:problem:` and the code with hyphens.")
    title: str
    status: int
    code: str = Field(description="Stable, for programs. More codes may be added.")
    detail: str | None = None
    instance: str = Field(description="Id of the request: the same as in the header X-Request-Id.")
    errors: list[ValidationIssue] | None = None
    verification: Annotated[dict[str, Any] | None, WithJsonSchema(_VERIFICATION)] = Field(
        None, description="The number verification of the request, in its present state."
    )


def type_of(code: str) -> str:
    """The URI that names this kind of problem."""
    return f"urn:volitus:problem:{code.replace('_', '-')}"


def documented(*codes: str) -> Responses:
    """Document answers with these problems in OpenAPI."""
    responses: Responses = {}
    for code in sorted(codes):
        status, title = KINDS[code]
        response = responses.setdefault(status, {"description": "", "content": _CONTENT})
        response["description"] += f"{'; ' if response['description'] else ''}`{code}`: {title}"
    return responses


def together(first: Responses, second: Responses) -> Responses:
    """Merge the two; a status of both gets both descriptions."""
    both = first | second
    for status in first.keys() & second.keys():
        words = f"{second[status]['description']}; {first[status]['description']}"
        both[status] = both[status] | {"description": words}
    return both


def answer(scope: Mapping[str, Any], problem: Problem) -> Response:
    """Return the response of this problem."""
    status, title = KINDS[problem.code]
    body: dict[str, Any] = {
        "type": type_of(problem.code),
        "title": title,
        "status": status,
        "code": problem.code,
        "instance": f"urn:uuid:{scope['state']['request_id']}",
    }
    if problem.detail:
        body["detail"] = problem.detail
    if problem.errors:
        body["errors"] = problem.errors
    if problem.verification:
        body["verification"] = problem.verification
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(problem.headers or {}),
    )


def handle(app: FastAPI) -> None:
    """Turn every expected error, of this code and of the framework, into a problem."""

    def handler(translate: Any) -> Any:
        async def handle_one(request: Request, error: Exception) -> Response:
            return answer(request.scope, translate(error))

        return handle_one

    app.exception_handler(Problem)(handler(lambda problem: problem))
    app.exception_handler(Unauthenticated)(handler(_of_token))
    app.exception_handler(InsufficientScope)(handler(_of_scope))
    app.exception_handler(OnBehalfOfMissing)(handler(lambda _: Problem("on_behalf_of_missing")))
    app.exception_handler(Refused)(handler(of_refused))
    app.exception_handler(TemporalUnavailable)(handler(_of_temporal))
    app.exception_handler(KeysUnavailable)(handler(lambda _: _later("keys_unavailable")))
    app.exception_handler(RequestValidationError)(handler(_of_validation))
    app.exception_handler(HTTPException)(handler(_of_framework))
    for error in UNAVAILABLE:
        app.exception_handler(error)(handler(_of_database))


def of_refused(error: Refused) -> Problem:
    """Return the problem of a use case that was refused."""
    return Problem(error.code, error.detail)


def _later(code: str) -> Problem:
    return Problem(code, headers=_RETRY)


def _of_token(error: Unauthenticated) -> Problem:
    known = error.code if error.code in KINDS else "token_refused"
    # The failed check is in the log only: a forger of tokens need not know it.
    return Problem(known, headers={"WWW-Authenticate": error.challenge})


def _of_scope(error: InsufficientScope) -> Problem:
    return Problem("insufficient_scope", headers={"WWW-Authenticate": error.challenge})


def _of_temporal(error: TemporalUnavailable) -> Problem:
    return Problem("workflows_unavailable", headers={"Retry-After": str(error.retry_after)})


def _of_database(error: Exception) -> Problem:
    log.error("database_unavailable", error=type(error).__name__)
    return _later("database_unavailable")


def _of_framework(error: HTTPException) -> Problem:
    code = _OF_STATUS.get(error.status_code, "malformed")
    return Problem(code, headers=error.headers)


def _of_validation(error: RequestValidationError) -> Problem:
    errors = error.errors()
    if any(each["loc"] == ("header", "Idempotency-Key") for each in errors):
        return Problem("idempotency_key_missing")
    return Problem("invalid", errors=list(validation_issues(errors)))

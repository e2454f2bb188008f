"""Handlers of errors: every expected error, ours or the framework's, becomes a problem."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.auth.errors import (
    InsufficientScope,
    KeysUnavailable,
    OnBehalfOfMissing,
    PersonAddressInvalid,
    TooManyRequests,
    Unauthenticated,
)
from api.http.methods import allow_of, options
from api.http.problem_kinds import KINDS
from api.http.problems import Problem, answer, of_refused
from api.http.validation_errors import NOT_JSON, is_broken, validation_issues
from runtime.body_limit import CLIENT_GONE, ClientGone
from services.billing.reader import BillingUnavailable
from services.errors import Refused
from services.temporal import TemporalUnavailable
from storage.database import LOST

log = structlog.get_logger(__name__)

_OF_STATUS = {
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "body_too_large",
    431: "header_too_large",
    503: "server_busy",
}
RETRY_LATER = {"Retry-After": "5"}
"""Headers of an answer that says that something is unavailable for the moment."""


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
    app.exception_handler(PersonAddressInvalid)(
        handler(lambda _: Problem("person_address_invalid"))
    )
    app.exception_handler(TooManyRequests)(handler(_of_limit))
    app.exception_handler(Refused)(handler(of_refused))
    app.exception_handler(TemporalUnavailable)(handler(_of_temporal))
    app.exception_handler(BillingUnavailable)(handler(_of_billing))
    app.exception_handler(KeysUnavailable)(handler(lambda _: _later("keys_unavailable")))
    app.exception_handler(RequestValidationError)(handler(_of_validation))
    app.exception_handler(HTTPException)(_of_http)
    app.exception_handler(ClientGone)(client_gone)
    for error in LOST:
        app.exception_handler(error)(handler(_of_database))


async def _of_http(request: Request, error: HTTPException) -> Response:
    """Answer what the framework refuses; it names one method of several in ``Allow``."""
    is_method = error.status_code == 405
    if is_method and request.method == "OPTIONS":
        return options(request)
    headers = allow_of(request) if is_method else error.headers
    return answer(request.scope, of_status(error.status_code, headers))


def _later(code: str) -> Problem:
    return Problem(code, headers=RETRY_LATER)


def _of_token(error: Unauthenticated) -> Problem:
    # Of the others, the failed check is in the log only: a forger of tokens need not know it.
    known = error.said if error.said in KINDS else "token_refused"
    return Problem(known, headers={"WWW-Authenticate": error.challenge})


def _of_scope(error: InsufficientScope) -> Problem:
    headers = {"WWW-Authenticate": error.challenge}
    return Problem("insufficient_scope", error.detail, headers=headers)


def _of_limit(error: TooManyRequests) -> Problem:
    return Problem("too_many_requests", headers={"Retry-After": str(error.retry_after)})


def _of_temporal(error: TemporalUnavailable) -> Problem:
    return Problem("workflows_unavailable", headers={"Retry-After": str(error.retry_after)})


def _of_billing(error: BillingUnavailable) -> Problem:
    return Problem("billing_unavailable", headers={"Retry-After": str(error.retry_after)})


def _of_database(error: Exception) -> Problem:
    log.error("database_unavailable", error=type(error).__name__)
    return _later("database_unavailable")


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """Return the problem for a status that the framework or the server chose."""
    busy = RETRY_LATER if status == 503 else {}
    return Problem(_OF_STATUS.get(status, "malformed"), headers={**busy, **(headers or {})})


async def client_gone(_request: Request, _error: Exception) -> Response:
    """Answer ClientGone: no client receives this, but the status is recorded."""
    return Response(status_code=CLIENT_GONE)


def _of_validation(error: RequestValidationError) -> Problem:
    errors = error.errors()
    if is_broken(errors):
        return Problem("malformed", errors=[NOT_JSON])
    if any(each["loc"] == ("header", "Idempotency-Key") for each in errors):
        return Problem("idempotency_key_missing")
    return Problem("invalid", errors=list(validation_issues(errors)))

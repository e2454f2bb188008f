"""CAMARA's errors: ``{status, code, message}``, word for word as its API for one-time passwords.

Source: One Time Password SMS v1.1.1 (release r3.2), Commonalities 0.6.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.auth.errors import (
    InsufficientScope,
    KeysUnavailable,
    TooManyRequests,
    Unauthenticated,
)
from api.http.error_handlers import RETRY_LATER, client_gone
from api.http.problem_kinds import KINDS
from api.http.problems import Problem, of_refused
from runtime.body_limit import ClientGone
from services.errors import Refused
from services.temporal import TemporalUnavailable
from storage.database import LOST

log = structlog.get_logger(__name__)

_REFERENCE = {"$ref": "#/components/schemas/ErrorInfo"}
_OWN = "ONE_TIME_PASSWORD_SMS."
_MESSAGES: dict[str, tuple[int, str]] = {
    "INVALID_ARGUMENT": (
        400,
        "Client specified an invalid argument, request body or query param.",
    ),
    "OUT_OF_RANGE": (400, "Client specified an invalid range."),
    "VERIFICATION_FAILED": (
        400,
        (
            "The maximum number of attempts for this authenticationId was exceeded without"
            " providing a valid OTP"
        ),
    ),
    "VERIFICATION_EXPIRED": (400, "The authenticationId is no longer valid"),
    "INVALID_OTP": (400, "The provided OTP is not valid for this authenticationId"),
    "UNAUTHENTICATED": (
        401,
        (
            "Request not authenticated due to missing, invalid, or expired credentials."
            " A new authentication is required."
        ),
    ),
    "PERMISSION_DENIED": (
        403,
        "Client does not have sufficient permissions to perform this action.",
    ),
    "MAX_OTP_CODES_EXCEEDED": (
        403,
        "Too many OTPs have been requested for this MSISDN. Try later.",
    ),
    "PHONE_NUMBER_NOT_ALLOWED": (
        403,
        "Phone_number can't receive an SMS due to business reasons in the operator.",
    ),
    "PHONE_NUMBER_BLOCKED": (
        403,
        (
            "Phone_number is blocked to receive SMS due to any blocking business reason in the"
            " operator."
        ),
    ),
    "NOT_FOUND": (404, "The specified resource is not found."),
    "METHOD_NOT_ALLOWED": (
        405,
        "The requested method is not allowed/supported on the target resource.",
    ),
    # Not CAMARA's, which names none for 408, 413 and 431: the phrases of RFC 9110 and RFC 6585.
    "REQUEST_TIMEOUT": (408, "The request did not arrive in time."),
    "CONTENT_TOO_LARGE": (413, "The request body is too large."),
    "REQUEST_HEADER_FIELDS_TOO_LARGE": (431, "The request line and its headers are too large."),
    "QUOTA_EXCEEDED": (429, "Out of resource quota."),
    "TOO_MANY_REQUESTS": (429, "Rate limit reached."),
    "INTERNAL": (500, "Unknown server error. Typically a server bug."),
    "UNAVAILABLE": (503, "Service Unavailable."),
}
_WITH_PREFIX = frozenset(
    {"VERIFICATION_FAILED", "VERIFICATION_EXPIRED", "INVALID_OTP", "MAX_OTP_CODES_EXCEEDED"}
    | {"PHONE_NUMBER_NOT_ALLOWED", "PHONE_NUMBER_BLOCKED"}
)


class ErrorInfo(BaseModel):
    """Structure to describe error."""

    status: int = Field(description="HTTP status code of the answer.")
    code: str = Field(description="Stable code of the error, for programs.")
    message: str = Field(description="What went wrong, for people.")


class CamaraError(Exception):
    """An error in CAMARA's form. ``code`` is without the API's own prefix."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.headers = headers


def answer(error: CamaraError) -> Response:
    """Make the response to this error."""
    body = _body(error.code)
    return JSONResponse(body, body["status"], headers=dict(error.headers or {}))


def _body(code: str) -> dict[str, Any]:
    status, message = _MESSAGES[code]
    return {"status": status, "code": _written(code), "message": message}


def _written(code: str) -> str:
    return _OWN + code if code in _WITH_PREFIX else code


def documented(*codes: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses for these errors and for those that any request may get.

    Each names its status and codes as enumerations, as CAMARA's own description does.
    """
    by_status: dict[int, list[str]] = {}
    for code in (*codes, "INTERNAL", "UNAVAILABLE"):
        by_status.setdefault(_MESSAGES[code][0], []).append(code)
    return {status: _documented(status, found) for status, found in by_status.items()}


def _documented(status: int, codes: Sequence[str]) -> dict[str, Any]:
    written = [_written(code) for code in codes]
    narrowed = {"status": {"enum": [status]}, "code": {"enum": written}}
    schema = {"allOf": [_REFERENCE, {"type": "object", "properties": narrowed}]}
    examples = {_written(code): {"value": _body(code)} for code in codes}
    return {
        "description": "; ".join(f"`{each}`" for each in written),
        "content": {"application/json": {"schema": schema, "examples": examples}},
    }


def handle(app: FastAPI) -> None:
    """Turn every expected exception into one of CAMARA's errors."""

    def handler(translate: Any) -> Any:
        async def handle_one(_request: Request, error: Exception) -> Response:
            return answer(translate(error))

        return handle_one

    app.exception_handler(CamaraError)(handler(lambda error: error))
    app.exception_handler(RequestValidationError)(
        handler(lambda _: CamaraError("INVALID_ARGUMENT"))
    )
    app.exception_handler(Unauthenticated)(handler(_of_token))
    app.exception_handler(KeysUnavailable)(handler(_later))
    app.exception_handler(InsufficientScope)(handler(_of_scope))
    app.exception_handler(TooManyRequests)(handler(_of_limit))
    app.exception_handler(TemporalUnavailable)(handler(_of_temporal))
    app.exception_handler(Problem)(handler(_of_problem))
    app.exception_handler(Refused)(handler(lambda error: _of_problem(of_refused(error))))
    for error in LOST:
        app.exception_handler(error)(handler(_later))
    app.exception_handler(HTTPException)(
        handler(lambda error: of_status(error.status_code, error.headers))
    )
    app.exception_handler(ClientGone)(client_gone)


def _of_token(error: Unauthenticated) -> CamaraError:
    return CamaraError("UNAUTHENTICATED", {"WWW-Authenticate": error.challenge})


def _of_scope(error: InsufficientScope) -> CamaraError:
    return CamaraError("PERMISSION_DENIED", {"WWW-Authenticate": error.challenge})


def _of_temporal(error: TemporalUnavailable) -> CamaraError:
    return CamaraError("UNAVAILABLE", {"Retry-After": str(error.retry_after)})


def _later(error: Exception) -> CamaraError:
    log.error("camara_unavailable", error=type(error).__name__)
    return CamaraError("UNAVAILABLE", RETRY_LATER)


def _of_problem(error: Problem) -> CamaraError:
    status, _ = KINDS[error.code]
    code = {403: "PERMISSION_DENIED", 400: "INVALID_ARGUMENT", 404: "NOT_FOUND"}.get(status)
    return CamaraError(code or "UNAVAILABLE", error.headers)


def _of_limit(error: TooManyRequests) -> CamaraError:
    return CamaraError("TOO_MANY_REQUESTS", {"Retry-After": str(error.retry_after)})


_OF_STATUS = {
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "REQUEST_TIMEOUT",
    413: "CONTENT_TOO_LARGE",
    431: "REQUEST_HEADER_FIELDS_TOO_LARGE",
    503: "UNAVAILABLE",
}


def of_status(status: int, headers: Mapping[str, str] | None = None) -> CamaraError:
    """Return the error for a status that the framework or the server chose."""
    busy = RETRY_LATER if status == 503 else {}
    return CamaraError(_OF_STATUS.get(status, "INVALID_ARGUMENT"), {**busy, **(headers or {})})

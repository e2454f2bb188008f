"""TMF630's error body, ``{code, reason, message, status}``; it repeats nothing of the request."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from api.auth.errors import (
    InsufficientScope,
    KeysUnavailable,
    OnBehalfOfMissing,
    TokenErrorCode,
    TooManyRequests,
    Unauthenticated,
)
from api.http.error_handlers import RETRY_LATER, client_gone
from api.http.problem_kinds import KINDS
from api.http.problems import Problem, Responses, of_refused
from api.tmf641.answers import answer_json
from api.tmf641.error_kinds import ERROR_KINDS, Fault
from runtime.body_limit import ClientGone
from services.errors import Refused
from services.temporal import TemporalUnavailable
from storage.database import LOST

log = structlog.get_logger(__name__)

_MOST_PLACES = 10


class Error(BaseModel):
    """An error, as TMF630 has it."""

    model_config = ConfigDict(serialize_by_alias=True)

    code: str = Field(description="Number of the error as in TMF641 v3; else the status.")
    reason: str = Field(description="A stable word, a colon, and a text for people.")
    message: str | None = Field(
        None, description="JSON pointers into the body, or the name of the parameter."
    )
    status: str
    type_: str = Field("Error", alias="@type")


class TmfError(Exception):
    """Raised where a request is refused. ``places``: JSON pointers, or the name of a parameter."""

    def __init__(
        self, fault: Fault, *places: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(fault)
        self.fault = fault
        self.places = places
        self.headers = headers


def answer(error: TmfError) -> Response:
    """Return the response to this error."""
    body = _body(error.fault)
    if error.places:
        body["message"] = ", ".join(error.places[:_MOST_PLACES])
    return answer_json(body, ERROR_KINDS[error.fault].status, error.headers)


def _body(fault: Fault) -> dict[str, str]:
    status, code, text = ERROR_KINDS[fault]
    reason = f"{fault}: {text}"
    return {"code": code, "reason": reason, "status": str(status), "@type": "Error"}


def documented(*faults: Fault) -> Responses:
    """Return OpenAPI's responses for these errors."""
    responses: Responses = {}
    for fault in faults:
        status, code, text = ERROR_KINDS[fault]
        content: dict[str, Any] = {"application/json": {"examples": {}}}
        new = {"description": "", "model": Error, "content": content}
        entry = responses.setdefault(status, new)
        shown = entry["content"]["application/json"]["examples"]
        shown[str(fault)] = {"summary": text, "value": _body(fault)}
        line = f"`{code}` {fault}: {text}"
        entry["description"] += f"{' ' if entry['description'] else ''}{line}"
    return responses


def handle(app: FastAPI) -> None:
    """Turn every expected exception into one of these errors."""
    translations: dict[type[Exception], Callable[[Any], TmfError]] = {
        TmfError: lambda error: error,
        RequestValidationError: lambda _: TmfError(Fault.QUERY_INVALID),
        Unauthenticated: _of_token,
        KeysUnavailable: _later,
        InsufficientScope: _of_scope,
        OnBehalfOfMissing: lambda _: TmfError(Fault.HEADER_INVALID, "On-Behalf-Of"),
        TooManyRequests: _of_limit,
        TemporalUnavailable: _later,
        Problem: _of_problem,
        Refused: lambda error: _of_problem(of_refused(error)),
        HTTPException: lambda error: of_status(error.status_code, error.headers),
        **dict.fromkeys(LOST, _later),
    }
    for kind, translate in translations.items():
        app.exception_handler(kind)(_handler(translate))
    app.exception_handler(ClientGone)(client_gone)


def _handler(translate: Callable[[Any], TmfError]) -> Any:
    async def handle_one(_request: Request, error: Exception) -> Response:
        return answer(translate(error))

    return handle_one


def _of_token(error: Unauthenticated) -> TmfError:
    fault = Fault.TOKEN_REFUSED
    if error.code == Fault.TOKEN_MISSING:
        fault = Fault.TOKEN_MISSING
    elif error.code == TokenErrorCode.EXPIRED:
        fault = Fault.TOKEN_EXPIRED
    return TmfError(fault, headers={"WWW-Authenticate": error.challenge})


def _of_scope(error: InsufficientScope) -> TmfError:
    return TmfError(Fault.INSUFFICIENT_SCOPE, headers={"WWW-Authenticate": error.challenge})


def _of_limit(error: TooManyRequests) -> TmfError:
    headers = {"Retry-After": str(error.retry_after)}
    return TmfError(Fault.TOO_MANY_REQUESTS, headers=headers)


def _later(error: Exception) -> TmfError:
    log.error("tmf641_unavailable", error=type(error).__name__)
    return TmfError(Fault.UNAVAILABLE, headers=RETRY_LATER)


_OF_PROBLEM = {403: Fault.NOT_PERMITTED, 404: Fault.NOT_FOUND, 400: Fault.HEADER_INVALID}


def _of_problem(error: Problem) -> TmfError:
    status, _ = KINDS[error.code]
    return TmfError(_OF_PROBLEM.get(status, Fault.NOT_SUPPORTED), headers=error.headers)


_OF_STATUS = {
    404: Fault.NOT_FOUND,
    405: Fault.METHOD_NOT_ALLOWED,
    408: Fault.REQUEST_TIMEOUT,
    413: Fault.BODY_TOO_LARGE,
    431: Fault.HEADER_TOO_LARGE,
    503: Fault.SERVER_BUSY,
}


def of_status(status: int, headers: Mapping[str, str] | None = None) -> TmfError:
    """Return the error for a status that the framework or the server chose."""
    busy = RETRY_LATER if status == 503 else {}
    fault = _OF_STATUS.get(status, Fault.URL_INVALID)
    return TmfError(fault, headers={**busy, **(headers or {})})


def pointer(path: Sequence[object]) -> str:
    """Return the JSON pointer of a place in the body."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)

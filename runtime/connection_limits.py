"""Limits on the connections of a server, and the refusals that they lead to."""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


class Refusal(StrEnum):
    """Why a request is refused before an application decides about it."""

    HEAD_TOO_LARGE = "head_too_large"
    HEAD_LATE = "head_late"
    BODY_LATE = "body_late"
    MALFORMED = "malformed"
    BUSY = "busy"

    @property
    def status(self) -> HTTPStatus:
        """The status of the answer."""
        return _STATUS[self]


_STATUS = {
    Refusal.HEAD_TOO_LARGE: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    Refusal.HEAD_LATE: HTTPStatus.REQUEST_TIMEOUT,
    Refusal.BODY_LATE: HTTPStatus.REQUEST_TIMEOUT,
    Refusal.MALFORMED: HTTPStatus.BAD_REQUEST,
    Refusal.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}


def refusal_of(scope: Scope) -> Refusal | None:
    """Why the server refuses this request; None: it does not."""
    refusal: Refusal | None = scope.get("state", {}).get("refusal")
    return refusal


async def plain_refusal(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a refused request with nothing but a status: an ASGI application."""
    status = (refusal_of(scope) or Refusal.MALFORMED).status
    await PlainTextResponse(status.phrase, status)(scope, receive, send)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits on the connections of one server. Times are in seconds."""

    connections: int
    """Connections open at once; a request on one more is refused as ``BUSY``."""
    head: float
    """From the beginning of a request, or of the connection, to the end of its headers."""
    body: float
    """From there to the end of the body; also without any progress of an answer."""
    keep_alive: float
    """From an answer to the next request."""

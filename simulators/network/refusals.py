"""Errors in TMF630's shape, for answers and for monitors."""

from http import HTTPStatus

from fastapi.responses import JSONResponse, Response


class Refused(Exception):
    """A refusal: ``code`` is for programs, the message for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def body(self) -> dict[str, str]:
        """TMF630's Error. It has the status as text."""
        return {
            "code": self.code,
            "reason": HTTPStatus(self.status).phrase,
            "message": str(self),
            "status": str(self.status),
        }

    def response(self) -> Response:
        return JSONResponse(self.body(), self.status)


def not_asked_to(code: str | None) -> Refused:
    """Make the refusal of an otherwise valid change that a ``refuse`` fault asks for."""
    return Refused(409, code or "refused", "The network does not do that.")

"""Errors: a stable code for programs, a message for people."""

from fastapi.responses import JSONResponse, Response


class Refused(Exception):
    """A refusal, with the HTTP status that says so."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def response(self) -> Response:
        return JSONResponse({"code": self.code, "message": str(self)}, self.status)


def not_booked(code: str, message: str) -> Refused:
    """Make the refusal of a well-formed booking."""
    return Refused(409, code, message)

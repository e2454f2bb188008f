"""Errors in the gateway's shape: ``{"errors": [{"title", "detail", "code", "source"}]}``."""

from collections.abc import Iterable

from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

NOT_FOUND = "101"
UNAUTHORIZED = "103"
INVALID_DATA = "104"
MISSING_DATA = "106"

TITLES = {
    NOT_FOUND: "Not found",
    "102": "Forbidden",
    UNAUTHORIZED: "Unauthorized",
    INVALID_DATA: "Invalid data",
    "105": "Internal Server Error",
    MISSING_DATA: "Missing data",
    "107": "Method not allowed",
}
"""Titles by error code. Messente does not publish which code means which refusal of a number."""

Refusal = tuple[str, str, str]
"""Error code, detail, source."""


def refused(status: int, refusals: Iterable[Refusal]) -> Response:
    """Return the response with these errors."""
    errors = [
        {"title": TITLES.get(code, "Refused"), "detail": detail, "code": code, "source": source}
        for code, detail, source in refusals
    ]
    return JSONResponse({"errors": errors}, status)


def unauthorized() -> Response:
    return refused(401, [(UNAUTHORIZED, "Wrong user name or password", "authorization")])


def no_such_message() -> Response:
    return refused(404, [(NOT_FOUND, "No such omnimessage", "omnimessage_id")])


def not_taken(code: str | None) -> Response:
    """Return the refusal of a valid message's number that a ``refuse`` fault demands."""
    return refused(400, [(code or INVALID_DATA, "The number cannot be sent to", "to")])


def bad_body(error: ValidationError) -> Response:
    """Return where the body is wrong and why, never the values that were sent."""
    return refused(
        400,
        [
            (
                MISSING_DATA if each["type"] == "missing" else INVALID_DATA,
                each["msg"],
                ".".join(map(str, each["loc"])) or "body",
            )
            for each in error.errors(include_url=False, include_input=False)
        ],
    )

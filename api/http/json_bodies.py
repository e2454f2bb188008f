"""Bodies of requests are JSON and say so: 415 and 400 alike on every route that takes one."""

from email.message import Message

from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.http import problems
from api.http.problems import Problem
from api.http.validation_errors import NOT_JSON

RESPONSES = problems.documented("media_type_unsupported")


async def require_json(request: Request) -> None:
    """Refuse a body of another type, or of none. One that is left out is another matter."""
    if not _is_json(request.headers.get("content-type", "")) and await request.body():
        raise Problem("media_type_unsupported", headers={"Accept": "application/json"})


def of_unreadable(error: HTTPException) -> Exception:
    """Return what a body is answered with that the framework cannot decode.

    It has one status of its own: 400, for what is no text of JSON's encodings.
    """
    return Problem("malformed", errors=[NOT_JSON]) if error.status_code == 400 else error


def _is_json(given: str) -> bool:
    """The framework's own rule: ``application/json``, or ``application/…+json``."""
    if given == "application/json":
        return True
    header = Message()
    header["content-type"] = given
    subtype = header.get_content_subtype()
    return header.get_content_maintype() == "application" and (
        subtype == "json" or subtype.endswith("+json")
    )

"""202 Accepted: answers of routes that start something that takes time."""

from api.http import idempotency, problems
from api.http.idempotency import Done
from api.http.problems import Responses
from api.http.schemas import ResponseModel

_TEXT = {"type": "string"}

UNAVAILABLE = problems.documented("workflows_unavailable")
RESPONSES: Responses = {
    202: {
        "headers": {
            "Location": {"description": "Path of the operation.", "schema": _TEXT},
            "Retry-After": {
                "description": "Seconds to wait before asking about it.",
                "schema": _TEXT,
            },
        }
    },
    **idempotency.RESPONSES,
}


def accepted(location: str, shown: ResponseModel) -> Done:
    """Answer 202 with ``location``, where the operation can be followed."""
    headers = {"Location": location, "Retry-After": "1"}
    return Done(202, shown.to_keep(), headers)

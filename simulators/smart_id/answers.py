"""Answers and errors in Smart-ID's shape: problem details of RFC 9457."""

from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

_TITLES = {
    471: "No suitable account",
    472: "See app or self-service portal",
    480: "Client too old",
    580: "System under maintenance",
}


def answered(**fields: Any) -> Response:
    return JSONResponse(fields)


def refused(status: int, detail: str) -> Response:
    """Return a refusal; its status alone says what it is."""
    phrases = {each.value: each.phrase for each in HTTPStatus}
    title = (_TITLES | phrases).get(status, "Refused")
    return JSONResponse(
        {"type": "about:blank", "status": status, "title": title, "detail": detail},
        status,
        media_type="application/problem+json",
    )


def bad_body(error: ValidationError) -> Response:
    """Return where the body is wrong and why, never the values that were sent."""
    errors = [
        {
            "detail": each["msg"],
            "paramName": str(each["loc"][-1]) if each["loc"] else "",
            "pointer": "/" + "/".join(map(str, each["loc"])),
        }
        for each in error.errors(include_url=False, include_input=False)
    ]
    body = {
        "type": "about:blank",
        "status": 400,
        "title": "Bad Request",
        "detail": "Invalid request parameters found",
        "errors": errors,
    }
    return JSONResponse(body, 400, media_type="application/problem+json")

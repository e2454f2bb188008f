"""Answers and errors in Mobile-ID's shape."""

import secrets
from datetime import UTC, datetime
from typing import Any

from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError


def answered(status: int = 200, /, **fields: Any) -> Response:
    """Return a body with these fields, and those by which SK finds its logs."""
    at = datetime.now(UTC).isoformat(timespec="seconds").removesuffix("+00:00")
    return JSONResponse({**fields, "time": at, "traceId": secrets.token_hex(8)}, status)


def refused(status: int, error: str) -> Response:
    return answered(status, error=error)


def bad_body(error: ValidationError) -> Response:
    """Return what is wrong with the first field that is, never the value that was sent."""
    first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "missing":
        return refused(400, f"Required {name} is missing.")
    return refused(400, f"{name} {first['msg']}".strip())

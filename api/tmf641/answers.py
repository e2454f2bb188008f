"""Answers as JSON, in the one media type that TMF641's description names."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import Response

MEDIA_TYPE = "application/json;charset=utf-8"


def answer_json(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response with this body."""
    named = {"Content-Type": MEDIA_TYPE, **(headers or {})}
    return Response(msgspec.json.encode(body), status, named)

"""Read the body of a request: its media type, its JSON, and its model."""

from collections.abc import Collection
from email.message import Message
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from api.tmf641.bodies.fields import NOT_IN_CALENDAR, NOT_VISIBLE
from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError, pointer

M = TypeVar("M", bound=BaseModel)

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
_DEEPEST = 30
_OURS = frozenset({"string_too_short", "string_too_long", "too_long", NOT_VISIBLE, NOT_IN_CALENDAR})
"""Limits that are ours: the standard has none, and what is valid by it is refused with 409."""


async def read_object(request: Request, *media_types: str) -> dict[str, Any]:
    """Return the JSON object in the body. Raises TmfError."""
    raw = await request.body()
    if not raw:
        raise TmfError(Fault.BODY_MISSING)
    _check_media_type(request.headers.get("content-type", ""), media_types)
    try:
        body = msgspec.json.decode(raw)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise TmfError(Fault.BODY_INVALID) from None
    if not isinstance(body, dict):
        raise TmfError(Fault.BODY_INVALID)
    if not _is_storable(body, _DEEPEST):
        raise TmfError(Fault.NOT_SUPPORTED)
    return body


def _check_media_type(given: str, media_types: Collection[str]) -> None:
    header = Message()
    header["content-type"] = given
    charset = header.get_content_charset("utf-8")
    # Message makes text/plain of a malformed header.
    if header.get_content_type() not in media_types or charset not in {"utf-8", "us-ascii"}:
        raise TmfError(Fault.MEDIA_TYPE, "Content-Type")


def _is_storable(value: Any, depth: int) -> bool:
    """Return whether a database takes it: no NUL in a text, and not too deep."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, dict):
        inner: Collection[Any] = (*value, *value.values())
    elif isinstance(value, list):
        inner = value
    else:
        return True
    return depth > 0 and all(_is_storable(each, depth - 1) for each in inner)


def validated(model: type[M], body: dict[str, Any]) -> M:
    """Return the body as this model. Raises TmfError with a pointer to each fault."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
    kinds = {each["type"] for each in faults}
    fault = Fault.FIELD_INVALID
    if kinds == {"missing"}:
        fault = Fault.FIELD_MISSING
    elif kinds <= _OURS:
        fault = Fault.NOT_SUPPORTED
    # Every step is a declared name or an index: no model here has keys that the caller chooses.
    raise TmfError(fault, *dict.fromkeys(pointer(each["loc"]) for each in faults))

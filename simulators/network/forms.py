"""Bodies of writes of ``/service``: read, and refused where the standard's types do not fit."""

import json
from typing import Any

from pydantic import ValidationError

from simulators.network.refusals import Refused
from simulators.network.shapes import CREATE, UPDATE

NUMBER = "msisdn"
"""Name of the characteristic that holds the number of a service."""

_CODES = {"serviceCharacteristic": "invalidCharacteristic", "state": "invalidState"}
_KEPT = {"id", "state"}
"""What a merge patch cannot remove."""


def read_change(method: str, body: bytes) -> dict[str, Any]:
    """Return the parsed body. Raises Refused, which never repeats a value that was sent."""
    given = _parsed(body)
    try:
        if method == "POST":
            CREATE.validate_json(body)
        else:  # null removes a member of the service, whatever its type
            left = {name: v for name, v in given.items() if v is not None or name in _KEPT}
            UPDATE.validate_json(json.dumps(left))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        code = _CODES.get(where.split(".")[0], "invalidBody")
        raise Refused(400, code, f"{where}: {first['msg']}") from error
    names = [each["name"] for each in given.get("serviceCharacteristic") or []]
    if len(set(names)) < len(names):
        raise Refused(400, "invalidCharacteristic", "serviceCharacteristic: a name is there twice")
    return given


def number_of(body: dict[str, Any]) -> str | None:
    """Return the number that a change names."""
    given = body.get("serviceCharacteristic") or []
    found = next((each["value"] for each in given if each["name"] == NUMBER), None)
    return found if isinstance(found, str) else None


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
        json.dumps(given, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise Refused(400, "invalidBody", "body: no JSON") from None
    if not isinstance(given, dict):
        raise Refused(400, "invalidBody", "body: no object")
    return given

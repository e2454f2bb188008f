"""Headers of answers that are sent by rules, not by single routes."""

from typing import Any

from api.http.idempotency import REPLAYED

_HEADERS = "#/components/headers/"
_KEY = "Idempotency-Key"
_REPLAYED = {
    "description": "`true`: the request was carried out before; this is its first answer again.",
    "schema": {"type": "string", "enum": ["true"]},
}
_RETRY_AFTER = {
    "description": "Whole seconds to wait before the same request is sent again.",
    "schema": {"type": "string", "pattern": "^[0-9]+$"},
}
_WITH_RETRY_AFTER = frozenset({"429", "503"})


def describe(document: dict[str, Any]) -> None:
    """Add them to every answer that may have them; each is described once."""
    document["components"]["headers"] = {
        "RetryAfter": _RETRY_AFTER,
        "IdempotentReplayed": _REPLAYED,
    }
    for path in document["paths"].values():
        for operation in path.values():
            names = {each.get("name") for each in operation.get("parameters", ())}
            for status, answer in operation["responses"].items():
                headers = _of(status, answer["description"], has_key=_KEY in names)
                if headers:
                    answer["headers"] = headers | answer.get("headers", {})


def _of(status: str, said: str, *, has_key: bool) -> dict[str, Any]:
    headers = {}
    if status in _WITH_RETRY_AFTER or "`idempotency_key_in_use`" in said:
        headers["Retry-After"] = {"$ref": f"{_HEADERS}RetryAfter"}
    if has_key and status < "500" and status not in {"401", "429"}:
        headers[REPLAYED] = {"$ref": f"{_HEADERS}IdempotentReplayed"}
    return headers

"""Descriptions of parameters that their routes leave to their names."""

from collections.abc import Iterator, Mapping
from typing import Any

_PATH = {
    "bank": "Id of the bank: see `GET /v1/banks`.",
    "drift_id": "Id of the difference.",
    "port_out_id": "Id of the port-out.",
    "request_id": "Id of the request.",
    "stuck_id": "Id of the stuck item.",
}
_QUERY = {
    "account_id": "Only what is about this account.",
    "actor_kind": "Only what such an actor did.",
    "attention": "Only what must be looked at for this.",
    "bank": "Only of this bank: see `GET /v1/banks`.",
    "characteristic": "Only of this characteristic.",
    "code": "Only what has this code.",
    "ended_too": "Also what has ended.",
    "external_id": "Only what the client gave this id.",
    "format": "In which form.",
    "found_in": "Only what was found there.",
    "kind": "Only of this kind.",
    "origin": "Only with a grant that comes from there.",
    "permission": "Only who has this permission on the account.",
    "person_id": "Only what is about this person.",
    "process": "Only of processes of this type.",
    "reason": "Only what is stuck for this reason.",
    "service_id": "Only what is about this service.",
    "side": "Which side the caller is on.",
    "source": "Only of this source.",
    "state": "Only what is in this state.",
    "subject_id": "Only what is about this.",
    "target": "Only of this outside system.",
}


def describe(document: Mapping[str, Any]) -> None:
    """Add to each parameter without a description that of its name, where there is one."""
    for parameter in undescribed(document):
        name = parameter["name"]
        said = _in_path(name) if parameter["in"] == "path" else _QUERY.get(name)
        if said:
            parameter["description"] = said


def undescribed(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each parameter without a description."""
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if not parameter.get("description"):
                    yield parameter


def _in_path(name: str) -> str | None:
    if name in _PATH or not name.endswith("id"):
        return _PATH.get(name)
    thing = name.removesuffix("id").strip("_").replace("_", " ")
    return f"Id of the {thing}." if thing else "Id of the resource."

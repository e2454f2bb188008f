"""Services of TMF640: read from answers, and written into requests."""

from collections.abc import Mapping
from typing import Any

from domain.provisioning.network_services import NetworkService, ServiceChange, standard_state

_LIST = "serviceCharacteristic"
# Of TMF640 v5. In v4 a service does not show that it is being changed.
_CHANGING = frozenset({"pending", "starting", "stopping"})


def service_of(body: Any) -> NetworkService | None:
    """Read a service; None where the body is none."""
    if not isinstance(body, dict):
        return None
    state, listed = body.get("state"), _listed(body)
    if listed is None or not (state is None or isinstance(state, str)):
        return None
    return NetworkService(
        state=None if state is None else standard_state(state),
        settings={each["name"]: each.get("value") for each in listed},
        is_changing=str(body.get("operatingStatus")).lower() in _CHANGING,
    )


def is_of(body: Any, network_id: str) -> bool:
    """Return whether a body is of this service. One without an id is what was asked for."""
    return isinstance(body, dict) and str(body.get("id", network_id)) == network_id


def patch_of(change: ServiceChange, present: Any) -> dict[str, Any]:
    """Write a change as ``Service_Update``.

    ``present``: body of the service, whose other characteristics are sent as well; None: not sent.
    """
    body: dict[str, Any] = {}
    if change.state is not None:
        body["state"] = change.state
    if change.settings:
        body[_LIST] = _changed(change.settings, _listed(present) if present else None)
    return body


def asks_for(body: Any, change: ServiceChange) -> bool:
    """Return whether a request's body is what ``patch_of`` makes of this change."""
    if not isinstance(body, dict) or set(body) != set(patch_of(change, None)):
        return False
    asked = service_of(body)
    if asked is None or (change.state is not None and body["state"] != change.state):
        return False
    return all(asked.settings.get(name) == value for name, value in change.settings.items())


def _changed(
    settings: Mapping[str, Any], present: list[dict[str, Any]] | None
) -> list[dict[str, Any]]:
    if present is None:
        return [{"name": name, "value": value} for name, value in settings.items()]
    all_of_it = {each["name"]: each for each in present}
    for name, value in settings.items():
        all_of_it[name] = {**all_of_it.get(name, {"name": name}), "value": value}
    gone = {name for name, value in settings.items() if value is None}
    return [each for name, each in all_of_it.items() if name not in gone]


def _listed(body: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The characteristics of a service; None: unreadable."""
    listed = body.get(_LIST) or []
    if not isinstance(listed, list):
        return None
    fine = all(isinstance(each, dict) and isinstance(each.get("name"), str) for each in listed)
    return listed if fine else None

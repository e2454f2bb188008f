"""The services that the network has, and the state of each."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from simulators.network.forms import NUMBER
from simulators.network.refusals import Refused
from simulators.network.shapes import ServiceId, State

_ONE_HAS_IT = (NUMBER, "iccid")
_OWN = {"id", "href", "state", "serviceCharacteristic"}
_ID: TypeAdapter[str] = TypeAdapter(ServiceId)
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}


class ServiceForm(BaseModel):
    """State of a service; one that was never set is known, active, without characteristics."""

    model_config = ConfigDict(extra="forbid")

    id: ServiceId
    known: bool = Field(default=True, description="To this network")
    state: State = "active"
    characteristics: dict[str, Any] = Field({}, description="Value by name")
    members: dict[str, Any] = Field({}, description="Other members, as TMF640 names them")

    def changed(self, body: dict[str, Any], *, replaced: bool) -> "ServiceForm":
        """Return the service after a write; ``replaced``: the list of characteristics as a whole.

        Other members are merged as by RFC 7396. A characteristic without a value is removed.
        """
        values = dict(self.characteristics)
        if "serviceCharacteristic" in body:
            given = body["serviceCharacteristic"]
            kept = {} if replaced or given is None else values
            values = kept | {each["name"]: each["value"] for each in given or []}
        others = {name: value for name, value in body.items() if name not in _OWN}
        return ServiceForm(
            id=self.id,
            state=body.get("state", self.state),
            characteristics={name: value for name, value in values.items() if value is not None},
            members=_merged(self.members, others),
        )

    def having(self, values: Mapping[str, Any]) -> "ServiceForm":
        """Return the service with these characteristics, too; None removes one."""
        has = {**self.characteristics, **values}
        kept = {name: value for name, value in has.items() if value is not None}
        return self.model_copy(update={"characteristics": kept})

    def view(self, href: str) -> dict[str, Any]:
        """Return the service in TMF640's shape."""
        return {
            "id": self.id,
            "href": href,
            "@type": "Service",
            **self.members,
            "state": self.state,
            "serviceCharacteristic": [
                {"name": name, "value": value, "valueType": _TYPES.get(type(value), "object")}
                for name, value in self.characteristics.items()
            ],
        }


class Services:
    """The services; any that was never set is known. ``path``: of the collection."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._services: dict[str, ServiceForm] = {}
        self._having: dict[tuple[str, str], set[str]] = defaultdict(set)

    def put(self, service: ServiceForm) -> None:
        old = self._services.get(service.id)
        for pair in _unique(old):
            self._having[pair].discard(service.id)
        for pair in _unique(service):
            self._having[pair].add(service.id)
        self._services[service.id] = service

    def all(self) -> list[ServiceForm]:
        """Return the services that were set or changed."""
        return list(self._services.values())

    def forget(self) -> None:
        self._services.clear()
        self._having.clear()

    def others(self, service_id: str, name: str, value: str) -> Collection[str]:
        """Return the ids of the other services that have this number or SIM."""
        return self._having.get((name, value), set()) - {service_id}

    def href(self, service_id: str) -> str:
        return f"{self._path}/{quote(service_id, safe='')}"

    def known(self, service_id: str) -> ServiceForm:
        """Return the service. Raises Refused if the network has none of this id."""
        service = self._services.get(service_id)
        try:
            service = service or ServiceForm(id=_ID.validate_python(service_id))
        except ValidationError:
            raise _not_found() from None
        if not service.known:
            raise _not_found()
        return service

    def number(self, service_id: str) -> str | None:
        """Return the number of a service, if the network knows one."""
        service = self._services.get(service_id)
        found = None if service is None else service.characteristics.get(NUMBER)
        return found if isinstance(found, str) else None

    def check(self, service_id: str, *, new: bool) -> None:
        """Raise Refused for a change of an unknown service or the creation of a known one."""
        if not new:
            self.known(service_id)
            return
        there = self._services.get(service_id)
        if there is not None and there.known:
            raise Refused(409, "serviceExists", "There is such a service already.")

    def remove(self, service_id: str) -> None:
        """Make the service unknown. Raises Refused if it is."""
        self.put(self.known(service_id).model_copy(update={"known": False}))


def _unique(service: ServiceForm | None) -> list[tuple[str, str]]:
    """Return the number and the SIM of a service that the network knows."""
    if service is None or not service.known:
        return []
    has = service.characteristics
    return [(name, has[name]) for name in _ONE_HAS_IT if isinstance(has.get(name), str)]


def _not_found() -> Refused:
    return Refused(404, "serviceNotFound", "There is no such service.")


def _merged(old: Any, patch: Any) -> Any:
    """JSON Merge Patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    kept = old if isinstance(old, dict) else {}
    given = {name: _merged(kept.get(name), value) for name, value in patch.items()}
    return {name: value for name, value in (kept | given).items() if value is not None}

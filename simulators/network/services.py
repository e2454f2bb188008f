"""The services that the network has, and the state of each."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from simulators.network.forms import NUMBER, ChangeForm, ServiceId, State
from simulators.network.refusals import Refused


class ServiceForm(BaseModel):
    """State of a service; one that was never set is known, active, without characteristics."""

    model_config = ConfigDict(extra="forbid")

    id: ServiceId
    known: bool = Field(default=True, description="To this network")
    state: State = "active"
    characteristics: dict[str, Any] = Field({}, description="Value by name")


class Services:
    def __init__(self, path: str) -> None:
        self._path = path
        self._services: dict[str, ServiceForm] = {}

    def put(self, service: ServiceForm) -> None:
        self._services[service.id] = service

    def all(self) -> list[ServiceForm]:
        """Return the services that were set or changed."""
        return list(self._services.values())

    def forget(self) -> None:
        self._services.clear()

    def href(self, service_id: str) -> str:
        return f"{self._path}/{service_id}"

    def read(self, service_id: str) -> dict[str, Any]:
        """Return the service in TMF640's shape. Raises Refused."""
        service = self._known(service_id)
        return {
            "id": service_id,
            "href": self.href(service_id),
            "@type": "Service",
            "state": service.state,
            "serviceCharacteristic": [
                {"name": name, "value": value} for name, value in service.characteristics.items()
            ],
        }

    def number(self, service_id: str) -> str | None:
        """Return the number of a service, if the network knows one."""
        service = self._services.get(service_id)
        found = None if service is None else service.characteristics.get(NUMBER)
        return found if isinstance(found, str) else None

    def check(self, service_id: str, *, new: bool) -> None:
        """Raise Refused for a change of an unknown service or the creation of a known one."""
        if not new:
            self._known(service_id)
            return
        there = self._services.get(service_id)
        if there is not None and there.known:
            raise Refused(409, "serviceExists", "There is such a service already.")

    def apply(self, service_id: str, change: ChangeForm, *, new: bool) -> None:
        """Create or change the service. Raises Refused."""
        self.check(service_id, new=new)
        before = ServiceForm(id=service_id) if new else self._known(service_id)
        values = before.characteristics | {each.name: each.value for each in change.characteristics}
        self._services[service_id] = ServiceForm(
            id=service_id,
            state=change.state or before.state,
            characteristics={name: value for name, value in values.items() if value is not None},
        )

    def _known(self, service_id: str) -> ServiceForm:
        service = self._services.get(service_id)
        if service is None:
            return ServiceForm(id=service_id)
        if not service.known:
            raise Refused(404, "serviceNotFound", "There is no such service.")
        return service

"""Reads of TMF640 v4: ``/service`` and ``/monitor``, one and many."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from simulators.network.activator import Activator
from simulators.network.doorway import Doorway
from simulators.network.forms import number_of
from simulators.network.lists import Listed, page, selected
from simulators.network.monitor_store import MonitorStore
from simulators.network.monitors import Monitor
from simulators.network.refusals import Refused
from simulators.network.services import Services
from simulators.network.views import MONITOR_MEMBERS, SERVICE_MEMBERS, Views

_KEY = "idempotencyKey"


class Reading:
    """Shows services and monitors."""

    def __init__(
        self,
        doorway: Doorway,
        services: Services,
        activator: Activator,
        monitors: MonitorStore,
        views: Views,
    ) -> None:
        self._doorway = doorway
        self._services = services
        self._activator = activator
        self._monitors = monitors
        self._views = views

    async def service(self, request: Request, service_id: str) -> Response:
        """Return the current state of the service."""
        self._activator.settle()

        def read() -> Response:
            service = self._services.known(service_id)
            view = self._views.service(service, self._doorway.base(request))
            return JSONResponse(selected(request, view))

        return await self._read(request, "service", self._doorway.names(service_id), read)

    async def services(self, request: Request) -> Response:
        """Return the services that were set or changed and that the network knows."""

        def read() -> Response:
            base = self._doorway.base(request)
            known = [each for each in self._services.all() if each.known]
            listed = Listed(known, lambda each: self._views.service(each, base), SERVICE_MEMBERS)
            return page(request, listed, self._doorway.profile)

        return await self._read(request, "service", set(), read)

    async def monitor(self, request: Request, monitor_id: str) -> Response:
        """Return the monitor of an accepted change."""
        self._activator.settle()

        def read() -> Response:
            found = self._monitors.get(monitor_id)
            if found is None:
                raise Refused(404, "monitorNotFound", "There is no such monitor.")
            return JSONResponse(selected(request, self._views.monitor(found)))

        about = self._concerned(self._monitors.get(monitor_id))
        return await self._read(request, "monitor", about, read)

    async def monitors(self, request: Request) -> Response:
        """Return the monitors, or the one of an idempotency key where there is our extension."""
        self._activator.settle()
        asked = _KEY in request.query_params and self._doorway.profile.keys
        key = request.query_params.get(_KEY, "") if asked else ""

        def read() -> Response:
            if asked and not key:
                raise Refused(400, "missingIdempotencyKey", "Name an idempotencyKey.")
            found = self._under(key) if asked else self._monitors.all()
            listed = Listed(found, self._views.monitor, MONITOR_MEMBERS)
            besides = {_KEY} if asked else set()
            return page(request, listed, self._doorway.profile, besides=besides)

        about = self._concerned(self._monitors.under(key) if asked else None)
        return await self._read(request, "monitor", about, read)

    async def _read(
        self, request: Request, source: str, about: set[str | None], read: Callable[[], Response]
    ) -> Response:
        def answer() -> Response:
            self._doorway.admit(request)
            self._activator.settle()
            return read()

        return await self._doorway.answer(request, self._doorway.take(source, about), answer)

    def _under(self, key: str) -> list[Monitor]:
        found = self._monitors.under(key)
        return [] if found is None else [found] * (2 if found.double else 1)

    def _concerned(self, monitor: Monitor | None) -> set[str | None]:
        if monitor is None:
            return set()
        return self._doorway.names(monitor.change.service_id) | {number_of(monitor.change.body)}

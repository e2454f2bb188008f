"""TMF640 v4 Service Activation and Configuration over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from simulators.faults import TRANSPORT, Fault, Faults, disturbed
from simulators.network.activator import Activator
from simulators.network.bearer import Bearer
from simulators.network.forms import read_change
from simulators.network.monitors import Change, Monitor
from simulators.network.refusals import Refused
from simulators.network.services import Services

ACTIVATION_PATH = "/tmf-api/ServiceActivationAndConfiguration/v4"
SERVICES_PATH = f"{ACTIVATION_PATH}/service"
MONITORS_PATH = f"{ACTIVATION_PATH}/monitor"
_OF_CHANGES = frozenset({"refuse", "refuse_later", "never", "out_of_order", "double"})

FAULTS = {"activation": TRANSPORT | _OF_CHANGES, "monitor": TRANSPORT, "service": TRANSPORT}
SUBJECTS = dict.fromkeys(FAULTS, "a service id or a number")
_MEDIA = {
    "POST": {"application/json"},
    "PATCH": {"application/json", "application/merge-patch+json"},
}


class Activation:
    """Answers ``client``, subject to ``faults``."""

    def __init__(
        self, client: Bearer, services: Services, activator: Activator, faults: Faults
    ) -> None:
        self._client = client
        self._services = services
        self._activator = activator
        self._faults = faults

    async def write(self, request: Request, service_id: str | None = None) -> Response:
        """Accept a change of this service, or a new service."""
        try:
            asked = await self._asked(request, service_id)
        except Refused as refused:
            return await self._refuse(request, refused, service_id)
        new = self._activator.would_accept(asked)
        about = self._names(asked.service_id) | {asked.form.number()}
        # Faults of changes apply to, and are used up by, new changes that could be made only.
        fault = self._take("activation", about, sparing=_OF_CHANGES if not new else frozenset())

        async def answer() -> Response:
            try:
                return _accepted(self._activator.accept(asked, fault))
            except Refused as refused:
                return refused.response()

        return await disturbed(request, fault, answer)

    async def read_service(self, request: Request, service_id: str) -> Response:
        """Return the current state of the service."""
        self._activator.settle()
        about = self._names(service_id)

        def read() -> Any:
            self._activator.settle()
            return self._services.read(service_id)

        return await self._read(request, "service", about, read)

    async def read_monitor(self, request: Request, monitor_id: str) -> Response:
        """Return the monitor of an accepted change."""

        def read() -> Any:
            found = self._activator.monitor(monitor_id)
            if found is None:
                raise Refused(404, "monitorNotFound", "There is no such monitor.")
            return found.read(MONITORS_PATH)

        about = self._concerned(self._activator.monitor(monitor_id))
        return await self._read(request, "monitor", about, read)

    async def find_monitors(self, request: Request) -> Response:
        """Return the monitor of the change with this idempotency key, if there is one."""
        key = request.query_params.get("idempotencyKey", "")

        def read() -> Any:
            if not key:
                raise Refused(400, "missingIdempotencyKey", "Name an idempotencyKey.")
            found = self._activator.under(key)
            if found is None:
                return []
            return [found.read(MONITORS_PATH)] * (2 if found.double else 1)

        about = self._concerned(self._activator.under(key))
        return await self._read(request, "monitor", about, read)

    async def _read(
        self, request: Request, source: str, about: set[str | None], read: Callable[[], Any]
    ) -> Response:
        async def answer() -> Response:
            try:
                self._admit(request)
                return JSONResponse(read())
            except Refused as refused:
                return refused.response()

        return await disturbed(request, self._take(source, about), answer)

    async def _asked(self, request: Request, service_id: str | None) -> Change:
        self._admit(request)
        key = request.headers.get("idempotency-key", "")
        if not key:
            raise Refused(400, "missingIdempotencyKey", "A write needs an Idempotency-Key.")
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in _MEDIA[request.method]:
            raise Refused(415, "unsupportedMediaType", "A write is JSON.")
        form, body = read_change(await request.body())
        if service_id is not None and form.id not in {None, service_id}:
            raise Refused(400, "invalidBody", "id: another one than in the path")
        named = service_id or form.id or str(uuid4())
        return Change(key, request.method, request.url.path, body, form, named)

    async def _refuse(self, request: Request, refused: Refused, service_id: str | None) -> Response:
        async def answer() -> Response:
            return refused.response()

        about = set() if service_id is None else self._names(service_id)
        fault = self._take("activation", about, sparing=_OF_CHANGES)
        return await disturbed(request, fault, answer)

    def _admit(self, request: Request) -> None:
        if not self._client.sent(request):
            raise Refused(401, "unauthenticated", "Bring the bearer token.")

    def _names(self, service_id: str) -> set[str | None]:
        return {service_id, self._services.number(service_id)}

    def _concerned(self, monitor: Monitor | None) -> set[str | None]:
        if monitor is None:
            return set()
        return self._names(monitor.change.service_id) | {monitor.change.form.number()}

    def _take(
        self, source: str, about: set[str | None], sparing: frozenset[str] = frozenset()
    ) -> Fault | None:
        names = [each for each in about if each is not None]
        return self._faults.take(source, about=names, sparing=sparing)


def _accepted(monitor: Monitor) -> Response:
    body = monitor.read(MONITORS_PATH)
    return JSONResponse(body, 202, {"location": body["href"]})

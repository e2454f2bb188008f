"""Writes of TMF640 v4: POST, PATCH and DELETE of ``/service``."""

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from simulators.faults import TRANSPORT
from simulators.network.activator import Activator
from simulators.network.doorway import Doorway
from simulators.network.forms import number_of, read_change
from simulators.network.monitor_store import MonitorStore
from simulators.network.monitors import Change, Monitor
from simulators.network.refusals import Refused
from simulators.network.views import Views

_OF_CHANGES = frozenset({"refuse", "refuse_later", "never", "out_of_order", "double", "drift"})

FAULTS = {"activation": TRANSPORT | _OF_CHANGES, "monitor": TRANSPORT, "service": TRANSPORT}
SUBJECTS = dict.fromkeys(FAULTS, "a service id or a number")
_MEDIA = {
    "POST": {"application/json"},
    "PATCH": {"application/json", "application/merge-patch+json"},
}


class Activation:
    """Takes changes of services."""

    def __init__(
        self,
        doorway: Doorway,
        activator: Activator,
        monitors: MonitorStore,
        views: Views,
    ) -> None:
        self._doorway = doorway
        self._activator = activator
        self._monitors = monitors
        self._views = views

    async def write(self, request: Request, service_id: str | None = None) -> Response:
        """Accept a change of this service, or a new service."""
        try:
            change = await self._change(request, service_id)
        except Refused as refused:
            response = refused.response()
            about = set() if service_id is None else self._doorway.names(service_id)
            fault = self._doorway.take("activation", about, sparing=_OF_CHANGES)
            return await self._doorway.answer(request, fault, lambda: response)
        new = self._activator.would_accept(change)
        about = self._doorway.names(change.service_id) | {number_of(change.body)}
        # Faults of changes apply to, and are used up by, new changes that could be made only.
        fault = self._doorway.take("activation", about, sparing=() if new else _OF_CHANGES)
        return await self._doorway.answer(
            request, fault, lambda: self._answer(change, self._activator.accept(change, fault))
        )

    async def _change(self, request: Request, service_id: str | None) -> Change:
        self._doorway.admit(request)
        profile, key = self._doorway.profile, request.headers.get("idempotency-key", "")
        if profile.keys and not key:
            raise Refused(400, "missingIdempotencyKey", "A write needs an Idempotency-Key.")
        method, raw = request.method, await request.body()
        body = {} if method == "DELETE" else _body(request, raw)
        if service_id is not None and body.get("id") not in {None, service_id}:
            raise Refused(400, "invalidBody", "id: another one than in the path")
        own = body.get("id") if profile.keys else None  # a new service's own id is our extension
        return Change(
            method,
            request.scope.get("raw_path", request.url.path.encode()).decode("latin-1"),
            service_id or own or self._monitors.new_id(),
            body,
            text=raw.decode() if body else "",
            headers=_echoed(request, ["Content-Type", *profile.echoes]),
            key=key,
            base=self._doorway.base(request),
        )

    def _answer(self, change: Change, monitor: Monitor) -> Response:
        """Answer with the monitor, or with the service, also for what is refused later."""
        if self._doorway.profile.answers == "monitor":
            view = self._views.monitor(monitor)
            return JSONResponse(view, 202, {"location": view["href"]})
        if change.method == "DELETE":
            return Response(status_code=204)
        shown = self._views.service(self._activator.shown(change), change.base)
        if change.new:
            return JSONResponse(shown, 201, {"location": shown["href"]})
        return JSONResponse(shown)


def _body(request: Request, raw: bytes) -> dict[str, Any]:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in _MEDIA[request.method]:
        raise Refused(415, "unsupportedMediaType", "A write is JSON.")
    return read_change(request.method, raw)


def _echoed(request: Request, names: list[str]) -> tuple[tuple[str, str], ...]:
    found = ((name, request.headers.get(name)) for name in names)
    return tuple((name, value) for name, value in found if value)

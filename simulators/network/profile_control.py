"""``/_control/profile``, and monitors of requests that others made."""

import json
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from simulators.network.doorway import Doorway
from simulators.network.monitor_store import MonitorStore
from simulators.network.monitors import Change, Outcome, accepted
from simulators.network.profiles import HeaderName, Profile, Profiles, Progress
from simulators.network.services import Services
from simulators.network.shapes import ServiceId
from simulators.network.views import Views


class StrangerForm(BaseModel):
    """A request of somebody else, whose monitor this network shows; it changes nothing here."""

    model_config = ConfigDict(extra="forbid")

    service_id: ServiceId
    method: str = "PATCH"
    body: dict[str, Any] = {"state": "active"}
    headers: dict[HeaderName, str] = {"Content-Type": "application/json"}
    state: Progress = Field("Completed", description="In progress: for ever")
    status: int = Field(200, ge=200, le=599, description="In the response, once it is over")
    found_under: str | None = Field(
        None, description="An idempotency key under which it is found, as by mistake"
    )


def profile_control(profiles: Profiles) -> APIRouter:
    """``/profile``."""
    router = APIRouter(tags=["profile"])

    @router.get("/profile")
    async def read_profile() -> Profile:
        return profiles.now

    @router.put("/profile", description="What is not given is as the profile of that name has it")
    async def set_profile(profile: Profile) -> Profile:
        profiles.now = profile
        return profile

    @router.delete("/profile", status_code=204, description="As at the start")
    async def forget_profile() -> None:
        profiles.reset()

    return router


def strangers_control(
    doorway: Doorway, services: Services, monitors: MonitorStore, views: Views
) -> APIRouter:
    """``POST /monitors``."""
    router = APIRouter(tags=["changes"])

    @router.post(
        "/monitors", status_code=201, description="A monitor of somebody else's request, as shown"
    )
    async def plant_monitor(form: StrangerForm, request: Request) -> dict[str, Any]:
        change = Change(
            form.method,
            services.href(form.service_id),
            form.service_id,
            form.body,
            text=json.dumps(form.body),
            headers=tuple(form.headers.items()),
            base=doorway.base(request),
        )
        monitor = accepted(monitors.new_id(), change, 0, None)
        if form.state != "InProgress":
            monitor.ends(form.state, Outcome(form.status, form.body))
        monitors.add(monitor, listed=True, key=form.found_under)
        return views.monitor(monitor)

    return router

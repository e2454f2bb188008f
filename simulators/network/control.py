"""``/_control``: numbers, services, speed of changes, applied changes and request counts."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from simulators.network.activator import Activator
from simulators.network.applied import AppliedLog
from simulators.network.services import ServiceForm, Services
from simulators.network.sims import SimForm, Sims


class CompletionForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(ge=0, le=3600, description="From the acceptance of a change")


class AppliedView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    at: datetime
    key: str = Field(description="As sent; empty without one")
    method: str
    service_id: str
    number: str | None = Field(description="Of the change, or known of the service")
    change: dict[str, Any]
    monitor_id: str


def sims_control(sims: Sims) -> APIRouter:
    """``/sims``. Async although nothing is awaited, so that it runs in the thread that answers."""
    router = APIRouter(tags=["SIMs"])

    @router.get("/sims", description="Numbers that were set")
    async def read_sims() -> list[SimForm]:
        return sims.all_set()

    @router.put("/sims")
    async def put_sim(sim: SimForm) -> SimForm:
        sims.put(sim)
        return sim

    @router.delete("/sims", status_code=204, description="As at the start")
    async def forget_sims() -> None:
        sims.forget()

    return router


def services_control(services: Services, activator: Activator) -> APIRouter:
    """``/services``."""
    router = APIRouter(tags=["services"])

    @router.get("/services", description="Services that were set or changed")
    async def read_services() -> list[ServiceForm]:
        activator.settle()
        return services.all()

    @router.put("/services", description="Replaces what the network has of one, or of many")
    async def put_services(wanted: ServiceForm | list[ServiceForm]) -> int:
        activator.settle()
        given = wanted if isinstance(wanted, list) else [wanted]
        for each in given:
            services.put(each)
        return len(given)

    @router.delete("/services", status_code=204, description="As at the start")
    async def forget_services() -> None:
        activator.settle()
        services.forget()

    return router


def changes_control(activator: Activator) -> APIRouter:
    """``/completion`` and ``/monitors``."""
    router = APIRouter(tags=["changes"])

    @router.put("/completion", description="Of the changes that are accepted from now on")
    async def set_completion(form: CompletionForm) -> CompletionForm:
        activator.seconds = form.seconds
        return form

    @router.delete("/completion", status_code=204, description="As at the start")
    async def forget_completion() -> None:
        activator.seconds = None

    @router.delete(
        "/monitors", status_code=204, description="And their keys; what is pending never comes"
    )
    async def forget_monitors() -> None:
        activator.forget()

    return router


def applied_control(activator: Activator, log: AppliedLog) -> APIRouter:
    """``/applied``."""
    router = APIRouter(tags=["changes"])

    @router.get("/applied", description="Changes that were really made, in order")
    async def read_applied(
        key: str | None = None, service: Annotated[str | None, Query(description="Its id")] = None
    ) -> list[AppliedView]:
        activator.settle()
        return [AppliedView.model_validate(each) for each in log.found(key, service)]

    @router.delete("/applied", status_code=204)
    async def forget_applied() -> None:
        activator.settle()
        log.forget()

    return router


def requests_control(counts: Counter[str]) -> APIRouter:
    """``/requests``."""
    router = APIRouter(tags=["requests"])

    @router.get("/requests", description="Number of requests by method and kind: PATCH service")
    async def read_requests() -> dict[str, int]:
        return dict(counts)

    @router.delete("/requests", status_code=204)
    async def forget_requests() -> None:
        counts.clear()

    return router

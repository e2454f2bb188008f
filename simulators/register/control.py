"""``/_control``: read and change the register's world. For tests and demonstrations only."""

from datetime import date, datetime
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from simulators.register.cards import Company
from simulators.register.codes import is_registry_code
from simulators.register.days import SHARE
from simulators.register.forms import (
    CompanyForm,
    CompanyOrder,
    CompanyView,
    PersonCode,
    RegistryCode,
)
from simulators.register.registrar import dismiss, enter
from simulators.register.simulation import Simulation
from simulators.register.traffic import Stats, Traffic


class ClockForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: int = Field(0, ge=0, le=3650, description="Ahead of the real time, not of the last one")


class ClockView(BaseModel):
    days: int
    now: datetime
    today: date = Field(description="In Europe/Tallinn: the day that changes are journaled under")


class NextDayForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seed: int = Field(1, ge=0)
    share: float = Field(SHARE, gt=0, le=1, description="Of all companies; at least one changes")


class News(BaseModel):
    code: str
    what: str


def control(simulation: Simulation, traffic: Traffic) -> APIRouter:
    """Return the routes. Async although nothing is awaited: the world changes step by step."""
    router = APIRouter()
    router.include_router(_companies(simulation), tags=["companies"])
    router.include_router(_time(simulation), tags=["time"])
    router.include_router(_traffic(traffic), tags=["traffic"])
    return router


def _companies(simulation: Simulation) -> APIRouter:
    router = APIRouter()

    @router.get("/companies", description="In the order of the open-data file, deleted ones too")
    async def list_companies(
        limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> list[CompanyView]:
        companies = simulation.world.companies(offset)
        return [CompanyView.of(company) for company in islice(companies, limit)]

    @router.post("/companies", description="PUT for many companies at once")
    async def put_companies(orders: list[CompanyOrder]) -> list[CompanyView]:
        return [CompanyView.of(_entered(simulation, order.code, order)) for order in orders]

    @router.get("/companies/{code}")
    async def get_company(code: str) -> CompanyView:
        return CompanyView.of(_known(simulation, code))

    @router.put("/companies/{code}", description="Create a company, or change what is sent of it")
    async def put_company(code: RegistryCode, form: CompanyForm) -> CompanyView:
        return CompanyView.of(_entered(simulation, code, form))

    @router.delete("/companies/{code}/holders", description="End every role of one person")
    async def remove_holder(code: str, person: PersonCode) -> CompanyView:
        try:
            company = _known(simulation, code)
            return CompanyView.of(dismiss(simulation, company, (person.country, person.code)))
        except LookupError as error:
            raise HTTPException(404, "not a holder of this company") from error

    return router


def _known(simulation: Simulation, code: str) -> Company:
    company = simulation.world.company(code) if is_registry_code(code) else None
    if company is None:
        raise HTTPException(404, "no such company")
    return company


def _entered(simulation: Simulation, code: str, form: CompanyForm) -> Company:
    try:
        return enter(simulation, code, form)
    except ValueError as error:
        raise HTTPException(422, str(error)) from error


def _time(simulation: Simulation) -> APIRouter:
    router = APIRouter()

    @router.get("/clock")
    async def get_clock() -> ClockView:
        return ClockView(days=simulation.clock_days, now=simulation.now(), today=simulation.today())

    @router.post("/clock")
    async def set_clock(form: ClockForm) -> ClockView:
        simulation.set_clock(form.days)
        return await get_clock()

    @router.post("/next-day", description="Change 0.3 % of the companies; leaves the clock alone")
    async def next_day(form: NextDayForm) -> list[News]:
        news = simulation.next_day(form.seed, form.share)
        return [News(code=each.code, what=each.what) for each in news]

    return router


def _traffic(traffic: Traffic) -> APIRouter:
    router = APIRouter()

    @router.get("/stats")
    async def get_stats() -> Stats:
        return traffic.stats()

    @router.delete("/stats", status_code=204)
    async def reset_stats() -> None:
        traffic.reset()

    return router

"""``/_control``: read the outbox, set the outcome of messages, send reports. For tests."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from simulators.sms.outbox import Outbox
from simulators.sms.reports import Fate, Habits, Outcome, Reporter


class MessageView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    message_id: str
    omnimessage_id: str
    to: str
    text: str
    sender: str
    ttl: int | None = Field(description="Seconds")
    dlr_url: str | None
    accepted_at: datetime
    status: str


class ReportForm(Fate):
    message_id: str


class ReportView(BaseModel):
    answered: int | None = Field(description="The receiver's HTTP status; null: not reached")


def control(outbox: Outbox, reporter: Reporter) -> APIRouter:
    """Return the routes. Async although little is awaited: they run in the gateway's thread."""
    router = APIRouter()
    router.include_router(_outbox(outbox), tags=["outbox"])
    router.include_router(_outcomes(reporter), tags=["outcomes"])
    router.include_router(_reports(outbox, reporter), tags=["reports"])
    return router


def _outbox(outbox: Outbox) -> APIRouter:
    router = APIRouter()

    @router.get("/outbox", description="The newest last")
    async def read_outbox(
        to: Annotated[str | None, Query(description="Only to this number; + is %2B")] = None,
    ) -> list[MessageView]:
        return [MessageView.model_validate(message) for message in outbox.to(to)]

    @router.delete("/outbox", status_code=204)
    async def empty_outbox() -> None:
        outbox.clear()

    return router


def _outcomes(reporter: Reporter) -> APIRouter:
    router = APIRouter()

    @router.get("/outcomes")
    async def read_outcomes() -> list[Outcome]:
        return list(reporter.outcomes.values())

    @router.put("/outcomes", description="Of messages to this number that are taken from now on")
    async def set_outcome(outcome: Outcome) -> Outcome:
        reporter.outcomes[outcome.to] = outcome
        return outcome

    @router.delete("/outcomes", status_code=204, description="DELIVRD for every number again")
    async def forget_outcomes() -> None:
        reporter.outcomes.clear()

    return router


def _reports(outbox: Outbox, reporter: Reporter) -> APIRouter:
    router = APIRouter()

    @router.get("/reports")
    async def read_habits() -> Habits:
        return reporter.habits

    @router.put("/reports", description="How reports are sent; omitted fields get their defaults")
    async def set_habits(habits: Habits) -> Habits:
        reporter.habits = habits
        return habits

    @router.delete("/reports", status_code=204, description="As at the start")
    async def forget_habits() -> None:
        reporter.habits = Habits()

    @router.post("/reports", description="Send one now, once; null where there is no dlr_url")
    async def report_now(form: ReportForm) -> ReportView:
        message = outbox.message(form.message_id)
        if message is None:
            raise HTTPException(404, "no such message")
        return ReportView(answered=await reporter.report_now(message, form))

    return router

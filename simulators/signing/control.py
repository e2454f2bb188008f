"""``/_control``: what phones were asked, how they are answered, and the time."""

from datetime import datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from simulators.signing.clock import Clock
from simulators.signing.sessions import Habits, Kind, Sessions


class SessionView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: Kind
    person: str
    phone: str | None
    relying_party: str
    text: str
    language: str | None
    code: str = Field(description="Verification code")
    codes: tuple[str, ...] = Field(description="Codes of which the person chooses one")
    interaction: str | None
    result: str | None = Field(description="In the service's word; null: it runs")
    started_at: datetime


class AnswerForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    confirmed: bool = True
    code: str | None = Field(None, description="The chosen one, where there is a choice")


class ClockForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ahead: float = Field(ge=0, description="Seconds that the simulator's time is ahead of ours")


def sessions_control(sessions: Sessions, clock: Clock) -> APIRouter:
    """Return the routes. Async although nothing waits: they run in the service's thread."""
    router = APIRouter()
    router.include_router(_log(sessions), tags=["sessions"])
    router.include_router(_habits(sessions), tags=["people"])
    router.include_router(_clock(sessions, clock), tags=["clock"])
    return router


def _log(sessions: Sessions) -> APIRouter:
    router = APIRouter()

    @router.get("/sessions", description="The log: everything that was asked, the newest last")
    async def read_sessions() -> list[SessionView]:
        newest = [SessionView.model_validate(each) for each in sessions.newest()]
        return newest[::-1]

    @router.delete("/sessions", status_code=204)
    async def forget_sessions() -> None:
        sessions.clear()

    @router.post("/sessions/{session_id}/answer", status_code=204, description="As on the page")
    async def answer_session(session_id: str, form: AnswerForm) -> None:
        if not sessions.answer(session_id, confirmed=form.confirmed, code=form.code):
            raise HTTPException(404, "this session does not wait for an answer")

    return router


def _habits(sessions: Sessions) -> APIRouter:
    router = APIRouter()

    @router.get("/habits")
    async def read_habits() -> Habits:
        return sessions.habits

    @router.put("/habits", description="Of sessions that begin from now on")
    async def set_habits(habits: Habits) -> Habits:
        sessions.habits = habits
        return habits

    @router.delete("/habits", status_code=204, description="As at the start")
    async def forget_habits() -> None:
        sessions.habits = Habits()

    return router


def _clock(sessions: Sessions, clock: Clock) -> APIRouter:
    router = APIRouter()

    @router.put("/clock", description="Move the time: phones give up, sessions are forgotten")
    async def set_clock(form: ClockForm) -> ClockForm:
        clock.ahead = form.ahead
        sessions.change()
        return form

    @router.delete("/clock", status_code=204)
    async def reset_clock() -> None:
        clock.ahead = 0.0
        sessions.change()

    return router

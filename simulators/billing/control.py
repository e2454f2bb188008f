"""``/_control``: accounts, what services have, what was booked, time, and request counts."""

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from simulators.billing.bookings import Booked, Bookings
from simulators.billing.books import AccountForm, Books
from simulators.billing.clock import Clock


class CompletionForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(ge=0, le=3600, description="From the acceptance of a booking")


class HeldForm(BaseModel):
    """What a service has: ``limit``, or a product that it subscribes to."""

    model_config = ConfigDict(extra="forbid")

    service: UUID
    what: str
    values: dict[str, Any] | None = Field(description="Null: nothing any more")


class BookedView(BaseModel):
    at: datetime
    key: str
    action: str
    is_change: bool = Field(
        description="False: a question, or an undoing of what was changed since"
    )
    booking: dict[str, Any]

    @classmethod
    def of(cls, entry: Booked) -> "BookedView":
        return cls(
            at=entry.at,
            key=entry.key,
            action=entry.form.action,
            is_change=entry.is_change,
            booking=entry.form.model_dump(mode="json"),
        )


def books_control(books: Books, bookings: Bookings, clock: Clock) -> APIRouter:
    """``/accounts`` and ``/services``. Async although nothing waits: they run in one thread."""
    router = APIRouter(tags=["books"])

    @router.get("/accounts", description="Accounts that were set")
    async def read_accounts() -> list[AccountForm]:
        return list(books.accounts.values())

    @router.put("/accounts")
    async def put_account(account: AccountForm) -> AccountForm:
        books.accounts[account.id] = account
        return account

    @router.get("/accounts/{account_id}/owed", description="Charges not refunded, in cents")
    async def read_owed(account_id: UUID) -> int:
        bookings.settle()
        return books.owed(account_id)

    @router.get("/services", description="Limits and subscriptions")
    async def read_services() -> list[HeldForm]:
        bookings.settle()
        held = books.held().items()
        return [HeldForm(service=slot[0], what=slot[1], values=each) for slot, each in held]

    @router.put("/services", description="As another system of the operator changes it")
    async def put_service(form: HeldForm) -> HeldForm:
        bookings.settle()
        at = int(clock.now().timestamp())
        books.hold("", (form.service, form.what), form.values, at)
        return form

    return router


def bookings_control(books: Books, bookings: Bookings) -> APIRouter:
    """``/booked`` and ``/completion``."""
    router = APIRouter(tags=["bookings"])

    @router.get("/booked", description="What was really booked, in order")
    async def read_booked(key: str | None = None) -> list[BookedView]:
        return [BookedView.of(each) for each in bookings.log(key)]

    @router.delete("/booked", status_code=204, description="Forgets all bookings and all books")
    async def forget() -> None:
        bookings.forget()
        books.forget()

    @router.put("/completion", description="Of the bookings that are accepted from now on")
    async def set_completion(form: CompletionForm) -> CompletionForm:
        bookings.seconds = form.seconds
        return form

    @router.delete("/completion", status_code=204, description="At once, as at the start")
    async def forget_completion() -> None:
        bookings.seconds = 0

    return router


def requests_control(counts: Counter[str]) -> APIRouter:
    """``/requests``."""
    router = APIRouter(tags=["requests"])

    @router.get("/requests", description="Number of requests by method and kind: POST bookings")
    async def read_requests() -> dict[str, int]:
        return dict(counts)

    @router.delete("/requests", status_code=204)
    async def forget_requests() -> None:
        counts.clear()

    return router

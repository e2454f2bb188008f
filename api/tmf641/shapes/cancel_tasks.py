"""Requests to cancel an order as they are sent."""

from typing import Literal

from pydantic import BaseModel, Field

from api.tmf641.shapes.attributes import moment, typed
from domain.orders.tasks import CancelTaskState


class OrderReference(BaseModel):
    """An order."""

    id: str
    href: str
    referred_type: Literal["ServiceOrder"] = Field(alias="@referredType")
    type_: Literal["ServiceOrderRef"] = typed("ServiceOrderRef")


class TaskError(BaseModel):
    """Why a task ended without an answer."""

    code: str
    reason: str
    type_: Literal["ErrorMessage"] = typed("ErrorMessage")


class CancelServiceOrder(BaseModel):
    """A request to cancel an order. `done`: it is assessed; the order's undo may go on."""

    id: str
    href: str
    state: CancelTaskState | None = None
    cancellationReason: str | None = None
    completionMessage: str | None = Field(
        None, description="Whether the order is cancelled, or only some of its items."
    )
    requestedCancellationDate: str | None = moment("When it is to be assessed.")
    effectiveCancellationDate: str | None = moment("When the order was cancelled.")
    errorMessage: TaskError | None = None
    serviceOrder: OrderReference | None = None
    type_: Literal["CancelServiceOrder"] | None = Field(None, alias="@type")

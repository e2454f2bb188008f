"""Tables of service orders."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, Index, Integer, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Confirmation
from domain.orders.refusals import OrderRefusal
from domain.orders.states import CancelPhase, OrderState
from domain.orders.tasks import CancelTaskState
from storage.schema.columns import document, key, moment, one_of, row_of, words

_OPEN = "state NOT IN ('rejected', 'cancelled', 'completed', 'failed', 'partial')"


class ServiceOrderRow(SQLModel, table=True):
    """An order: one or more items on one account. Its process has its id."""

    __tablename__ = "service_order"
    __table_args__ = (
        one_of("state", OrderState),
        one_of("cancel_phase", CancelPhase),
        one_of("confirm", Confirmation),
        UniqueConstraint("client", "external_id"),
        Index("ix_service_order_ordered_at", "ordered_at", "id"),
        Index("ix_service_order_account_id", "account_id", "ordered_at", "id"),
        Index("ix_service_order_client_ordered_at", "client", "ordered_at", "id"),
        Index(
            "ix_service_order_person_id",
            "person_id",
            postgresql_where=text("person_id IS NOT NULL"),
        ),
        Index("ix_service_order_open", "id", postgresql_where=text(_OPEN)),
        Index("ix_service_order_ended_at", "ended_at"),
    )

    id: UUID = key()
    account_id: UUID | None = row_of("account.id", nullable=True)
    """NULL: it was rejected, for no account could be found."""
    owner_id: UUID | None
    """The company or person who owned the account then: a later owner does not see it."""
    client: str = words()
    """The program that placed it: issuer and client id."""
    external_id: str | None = words(nullable=True)
    """The client's id of the order."""
    digest: str = words()
    """Of the request: tells a repetition from another order."""
    category: str | None = words(nullable=True)
    description: str = words(server_default="")
    priority: str | None = words(nullable=True)
    given: dict[str, Any] = document()
    """What else the client gave, as it gave it."""
    person_id: UUID | None = row_of("person.id", nullable=True)
    """Who ordered it; NULL: the operator."""
    actor: dict[str, Any] = document()
    """Who placed it, as events name them."""
    state: str = words()
    cancel_phase: str | None = words(nullable=True)
    confirm: str = words(server_default=Confirmation.NOTHING)
    """Whose confirmation it needs."""
    confirm_by: datetime | None = moment(nullable=True)
    """When it is cancelled if not everybody has confirmed it; NULL: it needs no confirmation."""
    confirmed_at: datetime | None = moment(nullable=True)
    giver_confirms: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """The owner of the account that gives a number is to confirm it as well."""
    giver_confirmed_at: datetime | None = moment(nullable=True)
    giver_owner_id: UUID | None
    """The company or person who owned that account then; NULL: not confirmed."""
    depends_on: list[UUID] = Field(
        sa_column=Column(ARRAY(Uuid()), nullable=False, server_default="{}")
    )
    """Orders that must be completed before it begins."""
    ordered_at: datetime = moment(default_now=True)
    requested_start_at: datetime | None = moment(nullable=True)
    requested_completion_at: datetime | None = moment(nullable=True)
    expected_at: datetime | None = moment(nullable=True)
    """When it is expected to be completed."""
    expected_seconds: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How long its items are expected to take."""
    began_at: datetime | None = moment(nullable=True)
    """When its steps took their places and its process was asked for."""
    ended_at: datetime | None = moment(nullable=True)
    """When its state became final."""
    cancel_reason: str | None = words(nullable=True)
    contract_id: UUID | None = row_of("contract.id", nullable=True)
    """The contract that it starts, suspends or ends."""
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Incremented with every change."""
    updated_at: datetime = moment(default_now=True)


class ServiceOrderItemRow(SQLModel, table=True):
    """One item of an order."""

    __tablename__ = "service_order_item"
    __table_args__ = (
        one_of("state", OrderState),
        one_of("action", ItemAction),
        one_of("error", OrderRefusal),
        Index("ix_service_order_item_service_id", "service_id"),
        Index(
            "ix_service_order_item_other_service_id",
            "other_service_id",
            postgresql_where=text("other_service_id IS NOT NULL"),
        ),
    )

    order_id: UUID = Field(foreign_key="service_order.id", primary_key=True, ondelete="CASCADE")
    number: int = Field(primary_key=True)
    """From 1, in the order of the request."""
    item_id: str = words()
    """The client's."""
    action: str = words()
    service_id: UUID | None = row_of("service.id", nullable=True)
    network: str | None = words(nullable=True)
    """Name of the network that had the service when the order began."""
    other_service_id: UUID | None = row_of("service.id", nullable=True)
    """The service that gives its number; NULL: the item is for one service, or none that there is
    gives the number that was asked for."""
    other_network: str | None = words(nullable=True)
    """Name of the network that had that one when the order began."""
    product: str | None = words(nullable=True)
    product_version: str | None = words(nullable=True)
    parameters: dict[str, Any] = document()
    """Values by name, with the product's defaults; secret ones are not among them."""
    plan: list[dict[str, Any]] = document()
    """``domain.orders.planned_steps.PlannedStep``: the product's steps when it was placed."""
    price: list[dict[str, Any]] = document()
    """The product's prices when it was placed."""
    is_urgent: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    after: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False, server_default="{}"))
    """Numbers of the items that must be completed first."""
    permission: str | None = words(nullable=True)
    """What whoever orders it needs on the service: also at the time when it begins."""
    given: dict[str, Any] = document()
    """What else the client gave, as it gave it."""
    state: str = words()
    error: str | None = words(nullable=True)
    """Why it was rejected."""
    error_about: str = words(server_default="")
    """Name of the parameter that it was rejected for."""
    begun_at: datetime | None = moment(nullable=True)
    """When something of it was first sent to a target."""
    ended_at: datetime | None = moment(nullable=True)


class OrderCancelRow(SQLModel, table=True):
    """A request to cancel an order (TMF641's CancelServiceOrder)."""

    __tablename__ = "order_cancel"
    __table_args__ = (
        one_of("state", CancelTaskState),
        Index("ix_order_cancel_order_id", "order_id"),
    )

    id: UUID = key()
    order_id: UUID = Field(foreign_key="service_order.id", ondelete="CASCADE")
    client: str = words()
    reason: str = words(server_default="")
    """As the client gave it."""
    given: dict[str, Any] = document()
    """What else the client gave, as it gave it."""
    actor: dict[str, Any] = document()
    state: str = words()
    completion_message: str = words(server_default="")
    requested_at: datetime | None = moment(nullable=True)
    """When it is to be assessed; NULL: at once."""
    effective_at: datetime | None = moment(nullable=True)
    """When the order was cancelled."""
    created_at: datetime = moment(default_now=True)


class OrderAlertRow(SQLModel, table=True):
    """An order is in jeopardy (TMF641's ServiceOrderJeopardyAlert)."""

    __tablename__ = "order_alert"

    order_id: UUID = Field(foreign_key="service_order.id", primary_key=True, ondelete="CASCADE")
    number: int = Field(primary_key=True)
    alerted_at: datetime = moment(default_now=True)
    expected_at: datetime = moment()
    """When the order was expected to be completed."""


class OrderMilestoneRow(SQLModel, table=True):
    """Something of an order was reached (TMF641's ServiceOrderMilestone): an item completed."""

    __tablename__ = "order_milestone"

    order_id: UUID = Field(foreign_key="service_order.id", primary_key=True, ondelete="CASCADE")
    number: int = Field(primary_key=True)
    item: int
    """Number of the item that was completed."""
    reached_at: datetime = moment(default_now=True)


class OrderNoteRow(SQLModel, table=True):
    """A note to an order. Notes are only added."""

    __tablename__ = "order_note"

    order_id: UUID = Field(foreign_key="service_order.id", primary_key=True, ondelete="CASCADE")
    number: int = Field(primary_key=True)
    note_id: str | None = words(nullable=True)
    """The client's."""
    author: str = words(server_default="")
    text: str = words()
    written_at: datetime = moment(default_now=True)

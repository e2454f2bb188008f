"""Tables of steps, stuck items, targets and bulk retries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from domain.ops.bulk_retries import RetryResult
from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.steps import Stage, StepState, StepWait
from domain.provisioning.targets import TargetKind, TargetState
from domain.provisioning.undoing import UndoReason
from storage.schema.columns import document, moment, one_of, row_of, words


class StepRow(SQLModel, table=True):
    """A step: one effect on one outside system. Its id is made of its process and action."""

    __tablename__ = "step"
    __table_args__ = (
        one_of("state", StepState),
        one_of("target_kind", TargetKind),
        one_of("waits_for", StepWait),
        one_of("stage", Stage),
        one_of("undo_reason", UndoReason),
        one_of("code", StuckReason),
        one_of("question_code", StuckReason),
        Index("ix_step_process_id", "process_id"),
        Index(
            "ix_step_resource_place",
            "resource",
            "place",
            postgresql_where=text("released_at IS NULL AND resource IS NOT NULL"),
        ),
        Index(
            "ix_step_undo",
            "woken_at",
            postgresql_where=text(
                "undo_reason IS NOT NULL AND ended_at IS NULL AND NOT is_undo_known"
            ),
        ),
        Index("ix_step_waiting", "target", "go_at", postgresql_where=text("waits_for IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    process: str = words()
    process_id: UUID
    workflow_id: str = words()
    account_id: UUID | None
    target: str = words()
    """Name of its target."""
    target_kind: str = words()
    action: str = words()
    item: str = words(server_default="")
    """The part of its process that it belongs to."""
    stage: str = words(server_default=Stage.REVERSIBLE)
    undoes: UUID | None
    """The step that it undoes."""
    resource: str | None = words(nullable=True)
    urgency: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """On its resource it overtakes steps of less urgency."""
    place: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(), nullable=False)
    )
    """Its place in the order on its resource; a step that undoes another has that one's place."""
    state: str = words()
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Incremented with every attempt and every answer."""
    code: str | None = words(nullable=True)
    """Why it is in trouble, in doubt or refused. A doubt keeps the code that it came from."""
    detail: str = words(server_default="")
    question_code: str | None = words(nullable=True)
    """Why the question about a step in doubt was not answered."""
    question_detail: str = words(server_default="")
    undo_reason: str | None = words(nullable=True)
    """Its item is to be undone: nothing more of it is sent, and what was done is undone."""
    can_undo: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Its process undoes it where its item is to be undone."""
    is_undo_known: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Its process knows that it is to be undone."""
    is_overtaken: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """An urgent step went ahead of it on its resource."""
    decision_no: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Number of the decision to carry it out, from 1; part of the idempotency key.

    A refused step that is retried gets the next number, and so a new key.
    """
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often it was sent to its target."""
    correction: dict[str, Any] | None = document(nullable=True)
    receipt: dict[str, Any] | None = document(nullable=True)
    waits_for: str | None = words(nullable=True)
    """A StepWait, while it waits; what is known of its outcome stays in ``state``."""
    go_at: datetime | None = moment(nullable=True)
    """When the step may continue, once it no longer waits."""
    woken_at: datetime | None = moment(nullable=True)
    """When its process was last woken for it."""
    troubled_since: datetime | None = moment(nullable=True)
    """Since when it has failed, is in doubt, or its target has not finished it.

    Waiting does not count, but while it is in doubt.
    """
    sent_at: datetime | None = moment(nullable=True)
    """When it was last sent to its target."""
    created_at: datetime = moment(default_now=True)
    ended_at: datetime | None = moment(nullable=True)
    """When it was settled."""
    released_at: datetime | None = moment(nullable=True)
    """When its place on its resource was given up: its process was over, or its item past the point
    of no return. Until then later processes wait."""


class StuckRow(SQLModel, table=True):
    """An item that needs a decision: a step, a process whose workflow is broken, a target."""

    __tablename__ = "stuck"
    __table_args__ = (
        one_of("kind", StuckKind),
        one_of("state", StuckState),
        one_of("resolution", Resolution),
        one_of("code", StuckReason),
        one_of("question_code", StuckReason),
        Index(
            "ix_stuck_open",
            "since",
            "id",
            postgresql_where=text("state <> 'closed'"),
        ),
        Index(
            "ix_stuck_open_reason",
            *("target", "code", "since", "id"),
            postgresql_include=["kind", "state"],  # counting reads nothing else
            postgresql_where=text("state <> 'closed'"),
        ),
        Index(
            "ix_stuck_open_process",
            *("process", "since", "id"),
            postgresql_where=text("state <> 'closed'"),
        ),
        Index(
            "ix_stuck_open_account",
            *("account_id", "since", "id"),
            postgresql_where=text("state <> 'closed'"),
        ),
        Index("ix_stuck_process_id", "process_id"),
        # For the deletion of steps, which looks for rows that refer to them.
        Index("ix_stuck_step_id", "step_id", postgresql_where=text("step_id IS NOT NULL")),
        Index("ix_stuck_decided", "woken_at", postgresql_where=text("state = 'decided'")),
    )

    id: UUID = Field(primary_key=True)
    """The step's; for a process or a target one made of its name."""
    kind: str = words()
    step_id: UUID | None = row_of("step.id", nullable=True)
    process: str | None = words(nullable=True)
    process_id: UUID | None
    workflow_id: str | None = words(nullable=True)
    account_id: UUID | None
    target: str | None = words(nullable=True)
    action: str | None = words(nullable=True)
    code: str = words()
    detail: str = words(server_default="")
    """What the target answered. Never a number or a name."""
    question_code: str | None = words(nullable=True)
    """Why the question about a step in doubt was not answered."""
    question_detail: str = words(server_default="")
    can_ask: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Of a step: its target can be asked for the outcome of an earlier attempt."""
    attempts: int
    first_failed_at: datetime = moment()
    last_failed_at: datetime = moment()
    since: datetime = moment()
    """When it became stuck, this time."""
    allowed_decisions: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    correctable_inputs: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    state: str = words()
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Incremented whenever the allowed decisions change: a decision names it."""
    decision: dict[str, Any] | None = document(nullable=True)
    """``domain.ops.stuck_items.RecordedDecision``."""
    note_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The event whose note says why an operator decided so, or paused the target."""
    woken_at: datetime | None = moment(nullable=True)
    """When its process was last signalled about the decision."""
    closed_at: datetime | None = moment(nullable=True)
    resolution: str | None = words(nullable=True)
    """A Resolution; None while it is listed."""


class TargetRow(SQLModel, table=True):
    """An outside system that steps act on. Without a row it is available."""

    __tablename__ = "target"
    __table_args__ = (one_of("state", TargetState), one_of("kind", TargetKind))

    name: str = Field(primary_key=True)
    kind: str = words()
    state: str = words(server_default=TargetState.AVAILABLE)
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """In a row."""
    counted_since: datetime | None = moment(nullable=True)
    """When a failure last ceased to count: the target answered or was resumed. NULL: never."""
    paused_by: dict[str, Any] | None = document(nullable=True)
    """The operator who paused it; NULL: it is available, or paused after failures."""
    note_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The event whose note says why the operator paused it."""
    changed_at: datetime = moment(default_now=True)
    probe_at: datetime | None = moment(nullable=True)
    """When the next step is let through to probe it; NULL: only an operator resumes it."""
    is_named: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """The settings of the worker that started last name it. A kind's own needs none."""
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class TargetFailureRow(SQLModel, table=True):
    """A resource that failed at a target and was not answered since. Emptied at a resumption."""

    __tablename__ = "target_failure"
    __table_args__ = (one_of("code", StuckReason),)

    target: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    """The step's resource; where it has none, its id."""
    step_id: UUID
    """The step that failed last."""
    code: str = words()
    detail: str = words(server_default="")
    """What the target answered. Never a number or a name."""
    failures: int
    """Of this step, in a row."""
    first_at: datetime = moment()
    last_at: datetime = moment()


class BulkRetryRow(SQLModel, table=True):
    """One item of a bulk retry, and its result."""

    __tablename__ = "bulk_retry"
    __table_args__ = (one_of("result", RetryResult),)

    operation_id: UUID = Field(foreign_key="operation.id", primary_key=True, ondelete="CASCADE")
    position: int = Field(primary_key=True)
    """In the order in which they are retried."""
    stuck_id: UUID
    version: int
    """The item's, when the bulk retry was requested: an item that changed since is skipped."""
    result: str | None = words(nullable=True)
    """An RetryResult; None: not reached."""
    at: datetime | None = moment(nullable=True)

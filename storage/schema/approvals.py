"""Tables of approvals: acts that several people confirm, and their confirmations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Text, text
from sqlmodel import Field, SQLModel

from domain.approvals.acts import ActKind
from domain.approvals.states import OPEN, ApprovalState, DeclineReason, WaitsBecause
from storage.schema.columns import document, key, moment, one_of, row_of, words

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN))
_IS_OPEN = text("ended_at IS NULL")


class ApprovalRow(SQLModel, table=True):
    """One act that somebody proposed in a company's name. The act never changes."""

    __tablename__ = "approval"
    __table_args__ = (
        one_of("kind", ActKind),
        one_of("state", ApprovalState),
        one_of("waits_because", WaitsBecause),
        one_of("decline_reason", DeclineReason),
        CheckConstraint(f"(state IN ({_OPEN})) = (ended_at IS NULL)", name="ended"),
        CheckConstraint(
            "(state = 'declined') = (decline_reason IS NOT NULL)", name="declined_with_a_reason"
        ),
        Index("uq_approval_open", "kind", "subject_id", unique=True, postgresql_where=_IS_OPEN),
        Index("ix_approval_account_id", "account_id", "created_at", "id"),
        Index("ix_approval_company_id", "company_id", postgresql_where=_IS_OPEN),
        Index("ix_approval_proposer_id", "proposer_id", "created_at", "id"),
        Index("ix_approval_declined_by", "declined_by"),
        # What its workflow has not looked at since it changed.
        Index(
            "ix_approval_unseen",
            "changed_at",
            postgresql_where=text("ended_at IS NULL AND seen_at IS NULL"),
        ),
    )

    id: UUID = key()
    """Also that of its process."""
    kind: str = words()
    company_id: UUID = row_of("company.id")
    account_id: UUID = row_of("account.id")
    proposer_id: UUID = row_of("person.id")
    subject_id: UUID
    """What the act is about: a version of a delegation, an access request."""
    act: dict[str, Any] = document()
    """``domain.approvals.acts.Act``: ids, codes and dates."""
    digest: str = words()
    """SHA-256 of the act's canonical form, in hexadecimal digits."""
    state: str = words()
    """What happened last; see ``domain.approvals.states.shown_at``."""
    waits_because: str | None = words(nullable=True)
    register_state_id: UUID | None = row_of("register_state.id", nullable=True)
    """The register state by which it was judged last."""
    created_at: datetime = moment(default_now=True)
    lapses_at: datetime = moment()
    """From when on it cannot be confirmed any more."""
    changed_at: datetime = moment(default_now=True)
    seen_at: datetime | None = moment(nullable=True)
    """When its workflow looked at it since it changed; None: it has not yet."""
    woken_at: datetime | None = moment(nullable=True)
    """When its workflow was last signalled to look at it."""
    register_asked_at: datetime | None = moment(nullable=True)
    """When the register last answered for it."""
    ended_at: datetime | None = moment(nullable=True)
    ended_reason: dict[str, Any] | None = document(nullable=True)
    declined_by: UUID | None = row_of("person.id", nullable=True)
    decline_reason: str | None = words(nullable=True)
    decline_message: str = words(server_default="")
    """Whatever its writer wanted to say: erased with them."""


class ApprovalConfirmationRow(SQLModel, table=True):
    """One person's word on an approval, and the login by which they gave it."""

    __tablename__ = "approval_confirmation"
    __table_args__ = (
        Index(
            "uq_approval_confirmation_standing",
            "approval_id",
            "person_id",
            unique=True,
            postgresql_where=text("taken_back_at IS NULL"),
        ),
        Index("ix_approval_confirmation_person_id", "person_id"),
    )

    id: UUID = key()
    approval_id: UUID = row_of("approval.id")
    person_id: UUID = row_of("person.id")
    digest: str = words()
    """Of the act that they were shown."""
    template_version: int
    language: str = words()
    issuer: str = words()
    acr: str = words()
    amr: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    auth_time: datetime = moment()
    token_id: str = words(server_default="")
    confirmed_at: datetime = moment(default_now=True)
    taken_back_at: datetime | None = moment(nullable=True)
    counted: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """True: it was one of those by which the act was carried out."""

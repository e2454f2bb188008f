"""Tables of delegations and of the versions of their terms."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Text, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from domain.delegations.states import OPEN, DelegationState, VersionState
from storage.schema.columns import document, key, moment, one_of, row_of, words

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN))


class DelegationRow(SQLModel, table=True):
    """What somebody gave, or offers, to one person on an account."""

    __tablename__ = "delegation"
    __table_args__ = (
        one_of("state", DelegationState),
        CheckConstraint(f"(state IN ({_OPEN})) = (ended_at IS NULL)", name="ended"),
        # A receiver is forgotten only where the delegation never came about.
        CheckConstraint("receiver_id IS NOT NULL OR accepted_at IS NULL", name="receiver"),
        Index("ix_delegation_account_id", "account_id", "id"),
        Index("ix_delegation_receiver_id", "receiver_id"),
        Index("ix_delegation_giver_id", "giver_id"),
        Index("ix_delegation_parent_id", "parent_id"),
        Index(
            "ix_delegation_confirmed_by",
            "confirmed_by",
            postgresql_where=text("confirmed_by IS NOT NULL"),
        ),
        Index(
            "ix_delegation_next_due_at",
            "next_due_at",
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
        CheckConstraint(
            "next_due_at IS NULL OR ended_at IS NULL", name="nothing_due_after_its_end"
        ),
    )

    id: UUID = key()
    account_id: UUID = row_of("account.id")
    receiver_id: UUID | None = row_of("person.id", nullable=True)
    """None: it was not offered or not accepted, so its receiver is forgotten."""
    giver_id: UUID | None = row_of("person.id", nullable=True)
    """None: imported from the operator's systems."""
    parent_id: UUID | None = row_of("delegation.id", nullable=True)
    """The delegation that this one was passed on from."""
    state: str = words()
    """What happened last; see ``domain.delegations.states.shown_at``."""
    version: int
    """Number of the version in force; while none is, of the one proposed or on offer."""
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    """The first moment at which it is over."""
    next_due_at: datetime | None = moment(nullable=True)
    """When its dates next bring something about: ``domain.delegations.due_dates``.

    None: it is a proposal or an offer, or over.
    """
    created_at: datetime = moment(default_now=True)
    accepted_at: datetime | None = moment(nullable=True)
    confirmed_at: datetime | None = moment(nullable=True)
    """When a representative last confirmed that it is to be kept."""
    confirmed_by: UUID | None = row_of("person.id", nullable=True)
    """Who stands for it since then; None: whoever gave its version in force."""
    confirmed_jointly: bool = Field(
        default=False, sa_column_kwargs={"server_default": text("false")}
    )
    """True: ``confirmed_by`` did so together with others, who give only together."""
    ended_at: datetime | None = moment(nullable=True)
    """When it ended, or was declined, withdrawn or lapsed."""
    ended_reason: dict[str, Any] | None = document(nullable=True)


class DelegationVersionRow(SQLModel, table=True):
    """One set of terms of a delegation: proposed, offered, accepted or not. They never change."""

    __tablename__ = "delegation_version"
    __table_args__ = (
        one_of("state", VersionState),
        UniqueConstraint("delegation_id", "number"),
        Index(
            "uq_delegation_version_open",
            "delegation_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'offered')"),
        ),
        Index(
            "uq_delegation_version_accepted",
            "delegation_id",
            unique=True,
            postgresql_where=text("state = 'accepted'"),
        ),
        # What approvals wait for: few of very many.
        Index("ix_delegation_version_proposed", "id", postgresql_where=text("state = 'proposed'")),
        Index(
            "ix_delegation_version_lapses_at",
            "lapses_at",
            postgresql_where=text("state = 'offered'"),
        ),
    )

    id: UUID = key()
    """The proof of the grants that carry it out, and the id of its ceremony's process."""
    delegation_id: UUID = row_of("delegation.id")
    number: int
    """From 1."""
    role: str = words()
    permissions: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    service_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    """Empty: the whole account."""
    from_day: date
    through_day: date
    """The last day, inclusive."""
    may_pass_on: bool
    purpose: str | None = words(nullable=True)
    """Why, as the giver wrote it, of permissions that are given by name; NULL: erased, or none."""
    basis: dict[str, Any] = document()
    """What it rests on, frozen once it is offered: ``domain.delegations.basis.Basis``."""
    imported: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """True: the operator's systems gave these terms."""
    state: str = words()
    created_at: datetime = moment(default_now=True)
    lapses_at: datetime = moment()
    """From when on it cannot be accepted any more; of a proposal, not confirmed."""
    offered_at: datetime | None = moment(nullable=True)
    """None: the receiver was never asked to accept it."""
    accepted_at: datetime | None = moment(nullable=True)

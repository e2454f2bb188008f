"""Tables of grants, of suspensions, of bars, and of the last use of access.

Having access is having a grant whose validity contains the moment, and no suspension that does.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text, literal_column, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlmodel import Field, SQLModel

from domain.access.grants import Origin
from domain.access.suspensions import SuspensionKind
from storage.schema.columns import Period, document, key, moment, one_of, period, row_of, words

NONE = "'00000000-0000-0000-0000-000000000000'::uuid"
_PROOF = "CASE WHEN origin = 'operator' THEN proof END"


class GrantRow(SQLModel, table=True):
    """Person + access role + scope + validity + origin, reason and proof."""

    # GRANT is an SQL keyword: a table of that name would always need quotes.
    __tablename__ = "access_grant"
    __table_args__ = (
        # One grant at a time for a person, role, scope, origin and delegation, and of what the
        # operator gave, its proof. It can end and start again. Two people may delegate the same to
        # the same person, and two papers may give it.
        ExcludeConstraint(
            ("person_id", "="),
            ("account_id", "="),
            (literal_column(f"COALESCE(service_id, {NONE})"), "="),
            ("role", "="),
            ("origin", "="),
            (literal_column(f"COALESCE(delegation_id, {_PROOF}, {NONE})"), "="),
            ("validity", "&&"),
            name="ex_access_grant_no_duplicates",
        ),
        one_of("origin", Origin),
        CheckConstraint(
            "(origin = 'delegation') = (delegation_id IS NOT NULL)", name="names_its_delegation"
        ),
        CheckConstraint(
            "origin <> 'delegation' OR permissions IS NOT NULL", name="delegated_permissions"
        ),
        Index("ix_access_grant_account_id_person_id", "account_id", "person_id"),
        Index(
            "ix_access_grant_open",
            "account_id",
            postgresql_where=text("upper_inf(validity) AND origin = 'register'"),
        ),
        Index("ix_access_grant_person_id", "person_id"),
        Index(
            "ix_access_grant_delegation_id",
            "delegation_id",
            postgresql_where=text("delegation_id IS NOT NULL"),
        ),
    )

    id: UUID = key()
    person_id: UUID = row_of("person.id")
    account_id: UUID = row_of("account.id")
    service_id: UUID | None = row_of("service.id", nullable=True)
    role: str = words()
    permissions: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text)))
    """Frozen when it was given; NULL: those that the code gives the role."""
    validity: Period = period()
    """Empty: it was ended before it began, and so never gave access."""
    origin: str = words()
    delegation_id: UUID | None
    """The delegation that gives it."""
    passed_on_by: UUID | None
    """The person whose own delegation it was passed on from."""
    reason: dict[str, Any] = document()
    """Why it was given: a ``domain.reasons.Reason``."""
    proof: UUID | None
    """The row that proves it: a register state, an account or a verification."""
    ended_reason: dict[str, Any] | None = document(nullable=True)
    """Why it was ended; None: it was not, or its validity ran out."""
    created_at: datetime = moment(default_now=True)
    confirmed_at: datetime | None = moment(nullable=True)
    """When a review last confirmed that it is to be kept; a delegated one: see its delegation."""


def _one_open(column: str) -> Index:
    where = text("upper_inf(period)")
    return Index(
        f"uq_suspension_open_{column}", "kind", column, unique=True, postgresql_where=where
    )


def _by(column: str) -> Index:
    where = text(f"{column} IS NOT NULL")
    return Index(f"ix_suspension_{column}", column, postgresql_where=where)


class SuspensionRow(SQLModel, table=True):
    """A person or an account whose access is not in force for a period."""

    __tablename__ = "suspension"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, account_id) = 1", name="subject"),
        one_of("kind", SuspensionKind),
        _one_open("person_id"),
        _one_open("account_id"),
        _by("person_id"),
        _by("account_id"),
        Index("ix_suspension_begun_at", "begun_at", "id"),
    )

    id: UUID = key()
    kind: str = words()
    person_id: UUID | None = row_of("person.id", nullable=True)
    account_id: UUID | None = row_of("account.id", nullable=True)
    period: Period = period()
    begun_at: datetime = moment()
    """The lower bound of ``period``, by which lists are ordered."""
    reason: dict[str, Any] = document()
    """A ``domain.reasons.Reason``: of a freeze a ``domain.access.suspensions.FreezeReason``."""
    begun_by: str = words()
    """Id of the member of staff who froze; of the register that says it."""
    proof: UUID | None
    """The register state that says it; of a freeze none."""
    note_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The event whose note says why."""
    lift_requested_by: str | None = words(nullable=True)
    """Id of the member of staff who asked to lift it: another one lifts it."""
    lift_requested_at: datetime | None = moment(nullable=True)
    lift_note_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The event whose note says why it is to be lifted."""
    lifted_by: str | None = words(nullable=True)


class AccessBarRow(SQLModel, table=True):
    """A person to whom proved numbers give no access to an account, until it is lifted."""

    __tablename__ = "access_bar"
    __table_args__ = (
        CheckConstraint("lifted_at IS NOT NULL OR lifted_by IS NULL", name="lifted"),
        Index(
            "uq_access_bar_in_force",
            "account_id",
            "person_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index("ix_access_bar_account_id", "account_id", "id"),
        Index("ix_access_bar_person_id", "person_id"),
        Index("ix_access_bar_begun_by", "begun_by"),
        Index("ix_access_bar_lifted_by", "lifted_by"),
    )

    id: UUID = key()
    account_id: UUID = row_of("account.id")
    person_id: UUID = row_of("person.id")
    begun_at: datetime = moment()
    begun_by: UUID = row_of("person.id")
    """The person who took the access away."""
    lifted_at: datetime | None = moment(nullable=True)
    lifted_by: UUID | None = row_of("person.id", nullable=True)
    """The person who lifted it; None: it ended with the account's change of owner."""


class AccessUseRow(SQLModel, table=True):
    """The last day on which a person used their access to an account."""

    __tablename__ = "access_use"

    account_id: UUID = Field(foreign_key="account.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True, index=True)
    last_used_day: date
    """In the zone of the installation."""

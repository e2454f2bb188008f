"""Table of grants. Having access is having a row here whose validity contains the moment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import SQLModel

from domain.access.grants import Origin
from storage.schema.columns import Period, document, key, moment, one_of, period, row_of, words

NO_SERVICE = "'00000000-0000-0000-0000-000000000000'::uuid"


class GrantRow(SQLModel, table=True):
    """Person + access role + scope + validity + origin, reason and proof."""

    # GRANT is an SQL keyword: a table of that name would always need quotes.
    __tablename__ = "access_grant"
    __table_args__ = (
        # One grant at a time for a person, role, scope and origin. It can end and start again.
        ExcludeConstraint(
            ("person_id", "="),
            ("account_id", "="),
            (literal_column(f"COALESCE(service_id, {NO_SERVICE})"), "="),
            ("role", "="),
            ("origin", "="),
            ("validity", "&&"),
            name="ex_access_grant_no_duplicates",
        ),
        one_of("origin", Origin),
        Index("ix_access_grant_account_id_person_id", "account_id", "person_id"),
        Index(
            "ix_access_grant_open",
            "account_id",
            postgresql_where=text("upper_inf(validity) AND origin = 'register'"),
        ),
        Index("ix_access_grant_person_id", "person_id"),
    )

    id: UUID = key()
    person_id: UUID = row_of("person.id")
    account_id: UUID = row_of("account.id")
    service_id: UUID | None = row_of("service.id", nullable=True)
    role: str = words()
    validity: Period = period()
    origin: str = words()
    reason: dict[str, Any] = document()
    """Why it was given: a ``domain.reasons.Reason``."""
    proof: UUID | None
    """The row that proves it: a register state, an account or a verification."""
    ended_reason: dict[str, Any] | None = document(nullable=True)
    """Why it was ended; None: it was not, or its validity ran out."""
    created_at: datetime = moment(default_now=True)

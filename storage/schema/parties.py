"""Tables of persons, companies, register states, accounts and services."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Computed, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from domain.accounts import AccountStatus, ServiceKind, ServiceStatus
from domain.identity import NamedBy
from domain.people.erasure import NO_COUNTRY
from storage.schema.columns import (
    Period,
    document,
    key,
    moment,
    one_of,
    period,
    row_of,
    sort_key_of,
    words,
)


class Person(SQLModel, table=True):
    """A natural person. The name is a label, never a key.

    An erased person has a pseudonym for a key, see ``domain.people.erasure``.
    """

    __table_args__ = (
        UniqueConstraint("country", "code"),
        one_of("named_by", NamedBy),
        CheckConstraint(f"(erased_at IS NULL) = (country <> '{NO_COUNTRY}')", name="erased"),
    )

    id: UUID = key()
    country: str = Field(max_length=2)
    code: str = words()
    name: str = words(server_default="")
    """As a register last gave it; of somebody whom none named, as ``named_by`` says."""
    named_by: str | None = words(nullable=True)
    """``NamedBy``; None: nobody did."""
    sort_key: str = sort_key_of("name")
    created_at: datetime = moment(default_now=True)
    erased_at: datetime | None = moment(nullable=True)


class Company(SQLModel, table=True):
    """A legal person that is a customer, or in which a known person is a holder."""

    __table_args__ = (
        UniqueConstraint("country", "code"),
        Index("ix_company_sort_key", "sort_key", "id"),
    )

    id: UUID = key()
    country: str = Field(max_length=2)
    code: str = words()
    name: str = words(server_default="")
    sort_key: str = sort_key_of("name")
    created_at: datetime = moment(default_now=True)


class RegisterStateRow(SQLModel, table=True):
    """The register's statement about a company, and the period for which it was current here."""

    __tablename__ = "register_state"
    __table_args__ = (
        ExcludeConstraint(
            ("company_id", "="), ("in_force", "&&"), name="ex_register_state_in_force"
        ),
        # Of rules that stand in words.
        Index(
            "ix_register_state_opaque",
            "company_id",
            postgresql_where=text("upper_inf(in_force) AND state @> '{\"opaque\": true}'"),
        ),
    )

    id: UUID = key()
    company_id: UUID = row_of("company.id")
    in_force: Period = period()
    as_of: datetime = moment()
    """When the register last confirmed it."""
    digest: str = words()
    """Equal digests: equal statements."""
    state: dict[str, Any] = document()


class Appointment(SQLModel, table=True):
    """A known person is a holder in a company, so changes of that company matter here."""

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    company_id: UUID = Field(foreign_key="company.id", primary_key=True, index=True)
    as_of: datetime = moment()


class Account(SQLModel, table=True):
    """A customer account at the operator: a company's or a private person's."""

    __table_args__ = (
        CheckConstraint("num_nonnulls(company_id, person_id) = 1", name="one_owner"),
        one_of("status", AccountStatus),
        # Deferrable: checked once the statement is done, so that accounts may swap references.
        UniqueConstraint("reference", deferrable=True, initially="IMMEDIATE"),
        Index(
            "ix_account_company_id", "company_id", postgresql_where=text("company_id IS NOT NULL")
        ),
        Index("ix_account_person_id", "person_id", postgresql_where=text("person_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    """Given by the operator's own systems."""
    reference: str = words()
    """The customer number."""
    name: str = words(server_default="")
    sort_key: str = sort_key_of("COALESCE(NULLIF(name, ''), reference)")
    company_id: UUID | None = row_of("company.id", nullable=True)
    person_id: UUID | None = row_of("person.id", nullable=True)
    status: str = words(server_default="active")
    created_at: datetime = moment(default_now=True)
    updated_at: datetime = moment(default_now=True)


_SHARING = ", ".join(f"'{kind}'" for kind in ServiceKind if not kind.owns_number)
_OWN_NUMBER = f"CASE WHEN status = 'active' AND kind NOT IN ({_SHARING}) THEN number END"


class Service(SQLModel, table=True):
    """A service provided to an account."""

    __table_args__ = (
        one_of("kind", ServiceKind),
        one_of("status", ServiceStatus),
        # Deferrable: checked once the statement is done, so that services may swap numbers.
        UniqueConstraint("own_number", deferrable=True, initially="IMMEDIATE"),
        Index("ix_service_account_id_id", "account_id", "id"),
        Index(
            "ix_service_number",
            "number",
            postgresql_where=text("number IS NOT NULL AND status <> 'ended'"),
        ),
        Index("ix_service_user_id", "user_id", postgresql_where=text("user_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    """Given by the operator's own systems."""
    account_id: UUID = row_of("account.id")
    kind: str = words()
    number: str | None = words(nullable=True)
    """E.164, where the service has a number. A Mobiil-ID shares its SIM's."""
    own_number: str | None = Field(
        default=None, sa_column=Column(Text, Computed(_OWN_NUMBER, persisted=True))
    )
    """The number while the service is active, of a kind that owns its number. No other has it."""
    number_since: datetime | None = moment(nullable=True)
    """When it got its number; NULL: when it was created."""
    user_id: UUID | None = row_of("person.id", nullable=True)
    """The person who has the SIM, if known."""
    network: str | None = words(nullable=True)
    """Name of the network that has it, as in VOLITUS_NETWORKS; NULL: the usual one."""
    network_id: str | None = words(nullable=True)
    """Id by which the network knows the service, where it is not ours."""
    name: str = words(server_default="")
    sort_key: str = sort_key_of("name")
    status: str = words(server_default="active")
    access_until: datetime | None = moment(nullable=True)
    """When access by grants on it ends, because its contract does; NULL: no end is set."""
    wanted: dict[str, Any] = document(server_default="{}")
    """What orders set of its characteristics, by name; null: it is to have none."""
    wanted_version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Grows with each change of ``wanted``."""
    told: dict[str, Any] = document(server_default="{}")
    """Its characteristics as the operator's systems told them last."""
    told_at: datetime | None = moment(nullable=True)
    """NULL: they have told none yet."""
    created_at: datetime = moment(default_now=True)
    updated_at: datetime = moment(default_now=True)

"""Tables of contracts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlmodel import Field, SQLModel

from domain.catalogue.contract_terms import Agreement, Party
from domain.contracts.port_outs import PortOutState
from domain.contracts.proposals import ProposalState
from domain.contracts.reasons import EndReason, EndSource, StartRefusal, SuspendReason
from domain.contracts.sizes import SizeClass
from domain.contracts.states import ContractState
from storage.schema.columns import document, key, moment, one_of, row_of, words

_OPEN = "state NOT IN ('ended', 'declined', 'lapsed', 'cancelled')"

_PROMISING = "state IN ('draft', 'offered', 'signed', 'activating')"


class ContractRow(SQLModel, table=True):
    """A contract. Its start is a process with its id."""

    __tablename__ = "contract"
    __table_args__ = (
        one_of("state", ContractState),
        one_of("agreement", Agreement),
        one_of("party", Party),
        one_of("end_reason", EndReason),
        one_of("end_source", EndSource),
        one_of("suspend_reason", SuspendReason),
        one_of("refusal", StartRefusal),
        CheckConstraint(
            "(state IN ('ending', 'ended')) = (ends_at IS NOT NULL)"
            " AND (ends_at IS NULL) = (end_reason IS NULL)"
            " AND (ends_at IS NULL) = (end_source IS NULL)",
            name="end",
        ),
        CheckConstraint("state <> 'suspended' OR suspend_reason IS NOT NULL", name="suspended"),
        CheckConstraint(
            "suspend_reason IS DISTINCT FROM 'told' OR suspension_is_told",
            name="suspension_is_told",
        ),
        Index("ix_contract_created_at", "created_at", "id"),
        Index("ix_contract_account_id", "account_id", "created_at", "id"),
        Index(
            "ix_contract_host_account_id",
            *("host_account_id", "created_at", "id"),
            postgresql_where=text("host_account_id IS NOT NULL"),
        ),
        Index("ix_contract_person_id", "person_id", postgresql_where=text("person_id IS NOT NULL")),
        Index(
            "ix_contract_host_service_id",
            "host_service_id",
            postgresql_where=text(f"host_service_id IS NOT NULL AND {_OPEN}"),
        ),
        # A number is promised to one contract; of one that is active, it is its service's.
        Index(
            "uq_contract_number",
            text("(terms ->> 'number')"),
            unique=True,
            postgresql_where=text(
                f"host_service_id IS NULL AND started_by IS NOT NULL AND {_PROMISING}"
            ),
        ),
        Index(
            "ix_contract_expires_on",
            "expires_on",
            postgresql_where=text("state IN ('active', 'suspended')"),
        ),
        Index(
            "ix_contract_document_replaced_on",
            "document_replaced_on",
            postgresql_where=text(
                "document_replaced_on IS NOT NULL AND state IN ('active', 'suspended', 'ending')"
            ),
        ),
        Index(
            "ix_contract_suspended",
            "id",
            postgresql_where=text(
                "suspend_reason IS NOT NULL AND state IN ('suspended', 'ending')"
            ),
        ),
        Index(
            "ix_contract_resting_numbers",
            "resting_numbers",
            postgresql_using="gin",
            postgresql_where=text("'{}' <> resting_numbers"),
        ),
        Index("ix_contract_ends_at", "ends_at", postgresql_where=text("state = 'ending'")),
        Index(
            "ix_contract_unseen",
            "changed_at",
            postgresql_where=text("seen_at IS NULL AND started_by IS NOT NULL"),
        ),
    )

    id: UUID = key()
    account_id: UUID = row_of("account.id")
    owner_id: UUID
    """The company or person who owned the account then: a later owner does not see it."""
    product: str = words()
    """Its id in the catalogue; of one that was told, as the operator names it."""
    product_version: str | None = words(nullable=True)
    """None: it was told, with no version."""
    state: str = words()
    agreement: str = words()
    party: str = words()
    person_id: UUID | None = row_of("person.id", nullable=True)
    """The user whose contract it is, where that is not the account's owner."""
    host_service_id: UUID | None = row_of("service.id", nullable=True)
    """The service that it rests on."""
    host_account_id: UUID | None = row_of("account.id", nullable=True)
    """The account that had the host then: its owner may end what rests on it."""
    host_owner_id: UUID | None
    """The company or person who owned that account then."""
    sim: str | None = words(nullable=True)
    """ICCID of the host's SIM that it was made for."""
    terms: dict[str, Any] = document(server_default="{}")
    """Frozen when it is offered: parameters, prices, months, notice."""
    signed_at: datetime | None = moment(nullable=True)
    starts_on: date | None
    committed_until: date | None
    """The last day of the committed term; NULL: it can be ended at any time."""
    billed_until: date | None
    """The last day that is paid for."""
    number_kept_until: datetime | None = moment(nullable=True)
    """After the end: the number is given to nobody else before."""
    resting_numbers: list[str] = Field(
        sa_column=Column(ARRAY(Text()), nullable=False, server_default="{}")
    )
    """Numbers that its services had at its end, which rest until then. Erased afterwards."""
    device_value_left_cents: int | None
    """Residual value of a device that came with it, as told; NULL: there is none."""
    device_instalments_left_cents: int | None
    """What of the device's price is not paid yet."""
    terms_changed_on: date | None
    """The day on which the customer was told of changed terms."""
    document_replaced_on: date | None
    """The day on which its user's identity document was replaced, as the operator told."""
    agree_by: datetime | None = moment(nullable=True)
    """When it lapses, while it is offered."""
    ends_at: datetime | None = moment(nullable=True)
    end_reason: str | None = words(nullable=True)
    end_source: str | None = words(nullable=True)
    end_by: dict[str, Any] | None = document(nullable=True)
    """The actor who ended it, as events name them."""
    end_cost: list[dict[str, Any]] | None = document(nullable=True)
    """What the end costs, as it was previewed."""
    is_end_cost_known: bool | None
    """False: there is more to pay, or to get back, which the operator's systems know."""
    end_is_from_outside: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Its moment is another's to say: a number that is ported."""
    port_out_id: UUID | None
    """The announced port-out whose moment is one of its ends; NULL: there is none."""
    end_beside: dict[str, Any] | None = document(nullable=True)
    """The later one of two ends, its own and that from outside, with the columns of an end.

    It counts once the other one is called off. NULL: it has one end, or none.
    """
    suspend_reason: str | None = words(nullable=True)
    suspension_is_told: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """The operator's record suspends it, also where people say another reason."""
    suspend_order_id: UUID | None
    """The last order that shut its services off at the network, or opened them again."""
    refusal: str | None = words(nullable=True)
    """Why it was cancelled, where a rule or the network did."""
    started_by: dict[str, Any] | None = document(nullable=True)
    """The actor who started it here; NULL: it was told."""
    start_order_id: UUID | None
    is_history: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """It was over when it was told first: it says nothing of access to its services."""
    end_order_id: UUID | None
    end_process_id: UUID | None = Field(unique=True)
    """The process that carries its end out; NULL: its moment has not come."""
    expires_on: date | None
    """The day on which it ends by itself; NULL: none."""
    warned_days: int | None
    """The last warning told that it expires in so many days."""
    created_at: datetime = moment(default_now=True)
    ended_at: datetime | None = moment(nullable=True)
    """When its state became final."""
    closed_at: datetime | None = moment(nullable=True)
    """When the last step of its end was done."""
    changed_at: datetime = moment(default_now=True)
    seen_at: datetime | None = moment(nullable=True)
    """When its workflow looked since it changed."""
    woken_at: datetime | None = moment(nullable=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Incremented with every change."""


class ContractProposalRow(SQLModel, table=True):
    """An end of a contract that the register gives cause for, and a person decides about."""

    __tablename__ = "contract_proposal"
    __table_args__ = (
        one_of("state", ProposalState),
        one_of("reason", EndReason),
        Index(
            "uq_contract_proposal_current",
            "contract_id",
            unique=True,
            postgresql_where=text("is_current"),
        ),
        Index(
            "ix_contract_proposal_company_id",
            "company_id",
            postgresql_where=text("is_current"),
        ),
        Index("ix_contract_proposal_opened_at", "opened_at", "id"),
    )

    id: UUID = key()
    contract_id: UUID = row_of("contract.id")
    company_id: UUID = row_of("company.id")
    state: str = words()
    reason: str = words()
    proof: UUID = row_of("register_state.id")
    """The register state that gave cause."""
    is_current: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    """Open, or rejected while the register says the same: nothing else is proposed."""
    opened_at: datetime = moment(default_now=True)
    ended_at: datetime | None = moment(nullable=True)
    decided_by: dict[str, Any] | None = document(nullable=True)
    """The actor who decided, as events name them."""


class PortOutRow(SQLModel, table=True):
    """A number that another operator takes, by the porting system's id. Kept for ever."""

    __tablename__ = "port_out"
    __table_args__ = (
        one_of("state", PortOutState),
        Index("ix_port_out_announced", "at", postgresql_where=text("state = 'announced'")),
    )

    id: UUID = Field(primary_key=True)
    state: str = words()
    at: datetime = moment()
    """When the number leaves, or has left."""
    as_of: datetime = moment()
    """When the porting system knew so: what it says of an earlier time changes nothing."""
    services: list[UUID] = Field(sa_column=Column(ARRAY(Uuid()), nullable=False))
    """Services that had the number, a Mobiil-ID included; empty: it was never announced."""
    number_digest: str = words()
    """Keyed digest of the number: later messages must be about the same one."""
    updated_at: datetime = moment(default_now=True)


class ContractServiceRow(SQLModel, table=True):
    """A service that a contract is about."""

    __tablename__ = "contract_service"
    __table_args__ = (UniqueConstraint("service_id", "contract_id"),)

    contract_id: UUID = Field(foreign_key="contract.id", primary_key=True)
    service_id: UUID = Field(foreign_key="service.id", primary_key=True)


class ContractAgreementRow(SQLModel, table=True):
    """One person's agreement to a contract, and the login by which they gave it."""

    __tablename__ = "contract_agreement"
    __table_args__ = (
        UniqueConstraint("contract_id", "person_id"),
        Index("ix_contract_agreement_person_id", "person_id"),
    )

    id: UUID = key()
    contract_id: UUID = row_of("contract.id")
    person_id: UUID = row_of("person.id")
    digest: str = words()
    """Of the act that they agreed to."""
    template_version: int
    language: str = words()
    issuer: str = words()
    acr: str | None = words(nullable=True)
    amr: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    auth_time: datetime = moment()
    token_id: str | None = words(nullable=True)
    agreed_at: datetime = moment(default_now=True)


class CustomerSizeRow(SQLModel, table=True):
    """Size class of an account's owner, as the operator's systems told it."""

    __tablename__ = "customer_size"
    __table_args__ = (one_of("size_class", SizeClass),)

    account_id: UUID = Field(foreign_key="account.id", primary_key=True)
    size_class: str = words()
    source: str = words()
    as_of: date
    updated_at: datetime = moment(default_now=True)

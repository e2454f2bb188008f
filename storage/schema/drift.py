"""Tables of drift: differences, and what a check has read of networks' lists so far."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field, SQLModel

from domain.inventory.drift import DriftEnd, DriftState, NetworkOutcome
from domain.ops.stuck_reasons import StuckReason
from storage.schema.columns import document, key, moment, one_of, row_of, words


class DriftRow(SQLModel, table=True):
    """A difference between what a service should have and what its network shows."""

    __tablename__ = "drift"
    __table_args__ = (
        one_of("state", DriftState),
        one_of("ending", DriftEnd),
        Index(
            "uq_drift_open",
            *("service_id", "characteristic"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_drift_found", "found_at", "id", postgresql_where=text("ended_at IS NULL")),
        Index(
            "ix_drift_to_repair",
            "decided_at",
            postgresql_where=text("state = 'to_repair' AND ended_at IS NULL"),
        ),
        Index("ix_drift_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )

    id: UUID = key()
    service_id: UUID = row_of("service.id")
    characteristic: str = words()
    state: str = words()
    expected: Any | None = document(nullable=True)
    """What the service should have; JSON null: nothing. NULL once the difference has ended."""
    shown: Any | None = document(nullable=True)
    """What the network shows. NULL once the difference has ended."""
    found_at: datetime = moment()
    """When the network first showed it."""
    seen_at: datetime = moment()
    """When the network last showed it."""
    decided_at: datetime | None = moment(nullable=True)
    """When it was decided that it is repaired: by itself, or by ``decided_by``."""
    decided_by: str | None = words(nullable=True)
    """Id of the member of staff who decided last; NULL: nobody did."""
    note_id: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The event whose note says why they decided so."""
    operation_id: UUID | None
    """The resend that repairs it."""
    ended_at: datetime | None = moment(nullable=True)
    ending: str | None = words(nullable=True)


class DriftNetwork(SQLModel, table=True):
    """How far a check has read a network's list."""

    __tablename__ = "drift_network"
    __table_args__ = (one_of("outcome", NetworkOutcome), one_of("code", StuckReason))

    check_id: UUID = Field(foreign_key="operation.id", primary_key=True, ondelete="CASCADE")
    network: str = Field(primary_key=True)
    """Its name; empty: the usual one."""
    following: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Offset of the next page."""
    shown: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Services that its pages have named."""
    rejected: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Entries that could not be read."""
    total: int | None = None
    """Services on its list, as it says."""
    first: str | None = words(nullable=True)
    """Id of the first service of the last page: a network that does not know pages repeats it."""
    outcome: str | None = words(nullable=True)
    """NULL: it is being read."""
    code: str | None = words(nullable=True)
    """Why it was given up."""
    detail: str = words(server_default="")


class DriftStaged(SQLModel, table=True):
    """A service as a network's list shows it, until the check compares it."""

    __tablename__ = "drift_staged"

    check_id: UUID = Field(primary_key=True)
    place: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(), primary_key=True)
    )
    """In the order of reading: what is read later is newer."""
    network: str = words()
    network_id: str = words()
    state: str | None = words(nullable=True)
    number: str | None = words(nullable=True)
    has: dict[str, Any] = document()
    """The characteristics that we know, by name."""
    is_changing: bool
    read_at: datetime = moment()
    """Before the page was asked for."""

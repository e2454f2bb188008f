"""Contracts as the operator's systems tell them, and what of it is taken in."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from domain.contracts.reasons import EndSource, SuspendReason
from domain.contracts.states import ContractState
from domain.contracts.suspensions import OWN_REASONS, TOLD_REASONS
from domain.identifiers import PersonKey

MOST_SERVICES: Final = 100
"""Of one contract."""
MOST_CENTS: Final = 10_000_000
"""Of what is left of a device."""
_S = ContractState
_ENDS = frozenset({_S.ENDING, _S.ENDED})


@dataclass(frozen=True, slots=True)
class ToldContract:
    """A contract as the operator's record has it."""

    id: UUID
    account_id: UUID
    product: str
    state: ContractState
    """One of ``domain.contracts.states.TOLD``."""
    services: tuple[UUID, ...]
    product_version: str | None = None
    user: PersonKey | None = None
    """The user whose contract it is, where that is not the account's owner."""
    host_service_id: UUID | None = None
    sim: str | None = None
    signed_at: datetime | None = None
    starts_on: date | None = None
    committed_until: date | None = None
    expires_on: date | None = None
    """The day on which it ends by itself; None: it does not."""
    billed_until: date | None = None
    number_kept_until: datetime | None = None
    device_value_left_cents: int | None = None
    """Residual value of a device that came with it, with VAT; None: there is none."""
    device_instalments_left_cents: int | None = None
    """What of the device's price is not paid yet, with VAT."""
    terms_changed_on: date | None = None
    """The day on which the customer was told of changed terms; None: they were not."""
    ends_at: datetime | None = None


class ToldRefusal(StrEnum):
    """Why a contract is not taken in as it is told. May grow."""

    STARTED_HERE = "contract_started_here"
    """The operator's systems do not tell it."""
    INCOMPLETE = "contract_incomplete"
    """An account or service that it names does not exist, or is on another account."""
    DECIDED_HERE = "contract_decided_here"
    """It was ended or suspended here, or a told end was carried out, and the record says not."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a known contract a record may not undo."""

    end_source: EndSource | None = None
    """None: it does not end."""
    is_end_begun: bool = False
    """A process carries its end out, or has done so: whoever set it, it is over."""
    is_port_outs_alone: bool = False
    """It ends when its number leaves, and no end was set here: a record knows nothing of that."""
    suspend_reason: SuspendReason | None = None
    """Kept while it ends, and after: called off, the contract is suspended."""
    suspension_is_told: bool = False
    """The record suspended it as well, before or after it was suspended here."""

    @property
    def keeps_end(self) -> bool:
        """Whether a record replaces nothing of its end."""
        return self.end_source is EndSource.HERE or self.is_end_begun

    @property
    def keeps_suspension(self) -> bool:
        """Whether it was suspended here, and no record opens it."""
        return self.suspend_reason is not None and self.suspend_reason not in TOLD_REASONS


def end_fault(state: ContractState, ends_at: datetime | None, latest: datetime) -> str | None:
    """Return what is wrong with the moment of the end in a record; None: nothing.

    ``latest``: the last moment that counts as past. What is to end is told as ``ending``: nothing
    carries out the end of a contract that is over.
    """
    if (state in _ENDS) != (ends_at is not None):
        return "ends_at: of a contract that is ending or ended, and of no other"
    if state is _S.ENDED and ends_at is not None and ends_at > latest:
        return "ends_at: of a contract that is ended, not in the future: tell it as ending"
    return None


def undoes(told: ContractState, standing: Standing) -> bool:
    """Return whether a record would undo what was decided here: an end, or a suspension.

    What the operator's systems do not know yet, they do not undo. Where they suspended it as well,
    a record that it is active takes back theirs alone. What followed from something else, a number
    that leaves or a host that was lost, is nobody's word against the record's: it stays, and the
    same record is taken in each night.
    """
    is_outside = standing.is_port_outs_alone and not standing.is_end_begun
    if standing.keeps_end and told not in _ENDS and not is_outside:
        return True
    is_reported = standing.suspend_reason in OWN_REASONS and not standing.suspension_is_told
    return is_reported and told is _S.ACTIVE


class SuspensionAfter(NamedTuple):
    """How a contract is suspended after a record."""

    reason: SuspendReason | None
    is_told: bool


def suspension_after(told: ContractState, standing: Standing) -> SuspensionAfter:
    """Return how a contract is suspended after a record that undoes nothing.

    One that says an end says nothing of a suspension: that stays.
    """
    reason = standing.suspend_reason
    match told:
        case _S.ACTIVE:
            return SuspensionAfter(reason if standing.keeps_suspension else None, is_told=False)
        case _S.SUSPENDED:
            return SuspensionAfter(reason or SuspendReason.TOLD, is_told=True)
        case _:
            return SuspensionAfter(reason, standing.suspension_is_told)

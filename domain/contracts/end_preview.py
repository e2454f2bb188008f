"""What ending a contract brings about, as it is shown before anybody decides. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import rfc8785

from domain.contracts.end_policy import CostLine
from domain.contracts.reasons import EndReason


@dataclass(frozen=True, slots=True)
class WantedEnd:
    """How somebody wants a contract to end."""

    reason: EndReason
    on: date | None
    """The day on whose beginning it ends; None, or one too early: the earliest."""


@dataclass(frozen=True, slots=True, order=True)
class EndingOnAccount:
    """A delegation that ends, or a person of whom a grant does, and the account it is on."""

    id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True, order=True)
class EndingContract:
    """A contract that ends as well, because it rests on this one, and its services."""

    id: UUID
    services: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class AlsoEnding:
    """All that ends with a contract, each in the order of its ids."""

    services: tuple[UUID, ...]
    """Its own."""
    contracts: tuple[EndingContract, ...]
    delegations: tuple[EndingOnAccount, ...]
    people: tuple[EndingOnAccount, ...]
    """Persons of whom a grant ends, once on each account."""


def end_digest(
    contract_id: UUID,
    reason: EndReason,
    at: datetime,
    cost: Sequence[CostLine],
    ends: AlsoEnding,
    *,
    is_cost_known: bool = True,
) -> str:
    """Return the SHA-256, in hex, of what a preview shows, in canonical JSON (RFC 8785)."""
    shown = {
        "contract_id": str(contract_id),
        "reason": reason.value,
        "at": at.isoformat(),
        "cost": [cost_line(each) for each in cost],
        "cost_known": is_cost_known,
        "services": _texts(ends.services),
        "contracts": [[str(each.id), *_texts(each.services)] for each in ends.contracts],
        "delegations": _pairs(ends.delegations),
        "people": _pairs(ends.people),
    }
    return hashlib.sha256(rfc8785.dumps(shown)).hexdigest()


def cost_line(line: CostLine) -> dict[str, str | int | bool]:
    """Return what is paid for an end, as it is stored with the contract."""
    return {
        "cents": line.cents,
        "currency": line.currency,
        "is_vat_included": line.is_vat_included,
        "rule": line.rule.value,
    }


def _texts(ids: Sequence[UUID]) -> list[str]:
    return [str(each) for each in ids]


def _pairs(found: Sequence[EndingOnAccount]) -> list[list[str]]:
    return [[str(each.id), str(each.account_id)] for each in found]

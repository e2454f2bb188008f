"""Basis of a delegation: on whose authority it is given, and the reason of what it gives.

By the register or as the owner, it is given in the owner's name: it stands when the giver leaves.
On a delegation it is passed on: it ends with that delegation. What it rests on is frozen when it is
given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from domain.access.grants import Origin
from domain.access.permissions import Role
from domain.delegations.refusals import DelegationRefusal as Refusal


class BasisKind(StrEnum):
    """Kind of authority that a delegation rests on."""

    REGISTER = "register"
    """The register lets the giver act for the company alone."""
    OWNER = "owner"
    """The account is the giver's own."""
    DELEGATION = "delegation"
    """The giver passes on a delegation of their own."""
    IMPORTED = "imported"
    """It existed in the operator's systems before."""


@dataclass(frozen=True, slots=True)
class SupportingGrant:
    """A grant in force of somebody who wants to give."""

    id: UUID
    role: str
    service_id: UUID | None
    """None: the whole account."""
    origin: Origin
    proof: UUID | None = None
    """Of a register grant: the register state."""
    as_of: datetime | None = None
    """When the register last confirmed it."""
    delegation_id: UUID | None = None
    may_pass_on: bool = False
    """Of a delegated grant: whether its delegation may be passed on."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The grant that lets somebody give, and the kind of authority it is."""

    kind: BasisKind
    grant: SupportingGrant


def basis_of(
    giver_id: UUID, owner_id: UUID | None, held: Sequence[SupportingGrant]
) -> Ground | Refusal:
    """Return on what basis somebody may give on an account, or why they may not.

    ``owner_id``: person who owns the account; None: a company does. ``held``: the giver's grants in
    force on the account. The owner's name comes before passing on.
    """
    whole = [grant for grant in held if grant.service_id is None]
    if by_register := _first(whole, _is_sole_representative):
        return Ground(BasisKind.REGISTER, by_register)
    if giver_id == owner_id and (own := _first(whole, _is_own_administrator)):
        return Ground(BasisKind.OWNER, own)
    if passing_on := _first(held, lambda grant: grant.may_pass_on):
        return Ground(BasisKind.DELEGATION, passing_on)
    if _first(held, lambda grant: grant.role == Role.JOINT_REPRESENTATIVE):
        return Refusal.NEEDS_JOINT_APPROVAL
    if _first(held, lambda grant: grant.delegation_id is not None):
        return Refusal.MAY_NOT_PASS_ON
    return Refusal.NOT_ALLOWED_TO_GIVE


def may_manage(ground: Ground | Refusal, parent_id: UUID | None) -> bool:
    """Return whether somebody with this ground may take back or narrow a delegation.

    In the owner's name: any on the account. Who passes on: what hangs on the same delegation,
    ``parent_id`` being what the one in question was passed on from.
    """
    if isinstance(ground, Refusal):
        return False
    passed_on = ground.kind is BasisKind.DELEGATION
    return not passed_on or (parent_id is not None and parent_id == ground.grant.delegation_id)


def _first(
    grants: Sequence[SupportingGrant], which: Callable[[SupportingGrant], bool]
) -> SupportingGrant | None:
    return next(filter(which, grants), None)


def _is_sole_representative(grant: SupportingGrant) -> bool:
    return grant.origin is Origin.REGISTER and grant.role == Role.ADMINISTRATOR


def _is_own_administrator(grant: SupportingGrant) -> bool:
    own = (Origin.OPERATOR, Origin.NUMBER_VERIFICATION)
    return grant.origin in own and grant.role == Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Basis:
    """What a delegation rests on, as it was when it was given. Ids, codes and dates only."""

    kind: BasisKind
    given_on: date
    """Day of the installation's time zone."""
    giver_id: UUID | None = None
    grant_id: UUID | None = None
    register_state: UUID | None = None
    as_of: datetime | None = None
    parent_id: UUID | None = None

    @classmethod
    def of(cls, ground: Ground, giver_id: UUID, given_on: date) -> Self:
        """Freeze what lets somebody give."""
        grant, by_register = ground.grant, ground.kind is BasisKind.REGISTER
        return cls(
            ground.kind,
            given_on,
            giver_id,
            grant.id,
            register_state=grant.proof if by_register else None,
            as_of=grant.as_of if by_register else None,
            parent_id=grant.delegation_id,
        )

    def as_json(self) -> dict[str, str]:
        """Return the basis as it is stored: what is unknown is left out."""
        facts = {
            "kind": self.kind.value,
            "given_on": self.given_on.isoformat(),
            "given_by": self.giver_id,
            "grant": self.grant_id,
            "register_state": self.register_state,
            "as_of": self.as_of and self.as_of.isoformat(),
            "parent": self.parent_id,
        }
        return {name: str(value) for name, value in facts.items() if value is not None}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Parse what ``as_json`` returned."""

        def id_of(name: str) -> UUID | None:
            return UUID(value[name]) if name in value else None

        return cls(
            BasisKind(value["kind"]),
            date.fromisoformat(value["given_on"]),
            id_of("given_by"),
            id_of("grant"),
            id_of("register_state"),
            datetime.fromisoformat(value["as_of"]) if "as_of" in value else None,
            id_of("parent"),
        )

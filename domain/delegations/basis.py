"""Basis of a delegation: on whose authority it is given, and the reason of what it gives.

By the register, alone or confirmed by a group, or as the owner, it is given in the owner's name: it
stands when the giver leaves. On a delegation it is passed on: it ends with that delegation. What it
rests on is frozen when it is given.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    JOINT = "joint"
    """The register lets the giver act only together with others, who confirmed it."""
    OWNER = "owner"
    """The account is the giver's own."""
    DELEGATION = "delegation"
    """The giver passes on a delegation of their own."""
    IMPORTED = "imported"
    """It existed in the operator's systems before."""


_IN_OWNERS_NAME = frozenset({BasisKind.REGISTER, BasisKind.OWNER, BasisKind.JOINT})


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
    by_reading: bool = False
    """Of an operator's grant: it follows from the reading of a signing rule, its proof."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The grant that lets somebody give, and the kind of authority it is."""

    kind: BasisKind
    grant: SupportingGrant


def grounds_of(
    giver_id: UUID, owner_id: UUID | None, held: Sequence[SupportingGrant]
) -> tuple[Ground, ...]:
    """Return every ground that somebody has on an account: what they may do alone comes first.

    ``owner_id``: person who owns the account; None: a company does. ``held``: the giver's grants in
    force on the account. The owner's name comes before passing on.
    """
    whole = [grant for grant in held if grant.service_id is None]
    own = whole if giver_id == owner_id else []
    found = {
        BasisKind.REGISTER: _first(whole, _is_sole_representative),
        BasisKind.OWNER: _first(own, _is_own_administrator),
        BasisKind.DELEGATION: _first(held, lambda grant: grant.may_pass_on),
        BasisKind.JOINT: _first(whole, _is_joint_representative),
    }
    return tuple(Ground(kind, grant) for kind, grant in found.items() if grant)


def basis_of(
    giver_id: UUID, owner_id: UUID | None, held: Sequence[SupportingGrant]
) -> Ground | Refusal:
    """Return on what basis somebody may give on an account, or why they may not.

    The first of ``grounds_of``. On a ground JOINT they give only what a group has confirmed.
    """
    if grounds := grounds_of(giver_id, owner_id, held):
        return grounds[0]
    if _first(held, lambda grant: grant.delegation_id is not None):
        return Refusal.MAY_NOT_PASS_ON
    return Refusal.NOT_ALLOWED_TO_GIVE


def in_owners_name(grounds: Iterable[Ground]) -> BasisKind | None:
    """Return on what authority somebody acts in the owner's name; None: on none.

    On JOINT they do so only together with others.
    """
    return next((each.kind for each in grounds if each.kind in _IN_OWNERS_NAME), None)


def supports(ground: BasisKind, basis: BasisKind) -> bool:
    """Return whether a delegation on this basis stands while its giver has this ground.

    What a group confirmed stands also while its giver has come to represent the company alone.
    """
    return ground is basis or (basis is BasisKind.JOINT and ground is BasisKind.REGISTER)


def may_manage(ground: Ground | Refusal, parent_id: UUID | None) -> bool:
    """Return whether somebody with this ground may take back or narrow a delegation.

    In the owner's name: any on the account, also who gives only together with others. Who passes
    on: what hangs on the same delegation, ``parent_id`` being what the one in question was passed
    on from.
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
    return _is_of_register(grant) and grant.role == Role.ADMINISTRATOR


def _is_joint_representative(grant: SupportingGrant) -> bool:
    return _is_of_register(grant) and grant.role == Role.JOINT_REPRESENTATIVE


def _is_of_register(grant: SupportingGrant) -> bool:
    return grant.origin is Origin.REGISTER or grant.by_reading


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
    approval_id: UUID | None = None
    """Of what a group confirmed: the approval."""
    confirmed_by: tuple[UUID, ...] = ()
    """Of what a group confirmed: its members."""

    @classmethod
    def of(cls, ground: Ground, giver_id: UUID, given_on: date) -> Self:
        """Freeze what lets somebody give."""
        grant, by_register = ground.grant, ground.grant.origin is Origin.REGISTER
        return cls(
            ground.kind,
            given_on,
            giver_id,
            grant.id,
            register_state=grant.proof if by_register else None,
            as_of=grant.as_of if by_register else None,
            parent_id=grant.delegation_id,
        )

    def as_json(self) -> dict[str, Any]:
        """Return the basis as it is stored: what is unknown is left out."""
        facts = {
            "kind": self.kind.value,
            "given_on": self.given_on.isoformat(),
            "given_by": self.giver_id,
            "grant": self.grant_id,
            "register_state": self.register_state,
            "as_of": self.as_of and self.as_of.isoformat(),
            "parent": self.parent_id,
            "approval": self.approval_id,
        }
        stored: dict[str, Any] = {n: str(value) for n, value in facts.items() if value is not None}
        return stored | (
            {"confirmed_by": [*map(str, self.confirmed_by)]} if self.confirmed_by else {}
        )

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
            id_of("approval"),
            tuple(map(UUID, value.get("confirmed_by", ()))),
        )

"""Needs of an act: whose confirmations it takes before it is carried out (joint.1).

Who acts on authority already given acts within its permissions, and nothing more is needed; except
for acts that are the owner's own to decide (``acts.OWNER_ONLY``).
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.approvals.acts import OWNER_ONLY, ActKind


class Standing(StrEnum):
    """Authority on which a person acts on an account."""

    SOLE = "sole"
    """The register lets them act for the company alone."""
    JOINT = "joint"
    """The register lets them act for the company only together with others."""
    OWNER = "owner"
    """The account is their own."""
    DELEGATE = "delegate"
    """They were given it."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """The act is carried out at once."""


@dataclass(frozen=True, slots=True)
class Own:
    """The act needs a fresh confirmation of this person."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class Group:
    """The act needs confirmations that fill one group of the company's signing rule."""

    company_id: UUID


Need = Nothing | Own | Group


def need_of(
    act: ActKind,
    standing: Standing,
    *,
    person_id: UUID,
    company_id: UUID | None,
    owner_id: UUID | None,
) -> Need:
    """Return what this act needs when this person starts it.

    ``company_id``, ``owner_id``: who owns the account, a company or a person. Raises ValueError
    where that owner is missing although the act needs them.
    """
    if standing is Standing.JOINT:
        return _needed_of(company_id, None)
    delegated = standing is Standing.DELEGATE and person_id != owner_id
    if delegated and act in OWNER_ONLY:
        return _needed_of(company_id, owner_id)
    return Nothing()


def _needed_of(company_id: UUID | None, owner_id: UUID | None) -> Need:
    if company_id is not None:
        return Group(company_id)
    if owner_id is None:
        raise ValueError("the account has no owner who could confirm")
    return Own(owner_id)

"""States of a contract, in one chain, and who may move it from one to the next."""

from collections.abc import Mapping
from enum import StrEnum


class ContractState(StrEnum):
    """State of a contract. May not grow: the chain is complete."""

    DRAFT = "draft"
    """Started; its document is being made."""
    OFFERED = "offered"
    """Its terms are frozen, and it waits for those who must agree."""
    SIGNED = "signed"
    """Everybody needed has agreed."""
    ACTIVATING = "activating"
    """Its service is being set up."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """In force, while its service is shut off: a loss, a theft."""
    ENDING = "ending"
    """In force until its end, which can be called off until then."""
    ENDED = "ended"
    DECLINED = "declined"
    """Somebody who was asked to agree did not."""
    LAPSED = "lapsed"
    """Nobody agreed in time."""
    CANCELLED = "cancelled"
    """Withdrawn before it was active, or its service could not be set up."""

    @property
    def is_final(self) -> bool:
        """Whether nothing follows."""
        return not EDGES[self]

    @property
    def is_in_force(self) -> bool:
        """Whether its service is provided, or held back for it."""
        return self in IN_FORCE


_S = ContractState
EDGES: Mapping[ContractState, frozenset[ContractState]] = {
    _S.DRAFT: frozenset({_S.OFFERED, _S.CANCELLED}),
    _S.OFFERED: frozenset({_S.SIGNED, _S.DECLINED, _S.LAPSED, _S.CANCELLED}),
    _S.SIGNED: frozenset({_S.ACTIVATING, _S.CANCELLED}),
    _S.ACTIVATING: frozenset({_S.ACTIVE, _S.CANCELLED}),
    _S.ACTIVE: frozenset({_S.SUSPENDED, _S.ENDING, _S.ENDED}),
    _S.SUSPENDED: frozenset({_S.ACTIVE, _S.ENDING, _S.ENDED}),
    # Called off, it is what it was before.
    _S.ENDING: frozenset({_S.ACTIVE, _S.SUSPENDED, _S.ENDED}),
    _S.ENDED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.LAPSED: frozenset(),
    _S.CANCELLED: frozenset(),
}
"""The states that may follow each."""
IN_FORCE = frozenset({_S.ACTIVE, _S.SUSPENDED, _S.ENDING})
BEFORE_ACTIVE = frozenset({_S.DRAFT, _S.OFFERED, _S.SIGNED, _S.ACTIVATING})
TOLD = frozenset({_S.ACTIVE, _S.SUSPENDED, _S.ENDING, _S.ENDED})
"""States in which a contract is taken in from the operator's systems."""


class IllegalStateChange(Exception):
    """A contract cannot go from the one state to the other."""


def require_edge(before: ContractState, after: ContractState) -> None:
    """Raise IllegalStateChange where no such change is possible."""
    if after not in EDGES[before]:
        raise IllegalStateChange(f"{before} to {after}")

"""The two ends that a contract may have: its own, and one whose moment is another's to say.

Both are kept apart. The earlier one counts: it is in the contract's columns, and the other one is
kept in ``end_beside`` until either is called off, moved or due.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from domain.audit import Actor
from domain.contracts.reasons import EndReason, EndSide, EndSource
from domain.contracts.states import ContractState
from domain.reasons import Reason
from storage.contracts import changing, end_notices, service_access
from storage.contracts.rows import StoredContract
from storage.database import Session

_NAMES = ("ends_at", "end_reason", "end_source", "end_by", "end_cost", "is_end_cost_known")
_NONE: Mapping[str, Any] = dict.fromkeys(_NAMES)


@dataclass(frozen=True, slots=True)
class SetEnd:
    """An end of a contract as it was set."""

    ends_at: datetime
    end_reason: EndReason
    end_source: EndSource
    end_by: Mapping[str, Any] | None
    end_cost: Sequence[Mapping[str, Any]] | None
    is_end_cost_known: bool

    @classmethod
    def of_columns(cls, contract: StoredContract) -> Self | None:
        """Return the end that counts; None: the contract does not end."""
        at, reason, source = contract.ends_at, contract.end_reason, contract.end_source
        if at is None or reason is None or source is None:
            return None
        is_known = bool(contract.is_end_cost_known)
        return cls(at, reason, source, contract.end_by, contract.end_cost, is_known)

    @classmethod
    def kept_beside(cls, contract: StoredContract) -> Self | None:
        """Return the end that is kept beside that one."""
        if (kept := contract.end_beside) is None:
            return None
        at, reason = datetime.fromisoformat(kept["ends_at"]), EndReason(kept["end_reason"])
        source, cost = EndSource(kept["end_source"]), kept["end_cost"]
        return cls(at, reason, source, kept["end_by"], cost, kept["is_end_cost_known"])

    @property
    def side(self) -> EndSide | None:
        """Whose persons set it; None: staff, the engine, or the operator's systems."""
        side = (self.end_by or {}).get("side")
        return None if side is None else EndSide(side)

    def as_columns(self) -> dict[str, Any]:
        """Return it as columns of a contract."""
        return {name: getattr(self, name) for name in _NAMES}

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept beside the other one."""
        return self.as_columns() | {
            "ends_at": self.ends_at.isoformat(),
            "end_reason": self.end_reason.value,
            "end_source": self.end_source.value,
        }


@dataclass(frozen=True, slots=True)
class SetEnds:
    """Both ends of a contract."""

    own: SetEnd | None
    outside: SetEnd | None
    port_out_id: UUID | None = None
    """The port-out whose moment the one from outside is."""

    @classmethod
    def of(cls, contract: StoredContract) -> Self:
        """Return the ends of a contract in force."""
        both = SetEnd.of_columns(contract), SetEnd.kept_beside(contract)
        own, outside = reversed(both) if contract.end_is_from_outside else both
        return cls(own, outside, contract.port_out_id)

    @property
    def is_outside_first(self) -> bool:
        """Whether the one from outside counts. Of two at one moment the own one does."""
        if self.outside is None:
            return False
        return self.own is None or self.outside.ends_at < self.own.ends_at

    @property
    def counting(self) -> SetEnd | None:
        """The end that counts: the earlier one."""
        return self.outside if self.is_outside_first else self.own

    @property
    def beside(self) -> SetEnd | None:
        """The end that is kept."""
        return self.own if self.is_outside_first else self.outside


def put(
    session: Session,
    contract: StoredContract,
    ends: SetEnds,
    *,
    actor: Actor,
    why: Reason,
    is_over: bool = False,
) -> StoredContract:
    """Let a locked contract in force have these ends; returns it as it is then.

    With none it is what it was before its end was set. Its access follows, and people are told,
    where another end counts than before. ``is_over``: it has ended, where its own end counts; that
    is history, and told to nobody.
    """
    counting, known = ends.counting, SetEnd.of_columns(contract)
    is_over = is_over and counting is not None and not ends.is_outside_first
    is_same = counting == known and not is_over
    if ends == SetEnds.of(contract) and is_same:
        return contract
    moved = changing.change(
        session,
        contract,
        ContractState.ENDED if is_over else _state(contract, counting),
        actor=actor,
        why=why,
        facts=_facts(ends, is_same=is_same),
        **_columns(counting, is_over=is_over),
        end_is_from_outside=ends.is_outside_first,
        port_out_id=ends.port_out_id if ends.outside is not None else None,
        end_beside=None if ends.beside is None else ends.beside.as_json(),
    )
    if is_same:
        return moved
    service_access.follow(session, contract.service_ids)
    if counting is None:
        end_notices.goes_on(session, moved, actor=actor)
    elif not is_over:
        end_notices.ends(session, moved, counting.end_reason, actor=actor)
    return moved


def _columns(counting: SetEnd | None, *, is_over: bool) -> Mapping[str, Any]:
    if counting is None:
        return _NONE
    over = dict.fromkeys(("ended_at", "closed_at"), counting.ends_at) if is_over else {}
    return counting.as_columns() | over


def _state(contract: StoredContract, counting: SetEnd | None) -> ContractState:
    """Return the state of a contract in force; called off, it is what it was before."""
    if counting is not None:
        return ContractState.ENDING
    is_open = contract.suspend_reason is None
    return ContractState.ACTIVE if is_open else ContractState.SUSPENDED


def _facts(ends: SetEnds, *, is_same: bool) -> dict[str, Any]:
    """Codes and dates for the event: of the end that counts, and of the one that is kept."""
    counting, beside = ends.counting, ends.beside
    facts: dict[str, Any] = {}
    if counting is not None:
        facts = {"ends_at": counting.ends_at.isoformat(), "reason": counting.end_reason.value}
    if beside is not None:
        facts["later"] = {"ends_at": beside.ends_at.isoformat(), "reason": beside.end_reason.value}
    return facts | ({"counts_as_before": True} if is_same else {})

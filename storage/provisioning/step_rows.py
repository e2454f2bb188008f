"""Rows of steps, as statements of ``step_order`` and ``steps`` return them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from domain.provisioning.attempts import FailedAttempts
from domain.provisioning.steps import Decision, Step, StepState
from domain.provisioning.stuck_steps import Cause
from domain.provisioning.targets import Target, TargetKind, TargetState
from domain.provisioning.undoing import UndoReason


@dataclass(frozen=True, slots=True)
class PendingDecision:
    """An operator's decision about a stuck step that has not been carried out."""

    decision: Decision
    correction: Mapping[str, str]
    """Corrected inputs of a retry, by name."""

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """From the decision as the stuck item has it."""
        return cls(Decision(value["decision"]), value["correction"])


@dataclass(frozen=True, slots=True)
class FoundStep:
    """A step as it was found and locked, with its stuck item and its target."""

    id: UUID
    process_id: UUID
    target: Target
    place: int
    state: StepState
    decision_no: int
    version: int
    undo_reason: UndoReason | None
    """Why its item is to be undone; None: it is not."""
    is_overtaken: bool
    """An urgent step went ahead of it on its resource."""
    correction: Mapping[str, str]
    """Inputs that an operator corrected, by name."""
    receipt: Mapping[str, Any]
    """Of its acceptance; empty where it was not accepted."""
    sent_ago: timedelta
    """Since it was last sent."""
    is_ended: bool
    is_listed: bool
    """It has an open stuck item…"""
    is_undecided: bool
    """…about which no operator has decided."""
    decision: PendingDecision | None
    """An operator's decision that has not been carried out."""
    target_state: TargetState
    target_failures: int
    """In a row."""
    probe_in: timedelta | None
    """Time until a step may be let through to probe its paused target; None: none may be."""
    has_failed: bool
    """Its resource failed at its target, and was not answered since."""
    is_chosen: bool
    """It was given its turn."""
    is_early: bool
    """Its turn after the resumption of its target has not come…"""
    turn_in: timedelta
    """…and comes after this."""
    is_blocked: bool
    """An earlier step of another process on the same resource is not settled."""

    @property
    def is_probe(self) -> bool:
        """If it is sent now, it probes its target, which takes no other step."""
        return self.target_state is not TargetState.AVAILABLE

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a row of ``_FOUND``."""
        decided = row.decision
        typed = {
            "target": Target(TargetKind(row.target_kind), row.target),
            "state": StepState(row.state),
            "undo_reason": row.undo_reason and UndoReason(row.undo_reason),
            "correction": row.correction or {},
            "receipt": row.receipt or {},
            "decision": decided and PendingDecision.of_json(decided),
            "target_state": TargetState(row.target_state),
        }
        same = {name: value for name, value in row._mapping.items() if name != "target_kind"}  # noqa: SLF001 # public, says SQLAlchemy
        return cls(**{**same, **typed})

    @classmethod
    def first(cls, step: Step, target: Target, place: int, version: int) -> Self:
        """A step that was never sent, with nothing in its way."""
        return cls(
            id=step.id,
            process_id=step.process_id,
            target=target,
            place=place,
            state=StepState.ASKED,
            decision_no=1,
            version=version,
            undo_reason=None,
            is_overtaken=False,
            correction={},
            receipt={},
            sent_ago=timedelta(),
            is_ended=False,
            is_listed=False,
            is_undecided=False,
            decision=None,
            target_state=TargetState.AVAILABLE,
            target_failures=0,
            probe_in=None,
            has_failed=False,
            is_chosen=False,
            is_early=False,
            turn_in=timedelta(),
            is_blocked=False,
        )


@dataclass(frozen=True, slots=True)
class UnsettledStep:
    """A step that is not done."""

    attempts: FailedAttempts
    troubled_for: timedelta
    """Since its trouble began, or since the target accepted it."""
    cause: Cause | None
    """Why it is not done; of a step in doubt, what the doubt came from."""
    question: Cause | None
    """Why the question about it was not answered."""


@dataclass(frozen=True, slots=True)
class SettledStep:
    """A step that this statement settled."""

    version: int
    undo_reason: UndoReason | None
    """Why its item is to be undone nevertheless."""

"""Steps of an order: each item's, as its product says, frozen when the order was placed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from domain.catalogue.products import Refusal
from domain.catalogue.step_actions import StepAction
from domain.processes import ProcessType
from domain.provisioning.steps import Decision, Stage, Step
from domain.provisioning.targets import Target, TargetKind

PROCESS = ProcessType.ORDER
NETWORK_ID = "network_id"
"""Correctable input: the id by which the network knows the service. Decision 0045."""
_REVERSIBLE = (Decision.RETRY, Decision.FAIL, Decision.ABORT)
_DECISIONS = {
    Stage.REVERSIBLE: _REVERSIBLE,
    Stage.PIVOT: _REVERSIBLE,
    Stage.FINAL: (Decision.RETRY, Decision.SKIP),
}
_AHEAD = frozenset({StepAction.SUSPEND, StepAction.RESUME})
"""After a loss or a theft. No product names them: the engine's own orders do."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of an item, as the product had it when the order was placed."""

    id: str
    """Unique in its item."""
    target: TargetKind
    do: str
    """One of ``domain.catalogue.step_actions``."""
    undo: str | None = None
    stage: Stage = Stage.REVERSIBLE
    refusal: Refusal = Refusal.HOLD
    sets: tuple[str, ...] = ()
    """Names of the characteristics that it sends; empty: all of the item."""
    patience: timedelta | None = None
    service: str | None = None
    """Name of the parameter that holds the service that it is for; None: the item's service."""

    def as_json(self) -> dict[str, Any]:
        """Return the step as it is stored with the item."""
        return {
            "id": self.id,
            "target": self.target.value,
            "do": self.do,
            "undo": self.undo,
            "stage": self.stage.value,
            "refusal": self.refusal.value,
            "sets": list(self.sets),
            "patience": None if self.patience is None else self.patience.total_seconds(),
            "service": self.service,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Parse what ``as_json`` returned."""
        patience = value["patience"]
        return cls(
            value["id"],
            TargetKind(value["target"]),
            value["do"],
            value["undo"],
            Stage(value["stage"]),
            Refusal(value["refusal"]),
            tuple(value["sets"]),
            None if patience is None else timedelta(seconds=patience),
            value.get("service"),
        )


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item of an order, as far as it is carried out."""

    number: int
    service_id: UUID | None
    network: str | None
    """Name of the network that has the service; None: the usual one."""
    after: frozenset[int]
    is_urgent: bool
    steps: Sequence[PlannedStep]
    other: "OtherService | None" = None
    """The service of the steps that are not for ``service_id``; None: there are none."""


@dataclass(frozen=True, slots=True)
class OtherService:
    """The second service of an item: the one that gives its number away."""

    id: UUID
    network: str | None
    """Name of the network that has it; None: the usual one."""


def action_of(step_id: str, number: int) -> str:
    """Name the step of an item: the action of its ``Step``."""
    return f"{step_id}.{number}"


def place_of(action: str) -> tuple[str, int]:
    """Return what ``action_of`` was made of."""
    step_id, _, number = action.rpartition(".")
    return step_id, int(number)


def step_of(order_id: UUID, account_id: UUID, item: PlannedItem, planned: PlannedStep) -> Step:
    """Return a step of an item. Its place is on the service that it is for.

    Raises LookupError where that is another one than the item's, and the item names none.
    """
    service_id, network = item.service_id, item.network
    if planned.service is not None:
        if item.other is None:
            raise LookupError("the item names no other service")
        service_id, network = item.other.id, item.other.network
    return Step(
        PROCESS,
        order_id,
        action_of(planned.id, item.number),
        account_id=account_id,
        destination=network if planned.target is TargetKind.NETWORK else None,
        item=str(item.number),
        resource=None if service_id is None else f"service/{service_id}",
        urgent=item.is_urgent,
        ahead_of_urgent=item.is_urgent and planned.do in _AHEAD,
        stage=planned.stage,
        can_undo=planned.undo is not None,
        allowed_decisions=_DECISIONS[planned.stage],
        correctable_inputs=(NETWORK_ID,) if _is_first_there(item, planned) else (),
        refusal_fails=planned.refusal is Refusal.FAIL and planned.stage is not Stage.FINAL,
        patience=planned.patience,
    )


def _is_first_there(item: PlannedItem, planned: PlannedStep) -> bool:
    """Return whether the step is the first of its item that the network gets for its service.

    What the later ones do, and put back, rests on what the first was told by the same id.
    """
    there = (
        each
        for each in item.steps
        if each.target is TargetKind.NETWORK and each.service == planned.service
    )
    first = next(there, None)
    return first is not None and first.id == planned.id


def target_of(step: Step, planned: PlannedStep) -> Target:
    """Return where a step goes."""
    return Target.of(planned.target, step.destination)

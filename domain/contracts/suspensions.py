"""How a contract is suspended after a loss or a theft, and opened again. Pure."""

from datetime import timedelta

from domain.catalogue.products import Refusal
from domain.catalogue.step_actions import StepAction
from domain.contracts.reasons import SuspendReason
from domain.orders.planned_steps import PlannedStep
from domain.provisioning.steps import Stage
from domain.provisioning.targets import TargetKind

EXPECTED = timedelta(minutes=5)
"""How long a network takes, usually. What is late raises an alert: a customer's own restriction is
lifted within one working day (Electronic Communications Act, section 98)."""
OWN_REASONS = frozenset({SuspendReason.LOST, SuspendReason.STOLEN})
"""Reasons that people state."""
TOLD_REASONS = frozenset({SuspendReason.TOLD})
"""Reasons that only the operator's systems take back."""

LOSSES = OWN_REASONS | {SuspendReason.HOST_SUSPENDED}
"""Reasons of a loss that was reported here, of the contract's own service or of its host."""


def steps_of(do: StepAction) -> list[PlannedStep]:
    """Return the step that shuts a service off, or opens it again. Nothing undoes either."""
    return [
        PlannedStep(
            do.value,
            TargetKind.NETWORK,
            do.value,
            None,
            Stage.PIVOT,
            Refusal.HOLD,
            (),
            None,
        )
    ]

"""Resending a service's settings to the network: the steps of the process, in their order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.processes import ProcessType
from domain.provisioning.network_services import ServiceChange
from domain.provisioning.steps import Decision, Step

PROCESS = ProcessType.RESEND
READ, CONFIGURE, ACTIVATE = "read", "configure", "activate"
NETWORK_ID = "network_id"
"""Correctable input: the id by which the network knows the service, where it is not ours."""
UNDOABLE = (CONFIGURE, ACTIVATE)
"""Actions that are undone where the resend is aborted or cancelled."""


def steps_of(
    operation_id: UUID, service_id: UUID, account_id: UUID, network: str | None = None
) -> tuple[Step, Step, Step]:
    """Read what the network has, to be able to undo; send our settings; make the service active.

    Where its contract is suspended the last step makes it inactive.
    ``network``: name of the network that has the service; None: the usual one.
    """

    def step(action: str, *allowed: Decision, correctable: tuple[str, ...] = ()) -> Step:
        return Step(
            process=PROCESS,
            process_id=operation_id,
            action=action,
            account_id=account_id,
            resource=f"service/{service_id}",
            can_undo=action in UNDOABLE,
            allowed_decisions=(Decision.RETRY, *allowed, Decision.ABORT),
            correctable_inputs=correctable,
            destination=network,
        )

    # Without the last step the service still has its settings, so that step may be skipped.
    # Only the first step finds out which id is right: what it reads is what is put back.
    return (
        step(READ, correctable=(NETWORK_ID,)),
        step(CONFIGURE),
        step(ACTIVATE, Decision.SKIP),
    )


def change_of(
    action: str, network_id: str, settings: Mapping[str, Any], *, is_shut_off: bool = False
) -> ServiceChange:
    """Make the change that a step wants of the service, which should have these settings."""
    if action == ACTIVATE:
        return ServiceChange(network_id, state="inactive" if is_shut_off else "active")
    return ServiceChange(network_id, settings=settings)

"""Resending a service's settings to the network: the steps of the process, in their order."""

from uuid import UUID

from domain.processes import ProcessType
from domain.provisioning.steps import Decision, Step

PROCESS = ProcessType.RESEND
NETWORK_ID = "network_id"
"""Correctable input: the id by which the network knows the service, where it is not ours."""


def steps_of(operation_id: UUID, service_id: UUID, account_id: UUID) -> tuple[Step, Step, Step]:
    """Read what the network has, to be able to undo; send our settings; make the service active."""

    def step(action: str, *allowed: Decision) -> Step:
        return Step(
            process=PROCESS,
            process_id=operation_id,
            action=action,
            account_id=account_id,
            resource=f"service/{service_id}",
            allowed_decisions=(Decision.RETRY, *allowed, Decision.ABORT),
            correctable_inputs=(NETWORK_ID,),
        )

    # Without the last step the service still has its settings, so that step may be skipped.
    return step("read"), step("configure"), step("activate", Decision.SKIP)


UNDOABLE = ("configure", "activate")
"""Actions that are undone where the resend is aborted or cancelled."""

"""Steps of number verification: hand over an SMS, check the SIM."""

from uuid import UUID

from domain.processes import ProcessType
from domain.provisioning.steps import Decision, Step

CHECK_SIM_SWAP = "check-sim-swap"
_SEND = "send-"


def send_step(verification_id: UUID, send: int) -> Step:
    """Step that sends SMS number ``send``, counted from 1.

    Where its outcome is unknown the person may request another SMS, or an operator may have it sent
    again, with a new code.
    """
    return Step(
        ProcessType.NUMBER_VERIFICATION,
        verification_id,
        f"{_SEND}{send}",
        allowed_decisions=(Decision.RETRY, Decision.SKIP),
        refusal_ends=True,
    )


def send_of(step: Step) -> int:
    """Number of the SMS that this step sends."""
    return int(step.action.removeprefix(_SEND))


def sim_swap_step(verification_id: UUID) -> Step:
    """Step that checks the SIM. It cannot be skipped: an unknown answer never grants."""
    return Step(ProcessType.NUMBER_VERIFICATION, verification_id, CHECK_SIM_SWAP)

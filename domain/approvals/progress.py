"""What an approval waits for next: confirmations, an officer's look, the register, or nothing."""

from dataclasses import dataclass

from domain.approvals.quorum import Filled, Missing, Unfillable
from domain.approvals.rules import JointApproval
from domain.approvals.states import ApprovalState, WaitsBecause


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the confirmations of an approval amount to, by one register state."""

    quorum: Filled | Missing | Unfillable
    by_reading: bool = False
    """True: two mandate officers have recorded how the signing rule is read."""
    look: bool | None = None
    """A mandate officer's word on the groups of this register state; None: nobody has looked."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The state that follows, and what holds it up."""

    state: ApprovalState
    because: WaitsBecause | None = None


def progress(judged: Judgement, joint: JointApproval, *, register_asked: bool) -> Progress:
    """Return what follows. ``register_asked``: the judged state is the answer to this very check.

    Confirmations come first, then the look, and the register last: so that nothing old is between
    its answer and the act.
    """
    quorum = judged.quorum
    if isinstance(quorum, Unfillable):
        return Progress(ApprovalState.AWAITING_CONFIRMATIONS, WaitsBecause.CANNOT_BE_FILLED)
    if isinstance(quorum, Missing):
        return Progress(ApprovalState.AWAITING_CONFIRMATIONS)
    if needs_look(quorum, judged, joint) and not judged.look:
        doubted = WaitsBecause.SIGNING_RULE_DOUBTED if judged.look is False else None
        return Progress(ApprovalState.AWAITING_OFFICER, doubted)
    return Progress(
        ApprovalState.CARRIED_OUT if register_asked else ApprovalState.CHECKING_REGISTER
    )


def needs_look(quorum: Filled, judged: Judgement, joint: JointApproval) -> bool:
    """Return whether a mandate officer is to look before the group's word counts.

    One who represents alone is no group, and what two officers have read needs no third.
    """
    return joint is JointApproval.FOUR_EYES and len(quorum.group) > 1 and not judged.by_reading

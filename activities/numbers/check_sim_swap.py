"""Looking at the SIM once the right code has come, as a step; what follows is written with it."""

from activities.adapters.camara_sim_swap import SimSwap
from domain.audit import Actor, ActorKind
from domain.numbers.verifications import SIM_CHANGED, State
from domain.provisioning.steps import Answer, Done, NotDone, Step
from domain.provisioning.targets import Target
from storage.database import Session
from storage.numbers import codes, verifications

ENGINE = Actor(ActorKind.ENGINE, "number-verification")


class SimLook:
    """Unless the SIM was changed lately, the number is the person's.

    While the SIM cannot be looked at nothing follows: unknown is not no, and never grants.
    """

    target = Target.SIM_SWAP
    can_be_asked = True

    def __init__(self, sims: SimSwap) -> None:
        self._sims = sims
        self._number = ""

    def prepare(self, session: Session, step: Step) -> bool:
        row = verifications.read(session, step.process_id)
        if row is None or row.state != State.SENT:
            return False
        if row.proven_at is None:  # or its step would be done, and never looked at again
            raise RuntimeError("nobody has brought the right code")
        self._number = row.number
        return True

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002 # looking changes nothing
        return Done({"swapped": self._sims.swapped(self._number)})

    def ask(self, key: str) -> Answer | None:  # noqa: ARG002 # looking again is as good
        return None

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        if not isinstance(answer, Done):
            return
        if answer.receipt["swapped"]:
            id_ = step.process_id
            verifications.end(session, id_, State.FAILED, SIM_CHANGED, actor=ENGINE)
        else:
            codes.verify(session, step.process_id, actor=ENGINE)

"""Effect of the step that checks the SIM after the right code came, and concludes."""

from activities.adapters.camara_sim_swap import SimSwap
from domain.audit import Actor, ActorKind
from domain.numbers.verifications import SIM_CHANGED, VerificationState
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.steps import Answer, Done, NotDone, Step
from domain.provisioning.targets import TargetKind
from storage.database import Session
from storage.numbers import codes, verification_rows, verifications

ENGINE = Actor(ActorKind.ENGINE, "number-verification")


class SimSwapCheck:
    """Verifies the number unless its SIM was changed recently.

    While the SIM cannot be checked nothing is concluded: unknown is not no, and never grants.
    """

    kind = TargetKind.SIM_SWAP
    can_be_asked = True

    def __init__(self, sims: SimSwap) -> None:
        self._sims = sims
        self._number = ""

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002 # it has no inputs to correct
        """Read the number; NOTHING if the verification has ended."""
        verification = verification_rows.read(session, step.process_id)
        if verification is None or verification.state is not VerificationState.SENT:
            return Prepared.NOTHING
        if not verification.code_accepted:  # or the step would be done, and never run again
            raise RuntimeError("no code was accepted yet")
        self._number = verification.number
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002 # a check changes nothing
        """Check the SIM."""
        return Done({"swapped": self._sims.swapped(self._number)})

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002 # checking again is as good
        """Find no earlier outcome: the check is made again."""
        return None

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """End the verification, as verified or failed, once the answer is known."""
        if not isinstance(answer, Done):
            return
        if answer.receipt["swapped"]:
            failed = VerificationState.FAILED
            verifications.end(session, step.process_id, failed, SIM_CHANGED, actor=ENGINE)
        else:
            codes.verify(session, step.process_id, actor=ENGINE)

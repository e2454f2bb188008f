"""Effects of an order's steps at the network: what each does depends on its product."""

from activities.adapters.tmf640.network import Network
from activities.orders.item_source import ItemSource
from activities.orders.number_effects import GiveBackNumber, MoveNumber
from activities.provisioning.effect import Effect
from activities.provisioning.network_effects import (
    ReadService,
    RestoreService,
    SendSettings,
    TerminateService,
)
from domain.catalogue.step_actions import StepAction
from domain.orders.network_changes import ACTIVATION_CODE, SIM
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.steps import Accepted, Answer, Done, NotDone, Step
from domain.provisioning.targets import TargetKind
from runtime.secret_cipher import SecretCipher
from storage.database import Session
from storage.orders import item_steps
from storage.orders.item_steps import ItemStepRow

_MADE = "profile_reserved"
"""Member of a receipt: the network has reserved the profile, and its code is to be read."""


class ChangeNetwork:
    """Do what the product's step says. See Effect."""

    kind = TargetKind.NETWORK
    can_be_asked = True
    _effect: Effect

    def __init__(self, network: Network, cipher: SecretCipher) -> None:
        self._network = network
        self._cipher = cipher

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:
        """Find out what the step does, and prepare that."""
        row = item_steps.step_of(session, step)
        self._effect = self._chosen(step, row, ItemSource(row, self._cipher))
        return self._effect.prepare(session, step, seen)

    def hand_over(self, key: str) -> Answer:
        return self._effect.hand_over(key)

    def ask(self, key: str, sent: Sent) -> Answer | None:
        return self._effect.ask(key, sent)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        self._effect.settle(session, step, answer)

    def _chosen(self, step: Step, row: ItemStepRow, source: ItemSource) -> Effect:
        if step.undoes is not None and source.do is StepAction.RELEASE_NUMBER:
            return GiveBackNumber(self._network, source, row)
        if step.undoes is not None:
            is_started = source.do is StepAction.ACTIVATE
            undo = TerminateService if is_started else RestoreService
            return undo(self._network, source)
        match source.do:
            case StepAction.READ:
                return ReadService(self._network, source)
            case StepAction.DOWNLOAD_ESIM:
                return DownloadEsim(self._network, source)
            case StepAction.RELEASE_NUMBER | StepAction.TAKE_NUMBER:
                return MoveNumber(self._network, source, row)
        return SendSettings(self._network, source)


class DownloadEsim(SendSettings):
    """Reserve an eSIM profile, and get its activation code: that is sealed, and in no receipt."""

    _code: str | None = None
    _sim: str | None = None

    def __init__(self, network: Network, source: ItemSource) -> None:
        super().__init__(network, source)
        self._item = source

    def send(self, key: str) -> Answer:
        return self._with_code(super().send(key))

    def ask(self, key: str, sent: Sent) -> Answer | None:
        """See Effect. A profile that is reserved is not asked about again: its code is read."""
        if sent.receipt.get(_MADE):
            return self._with_code(Done(dict(sent.receipt)))
        answer = super().ask(key, sent)
        return None if answer is None else self._with_code(answer)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Seal the code in the transaction that settles the step: neither is there without."""
        if isinstance(answer, Done) and self._code is not None:
            self._item.keep_profile(session, self._code, self._sim)
        super().settle(session, step, answer)

    def _with_code(self, answer: Answer) -> Answer:
        """Read the code once the profile is reserved; without it the step is not done."""
        if not isinstance(answer, Done):
            return answer
        reserved = Accepted({**answer.receipt, _MADE: True})
        try:
            there = self._network.read(self._change.network_id)
        except NotDone:
            return reserved
        code, sim = there.settings.get(ACTIVATION_CODE), there.settings.get(SIM)
        if not isinstance(code, str) or not code:
            return reserved
        self._code, self._sim = code, sim if isinstance(sim, str) else None
        return answer

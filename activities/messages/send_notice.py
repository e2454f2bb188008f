"""Effect of the step that sends a notice by SMS through the gateway."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from activities.adapters.sms_gateway import SmsGateway
from domain.numbers.sms_texts import parts
from domain.numbers.verifications import DeliveryStatus
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.steps import Answer, Done, InDoubt, NotDone, Step
from domain.provisioning.targets import TargetKind
from runtime.notice_texts import sms_text
from storage.database import Session
from storage.messages import notice_sms, sms
from storage.messages.sms import NewNoticeSms, sms_id
from storage.ops import stuck_items

_LIFE = timedelta(days=1)
"""How long the gateway tries to deliver it."""


@dataclass(frozen=True, slots=True)
class _Message:
    """An SMS as the gateway gets it."""

    sms_id: UUID
    number: str
    text: str


class SendNotice:
    """Sends the SMS of a notice.

    If certainly nothing was sent, it is tried again. If the answer was lost, nothing is sent again
    by itself: the gateway reports, or an operator decides.
    """

    kind = TargetKind.SMS
    can_be_asked = False

    def __init__(self, gateway: SmsGateway, portal_host: str) -> None:
        self._gateway = gateway
        self._portal_host = portal_host
        self._message: _Message | None = None

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002 # it has no inputs to correct
        """Make the text. NOTHING: the SMS is not to be sent (any more)."""
        found = notice_sms.to_send(session, step.process_id)
        if found is None:
            return Prepared.NOTHING
        text = sms_text(found.kind, found.language, self._portal_host)
        new = NewNoticeSms(step.process_id, parts(text))
        if not sms.prepare(session, new) and not _prepare_again(session, step, new):
            return Prepared.NOTHING
        self._message = _Message(new.id, found.number, text)
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002 # the gateway knows no keys
        """Hand the SMS to the gateway."""
        message = self._message
        if message is None:
            raise RuntimeError("not prepared")
        provider_id = self._gateway.send(message.number, message.text, _LIFE, message.sms_id)
        return Done({"provider_id": provider_id})

    def ask(self, key: str, sent: Sent) -> Answer | None:
        """Raise: the gateway cannot be asked about an earlier attempt."""
        raise NotImplementedError

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Record the delivery."""
        id_ = sms_id(step.process_id)
        match answer:
            case Done(receipt=receipt):
                provider_id = receipt["provider_id"]
                sms.report(session, id_, DeliveryStatus.ACCEPTED, provider_id=provider_id)
            case InDoubt():
                sms.mark_unknown(session, id_)
            case _:
                sms.mark_not_sent(session, id_)


def _prepare_again(session: Session, step: Step, new: NewNoticeSms) -> bool:
    """Prepare an SMS that may have been sent, if an operator decided to send it again."""
    retried = stuck_items.is_retried(session, step.id)
    if retried and sms.prepare(session, new, again=True):
        return True
    sms.mark_unknown(session, new.id)
    return False

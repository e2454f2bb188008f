"""Effect of the step that sends an SMS with a code through the gateway."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from activities.adapters.sms_gateway import SmsGateway
from activities.provisioning.effect import TakenBack
from domain.numbers.sms_texts import code_text, parts
from domain.numbers.steps import send_of
from domain.numbers.verifications import DIGITS, DeliveryStatus, code_digest
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.steps import Answer, Done, InDoubt, NotDone, Refused, Step, Trouble
from domain.provisioning.targets import TargetKind
from runtime.texts import messages
from storage.database import Session
from storage.messages import sms
from storage.messages.sms import NewSms, sms_id
from storage.numbers import delivery_reports, verification_rows
from storage.numbers.verification_rows import Verification
from storage.ops import stuck_items

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CodeSettings:
    """Key of the codes' digests, and host name of the page that codes are typed into."""

    key: bytes
    portal_host: str


@dataclass(frozen=True, slots=True)
class _Message:
    """An SMS as the gateway gets it. The code in its text is stored nowhere in clear."""

    sms_id: UUID
    number: str
    text: str


class SendCode:
    """Sends one SMS. Its code is in clear here, in the SMS, and nowhere else.

    If certainly nothing was sent, the next attempt makes a new code. If the answer was lost,
    nothing is sent again by itself: the gateway reports, the person requests another SMS, or an
    operator decides.
    """

    kind = TargetKind.SMS
    can_be_asked = False

    def __init__(self, gateway: SmsGateway, settings: CodeSettings, life: timedelta) -> None:
        self._gateway = gateway
        self._settings = settings
        self._life = life
        self._message: _Message | None = None

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002 # it has no inputs to correct
        """Make a code and store its digest. NOTHING: the SMS is not to be sent (any more).

        Of several SMS that were not sent only the newest is. Raises TakenBack where the caller was
        told that this SMS could not be requested.
        """
        send = send_of(step)
        verification = verification_rows.lock(session, step.process_id)
        if verification is None or not verification.is_open or verification.sends > send:
            return Prepared.NOTHING
        if verification.sends < send:
            raise TakenBack
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        text = self._text(verification, code)
        digest = code_digest(self._settings.key, verification.id, code)
        new = NewSms(verification.id, send, digest, parts(text))
        if not sms.prepare(session, new) and not _prepare_again(session, step, new):
            return Prepared.NOTHING
        if new.parts > 1:  # a program's own text: ours are made to fit
            log.warning("sms_in_parts", parts=new.parts)
        self._message = _Message(new.id, verification.number, text)
        return Prepared.READY

    def _text(self, verification: Verification, code: str) -> str:
        if verification.message is not None:
            return verification.message.replace("{{code}}", code)
        message = messages(verification.language)["sms.code"]
        return code_text(message, code, self._settings.portal_host)

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002 # the gateway knows no keys
        """Hand the SMS to the gateway."""
        message = self._message
        if message is None:
            raise RuntimeError("not prepared")
        provider_id = self._gateway.send(message.number, message.text, self._life, message.sms_id)
        return Done({"provider_id": provider_id})

    def ask(self, key: str, sent: Sent) -> Answer | None:
        """Raise: the gateway cannot be asked about an earlier attempt."""
        raise NotImplementedError

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Record the delivery. A refused number ends the verification."""
        id_ = sms_id(step.process_id, send_of(step))
        match answer:
            case Done(receipt=receipt):
                provider_id = receipt["provider_id"]
                sms.report(session, id_, DeliveryStatus.ACCEPTED, provider_id=provider_id)
            case Trouble():
                sms.mark_not_sent(session, id_)
            case InDoubt():
                sms.mark_unknown(session, id_)
            case Refused(detail=code):
                permanent = DeliveryStatus.FAILED_PERMANENT
                delivery_reports.record(session, id_, permanent, error=code)


def _prepare_again(session: Session, step: Step, new: NewSms) -> bool:
    """Prepare an SMS that may have been sent, if an operator decided to send it again."""
    retried = stuck_items.is_retried(session, step.id)
    if retried and sms.prepare(session, new, again=True):
        return True
    sms.mark_unknown(session, new.id)
    return False

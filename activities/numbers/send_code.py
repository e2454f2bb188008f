"""Handing an SMS with a code to the gateway, as the effect of a step."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from activities.adapters.sms_gateway import SmsGateway
from domain.numbers.sms_texts import Language, code_text, parts
from domain.numbers.verifications import DIGITS, Delivery, code_digest, send_of
from domain.provisioning.steps import Answer, Done, InDoubt, NotDone, Refused, Step, Trouble
from domain.provisioning.targets import Target
from storage.database import Session
from storage.numbers import sms
from storage.ops import stuck_items

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CodePaper:
    """What codes are made with: the key of their digests, and where they will be typed in."""

    key: bytes
    portal_host: str


class CodeSms:
    """One SMS. Its code is in clear here, in the SMS, and nowhere else.

    Trouble in which certainly nothing was sent is tried again, with a new code. A lost answer is
    not: the gateway's report tells, the person asks for another, or an operator decides.
    """

    target = Target.SMS
    can_be_asked = False

    def __init__(self, gateway: SmsGateway, paper: CodePaper, life: timedelta) -> None:
        self._gateway = gateway
        self._paper = paper
        self._life = life
        self._wanted: sms.SmsToSend | None = None
        self._text = ""

    def prepare(self, session: Session, step: Step) -> bool:
        """Make the code, if there is an SMS to be sent still."""
        verification_id, send = step.process_id, send_of(step)
        wanted = sms.to_send(session, verification_id, send)
        if wanted is None and stuck_items.is_retried(session, step.id):
            wanted = sms.to_send(session, verification_id, send, again=True)
        if wanted is None:
            return False
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        self._wanted, self._text = wanted, self._in_words(wanted, code)
        count = parts(self._text)
        if count > 1:  # a program's own words: ours are made to fit
            log.warning("sms_in_parts", parts=count)
        digest = code_digest(self._paper.key, verification_id, code)
        sms.sending(session, verification_id, send, digest=digest, parts=count)
        return True

    def _in_words(self, wanted: sms.SmsToSend, code: str) -> str:
        if wanted.message is not None:
            return wanted.message.replace("{{code}}", code)
        return code_text(Language(wanted.language), code, self._paper.portal_host)

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002 # the gateway knows no keys
        wanted = self._wanted
        if wanted is None:
            raise RuntimeError("not prepared")
        provider_id = self._gateway.send(wanted.number, self._text, self._life, wanted.sms_id)
        return Done({"provider_id": provider_id})

    def ask(self, key: str) -> Answer | None:
        raise NotImplementedError  # it cannot be asked

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        id_: UUID = sms.sms_id(step.process_id, send_of(step))
        match answer:
            case Done(receipt=receipt):
                sms.accepted(session, id_, receipt["provider_id"])
            case Trouble():
                sms.not_sent(session, id_)
            case InDoubt():
                sms.in_doubt(session, id_)
            case Refused(detail=code):
                sms.report(session, id_, Delivery.FAILED_PERMANENT, error=code)

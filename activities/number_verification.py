"""Sending codes, and what follows from the right one. Everything here may happen twice."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from access.events import Actor
from access.sms_texts import Language, code_text, parts
from access.verifications import (
    DIGITS,
    SIM_CHANGED,
    SIM_UNKNOWN,
    Delivery,
    State,
    VerificationRules,
    code_digest,
)
from activities.sim_swap import SimSwap, SimUnknown
from activities.sms import SmsGateway, SmsInDoubt, SmsNotSent, SmsRefused
from storage import codes, sms, verifications
from storage.database import Database

log = structlog.get_logger(__name__)

ENGINE = Actor("engine", "number-verification")


class Sending(BaseModel, frozen=True):
    """Which SMS of which verification."""

    verification_id: UUID
    send: int


@dataclass(frozen=True, slots=True)
class CodePaper:
    """What codes are made with: the key of their digests, and where they will be typed in."""

    key: bytes
    portal_host: str


class NumberVerifying:
    """The process's hands."""

    def __init__(
        self,
        database: Database,
        gateway: SmsGateway,
        sims: SimSwap,
        rules: VerificationRules,
        paper: CodePaper,
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._sims = sims
        self._rules = rules
        self._paper = paper

    @activity.defn
    def send_code(self, sending: Sending) -> bool:
        """Make a code and hand it to the gateway; the code exists in clear nowhere else.

        Returns whether the verification has ended by that: the gateway refuses the number.

        Trouble in which certainly nothing was sent is retried, with a new code. A lost answer is
        not: see storage.sms.to_send. Repeating sends nothing twice.
        """
        with self._database.transaction() as session:
            wanted = sms.to_send(session, sending.verification_id, sending.send)
            if wanted is None:
                return False
            code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
            text = self._text(wanted, code)
            count = parts(text)
            if count > 1:  # a program's own words: ours are made to fit
                log.warning("sms_in_parts", parts=count)
            digest = code_digest(self._paper.key, sending.verification_id, code)
            sms.sending(session, sending.verification_id, sending.send, digest=digest, parts=count)
        return self._hand_over(wanted, text)

    def _text(self, wanted: sms.SmsToSend, code: str) -> str:
        if wanted.message is not None:
            return wanted.message.replace("{{code}}", code)
        return code_text(Language(wanted.language), code, self._paper.portal_host)

    def _hand_over(self, wanted: sms.SmsToSend, text: str) -> bool:
        id_ = wanted.sms_id
        try:
            provider_id = self._gateway.send(wanted.number, text, self._rules.life, id_)
        except SmsNotSent as error:
            with self._database.transaction() as session:
                sms.not_sent(session, id_)
            raise ApplicationError(
                str(error), type="SmsNotSent", category=ApplicationErrorCategory.BENIGN
            ) from None
        except SmsInDoubt:
            with self._database.transaction() as session:
                sms.in_doubt(session, id_)
        except SmsRefused as error:
            with self._database.transaction() as session:
                ended = sms.report(session, id_, Delivery.FAILED_PERMANENT, error=error.code)
            return ended is not None
        else:
            with self._database.transaction() as session:
                sms.accepted(session, id_, provider_id)
        return False

    @activity.defn
    def conclude(self, verification_id: UUID) -> None:
        """The right code came: unless the SIM was changed lately, the number is the person's.

        Raises while the SIM cannot be looked at: unknown is not no, and never grants.
        """
        with self._database.transaction() as session:
            row = verifications.read(session, verification_id)
        if row is None or row.state != State.SENT:
            return
        try:
            swapped = self._sims.swapped(row.number)
        except SimUnknown:
            raise ApplicationError(
                "the SIM cannot be looked at",
                type="SimUnknown",
                category=ApplicationErrorCategory.BENIGN,
            ) from None
        with self._database.transaction() as session:
            if swapped:
                verifications.end(session, verification_id, State.FAILED, SIM_CHANGED, actor=ENGINE)
            else:
                codes.verify(session, verification_id, actor=ENGINE)

    @activity.defn
    def give_up(self, verification_id: UUID) -> None:
        """The SIM could not be looked at for too long."""
        with self._database.transaction() as session:
            verifications.end(session, verification_id, State.FAILED, SIM_UNKNOWN, actor=ENGINE)

    @activity.defn
    def expire(self, verification_id: UUID) -> bool:
        """End it if its time has run out; True: the right code came before that.

        Raises where it is too early by the database's clock, which is the one that counts.
        """
        with self._database.transaction() as session:
            state = codes.expire(session, verification_id, actor=ENGINE)
        if state is State.SENT:
            raise ApplicationError(
                "too early",
                type="TooEarly",
                next_retry_delay=timedelta(seconds=1),
                category=ApplicationErrorCategory.BENIGN,
            )
        return state is None

"""Activities of ContractSigning that call the signing service. A phone is never asked twice."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.adapters.signing.asice.signatures import Prepared, complete, prepare
from activities.adapters.signing.certificate_facts import facts_of
from activities.adapters.signing.port import (
    SignatureValue,
    Signer,
    SigningCertificate,
    SigningFailed,
    SigningUnavailable,
)
from activities.adapters.signing.services import MethodUnavailable, SigningServices
from activities.adapters.signing.trusted_issuers import TrustedIssuers
from activities.adapters.signing.verify import check_signature
from activities.contracts.signed_files import signed_files
from activities.contracts.signing_failures import NOT_ASKED, why
from activities.heartbeat import heartbeating
from domain.approvals.rules import ApprovalRules
from domain.audit import Actor, ActorKind
from domain.processes import WaitsFor
from domain.reasons import Reason
from domain.signatures.algorithms import SignatureAlgorithm
from domain.signatures.results import SigningResult
from domain.signatures.signings import FailureCause, SigningState, why_failed
from domain.task_queues import ActivityQueue, SigningQueue
from runtime.signing_texts import PHONE_TEXTS
from storage.contract_agreements import agreeing
from storage.contract_signing import signing_ends, signing_steps, signings
from storage.contract_signing.signings import PhoneAsked, StoredSigning
from storage.contracts import rows
from storage.database import Database, Session
from storage.requests import operations

SIGNING = Actor(ActorKind.ENGINE, "contract_sign")
_POLL_MS = 20_000


class ContractSigningInput(BaseModel, frozen=True):
    """Input of ContractSigning. All else is in the database."""

    signing_id: UUID


class AskSignerActivities:
    """Activities of ContractSigning that call the signing service."""

    queue: ClassVar[ActivityQueue | None] = SigningQueue.SIGNING

    def __init__(
        self,
        database: Database,
        services: SigningServices,
        issuers: TrustedIssuers | None,
        rules: ApprovalRules,
    ) -> None:
        """``issuers`` None: no certificate is trusted, and nobody can sign."""
        self._database = database
        self._services = services
        self._issuers = issuers
        self._rules = rules

    @activity.defn(name="contracts.ask_signer")
    def ask(self, start: ContractSigningInput) -> bool:
        """Have the person's phone ask. Returns whether it does; the signing has ended otherwise.

        Where an earlier attempt may have made the phone ask and its answer was lost, it is not
        asked again: the signing fails, and the person may start another one. So it does where the
        signature would be refused by now, or the request is from long ago. Raises
        SigningServiceUnavailable, to be tried again, where the phone was not asked.
        """
        try:
            signing = self._begin(start.signing_id)
            if isinstance(signing, bool):
                return signing
            with heartbeating():
                asked = self._ask(signing)
        except SigningUnavailable as error:
            self._unavailable(start.signing_id, error)
            return False
        except NOT_ASKED as error:
            self._end(start.signing_id, why(error))
            return False
        with self._database.transaction() as session:
            signing_steps.asked(session, signing.id, asked)
            operations.running(session, signing.id, WaitsFor.SIGNER)
        return True

    @activity.defn(name="contracts.collect_signature")
    def collect(self, start: ContractSigningInput) -> bool:
        """Wait for the person's answer and keep the signature. Returns whether there is one.

        The signing has ended otherwise. Repeating waits for the same session. Raises
        SigningServiceUnavailable.
        """
        with self._database.reading() as connection:
            signing = signings.read(connection, start.signing_id)
        if signing.state is not SigningState.ASKED:
            return signing.state is SigningState.PROVING
        try:
            with heartbeating():
                xml = self._collected(signing)
        except SigningUnavailable as error:
            raise ApplicationError(error.detail, type="SigningServiceUnavailable") from None
        except SigningFailed as error:
            self._fail(signing.id, error.result)
            return False
        with self._database.transaction() as session:
            signing_steps.collected(session, signing.id, xml)
            operations.running(session, signing.id, WaitsFor.SIGNING_SERVICE)
        return True

    def _begin(self, signing_id: UUID) -> StoredSigning | bool:
        """Record that the service is called from now on; returns the signing to ask for.

        Of one that was asked for before: whether it goes on. Raises one of NOT_ASKED.
        """
        with self._database.transaction() as session:
            signing = signings.lock(session, signing_id)
            if signing.state is not SigningState.REQUESTED:
                return self._as_found(session, signing)
            if signing.is_late:
                raise SigningFailed(SigningResult.SERVICE_UNAVAILABLE)
            agreeing.require_signable(session, signing.contract_id, signing.given, self._rules)
            signing_steps.asking(session, signing.id)
            operations.running(session, signing.id, WaitsFor.SIGNING_SERVICE)
            return signing

    def _as_found(self, session: Session, signing: StoredSigning) -> bool:
        if signing.state is SigningState.ASKING:  # an attempt that did not end
            lost = why_failed(SigningResult.SERVICE_UNAVAILABLE)
            signing_ends.fail(session, signing.id, lost, actor=SIGNING)
            return False
        return not signing.state.has_ended

    def _ask(self, signing: StoredSigning) -> PhoneAsked:
        if self._issuers is None:
            raise MethodUnavailable
        with self._database.reading() as connection:
            contract = rows.read(connection, signing.contract_id)
            if contract is None:
                raise LookupError("the contract of a signing is not there")
            files = signed_files(connection, contract)
        person, language = signing.person, signing.given.language
        signer = Signer(person.country, person.code, signing.phone, language)
        certificate = self._services.call(signing.method, lambda s: s.certificate(signer))
        now = datetime.now(UTC)
        checked = self._issuers.checked(certificate.der, person, now)
        prepared = prepare(files, certificate.der, now, algorithm=certificate.algorithm)
        digest, display = prepared.signed_info_digest, PHONE_TEXTS[language]
        started = self._services.call(
            signing.method, lambda s: s.start(signer, certificate, digest, display)
        )
        return PhoneAsked(
            certificate.der,
            checked.issuer_der,
            certificate.algorithm.value,
            prepared.xml,
            digest,
            started.session_id,
            started.verification_code,
        )

    def _collected(self, signing: StoredSigning) -> bytes:
        by = signing.asked
        if by is None:
            raise LookupError("a phone was asked, and nothing says what")
        value: SignatureValue | None = None
        while value is None:
            value = self._services.call(signing.method, lambda s: s.poll(by.session_id, _POLL_MS))
        facts, algorithm = facts_of(by.certificate), SignatureAlgorithm(by.algorithm)
        asked_for = SigningCertificate(by.certificate, facts, None, algorithm)
        digest = by.signed_info_digest
        check_signature(value, asked_for, digest)
        return complete(Prepared(digest, by.prepared), value.value)

    def _unavailable(self, signing_id: UUID, error: SigningUnavailable) -> None:
        """End the signing if the phone may have been asked; else raise, to try again."""
        if error.may_have_asked:
            self._fail(signing_id, SigningResult.SERVICE_UNAVAILABLE)
            return
        with self._database.transaction() as session:
            signing_steps.not_asked(session, signing_id)
        raise ApplicationError(error.detail, type="SigningServiceUnavailable") from None

    def _fail(self, signing_id: UUID, cause: FailureCause) -> None:
        self._end(signing_id, why_failed(cause))

    def _end(self, signing_id: UUID, reason: Reason) -> None:
        with self._database.transaction() as session:
            signing_ends.fail(session, signing_id, reason, actor=SIGNING)

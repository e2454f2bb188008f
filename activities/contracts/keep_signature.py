"""Activities of ContractSigning in the database: let a signature count, or end the signing."""

from typing import ClassVar

from temporalio import activity

from activities.contracts.ask_signer import SIGNING, ContractSigningInput
from activities.contracts.containers import store_container
from activities.contracts.signed_files import signed_files
from activities.contracts.signing_failures import NOT_TAKEN, why
from domain.approvals.rules import ApprovalRules
from domain.documents.kinds import DocumentKind
from domain.reasons import Reason
from domain.signatures.methods import SignatureLevel
from domain.signatures.results import SigningResult
from domain.signatures.signings import SigningFault, SigningState, why_failed
from domain.task_queues import ActivityQueue
from storage.contract_agreements import agreeing
from storage.contract_signing import signatures, signing_ends, signings
from storage.contract_signing.signatures import NewSignature
from storage.contract_signing.signings import StoredSigning
from storage.contracts import rows
from storage.database import Database, Session
from storage.documents import documents
from storage.documents.documents import NewDocument


class KeepSignatureActivities:
    """Activities of ContractSigning after the person has signed."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, minimum: SignatureLevel, rules: ApprovalRules) -> None:
        """``minimum``: the level at which a signature counts."""
        self._database = database
        self._minimum = minimum
        self._rules = rules

    @activity.defn(name="contracts.keep_signature")
    def keep(self, start: ContractSigningInput) -> None:
        """Keep a signature and let it count as the person's agreement, in one transaction.

        One whose level is too low is kept and agrees to nothing. One that can no longer be agreed
        to, or not by this person, is not kept, whatever its level. Idempotent.
        """
        try:
            with self._database.transaction() as session:
                signing = signings.lock(session, start.signing_id)
                if signing.state is SigningState.PROVING:
                    self._keep(session, signing)
        except NOT_TAKEN as error:
            self._fail(start, why(error))

    @activity.defn(name="contracts.end_signing")
    def end_signing(self, start: ContractSigningInput) -> bool:
        """End a signing whose service did not answer for too long. Idempotent.

        Returns whether it goes on after all: the signature came, and only its receipt was lost.
        """
        with self._database.reading() as connection:
            if signings.read(connection, start.signing_id).state is SigningState.PROVING:
                return True
        self._fail(start, why_failed(SigningResult.SERVICE_UNAVAILABLE))
        return False

    def _keep(self, session: Session, signing: StoredSigning) -> None:
        """Keep the locked signing's signature. Raises AgreeRefused, LimitReached."""
        level = signing.level or SignatureLevel.B
        counts = level is SignatureLevel.LT or self._minimum is SignatureLevel.B
        approval_id = None
        if counts:  # locks what comes before the contract first
            approval_id = agreeing.agree(
                session,
                signing.contract_id,
                signing.given,
                self._rules,
                by_signature=True,
                actor=SIGNING,
            )
        else:
            agreeing.require_signable(session, signing.contract_id, signing.given, self._rules)
        contract = rows.lock(session, signing.contract_id)
        if contract is None or signing.asked is None:
            raise LookupError("a signature is being kept, and is not there")
        language, xml = signing.given.language, signing.asked.prepared
        document = NewDocument(
            DocumentKind.SIGNATURE, signing.account_id, contract.id, language, xml
        )
        kept = NewSignature(
            signing.id,
            contract.id,
            signing.given.person_id,
            signing.method,
            level,
            documents.store(session, document),
            counts,
            signing.timestamped_at,
        )
        signatures.keep(session, kept)
        if not counts:
            not_proven = why_failed(SigningFault.NOT_PROVEN)
            signing_ends.fail(session, signing.id, not_proven, actor=SIGNING)
            return
        store_container(session, contract, signed_files(session.connection(), contract))
        signing_ends.succeed(session, signing, approval_id, actor=SIGNING)

    def _fail(self, start: ContractSigningInput, reason: Reason) -> None:
        with self._database.transaction() as session:
            signing_ends.fail(session, start.signing_id, reason, actor=SIGNING)

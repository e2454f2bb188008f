"""Activity of ContractSigning that proves when a signature was made, and that it was valid then."""

from typing import ClassVar

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.adapters.signing.services import ProofServices
from activities.contracts.ask_signer import SIGNING, ContractSigningInput
from domain.signatures.methods import SignatureLevel
from domain.signatures.proofs import ProofRejected, ProofUnavailable
from domain.signatures.results import SigningResult
from domain.signatures.signings import SigningState, why_failed
from domain.task_queues import ActivityQueue, SigningQueue
from storage.contract_signing import signing_ends, signing_steps, signings
from storage.contract_signing.signings import StoredSigning
from storage.database import Database


class ProveSignatureActivities:
    """Activity of ContractSigning that asks for a time-stamp and OCSP."""

    queue: ClassVar[ActivityQueue | None] = SigningQueue.SIGNING

    def __init__(self, database: Database, proofs: ProofServices | None) -> None:
        """``proofs`` None: signatures stay at level B."""
        self._database = database
        self._proofs = proofs

    @activity.defn(name="contracts.prove_signature")
    def prove(self, start: ContractSigningInput) -> bool:
        """Extend a signature to level LT, if there are services that prove it. Repeatable.

        Returns False where the signing has ended: the certificate is revoked. Raises
        ProofUnavailable, to be tried again.
        """
        with self._database.reading() as connection:
            signing = signings.read(connection, start.signing_id)
        if signing.state is not SigningState.PROVING or self._proofs is None:
            return signing.state is SigningState.PROVING
        try:
            return self._prove(signing, self._proofs)
        except ProofUnavailable:
            raise ApplicationError("no answer", type="ProofUnavailable") from None
        except ProofRejected as error:
            raise ApplicationError(error.fault.value, type="ProofRejected") from None

    def _prove(self, signing: StoredSigning, proofs: ProofServices) -> bool:
        by = signing.asked
        if by is None:
            raise LookupError("a signature is being proven, and is not there")
        if signing.level is SignatureLevel.LT:
            return True
        proven = proofs.prove(by.prepared, by.certificate, by.issuer_certificate)
        if proven is None:
            why = why_failed(SigningResult.CERTIFICATE_NOT_ACTIVE)
            with self._database.transaction() as session:
                signing_ends.fail(session, signing.id, why, actor=SIGNING)
            return False
        with self._database.transaction() as session:
            signing_steps.proven(session, signing.id, proven.xml, proven.at)
        return True

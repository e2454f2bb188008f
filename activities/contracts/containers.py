"""Make the container of a contract: its documents, the operator's seal, who agreed."""

from collections.abc import Sequence
from uuid import uuid5

from activities.adapters.signing.asice.containers import container
from activities.adapters.signing.asice.files import DataFile
from activities.contracts.seal import Seal
from domain.contracts.starts import OfferedTerms
from domain.documents.kinds import DocumentKind
from domain.signatures.methods import SignatureMethod
from storage.contract_signing import signatures
from storage.contract_signing.signatures import NewSignature
from storage.contracts import agreements
from storage.contracts.rows import StoredContract
from storage.database import Session
from storage.documents import documents
from storage.documents.documents import NewDocument


def store_container(session: Session, contract: StoredContract, files: Sequence[DataFile]) -> None:
    """Store the container as it is now; one with fewer signatures stays stored beside it.

    Idempotent. Raises ContainerRefused where a signature is not over these files.
    """
    agreed = {each.person_id for each in agreements.of_contract(session, contract.id)}
    signed = {
        each.person_id: each.xml  # the last of each: who took theirs back may have signed again
        for each in signatures.of_contract(session, contract.id)
        if each.counts and each.xml is not None and each.person_id in {None, *agreed}
    }
    terms = OfferedTerms.from_json(contract.terms)
    made = NewDocument(
        DocumentKind.CONTAINER,
        contract.account_id,
        contract.id,
        terms.language,
        container(files, list(signed.values())),
    )
    documents.store(session, made)


def store_seal(session: Session, contract: StoredContract, seal: Seal) -> None:
    """Store the operator's seal on the documents of a contract. Repeating changes nothing."""
    terms = OfferedTerms.from_json(contract.terms)
    kind, account_id = DocumentKind.SIGNATURE, contract.account_id
    made = NewDocument(kind, account_id, contract.id, terms.language, seal.xml)
    kept = NewSignature(
        uuid5(contract.id, SignatureMethod.E_SEAL),
        contract.id,
        None,
        SignatureMethod.E_SEAL,
        seal.level,
        documents.store(session, made),
        counts=True,
        timestamped_at=seal.timestamped_at,
    )
    signatures.keep(session, kept)

"""The files that people sign for a contract, and the container that holds them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from activities.adapters.signing.asice.files import DataFile
from domain.contracts.starts import OfferedTerms
from domain.documents.kinds import CONTENT_TYPES, DocumentKind
from domain.numbers.sms_texts import Language
from storage.contracts.rows import StoredContract
from storage.database import Connection
from storage.documents import documents

_NAMES = {
    DocumentKind.CONTRACT: {
        Language.ESTONIAN: "leping.pdf",
        Language.RUSSIAN: "договор.pdf",
        Language.ENGLISH: "contract.pdf",
    },
    DocumentKind.CONTRACT_SUMMARY: {
        Language.ESTONIAN: "lepingu-kokkuvõte.pdf",
        Language.RUSSIAN: "краткий-обзор-договора.pdf",
        Language.ENGLISH: "contract-summary.pdf",
    },
}


class DocumentMissing(Exception):
    """A document of a contract that is being signed is not there, or is another than was shown."""


def signed_files(connection: Connection, contract: StoredContract) -> Sequence[DataFile]:
    """Return the documents that were shown with a contract's offer, in a fixed order.

    Raises DocumentMissing, DocumentDamaged.
    """
    terms = OfferedTerms.from_json(contract.terms)
    return [
        _file(connection, contract.id, kind, sha256, terms.language)
        for kind, sha256 in sorted((DocumentKind(k), each) for k, each in terms.documents.items())
    ]


def files_of(rendered: Mapping[DocumentKind, bytes], language: Language) -> Sequence[DataFile]:
    """Return the same files of documents that were just rendered."""
    return [
        DataFile(_NAMES[kind][language], CONTENT_TYPES[kind], rendered[kind])
        for kind in sorted(rendered)
    ]


def _file(
    connection: Connection, contract_id: UUID, kind: DocumentKind, sha256: str, language: Language
) -> DataFile:
    for document in documents.of_subject(connection, contract_id):
        if document.kind is kind and document.sha256 == sha256:
            content = documents.read(connection, document)
            if content is not None:
                return DataFile(_NAMES[kind][language], document.content_type, content)
    raise DocumentMissing(f"the {kind} of contract {contract_id} is not there")

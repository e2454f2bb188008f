"""Use cases of readers: the documents of a contract, and the bytes of one."""

from collections.abc import Sequence
from uuid import UUID

from domain.documents.kinds import DocumentKind
from services.contracts.sight import seen_contract
from services.engine import Engine
from services.errors import NotFound
from storage.database import Connection
from storage.documents import documents
from storage.documents.documents import StoredDocument

SHOWN = frozenset(DocumentKind) - {DocumentKind.SIGNATURE}
"""Kinds that people read: a signature stands in its container."""


async def list_documents(
    engine: Engine, contract_id: UUID, person_id: UUID | None
) -> Sequence[StoredDocument]:
    """Return the documents of a contract that this person sees, but those that are erased.

    None: a member of staff. Of a user's own contract they are the user's. Raises NotFound.
    """
    return await engine.read(lambda connection: _seen(connection, contract_id, person_id))


async def read_document(
    engine: Engine, contract_id: UUID, person_id: UUID | None, kind: DocumentKind
) -> tuple[StoredDocument, bytes]:
    """Return the last document of this kind, with its bytes. Raises NotFound, DocumentDamaged."""

    def read(connection: Connection) -> tuple[StoredDocument, bytes]:
        for document in reversed(_seen(connection, contract_id, person_id)):
            if document.kind is kind:
                content = documents.read(connection, document)
                if content is not None:
                    return document, content
        raise NotFound

    return await engine.read(read)


def _seen(
    connection: Connection, contract_id: UUID, person_id: UUID | None
) -> Sequence[StoredDocument]:
    contract, sight = seen_contract(connection, contract_id, person_id)
    if not sight.reads_documents(contract):
        raise NotFound
    found = documents.of_subject(connection, contract_id)
    return [each for each in found if each.erased_at is None and each.kind in SHOWN]

"""/v1/contracts/{id}/documents and /document: what is shown before people agree, and kept after."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.contracts.account_contracts import Reader
from api.http import problems
from api.http.dependencies import EngineDep, acting_person
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from domain.documents.kinds import CONTAINER, CONTENT_TYPES, PDF, DocumentKind
from domain.numbers.sms_texts import Language
from services.contracts.documents import list_documents, read_document

router = APIRouter(
    prefix="/v1/contracts/{contract_id}", tags=["contracts"], route_class=GuardedRoute
)

_CACHING = b"private, no-store"
_EXTENSIONS = {PDF: "pdf", CONTAINER: "asice"}
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document, byte for byte as it was made.",
        "content": {
            each: {"schema": {"type": "string", "format": "binary"}}
            for each in sorted(set(CONTENT_TYPES.values()))
        },
    }
}


class ContractDocumentKind(StrEnum):
    """Kind of a document of a contract. May grow. Papers of authorities have kinds of their own."""

    CONTRACT = DocumentKind.CONTRACT
    CONTRACT_SUMMARY = DocumentKind.CONTRACT_SUMMARY
    CONTAINER = DocumentKind.CONTAINER
    TERMINATION = DocumentKind.TERMINATION


class ContractDocumentShown(ResponseModel):
    """A document of a contract."""

    kind: ContractDocumentKind
    sha256: str = Field(description="Of its bytes, in hexadecimal digits.")
    size: int = Field(description="Bytes.")
    language: Language
    created_at: datetime


class ContractDocuments(ResponseModel):
    """The documents of a contract, the oldest first."""

    items: list[ContractDocumentShown]


async def _reader_id(admitted: Reader, engine: EngineDep) -> UUID | None:
    """The person who reads; None: a member of staff."""
    if admitted.person is None:
        return None
    return await run_in_threadpool(acting_person, engine.database, admitted)


ReaderId = Annotated[UUID | None, Depends(_reader_id)]


@router.get(
    "/documents",
    operation_id="listContractDocuments",
    responses=problems.documented("not_found"),
)
async def list_contract_documents(
    contract_id: UUID, reader_id: ReaderId, engine: EngineDep
) -> ContractDocuments:
    """List the documents of a contract: none while it is a draft.

    For those who see the contract, and staff; of a Mobiil-ID for its user and staff only, for they
    hold the user's personal code. Anyone else gets 404. Those whose time is over are erased, and
    not listed.
    """
    found = await list_documents(engine, contract_id, reader_id)
    shown = [
        ContractDocumentShown(
            kind=ContractDocumentKind(each.kind),
            sha256=each.sha256,
            size=each.size,
            language=each.language,
            created_at=each.created_at,
        )
        for each in found
    ]
    return ContractDocuments(items=shown)


@router.get(
    "/document",
    operation_id="getContractDocument",
    response_class=Response,
    responses=_BYTES | problems.documented("not_found"),
)
async def get_contract_document(
    request: Request,
    contract_id: UUID,
    reader_id: ReaderId,
    engine: EngineDep,
    kind: Annotated[ContractDocumentKind, Query(description="Which of its documents.")],
) -> Response:
    """Return a document of a contract. `ETag` is the SHA-256 of its bytes.

    For those who see the contract, and staff; of a Mobiil-ID for its user and staff only. Anyone
    else gets 404, as for a document that is not there, or erased.
    """
    document, content = await read_document(engine, contract_id, reader_id, DocumentKind(kind))
    request.state.cache_control = _CACHING
    name = f"{kind}-{contract_id}.{_EXTENSIONS[document.content_type]}"
    headers = {
        "ETag": f'"{document.sha256}"',
        "Content-Disposition": f'inline; filename="{name}"',
        "Content-Language": document.language.value,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=document.content_type, headers=headers)

"""contract.12: the documents of a contract are for those who see the contract, and nobody else."""

import hashlib
from uuid import UUID

import pytest

from domain.documents.kinds import DocumentKind
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from storage.documents import documents
from storage.documents.documents import NewDocument
from tests.builders.delegations import OFFICE
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.rows import carry_out
from tests.clients.api_client import BILLING, OFFICER, OPS, SUPPORT, Answer, Front, person_token
from tests.clients.contracting import FIBRE, offered

PDF = b"%PDF-1.7 contract"
SUMMARY = b"%PDF-1.7 summary"


async def with_documents(front: Front) -> str:
    """An offered contract with both documents; returns its id."""
    id_ = await offered(front, FIBRE)
    made = {
        DocumentKind.CONTRACT: PDF,
        DocumentKind.CONTRACT_SUMMARY: SUMMARY,
        DocumentKind.SIGNATURE: b"<xml/>",  # stands in the container: nobody reads it alone
    }
    with front.database.transaction() as session:
        for kind, content in made.items():
            new = NewDocument(kind, OFFICE.id, UUID(id_), Language.RUSSIAN, content)
            documents.store(session, new)
    return id_


async def document(front: Front, id_: str, token: str, kind: str = "contract") -> Answer:
    return await front.get(f"/v1/contracts/{id_}/document?kind={kind}", token)


async def listed(front: Front, id_: str, token: str) -> Answer:
    return await front.get(f"/v1/contracts/{id_}/documents", token)


READERS = [person_token(MARI), person_token(KATI), SUPPORT, OPS]


@pytest.mark.parametrize("token", READERS, ids=["mari", "kati", "support", "ops"])
async def test_contract_12_who_sees_the_contract_reads_its_documents(
    front: Front, token: str
) -> None:
    id_ = await with_documents(front)

    items = (await listed(front, id_, token)).json()["items"]
    read = await document(front, id_, token)
    summary = await document(front, id_, token, "contract_summary")

    digest = hashlib.sha256(PDF).hexdigest()
    assert [each["kind"] for each in items] == ["contract", "contract_summary"]
    assert items[0] | {"created_at": ""} == {
        "kind": "contract",
        "sha256": digest,
        "size": len(PDF),
        "language": "ru",
        "created_at": "",
    }
    assert (read.status_code, read.content, summary.content) == (200, PDF, SUMMARY)
    headers = read.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["etag"] == f'"{digest}"'
    assert headers["content-disposition"] == f'inline; filename="contract-{id_}.pdf"'
    assert headers["cache-control"] == "private, no-store"
    assert headers["content-language"] == "ru"


@pytest.mark.parametrize("who", [PEETER, TIIU, JAAN])
async def test_contract_12_a_stranger_learns_nothing_of_documents(
    front: Front, who: PersonKey
) -> None:
    id_ = await with_documents(front)

    for answer in (
        await listed(front, id_, person_token(who)),
        await document(front, id_, person_token(who)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("token", [BILLING, OFFICER])
async def test_contract_12_other_programs_and_staff_read_no_documents(
    front: Front, token: str
) -> None:
    id_ = await with_documents(front)

    assert (await listed(front, id_, token)).status_code == 403
    assert (await document(front, id_, token)).status_code == 403


async def test_contract_12_what_is_not_there_or_erased_is_not_found(front: Front) -> None:
    id_ = await with_documents(front)
    mari = person_token(MARI)
    missing = await document(front, id_, mari, "termination")
    unknown = await document(front, id_, mari, "secret")
    carry_out(front.database, "DELETE FROM document_content")
    carry_out(front.database, "UPDATE stored_document SET erased_at = now()")

    gone = await document(front, id_, mari)

    assert (missing.status_code, unknown.status_code, gone.status_code) == (404, 422, 404)
    assert (await listed(front, id_, mari)).json()["items"] == []
